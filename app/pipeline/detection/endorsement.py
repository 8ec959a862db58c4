"""`endorsement`: the canvasser speaks in favour of one candidate, option or party."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.domain.deviation import Code, Deviation, Means
from app.domain.units import Probability
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.favour import Target, put_down_to_contact, target, target_of_stretch
from app.pipeline.detection.learned import Heard, observed, states_a_fact, weigh
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance
from app.pipeline.language.directive import tells_to_favour
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.register import NameKind
from app.pipeline.language.script_language import Grammar

_VOTED_FOR = (NameKind.OPTION, NameKind.DESCRIPTION, NameKind.PARTY, NameKind.ROLE)
_EXPLANATIONS = {
    Means.NAMED: "The line speaks in favour of {name}, by name or right after the name.",
    Means.DESCRIBED: "The line speaks in favour of {name} by a description that fits nobody else.",
    Means.ROLE: "The line speaks in favour of a candidate pointed at by party, office or backing.",
    Means.PREFERENCE: "The line steers preferences, here in favour of {name}.",
}


class Endorsement:
    """Praise of a candidate, or a call to vote for one; a read-back, a denial and a plain list are none."""

    code = Code.ENDORSEMENT

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that favours somebody."""
        for item in weigh(call, self.code, tuple(_ruled(call))):
            yield item if isinstance(item, Deviation) else _learned(item, call)
        yield from _in_a_list(call)


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        if (not remark.off_script and not remark.options) or states_a_fact(remark, call.language.script):
            continue
        found = _favours(remark, call.language.grammar)
        if found:
            whom, rule, confidence = found
            deviation = observe(
                remark,
                Code.ENDORSEMENT,
                rule=f"endorsement.{whom.means}.{rule}",
                confidence=round(confidence * whom.confidence, 4),
                explanation=_EXPLANATIONS[whom.means].format(name=call.name_of(whom.subject)),
                subject=whom.subject,
            )
            yield replace(deviation, means=whom.means)


def _learned(heard: Heard, call: Call) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    likeliest = max(heard.judgement.means, key=lambda means: heard.judgement.means[means])
    means = likeliest if whom is None or likeliest is Means.PREFERENCE else whom.means
    subject = whom.subject if whom else None
    deviation = observed(
        heard,
        Code.ENDORSEMENT,
        rule=f"endorsement.{means}.learned",
        explanation=_EXPLANATIONS[means].format(name=call.name_of(subject)),
        subject=subject,
    )
    return replace(deviation, means=means)


DRESSED_UP: Probability = 0.5
"""Probability of praise from which what is said beside one name of a list favours that one. Of 32 readings of the
development sets with something beside one name, 7 of them labelled as praise, it was above .5 for 4, all praise; the
calibration sets have two such readings, neither labelled as praise."""


def _in_a_list(call: Call) -> Iterator[Deviation]:
    """Praise of one name in the list of options; a plain description only dresses it up."""
    for line in call.alignment.lines:
        added = line.reading and line.reading.added
        if not added or call.classifier is None:
            continue
        said = name_blind(added.utterance.text[added.start : added.end], call.language.register)
        confidence = call.classifier.judge(said, before="").alone[Code.ENDORSEMENT]
        if confidence >= DRESSED_UP:
            name = call.name_of(added.subject)
            yield Deviation(
                code=Code.ENDORSEMENT,
                rule="endorsement.named.dressed",
                confidence=round(confidence, 4),
                explanation=f"What is said beside {name} in the list speaks in favour of {name}.",
                utterance=added.utterance.index,
                start_char=added.start,
                end_char=added.end,
                subject=added.subject,
                means=Means.NAMED,
            )


FEWEST_READ = 2
"""Names from which candidates are read, or an answer is read back."""

_THANKS = re.compile(
    r"^(?:(?:very |right |okay |oh |yes )?(?:good|lovely|grand|smashing|great|brilliant|perfect|super|excellent|champion|magic|marvellous|wonderful|fantastic) )+"
    r"|(?<! is)(?<! was)(?<! are)(?: (?:lovely|grand|smashing|great|brilliant|perfect|super|excellent|champion|magic|marvellous|wonderful|fantastic))+$"
)
_LISTS = cues.cue(
    r"(?:the |your |our )?(?:candidates|names|options|choices) (?:are|is|on)|(?:standing|running) (?:are|is|we have)"
)


def _favours(remark: Remark, grammar: Grammar) -> tuple[Target, str, float] | None:
    if remark.denies or remark.is_question:
        return None
    whom = target(remark)
    steering = _steers_preferences(remark, whom)
    if steering:
        return steering
    if whom is None or put_down_to_contact(remark):
        return None
    if _tells_to_favour(remark, grammar):
        return whom, "directive", 0.93
    if _praises(remark) and not _turned_round(remark) and not _about_rivals(remark):
        return whom, "praise", 0.85
    return None


def _praises(remark: Remark) -> bool:
    """Whether there is praise, and not merely thanks before or behind two names that are read or read back."""
    if len({mention.subject for mention in remark.options}) < FEWEST_READ:
        return bool(remark.spot(stance.FOR))
    return bool(remark.spot(stance.FOR)) and bool(stance.FOR.search(_THANKS.sub("", remark.plain)))


def _reads_a_list(remark: Remark) -> bool:
    """Whether a clause introduces candidates and names several: what is said before that tells nobody whom to favour."""
    return bool(_LISTS.search(remark.plain)) and len({mention.subject for mention in remark.options}) >= FEWEST_READ


def _steers_preferences(remark: Remark, whom: Target | None) -> tuple[Target, str, float] | None:
    about_ranking = remark.spot(stance.PREFERENCE)
    if not about_ranking or put_down_to_contact(remark) or _reads_a_list(remark):
        return None
    keeps_out = remark.spot(
        cues.cue(
            r"keep (?:\w+ ){1,5}?out|stop (?:\w+ ){1,4}?(?:getting in|winning)|tactical(?:ly)?|any(?:one|body) but"
        )
    )
    if not (keeps_out or remark.spot(stance.FAVOURS) or remark.spot(stance.FOR)):
        return None
    if whom is None and not keeps_out and not remark.spot(stance.RIVALS):
        return None
    subject = None if whom is None or (keeps_out and _only_named_to_be_kept_out(remark)) else whom.subject
    return Target(subject, Means.PREFERENCE, whom.confidence if whom else 0.85), "steering", 0.9


def _only_named_to_be_kept_out(remark: Remark) -> bool:
    match = cues.cue(r"(?:keep|stop|any(?:one|body) but)").search(remark.plain)
    first = remark.options[0].start if remark.options else 0
    if match is None or not remark.options:
        return False
    spoken_before = len(remark.plain[: match.start()].split())
    return spoken_before < len(remark.tokens) and remark.tokens[spoken_before].start < first


def _tells_to_favour(remark: Remark, grammar: Grammar) -> bool:
    if not remark.spot(stance.FAVOURS) or cues.NEGATION.search(remark.plain) or _reads_a_list(remark):
        return False
    starts = [mention.start for mention in remark.mentions if mention.kind in _VOTED_FOR]
    role = stance.ROLE.search(remark.plain)
    if role and not starts:
        starts = [remark.tokens[len(remark.plain[: role.start()].split())].start]
    base = remark.piece.start
    return any(
        tells_to_favour(grammar, remark.piece.text, remark.start - base, remark.end - base, start - base)
        for start in starts
    )


def _turned_round(remark: Remark) -> bool:
    """Whether the praise is denied, or blame stands in the same clause."""
    return bool(cues.NEGATION.search(remark.plain) or stance.AGAINST.search(remark.plain))


def _about_rivals(remark: Remark) -> bool:
    return bool(stance.RIVALS.search(remark.plain)) and not remark.options
