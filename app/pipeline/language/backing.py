# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""Who is said to have nominated, endorsed, recommended or backed whom, to be out of the contest or to have won it.

Subject, predicate and object of a clause, by the order of its words and the register's names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.pipeline.language import cues
from app.pipeline.language.claims import without_tag
from app.pipeline.language.cues import cue
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import Token

SOMEBODY = "somebody"
BODY = "thebody"


class Act(StrEnum):
    """What is said of a candidate or option."""

    BACKED = "backed"
    OUT = "out"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Backing:
    """One such statement.

    Attributes:
        act: What is said.
        subject: Id of the candidate or option, or None where it is left open.
        body: Words of whoever acted, as they were said; empty where they are not named.
        denied: Whether it is denied.
    """

    act: Act
    subject: str | None
    body: str
    denied: bool


_BODY = (
    r"(?:\w+ ){0,2}?(?:thebody|branch(?:es)?|region(?:s|al office)?|committees?|councils?|councillors?|exec(?:utive)?|nec|board|trustees|"
    r"leadership|leader|president|chair|chairman|chairwoman|general secretary|secretary|convenors?|stewards?|reps|unions?|"
    r"federation|guild|association|associations|society|societies|part(?:y|ies)|constituenc(?:y|ies)|clps?|ward|wards|"
    r"congress|conference|lodge|lodges|chapel|section|sections|district|districts|newspaper|papers?|press|gazette|mps?|mayor|"
    r"minister|faculty|management|bishop|vicar|group|groups|network|campaign|caucus|top brass|head office|labour|tories|"
    r"conservatives|greens|lib dems|liberal democrats|unite|unison|gmb|tuc|church|chamber|club|clubs|team|organisers|officers|"
    r"officials|leaders|celebrities|delegates|workforce|senate|college|cabinet|panel|assembly|forum|staff side)"
)
_FORMAL = (
    r"(?:nominat(?:ed|es|ing|e)|endors(?:ed|es|ing|e)|recommend(?:ed|s|ing)?|"
    r"c[oa]me out (?:\w+ )?(?:for|in favour of|in support of|behind|against)|declared (?:\w+ )?(?:for|support for)|"
    r"(?:thrown|threw|put|putting|throwing) (?:its|their|his|her|all their|all its|our) (?:\w+ )?(?:weight|support|backing|name|names) (?:behind|to)|"
    r"(?:given|gave|giving|gives|give) (?:\w+ ){0,2}?(?:its|their|his|her|the|our|a) (?:\w+ )?(?:nomination|backing|support|endorsement|blessing|recommendation|nod)(?: to)?|"
    r"vot(?:ed|ing) (?:\w+ ){0,2}?to (?:back|support|nominate|recommend|endorse|put)|put (?:\w+ )?forward|adopted|"
    r"made (?:\w+ ){0,2}?(?:nomination|recommendation) (?:for|of)|"
    r"(?:swung|thrown|fallen|lined up|come out|got|rallied|united) (?:\w+ )?(?:in )?behind)"
)
_SOFT = r"(?:back(?:s|ed|ing)?|support(?:s|ed|ing)?|chosen|picked|selected|favours?|gone for|lined up behind|lining up behind|rallied behind)"
_WHOM = r"(?:somebody|s?he|him|her|(?:a |to vote |voting |voted )(?:yes|no|for|against)|(?:the )?(?:merger|deal|offer|proposal|motion|change|accept(?:ance|ing)?|reject(?:ion|ing)?))"
_PERSON = r"(?:somebody|(?:the|that) other (?:one|two|lot|lad|lass|fella|woman|man|candidates?)|(?:one|two) of (?:them|the candidates))"

_W = rf"(?:(?!{SOMEBODY}\b)\w+ )"
"""A word that names no candidate: what is said belongs to the nearest one."""
_DONE = r"(?:nominated|endorsed|backed|recommended|supported|put forward|chosen|adopted|selected)"
_GIFT = r"(?:nominations?|backing|support|endorsements?|blessing|recommendation|nod)"

_ACTIVE = cue(rf"(?P<who>{_BODY}) {_W}{{0,4}}?(?P<act>{_FORMAL}|{_SOFT}) {_W}{{0,5}}?(?P<whom>{_WHOM})")
_ACTIVE_GIVES = cue(
    rf"(?P<who>{_BODY}) {_W}{{0,3}}?(?P<act>gave|given|gives|giving) (?P<whom>{_WHOM}) {_W}{{0,3}}?{_GIFT}"
)
_PUT_UP = cue(
    rf"(?P<who>{_BODY}) {_W}{{0,3}}?(?P<act>put|puts|putting) (?P<whom>{_WHOM}) (?:\w+ )?(?:forward|up(?! with| to| on| for auction))"
)
_ACTIVE_UNKNOWN = cue(
    rf"(?P<who>\w+ \w+|\w+) (?:(?:has|have|had|is|are|already|just|now|also|all|even|both|officially|formally|publicly|been) ){{0,4}}?(?P<act>{_FORMAL}) {_W}{{0,5}}?(?P<whom>{_WHOM})"
)
_DECLARED = cue(
    rf"(?P<who>s?he|they|it|\w+) (?:(?:is|are|has|have|was|already|now|been) ){{0,3}}?(?:officially|formally|publicly|openly) (?:\w+ )?(?P<act>{_SOFT}|{_FORMAL}) {_W}{{0,3}}?(?P<whom>{_WHOM})"
)
_TOLD_TO = cue(
    rf"(?P<who>{_BODY}) {_W}{{0,2}}?(?:voted|decided|agreed|resolved|chose|opted) {_W}{{0,4}}?to (?:tell|urge|advise|ask|recommend) {_W}{{0,3}}?(?:to )?(?P<whom>{_WHOM}|(?:chuck|throw|turn|kick|vote|knock|reject|accept|back|go for|approve|oppose|support) ?\w*)"
)
_PASSIVE = cue(rf"(?P<whom>{_WHOM}) {_W}{{0,6}}?{_DONE} (?:\w+ ){{0,2}}?by (?P<who>(?:\w+ ){{0,4}}?\w+)")
_RELATIVE = cue(
    rf"(?P<whom>{_WHOM}) (?:is|was) (?:the |our |your )?(?:\w+ )?(?:one|candidate|person|man|woman|lad|lass|name|choice) (?:that |who |whom |which )?(?P<who>{_BODY}) {_W}{{0,4}}?(?:{_FORMAL}|{_SOFT}|want(?:s|ed)?)"
)
_HOLDS = cue(
    rf"(?P<whom>{_WHOM}) {_W}{{0,4}}?(?:has|have|got|gets|won|with|had|picked up|secured|collected|gained|taken|under) {_W}{{0,6}}?{_GIFT} {_W}{{0,3}}?(?:of|from) (?P<who>(?:\w+ ){{0,4}}?\w+)"
)
_HOLDS_THEIRS = cue(
    rf"(?P<whom>{_WHOM}) {_W}{{0,2}}?(?:has|have|got|gets|won|with|had|picked up|secured|gained) (?P<who>{_BODY}) (?:is |s )?(?:\w+ )?{_GIFT}"
)
_GOES_TO = cue(
    rf"(?P<who>{_BODY}|our|your|their|its) {_W}{{0,2}}?(?:nomination|recommendation|endorsement|backing) {_W}{{0,3}}?(?:to|for|is|was|has gone) {_W}{{0,3}}?(?P<whom>{_WHOM})"
)
_OFFICIAL = cue(
    rf"(?P<whom>{_WHOM}) {_W}{{0,3}}?(?P<who>(?:{_BODY}|official|officially|formal|formally) (?:\w+ )?)(?:recommended|nominated|endorsed|approved|preferred|official|backed|chosen|adopted)? ?(?:candidate|choice|nominee|pick)"
)
_WE = cue(
    rf"(?P<who>we|the union|the guild|the federation) (?:(?:have|are|has|is|already|now|officially|formally|actually|all) ){{0,3}}?(?P<act>nominat(?:ed|ing)|endors(?:ed|ing|e)|recommend(?:ed|ing)?) {_W}{{0,4}}?(?P<whom>{_WHOM})"
)
_BACKED = (
    _ACTIVE,
    _ACTIVE_GIVES,
    _PUT_UP,
    _RELATIVE,
    _PASSIVE,
    _HOLDS,
    _HOLDS_THEIRS,
    _TOLD_TO,
    _GOES_TO,
    _OFFICIAL,
    _WE,
    _DECLARED,
    _ACTIVE_UNKNOWN,
)

_NOMINATES = cue(
    r"nominat\w+|endors\w+|recommend\w+|backing|backs|backed|back|supports?|supported|prefer\w*|favours?|sides?"
)
_OUT = cue(rf"""
    {_PERSON} {_W}{{0,4}}?(?:withdrawn|withdrew|withdrawing|pulled out|pulling out|dropped out|dropping out|stood down|standing down|stood aside|standing aside|stepped (?:aside|down|back)|stepping (?:aside|down|back)|quit|packed it in|(?:not|no longer|never) (?:\w+ ){{0,2}}?(?:standing|running|in it|in the running|on the (?:ballot|paper|list))|out of (?:the race|it|the running|the contest)|disqualified|struck off|thrown off|barred|ineligible|not (?:\w+ )?eligible|taken off the (?:ballot|list|paper)|suspended)(?! as)
""")
_INHERENT = cue(
    r"(?:not|no longer|never) (?:\w+ ){0,2}?(?:standing|running|in it|in the running|eligible|on the (?:ballot|paper|list))"
)
_WON = cue(rf"""
    {_PERSON} {_W}{{0,3}}?(?:already|as good as|has|have|effectively) (?:\w+ )?(?:won(?: it)?|been elected|got (?:it|in)|got enough votes)(?! (?:a|an|his|her|awards?|praise|over))
    {_PERSON} (?:has )?won (?:it|this|the (?:election|contest|vote|ballot|selection|race|job))
""")
_SUPPOSED = cue(
    "if|whether|whoever|whichever|may|might|could|would|can|should|unless|until|hopes?|hoping|wants? to|asked to|up to|free to|ought|once|when|suppose|who|what|which|whom"
)
_PREFACE = cue(
    "i (?:should|must|can|could|would|ought to|might|may) (?:just |also |as well )?(?:say|tell you|mention|warn you|add|point out|let you know)(?: that)?"
)
_SHORTENED = frozenset("is will would have has had".split())
"""Verbs that lean on a name: "Samir's the one"."""
_NOBODYS = frozenset("i you who whoever what nobody none whom if whether and or that".split())


def backings(tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Backing, ...]:
    """What a clause says of nominations, endorsements, withdrawals and victories.

    Args:
        tokens: The normalised words of the clause.
        mentions: The names in it, with offsets like the tokens', pronouns that stand for a candidate included.

    Returns:
        Statements only: what is supposed, asked for or left open is none.
    """
    plain, subjects = _blind(tokens, mentions)
    plain = without_tag(plain)
    found = []
    out = _OUT.search(plain)
    if out and not _supposed(plain[: out.end()]):
        inherent = bool(_INHERENT.search(out.group()))
        negations = len(cues.NEGATION.findall(plain[: out.end()]))
        found.append(Backing(Act.OUT, _whom(plain, out.start(), subjects), "", negations > inherent))
    won = _WON.search(plain)
    if won and not _supposed(plain[: won.end()]):
        found.append(Backing(Act.WON, _whom(plain, won.start(), subjects), "", _denied(plain[: won.end()])))
    backed = _backed(plain, subjects)
    return (*found, backed) if backed else tuple(found)


def speaks_of_backing(plain: str) -> bool:
    """Whether a text is about nominating, endorsing, recommending or preferring at all."""
    return bool(_NOMINATES.search(plain))


def _backed(plain: str, subjects: dict[int, str | None]) -> Backing | None:
    for pattern in _BACKED:
        match = pattern.search(plain)
        if match is None or _supposed(plain[: match.end()], relative=pattern is _RELATIVE):
            continue
        who = match.group("who").strip()
        if pattern is _ACTIVE_UNKNOWN and set(who.split()) & (_NOBODYS | {SOMEBODY, "we", "people", "everyone"}):
            continue
        if set(who.split()) & {"you", "me"} and pattern is not _GOES_TO:
            continue
        return Backing(Act.BACKED, _whom(plain, match.start("whom"), subjects), who, _denied(plain[: match.end()]))
    return None


def _denied(said: str) -> bool:
    return bool(cues.NEGATION.search(said))


def _supposed(said: str, *, relative: bool = False) -> bool:
    """Whether it is left open; "I should say" opens nothing, nor does the "who" of "the one who"."""
    told = _PREFACE.sub(" ", said)
    return bool(_SUPPOSED.search(re.sub(r"\b(?:who|whom|which|can|may)\b", " ", told) if relative else told))


def _blind(tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[str, dict[int, str | None]]:
    """The words with one word for each candidate and each body, and whom each stands for by its number."""
    words: list[str] = []
    subjects: dict[int, str | None] = {}
    before: Mention | None = None
    for token in tokens:
        mention = next((m for m in mentions if m.start <= token.start < m.end and _counts(m)), None)
        if mention is None:
            words.extend(spelled_out(token.text).split())
        elif mention is not before:
            if mention.kind in (NameKind.OPTION, NameKind.DESCRIPTION):
                subjects[len(words)] = mention.subject
                words.append(SOMEBODY)
            else:
                words.append(BODY)
        elif token.text in _SHORTENED:
            words.append(token.text)
        before = mention
    return " ".join(words), subjects


def _counts(mention: Mention) -> bool:
    return mention.kind in (NameKind.OPTION, NameKind.DESCRIPTION, NameKind.AUTHORITY, NameKind.ORGANISATION)


def _whom(plain: str, start: int, subjects: dict[int, str | None]) -> str | None:
    number = plain[:start].count(" ")
    return subjects.get(number)
