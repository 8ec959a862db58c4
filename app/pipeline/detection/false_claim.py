"""`false-claim`: a statement of fact about the contest that the approved facts do not bear out."""

from collections.abc import Iterator
from dataclasses import replace

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.declaring import mended, names, said_before, stated, weighed
from app.pipeline.detection.favour import target_of_stretch
from app.pipeline.detection.learned import Heard, observed
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance
from app.pipeline.language.backing import Act, Backing, backings, speaks_of_backing
from app.pipeline.language.casting import miscast
from app.pipeline.language.claims import (
    SHARED,
    Statement,
    about_the_same,
    approved_statements,
    borne_out,
    contradicted,
    statement,
    tells_of,
)
from app.pipeline.language.cues import cue
from app.pipeline.language.register import HeardAs, Mention, NameKind
from app.pipeline.language.sides import side
from app.pipeline.language.tokens import tokenize

_SETTLED = cue(r"""
    (?:ballot|vote|election|contest|selection|consultation|merger|voting|count) (?:has|is|was) (?:\w+ )?(?:been )?(?:\w+ )?(?:cancelled|called off|scrapped|postponed|decided|settled|signed|agreed|gone through|already (?:over|closed|finished|done))
""")
_NO_OTHER = cue(
    r"(?:nobody|no one|none|no other \w+) (?:else )?(?:\w+ ){0,4}?(?:standing|running|on the (?:ballot|ballot paper|paper|list)|in the running|put up|against (?:him|her|them))|(?:only|just) (?:the )?one (?:candidate|name|person|option)"
)
_PRONOUNS = frozenset("he she they it".split())
_OVER = cue(
    r"(?:ballot|vote|voting|polls?|election|contest) (?:has |have |is |are )?(?:already |now |just )?(?:closed|ended|shut|over|finished)(?! on)|too late to vote"
)
_SUPPOSED = cue("if|whether|when|once|may|might|could|would|can|should|will|after|until")
_IS = cue(r"is|was|the|as|being|our|that|who|he|she|a|an|her|his|also|still|used|to|be|of")


class FalseClaim:
    """A clause that contradicts an approved fact, or claims a backing that none lists."""

    code = Code.FALSE_CLAIM

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that the facts do not bear out."""
        for item in weighed(call, self.code, tuple(_ruled(call))):
            if isinstance(item, Deviation):
                yield item
            elif _says_something(item, call) and (item.sure or touches_facts(item, call)):
                yield _learned(item)


def _ruled(call: Call) -> Iterator[Deviation]:
    approved = approved_statements(call.language.script)
    for remark in call.remarks:
        if not stated(remark):
            continue
        found = (
            _against_facts(remark, approved, call)
            or _of_backing(remark, call)
            or _nobody_else(remark, call)
            or _of_the_register(remark, call)
        )
        if found:
            rule, confidence, explanation, subject = found
            yield observe(
                remark,
                Code.FALSE_CLAIM,
                rule=f"false-claim.{rule}",
                confidence=confidence,
                explanation=explanation,
                subject=subject,
            )


_Found = tuple[str, float, str, str | None]


def _against_facts(remark: Remark, approved: tuple[Statement, ...], call: Call) -> _Found | None:
    said = statement(remark.written)
    fact = contradicted(said, approved) or miscast(said, approved)
    if fact is None or mended(remark, fact):
        return None
    explanation = f"The line contradicts what is approved: “{fact.text}”"
    return "contradicts", 0.9, explanation, _whom_it_serves(remark, call)


def _of_backing(remark: Remark, call: Call) -> _Found | None:
    script = call.language.script
    for claim in backings(remark.tokens, _with_the_leader(remark, call)):
        if claim.denied:
            continue
        subject = claim.subject or _whom_it_serves(remark, call)
        name = call.name_of(subject)
        if claim.act is Act.OUT:
            return "not-standing", 0.88, f"The script lists {name} as standing; the line says otherwise.", subject
        if claim.act is Act.WON:
            return (
                "decided",
                0.88,
                f"The contest is still open by the script; the line says that {name} has won.",
                subject,
            )
        known = _listed(call)
        if any(_same_backing(claim, item) for item in known):
            continue
        fact = next((text for text in script.facts if speaks_of_backing(text.lower())), None)
        because = f"; approved is “{fact}”" if fact else ""
        explanation = f"The line claims a backing of {name} that the approved facts do not list{because}"
        return "backing", 0.88, explanation if fact else f"{explanation}.", subject
    settled = _SETTLED.search(remark.plain) or _OVER.search(remark.plain)
    if settled and not _SUPPOSED.search(remark.plain) and not remark.denies and remark.off_script:
        return "decided", 0.8, "The contest is still open by the script; the line says that it is settled.", None
    return None


def _whom_it_serves(remark: Remark, call: Call) -> str | None:
    """The one candidate named in a clause, or the option of a ballot that it is about; None where that is open."""
    named = {mention.subject for mention in names(remark, call) if mention.subject}
    return named.pop() if len(named) == 1 else side(remark.plain, call.language.script)


def _with_the_leader(remark: Remark, call: Call) -> tuple[Mention, ...]:
    """The names in a clause, with a pronoun that stands for the authority of which the contact has just spoken."""
    heard = call.language.register.find(said_before(call, remark))
    leaders = [mention for mention in heard if mention.kind is NameKind.AUTHORITY]
    if not leaders or any(mention.subject for mention in heard) or remark.tokens[0].text not in _PRONOUNS:
        return names(remark, call)
    first = remark.tokens[0]
    others = tuple(mention for mention in names(remark, call) if mention.start > first.start)
    return (replace(leaders[-1], start=first.start, end=first.start + 1, heard_as=HeardAs.PRONOUN), *others)


def _nobody_else(remark: Remark, call: Call) -> _Found | None:
    """Whether nobody else is said to stand where the script has more than were named."""
    only = remark.spot(_NO_OTHER)
    if only is None:
        return None
    said = call.language.register.find(remark.piece.utterance.text[: remark.end])
    left_out = {option.id for option in call.language.script.options} - {mention.subject for mention in said}
    if not left_out:
        return None
    names = ", ".join(sorted(call.name_of(option) for option in left_out))
    return "not-standing", 0.85, f"The script lists {names} as standing too; the line says that nobody else is.", None


def _listed(call: Call) -> list[Backing]:
    register = call.language.register
    return [
        item
        for fact in call.language.script.facts
        for item in backings(tokenize(fact), register.find(fact))
        if item.act is Act.BACKED and not item.denied
    ]


def _same_backing(claim: Backing, listed: Backing) -> bool:
    return claim.subject in (None, listed.subject)


def _of_the_register(remark: Remark, call: Call) -> _Found | None:
    """What belongs to one candidate said of another: a party, an office, a description."""
    named = [mention for mention in remark.mentions if mention.kind is NameKind.OPTION]
    for mention in remark.mentions:
        of_another = mention.kind in (NameKind.ROLE, NameKind.PARTY, NameKind.DESCRIPTION) and mention.subject
        before = [item for item in named if item.end <= mention.start]
        if not of_another or not before or before[-1].subject in (None, mention.subject):
            continue
        if _only_links(remark, before[-1], mention) and not call.language.script.ballot:
            owner, said_of = call.name_of(mention.subject), call.name_of(before[-1].subject)
            explanation = f"By the script “{mention.name}” is {owner}; the line says it of {said_of}."
            return "mistaken-for", 0.85, explanation, before[-1].subject
    return None


def _only_links(remark: Remark, one: Mention, other: Mention) -> bool:
    # "Ngozi's the secretary": the parts of a contraction share one place with the name.
    name = {token.text for token in tokenize(one.name)}
    between = [
        token.text for token in remark.tokens if one.start <= token.start < other.start and token.text not in name
    ]
    linked = all(_IS.fullmatch(word) for word in between)
    return bool({"is", "was"} & set(between)) and linked


def _says_something(heard: Heard, call: Call) -> bool:
    """Whether a stretch holds a claim at all, rather than a question or the contact's own words."""
    return any(_claims(remark, call) for remark in heard.remarks)


def touches_facts(heard: Heard, call: Call) -> bool:
    """Whether a stretch states what the facts could contradict: their matters, a backing, who stands, an outcome.

    What is merely not listed is no false claim but talk off the script.
    """
    return any(_touches(remark, call) for remark in heard.remarks if _claims(remark, call))


def _touches(remark: Remark, call: Call) -> bool:
    said = statement(remark.written)
    if any(about_the_same(said, fact) for fact in approved_statements(call.language.script)):
        return True
    of_contest = bool(remark.options) or bool(side(remark.plain, call.language.script))
    return of_contest and (speaks_of_backing(remark.plain) or bool(said.events or said.rules or said.measures))


def _claims(remark: Remark, call: Call) -> bool:
    """Whether a clause states more than approved facts, and does not ask or say back what the contact said."""
    neutral = remark.denies or (bool(cues.NEGATION.search(remark.plain)) and speaks_of_backing(remark.plain))
    if not stated(remark) or neutral or stance.READ_BACK.search(remark.plain):
        return False
    said, approved = statement(remark.written), approved_statements(call.language.script)
    return not (borne_out(said, approved) or tells_of(said, approved, share=SHARED))


def _learned(heard: Heard) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    return observed(
        heard,
        Code.FALSE_CLAIM,
        rule="false-claim.learned",
        explanation="The line sounds like a claim about the contest that the approved facts do not list.",
        subject=whom.subject if whom else None,
    )
