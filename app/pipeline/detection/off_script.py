"""`off-script`: talk about the contest outside the script that no other code describes."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.authority_appeal import AuthorityAppeal
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.declaring import said_before
from app.pipeline.detection.disparagement import Disparagement
from app.pipeline.detection.endorsement import Endorsement
from app.pipeline.detection.false_claim import FalseClaim
from app.pipeline.detection.identity_misstated import IdentityMisstated
from app.pipeline.detection.improper_disclosure import ImproperDisclosure
from app.pipeline.detection.learned import Heard, observed, weigh
from app.pipeline.detection.loaded_question import LoadedQuestion
from app.pipeline.detection.personal_opinion import PersonalOpinion
from app.pipeline.detection.pressure import Pressure
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import caller, cues, views
from app.pipeline.language.claims import approved_statements, borne_out, statement
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

FEWEST_WORDS = 6
"""A shorter remark ("that's the ballot, yes") is no talk about the contest."""

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
            if isinstance(item, Deviation) or any(_strays(remark, call) for remark in item.remarks)
        ]
        if found:
            # Asked only now, since most calls hold nothing that is to be described.
            described = [item for detector in _DESCRIBED_BY for item in detector(call)]
            yield from (item for item in found if not any(_same_sentence(item, other, call) for other in described))


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        if _strays(remark, call) and len(remark.tokens) >= FEWEST_WORDS and views.CONTEST.search(remark.plain):
            if views.GOES_BY.search(remark.sentence) or _is_in_script(remark, call):
                continue
            yield observe(
                remark,
                Code.OFF_SCRIPT,
                rule="off-script.contest",
                confidence=0.6,
                explanation="The line talks about the contest outside the script and its facts.",
            )


def _strays(remark: Remark, call: Call) -> bool:
    """Whether a clause may be talk of its own: no denial, no answer noted, no fact, nobody told who calls."""
    if not remark.off_script or remark.denies or remark.reads_back:
        return False
    if cues.CALLED_FROM.search(remark.plain) or caller.ASKS_WHO.search(said_before(call, remark)):
        return False
    text = remark.piece.utterance.text[remark.start : remark.end]
    return not borne_out(statement(text), approved_statements(call.language.script))


def _is_in_script(remark: Remark, call: Call) -> bool:
    """Whether a line or a fact of the script means the same."""
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
    return observed(
        heard,
        Code.OFF_SCRIPT,
        rule="off-script.learned",
        explanation="The line talks about the contest outside the script.",
        subject=None,
    )
