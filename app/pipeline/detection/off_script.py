"""`off-script`: talk about the contest outside the script that no other code describes."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.authority_appeal import AuthorityAppeal
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.declaring import (
    amid_contest,
    contact_asks,
    names,
    near_contest,
    said_before,
    stated,
)
from app.pipeline.detection.disparagement import Disparagement
from app.pipeline.detection.endorsement import Endorsement
from app.pipeline.detection.false_claim import FalseClaim, touches_facts
from app.pipeline.detection.favour import target_of_stretch
from app.pipeline.detection.identity_misstated import IdentityMisstated
from app.pipeline.detection.improper_disclosure import ImproperDisclosure
from app.pipeline.detection.learned import Heard, observed, weigh
from app.pipeline.detection.loaded_question import LoadedQuestion
from app.pipeline.detection.personal_opinion import PersonalOpinion
from app.pipeline.detection.pressure import Pressure
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import caller, views
from app.pipeline.language.claims import approved_statements, borne_out, statement, tells_of
from app.pipeline.language.cues import cue
from app.pipeline.language.register import NameKind
from app.pipeline.language.tokens import normalize

_DESCRIBED_BY = (
    Endorsement(),
    Disparagement(),
    LoadedQuestion(),
    AuthorityAppeal(),
    PersonalOpinion(),
    Pressure(),
    FalseClaim(),
    IdentityMisstated(),
    ImproperDisclosure(),
)
"""The codes by which talk outside the script can be described; what none of them describes is left to this one."""

MOST_BESIDE_NAMES = 1
"""Further words that a plain list of the options may hold."""

_ASKS_FOR_FIRST = cue(
    "(?:who|which|what) (?:\\w+ ){0,3}?your (?:one|first|second|next|last|number|choice|pick|favourite|top)"
)
"""A choice is asked for behind other words, where recognised speech has no stop between them."""

_ASKS_SERVICE = cue(
    "(?:has|have|did) (?:it|they|that|yours|one|the \\w+|your \\w+)(?: \\w+)? (?:come|arrived?|got|get|had|received?|landed|reached)"
)
"""Whether the papers have come is asked."""

FEWEST_WORDS = 6
"""A shorter sentence ("that's the ballot, yes") is no talk about the contest."""

MEANS_THE_SAME = 0.6
"""Cosine of sentence embeddings from which a clause renders a line or a fact in other words."""


class OffScript:
    """What is said about the contest beside the script; minor, and the last resort."""

    code = Code.OFF_SCRIPT

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that no other code describes."""
        found = [
            item if isinstance(item, Deviation) else _learned(item)
            for item in weigh(call, self.code, tuple(_ruled(call)))
            if isinstance(item, Deviation) or _strays_from_contest(item, call)
        ]
        found += [_learned(item) for item in _unlisted_claims(call) if not any(_within(item, other) for other in found)]
        if found:
            # Asked only now, since most calls hold nothing that is to be described.
            described = [item for detector in _DESCRIBED_BY for item in detector(call)]
            yield from (item for item in found if not any(_same_sentence(item, other, call) for other in described))


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        if len(remark.sentence.split()) < FEWEST_WORDS or not _strays(remark, call) or _asks_choice(remark):
            continue
        rule = _of_contest(remark, call)
        if rule and not views.GOES_BY.search(remark.sentence) and not _is_in_script(remark, call):
            # The words of a yes/no ballot name the contest as often as one of its sides.
            named = () if call.language.script.ballot else names(remark, call)
            subjects = {mention.subject for mention in named if mention.subject}
            yield observe(
                remark,
                Code.OFF_SCRIPT,
                rule=f"off-script.{rule}",
                confidence=0.6,
                explanation="The line talks about the contest outside the script and its facts.",
                subject=subjects.pop() if len(subjects) == 1 else None,
            )


def _unlisted_claims(call: Call) -> Iterator[Heard]:
    """What sounds like a false claim to the learned stage, but touches no fact: talk off the script."""
    for item in weigh(call, Code.FALSE_CLAIM, ()):
        if (
            isinstance(item, Deviation)
            or item.sure
            or touches_facts(item, call)
            or not _strays_from_contest(item, call)
        ):
            continue
        if any(stated(remark) and not _lists(remark, call) for remark in item.remarks):
            yield item


def _strays_from_contest(heard: Heard, call: Call) -> bool:
    """Whether a stretch is talk of its own, and about the contest or its people and bodies rather than the weather."""
    return any(_strays(remark, call) and (heard.sure or near_contest(call, remark)) for remark in heard.remarks)


def _within(heard: Heard, deviation: Deviation) -> bool:
    first, last = heard.remarks[0], heard.remarks[-1]
    same = first.piece.utterance.index == deviation.utterance
    return same and deviation.start_char < last.end and first.start < deviation.end_char


def _of_contest(remark: Remark, call: Call) -> str | None:
    """What makes a clause one about the contest: how it is run, its own words, or the question that it answers."""
    if _lists(remark, call):
        return None
    if _ASKS_SERVICE.search(remark.plain):
        return None
    amid = amid_contest(call, remark)
    if amid and remark.spot(views.PROCEDURE):
        return "procedure"
    if remark.spot(views.CONTEST) or (amid and remark.spot(views.OF_A_CONTEST)):
        return "contest"
    asked = said_before(call, remark) if contact_asks(call, remark) else ""
    about = views.CONTEST.search(asked) or views.PROCEDURE.search(asked)
    return "answer" if amid and about and not views.SMALL_TALK.search(asked) else None


def _lists(remark: Remark, call: Call) -> bool:
    """Whether a clause reads out the options, or says of one what the register says."""
    named = [mention for mention in remark.mentions if mention.kind is not NameKind.ORGANISATION]
    read = any(remark.piece in line.reading.pieces for line in call.alignment.lines if line.reading)
    if not named:
        return False
    left = [
        token.text
        for token in remark.tokens
        if token.text not in views.LISTED and not any(m.start <= token.start < m.end for m in named)
    ]
    return read or len(left) <= MOST_BESIDE_NAMES


def _asks_choice(remark: Remark) -> bool:
    """Whether the contact is asked for a choice, which a script asks in its own words."""
    asks = remark.is_question or remark.piece.text.rstrip().endswith("?")
    chooses = bool(remark.options) or bool(views.CHOICE.search(remark.plain))
    return (asks and chooses) or bool(_ASKS_FOR_FIRST.search(remark.plain))


def _strays(remark: Remark, call: Call) -> bool:
    """Whether a clause may be talk of its own: no denial, no answer noted, no fact, nobody told who calls."""
    heard = said_before(call, remark)
    if not remark.off_script or remark.denies or _introduces(remark) or caller.ASKS_WHO.search(heard):
        return False
    said = statement(remark.written)
    if remark.reads_back and (remark.options or said.words & statement(heard).words):
        return False
    return not borne_out(said, approved_statements(call.language.script))


def _introduces(remark: Remark) -> bool:
    """Whether a clause says who calls or what about."""
    names_caller = any(mention.kind is NameKind.ORGANISATION for mention in remark.mentions)
    says_from = bool(caller.FROM.search(remark.plain)) and (names_caller or bool(caller.OWN_WORDS.search(remark.plain)))
    return says_from or bool(caller.ABOUT_CONTEST.search(remark.plain))


def _is_in_script(remark: Remark, call: Call) -> bool:
    """Whether a clause passes on a part of a fact, or a line or a fact of the script means the same."""
    said = statement(remark.written)
    if tells_of(said, approved_statements(call.language.script)):
        return True
    script, encoder = call.language.script, call.language.encoder
    approved = [normalize(text) for text in (*script.facts, *(w for line in script.lines for w in line.wordings))]
    likeness = encoder.encode(approved) @ encoder.encode((remark.plain,))[0]
    return bool(likeness.max() >= MEANS_THE_SAME)


def _same_sentence(one: Deviation, other: Deviation, call: Call) -> bool:
    """Whether two deviations touch the same sentence."""
    if one.utterance != other.utterance:
        return False
    return any(
        piece.start < one.end_char
        and one.start_char < piece.end
        and piece.start < other.end_char
        and other.start_char < piece.end
        for piece in call.alignment.speech.pieces
        if piece.utterance.index == one.utterance
    )


def _learned(heard: Heard) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    return observed(
        heard,
        Code.OFF_SCRIPT,
        rule="off-script.learned",
        explanation="The line talks about the contest outside the script.",
        subject=whom.subject if whom else None,
    )
