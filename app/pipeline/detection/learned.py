"""What the learned stage hears in the unscripted speech of a call, and how it is weighed with the rules.

Approved wording is never given to it, nor anything that the contact said but as context.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from app.domain.deviation import Code, Deviation
from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Transcript
from app.domain.units import Probability
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import stance
from app.pipeline.language.classifier import Classifier, Judgement
from app.pipeline.language.figures import figures
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.register import HeardAs, NameKind, Register
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.tokens import normalize

if TYPE_CHECKING:
    from app.pipeline.alignment.align import Alignment
    from app.pipeline.detection.base import Call

FEWEST_WORDS = 4
"""Stretches of fewer words ("okay lovely") are not judged."""

MOST_WORDS = 60
"""A longer stretch is cut between two clauses."""

CONTEXT_REACH = 4
"""How many utterances back the contact's turn may lie that a stretch answers."""

ALIKE = 85
"""Likeness of words, in per cent, from which a clause states an approved fact."""

DEVIATES: Probability = 0.5
"""Least probability that a stretch deviates in any way from which the learned stage reports it where no rule did. On
held-out briefs (November 2026) .92 of the lines deviate that it reports in the balanced profile at .5, .93 at .6 and
.94 at .7, and it finds .82, .81 and .79 of those that do."""

DOUBTED: Probability = 0.25
"""Probability of a code below which a rule that saw it is most likely wrong about it: of 777 such observations on
held-out lines 63 were right, though 682 of the lines deviated in one way or another (November 2026)."""

HEEDED: Probability = 0.3
"""Confidence of what a rule alone sees where the learned stage doubts the code and has no other to offer: something is
probably wrong there, and an officer should look. Where the stretch itself is as unlikely to deviate it is not listed."""

PLAIN_WORDS = 8
PLAIN_RULE: Probability = 0.7
PLAINLY: Probability = 0.6
"""So few words of praise or blame, of which a rule is so sure, need nobody else's opinion: "he's a decent guy". The
training lines are roundabout, and of 10,000 hardly one is as plain as that; its confidence is set by hand."""

SURELY: Probability = 0.8
"""Probability that a stretch deviates from which it is reported although nothing in it points at somebody, at a fact or
at the contest: strangers praise "the one who's been doing the money"."""

SURE_BESIDE: Probability = 0.5
"""Least confidence of a code that is not the likeliest one of its stretch: one stretch can be of two codes."""

FEWEST_WORDS_OF_A_VIEW = 6
"""A remark shorter than this ("oh sorry you did say") is no view on the contest."""

LEARNED = ".learned"
"""How the rule of an observation of the learned stage ends."""

_OPPOSITES = {Code.ENDORSEMENT: Code.DISPARAGEMENT, Code.DISPARAGEMENT: Code.ENDORSEMENT}

_CONTRAST = frozenset("but although though however except only".split())

_DESCRIBES = (NameKind.DESCRIPTION, NameKind.ROLE, NameKind.PARTY)
_SMALL_WORDS = frozenset(
    "a an the is was are were he she him her his hers it that this who and so well oh right yes okay of for from our as "
    "also i think believe one dad mum".split()
)

SAME_BREATH = 1
"""Utterances within which one and the same candidate is not both praised and run down."""

WEAKEST_PART = 0.5
"""A sentence belongs to the quote if it has at least this share of the probability of the strongest one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Clauses of one utterance that follow one another off the script.

    Attributes:
        remarks: The clauses in order; at least one.
        said: Their words without names.
        before: The contact's turn before them without names; empty where there is none.
    """

    remarks: tuple[Remark, ...]
    said: str
    before: str

    @property
    def start(self) -> int:
        """Offset in the utterance's text."""
        return self.remarks[0].start

    @property
    def end(self) -> int:
        """End in the utterance's text, exclusive."""
        return self.remarks[-1].end

    def overlaps(self, deviation: Deviation) -> bool:
        """Whether a deviation was observed in it."""
        return (
            deviation.utterance == self.remarks[0].piece.utterance.index
            and deviation.start_char < self.end
            and deviation.end_char > self.start
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """One stretch, or the part of it that carries a code.

    Attributes:
        remarks: Its clauses.
        judgement: What the learned stage makes of it.
        confidence: Calibrated probability in [0, 1] of the code.
        sure: Whether it needs no word of its own kind beside it: that it deviates is ``SURELY`` so, and the code is
            rather this one than not.
    """

    remarks: tuple[Remark, ...]
    judgement: Judgement
    confidence: Probability
    sure: bool


def stretches(remarks: Sequence[Remark], alignment: "Alignment", language: ScriptLanguage) -> tuple[Stretch, ...]:
    """The unscripted speech of a call, in order; a list that is read out is a stretch of its own.

    Args:
        remarks: The canvasser's clauses.
        alignment: What the call made of the lines of the script.
        language: The tools of the script.
    """
    found = []
    register = language.register
    transcript = alignment.speech.transcript
    chosen = _chosen(transcript, register)
    read = (
        remark
        if remark.off_script
        and not _read_back(remark, chosen)
        and not states_a_fact(remark, language.script)
        and not _says_who_that_is(remark)
        else None
        for remark in remarks
    )
    for run in _runs(read, alignment):
        utterance = run[0].piece.utterance
        if sum(len(remark.tokens) for remark in run) < FEWEST_WORDS:
            continue
        position = run[0].piece.position
        heard = contact_before(transcript, position)
        answers = heard is not None and heard in transcript.utterances[max(0, position - CONTEXT_REACH) : position]
        # The mark behind the last clause tells a question from a statement.
        text = (
            utterance.text[run[0].start : run[-1].piece.end]
            if _closes(run[-1])
            else utterance.text[run[0].start : run[-1].end]
        )
        before = name_blind(heard.text, register) if heard is not None and answers else ""
        found.append(Stretch(run, name_blind(text, register), before))
    return tuple(found)


def weigh(call: "Call", code: Code, ruled: Sequence[Deviation]) -> Iterator[Deviation | Heard]:
    """What the rules saw with the confidence of both, and what the learned stage heard where no rule did.

    Args:
        call: The call.
        code: The code that the rules looked for.
        ruled: What they observed.

    Yields:
        The observations of the rules, and a ``Heard`` for each further stretch that is probable enough.
    """
    classifier = call.classifier
    if classifier is None or code not in classifier.fusion:
        yield from ruled
        return
    loose = list(ruled)
    for stretch in call.stretches:
        judgement = classifier.judge(stretch.said, before=stretch.before)
        seen = [deviation for deviation in ruled if stretch.overlaps(deviation)]
        loose = [deviation for deviation in loose if deviation not in seen]
        confidence = round(classifier.confidence(judgement, code, rule_saw_it=bool(seen)), 4)
        deviates = max(classifier.deviates(judgement), confidence)
        heeded = HEEDED
        if deviates < DOUBTED or _rather_another(code, judgement, stretch, deviates=deviates):
            heeded = 0.0
        for deviation in seen:
            least = PLAINLY if _is_plain(deviation, stretch) else min(heeded, deviation.confidence)
            yield replace(deviation, confidence=round(max(confidence, least), 4))
        told = code is judgement.likeliest or confidence >= SURE_BESIDE
        sure = _is_sure(deviates, confidence)
        if code is Code.DISPARAGEMENT and _plainly_praises(stretch):
            continue
        if not seen and deviates >= DEVIATES and told and (sure or _can_carry(stretch, code)):
            carrying = _strongest(stretch, code, classifier, call.language.register)
            if code is Code.ENDORSEMENT:
                carrying = _beside_the_list(carrying, call)
            if carrying:
                yield Heard(carrying, judgement, confidence, sure)
    yield from loose


def _beside_the_list(remarks: tuple[Remark, ...], call: "Call") -> tuple[Remark, ...]:
    """The clauses that read out none of the options: a list is no praise, and what dresses it up has its own code."""
    return tuple(remark for remark in remarks if not _reads_options(remark, call.alignment))


def _reads_options(remark: Remark, alignment: "Alignment") -> bool:
    readings = (line.reading for line in alignment.lines if line.reading)
    return any(reading.overlaps(remark.piece, remark.start, remark.end) for reading in readings)


def _rather_another(code: Code, judgement: Judgement, stretch: Stretch, *, deviates: Probability) -> bool:
    """Whether what a rule took for a code is reported as another: "she is lovely, but nobody gets a word in"."""
    other = judgement.likeliest
    if other is None or other is code or deviates < DEVIATES:
        return False
    confidence = judgement.alone[other]
    return confidence >= DOUBTED and (_is_sure(deviates, confidence) or _can_carry(stretch, other))


def _is_plain(deviation: Deviation, stretch: Stretch) -> bool:
    """Whether a rule is sure of praise or blame in a few words."""
    few = len(stretch.said.split()) <= PLAIN_WORDS
    return few and deviation.code in _OPPOSITES and deviation.confidence >= PLAIN_RULE


def _is_sure(deviates: Probability, confidence: Probability) -> bool:
    return deviates >= SURELY and confidence >= SURE_BESIDE


def _plainly_praises(stretch: Stretch) -> bool:
    """Whether a stretch holds words of praise, none of blame and no "but": no learned stage makes blame of it."""
    if _CONTRAST & set(stretch.said.split()):
        return False
    words = [remark.plain for remark in stretch.remarks]
    return any(map(stance.FOR.search, words)) and not any(map(stance.AGAINST.search, words))


def _can_carry(stretch: Stretch, code: Code) -> bool:
    """Whether a stretch can be of a code at all: praise and blame point at somebody, a view takes some words."""
    if code in _OPPOSITES:
        return any(_points_at_somebody(remark) for remark in stretch.remarks)
    if code is Code.PERSONAL_OPINION:
        return sum(len(remark.tokens) for remark in stretch.remarks) >= FEWEST_WORDS_OF_A_VIEW
    return True


def _points_at_somebody(remark: Remark) -> bool:
    pointed = any(mention.kind is not NameKind.ORGANISATION for mention in remark.mentions)
    return pointed or any(cue.search(remark.plain) for cue in (stance.ROLE, stance.RIVALS, stance.PREFERENCE))


def settled(deviations: Sequence[Deviation]) -> tuple[Deviation, ...]:
    """What stands where two contradict each other: the surer one, and of two equally sure the one that a rule saw.

    One breath does not praise and blame the same candidate, and a view that takes a side is praise or blame.

    Args:
        deviations: What all detectors observed.
    """
    return tuple(
        item
        for item in deviations
        if not any(_contradict(item, other) and _outranks(other, item) for other in deviations)
        and not (item.code is Code.PERSONAL_OPINION and any(_takes_a_side(other, item) for other in deviations))
    )


def _outranks(one: Deviation, other: Deviation) -> bool:
    """In another utterance the learned stage gives way to a rule; in the same one it has read the rule's words too."""
    learned = other.rule.endswith(LEARNED), one.rule.endswith(LEARNED)
    if one.utterance != other.utterance and learned[0] != learned[1]:
        return learned[0]
    return _rank(one) > _rank(other)


def _rank(deviation: Deviation) -> tuple[bool, Probability, bool]:
    """Words of blame that a rule knows, and that are not doubted, outrank what is made of them: irony sounds like praise."""
    by_rule = not deviation.rule.endswith(LEARNED)
    blames = by_rule and deviation.code is Code.DISPARAGEMENT and deviation.confidence >= DOUBTED
    return blames, deviation.confidence, by_rule


def _takes_a_side(one: Deviation, view: Deviation) -> bool:
    """Whether a view favours or harms somebody, and so is praise or blame rather than an opinion of its own."""
    return (
        one.code in _OPPOSITES
        and one.utterance == view.utterance
        and one.start_char < view.end_char
        and view.start_char < one.end_char
    )


def _contradict(one: Deviation, other: Deviation) -> bool:
    return (
        _OPPOSITES.get(one.code) is other.code
        and one.subject == other.subject
        and one.utterance is not None
        and other.utterance is not None
        and abs(one.utterance - other.utterance) <= SAME_BREATH
    )


def observed(heard: Heard, code: Code, *, rule: str, explanation: str, subject: str | None) -> Deviation:
    """A deviation from what the learned stage heard."""
    first, last = heard.remarks[0], heard.remarks[-1]
    return Deviation(
        code=code,
        rule=rule,
        confidence=heard.confidence,
        explanation=explanation,
        utterance=first.piece.utterance.index,
        start_char=first.start,
        end_char=last.piece.end if _closes(last) else last.end,
        subject=subject,
        contact_asked=any(remark.contact_asked for remark in heard.remarks),
        personal_view=any(remark.personal_view for remark in heard.remarks),
    )


def _chosen(transcript: Transcript, register: Register) -> dict[str, int]:
    """For each candidate or option the place of the utterance in which the contact named it first."""
    first: dict[str, int] = {}
    for position, utterance in enumerate(transcript.utterances):
        if utterance.speaker is Speaker.CONTACT:
            for mention in register.find(utterance.text):
                if mention.subject:
                    first.setdefault(mention.subject, position)
    return first


def states_a_fact(remark: Remark, script: ApprovedScript) -> bool:
    """Whether a clause states an approved fact, with its own figures and nothing besides.

    Args:
        remark: The clause.
        script: Whose facts are meant.
    """
    return any(
        fuzz.ratio(fact, said) >= ALIKE and figures(fact) == figures(said)
        for fact in map(normalize, script.facts)
        for said in (remark.plain, remark.sentence)
    )


def _says_who_that_is(remark: Remark) -> bool:
    """Whether a clause says of a candidate only what the register says: "her dad was a bus driver"."""
    if not any(mention.kind in _DESCRIBES for mention in remark.mentions):
        return False
    named = [mention for mention in remark.mentions if mention.heard_as is not HeardAs.PRONOUN]
    beside = [token for token in remark.tokens if not any(m.start <= token.start < m.end for m in named)]
    return all(token.text in _SMALL_WORDS for token in beside)


def _read_back(remark: Remark, chosen: dict[str, int]) -> bool:
    """Whether an answer is said back and names nobody whom the contact had not named."""
    here = remark.piece.position
    named = [mention.subject for mention in remark.mentions if mention.subject]
    return remark.reads_back and bool(named) and all(chosen.get(subject, here) < here for subject in named)


def _runs(remarks: Iterable[Remark | None], alignment: "Alignment") -> list[tuple[Remark, ...]]:
    """Clauses of one utterance that follow one another, in the list of options or out of it; None is not read."""
    runs: list[list[Remark]] = []
    before: Remark | None = None
    for remark in remarks:
        if remark is not None:
            follows = before is not None and _follows(before, remark, alignment)
            if follows and sum(len(item.tokens) for item in (*runs[-1], remark)) <= MOST_WORDS:
                runs[-1].append(remark)
            else:
                runs.append([remark])
        before = remark
    return [tuple(run) for run in runs]


def _follows(before: Remark, remark: Remark, alignment: "Alignment") -> bool:
    """Whether a clause goes on with what the one before it says; a sentence of the list and another are two things."""
    if before.piece.position != remark.piece.position:
        return False
    return before.piece.start == remark.piece.start or (
        _reads_options(before, alignment) == _reads_options(remark, alignment)
    )


def _closes(remark: Remark) -> bool:
    """Whether a clause is the last of its sentence."""
    return not remark.piece.utterance.text[remark.end : remark.piece.end].strip(" ,.!?…\"'”’)")


def _strongest(stretch: Stretch, code: Code, classifier: Classifier, register: Register) -> tuple[Remark, ...]:
    """The clauses of the sentences that carry the code; all of them where none stands out."""
    sentences: dict[int, list[Remark]] = {}
    for remark in stretch.remarks:
        sentences.setdefault(remark.piece.start, []).append(remark)
    if len(sentences) == 1:
        return stretch.remarks
    text = stretch.remarks[0].piece.utterance.text
    said = [name_blind(text[inside[0].start : inside[-1].piece.end], register) for inside in sentences.values()]
    shares = {
        place: classifier.confidence(judgement, code, rule_saw_it=False)
        for place, judgement in zip(
            sentences, classifier.judge_all([(part, stretch.before) for part in said]), strict=True
        )
    }
    bar = WEAKEST_PART * max(shares.values())
    carrying = [place for place, share in shares.items() if share >= bar]
    return tuple(remark for remark in stretch.remarks if carrying[0] <= remark.piece.start <= carrying[-1])
