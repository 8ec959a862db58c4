"""`false-claim`: a statement of fact about the contest that the approved facts do not bear out."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.declaring import stated, weighed
from app.pipeline.detection.favour import target_of_stretch
from app.pipeline.detection.learned import Heard, observed
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance
from app.pipeline.language.backing import Act, Backing, backings, speaks_of_backing
from app.pipeline.language.claims import Statement, approved_statements, borne_out, contradicted, statement
from app.pipeline.language.cues import cue
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.tokens import tokenize

_SETTLED = cue(r"""
    (?:ballot|vote|election|contest|selection|consultation|merger|voting|count) (?:has|is|was) (?:\w+ )?(?:been )?(?:cancelled|called off|scrapped|postponed|decided|settled|signed and sealed|already (?:over|closed|finished|done))
""")
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
            elif not _all_borne_out(item, call):
                yield _learned(item)


def _ruled(call: Call) -> Iterator[Deviation]:
    approved = approved_statements(call.language.script)
    for remark in call.remarks:
        if not stated(remark):
            continue
        found = _against_facts(remark, approved) or _of_backing(remark, call) or _of_the_register(remark, call)
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


def _against_facts(remark: Remark, approved: tuple[Statement, ...]) -> _Found | None:
    text = remark.piece.utterance.text[remark.start : remark.end]
    fact = contradicted(statement(text), approved)
    if fact is None:
        return None
    subjects = [mention.subject for mention in remark.options]
    return "contradicts", 0.9, f"The line contradicts what is approved: “{fact.text}”", next(iter(subjects), None)


def _of_backing(remark: Remark, call: Call) -> _Found | None:
    script = call.language.script
    for claim in backings(remark.tokens, remark.mentions):
        if claim.denied:
            continue
        name = call.name_of(claim.subject)
        if claim.act is Act.OUT:
            return "not-standing", 0.88, f"The script lists {name} as standing; the line says otherwise.", claim.subject
        if claim.act is Act.WON:
            return (
                "decided",
                0.88,
                f"The contest is still open by the script; the line says that {name} has won.",
                claim.subject,
            )
        known = _listed(call)
        if any(_same_backing(claim, item) for item in known):
            continue
        fact = next((text for text in script.facts if speaks_of_backing(text.lower())), None)
        because = f"; approved is “{fact}”" if fact else ""
        explanation = f"The line claims a backing of {name} that the approved facts do not list{because}"
        return "backing", 0.88, explanation if fact else f"{explanation}.", claim.subject
    settled = _SETTLED.search(remark.plain)
    if settled and not _SUPPOSED.search(remark.plain) and not remark.denies and remark.off_script:
        return "decided", 0.8, "The contest is still open by the script; the line says that it is settled.", None
    return None


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


def _all_borne_out(heard: Heard, call: Call) -> bool:
    """Whether a stretch states nothing but approved facts, asks, or says back what the contact said."""
    approved = approved_statements(call.language.script)
    return all(
        not stated(remark)
        or remark.denies
        or (bool(cues.NEGATION.search(remark.plain)) and speaks_of_backing(remark.plain))
        or bool(stance.READ_BACK.search(remark.plain))
        or borne_out(statement(remark.piece.utterance.text[remark.start : remark.end]), approved)
        for remark in heard.remarks
    )


def _learned(heard: Heard) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    return observed(
        heard,
        Code.FALSE_CLAIM,
        rule="false-claim.learned",
        explanation="The line sounds like a claim about the contest that the approved facts do not list.",
        subject=whom.subject if whom else None,
    )
