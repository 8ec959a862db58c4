# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""What a sentence states about the contest, in a form in which it can be compared with the approved facts.

Extraction and comparison, no inference model (judging.md): the event or rule that is spoken of, the words beside it,
the figures by what they measure, and whether it is denied.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.script import ApprovedScript, Line
from app.pipeline.language import cues
from app.pipeline.language.cues import cue
from app.pipeline.language.figures import figures
from app.pipeline.language.measures import Measure, Slot, disagree, measures
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize, sentences

_EVENTS = {
    "closes": cue(r"""
        clos(?:e|es|ed|ing)(?: date)?|deadline|cut off|(?:last|final) (?:day|date|chance|post)|ends?|ending|finish(?:es|ed|ing)?|shuts?|runs? (?:out|until|till|to|up to)|expires?|due|extended|extension|put back|moved (?:to|back)|brought forward|(?:want|wants|wanted|need|needs|expect) (?:it|them|votes|(?:the|your) \w+) (?:back |in )?by
        (?:back|in|return|returned|returning|received|arrives?|reach|reaches|post|posted|send|sent|get|got|vote|voting|votes|voted|papers?|ballots?|forms?|have|it|them|open|time) (?:(?!join|member)\w+ ){0,4}?(?:by|before|until|till|up to|no later than)(?= (?:the|next|this|end|mid|early|late|then|noon|midnight|easter|christmas|new year|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d|half|first|second|third|\w+th\b|\w+teen))
    """),
    "issued": cue(r"""
        (?:was|were|been|being|get|gets|got|is|are) (?:all |only |just |already )?(?:posted|sent|mailed|issued|dispatched|delivered|emailed)|(?:sent|posted|went|gone|going|go|mailed) out|(?:posted|sent|mailed) on|(?:posted|sent|mailed|put|got) (?:\w+ ){1,3}?out|(?:posted|sent|mailed) (?:\w+ ){0,2}?(?:papers|ballots|forms|packs)|landed|dispatched|issued|in the post (?:since|on|from)
    """),
    "opens": cue("opens?|opened|opening|starts?|started|starting|begins?|began|kicks? off"),
    "counted": cue("count|counts|counted|counting|results?|announced?|announcement|declared"),
}
"""Things that happen on a date: sharing one is enough to be about the same."""

_RULES = {
    "change": cue(r"""
        chang\w+|rise|rises|rising|rose|risen|increas\w+|(?:go|goes|going|went|put|putting|gone) (?:\w+ )?up|doubl\w+|trebl\w+|dearer|fall|falls|drop|drops|cut|cuts|lose|loses|lost|losing|shut|shutting|shuts|axed?|scrap\w*|affect\w*|(?:more|less) expensive|cheaper|(?:pay|cost)(?:s|ing)? (?:more|less)
    """),
    "entitled": cue(r"""
        (?:may|can|could|allowed to|entitled to|eligible to|able to|get to|gets to|right to|only) vote|(?:has|have|gets?|got|given) (?:\w+ ){0,2}?(?:votes?|say|ballot)|entitled|eligible|qualif(?:y|ies)|to vote|cast (?:\w+ )?votes?|votes? (?:per|each|apiece|for (?:each|every|the))
    """),
    "threshold": cue(
        "majority|threshold|turnout|quorum|carried|pass|passes|passed|go through|goes through|needed|needs?|requires?|required"
    ),
    "standing": cue(
        "standing|stand|running|runs|on the (?:ballot|ballot paper|paper|list)|in the running|up for it|there (?:is|are|was|were) (?:\\w+ ){0,3}?(?:candidates?|names|options)|(?:only|just) \\w+ (?:candidates|names|options)"
    ),
    "binding": cue("binding|advisory|consultative|final say|only a consultation"),
    "secret": cue("secret|anonymous|confidential"),
}
"""Rules of a contest: about the same where a word beside them is shared too."""

_SAME = {
    "ballot": "vote", "ballots": "vote", "poll": "vote", "polls": "vote", "voting": "vote", "votes": "vote",
    "voted": "vote", "election": "vote", "vote": "vote", "papers": "paper", "paper": "paper", "form": "paper",
    "forms": "paper", "slip": "paper", "pack": "paper", "packs": "paper", "envelope": "paper", "subs": "subscription",
    "sub": "subscription", "dues": "subscription", "fees": "subscription", "fee": "subscription",
    "subscriptions": "subscription", "everybody": "everyone", "results": "result",
    "money": "pay", "wage": "pay", "wages": "pay",
}  # fmt: skip
_IDLE = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have he her him his how i if in is it "
        "its me my no not of on or our she so that the their them then there they this to up us was we were what when "
        "where which who why will with would yes you your am about all any just now out some than very well more also "
        "into only got get gets still need needs must every each may might shall should before after until till by "
        "next last back never nobody none over under again already yet know think sure right okay well oh"
    ).split()
)
_POINTS_BACK = cue("it|they|that|this|you|deadline|date|them|any ?time")
_ADVICE = cue(
    "to be (?:safe|sure|on the safe side)|ideally|in good time|i would|best to|try (?:to|and)|aim|allow|to give it"
)
_FOR_WHOEVER = cue(
    r"(?:for|to) (?:any|every)(?:one|body|body) (?:who|that) (?:\w+ ){0,2}?(?:votes?|voting|voted|posts?|sends?|returns?)"
)
"""Whom a prize is for says nothing of when the ballot closes."""

_UNTIL = cue(r"not (?:\w+ ){0,5}?(?:until|till|before)")
_EVERYONE = cue("every|all|any|each|everyone|everybody|anyone")
_NOT_EVERYONE = cue(
    r"(?:per|a|one for (?:the|each)) (?:household|house|family|flat|home|couple|branch)|between (?:you|the two|the pair)|before you (?:can|get|may)|not (?:all|every|everyone|everybody|any)|nobody|unless you|without"
    r"|(?:only|just) (?!get|gets|got|have|has|had|one|two|three|1|2|3|a|an|the one|there|that|because|to|so|once|now|for)(?:\w+ ){1,6}?(?:vote|votes|voting|say|ballot|entitled|eligible|qualify|can|may|gets?)"
    r"|(?:only|just) (?:\w+ ){1,6}?(?<!even )if (?!you (?:like|want|wish))"
)
_OPPOSITES = (
    (cue("secret|anonymous|confidential"), cue(r"(?:can|will|could|get to) (?:\w+ )?(?:see|know|tell|find out|check) (?:how|who|which|what)|not (?:\w+ )?(?:secret|anonymous|confidential)")),
    (cue("advisory|consultative"), cue("binding|final")),
    (cue("binding"), cue("advisory|not binding|only a consultation|just a consultation")),
    (cue("free"), cue("cost|costs|charge|charged|pay")),
    (cue("(?:same|full) (?:pay|money|wages?)"), cue("(?<!not )(?<!no )(?:less|lower|reduced|smaller|half) (?:pay|money|wages?)")),
)  # fmt: skip
_TAG = re.compile(
    r" (?:do|does|did|is|are|was|were|has|have|had|will|would|can|could) not (?:they|it|he|she|we|you|i)$"
)
_NOT_KNOWN = re.compile(
    r"\b(?:you|they|i|people|folk|members|nobody) (?:\w+ )?(?:do|does|did|will|may|might) not (?:\w+ )?(?:realise|know|mind|tell|mention|hear|see|understand)(?: you| is| that| is that)?\b|\bdo not (?:forget|worry)\b"
)
_DATES = frozenset({Slot.WEEKDAY, Slot.DAY, Slot.MONTH, Slot.YEAR, Slot.TIME})
_AMOUNTS = frozenset({Slot.MONEY, Slot.SHARE, Slot.COUNT})

_ANSWERED = re.compile(r"^(?:(?:no|nope|nah|yes|yeah|aye|oh|well|er|so|and|okay|right) )+")
"""An answer to what the contact asked denies their words, not those that follow it."""

SHARED = 0.5
"""Share of the words of a fact that a clause must hold to be about the same."""

PASSED_ON = 2
"""Telling words that a clause must share with a fact to pass on a part of it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one sentence states.

    Attributes:
        text: The sentence.
        plain: Its normalised words.
        events: Dated events that it speaks of.
        rules: Rules of the contest that it speaks of.
        words: Its other telling words, each in one form.
        measures: Its figures.
        denied: Whether it denies.
    """

    text: str
    plain: str
    events: frozenset[str]
    rules: frozenset[str]
    words: frozenset[str]
    measures: frozenset[Measure]
    denied: bool


@lru_cache(maxsize=20_000)
def statement(text: str) -> Statement:
    """What a sentence or clause states.

    Args:
        text: As it was written or said.
    """
    plain = without_tag(spelled_out(normalize(text)))
    return Statement(
        text=text,
        plain=plain,
        events=frozenset(name for name, pattern in _EVENTS.items() if pattern.search(plain)),
        rules=frozenset(name for name, pattern in _RULES.items() if pattern.search(plain)),
        words=frozenset(_form(word) for word in plain.split() if word not in _IDLE and not figures(f"of {word}")),
        measures=measures(text),
        denied=bool(cues.NEGATION.search(_ANSWERED.sub("", plain))),
    )


def without_tag(plain: str) -> str:
    """A clause without what denies nothing: "they nominated Dai, didn't they", "what people don't know is"."""
    return _NOT_KNOWN.sub("", _TAG.sub("", plain))


@lru_cache(maxsize=64)
def approved_statements(script: ApprovedScript) -> tuple[Statement, ...]:
    """What a script states: its facts, the dates and figures of its lines, and how many stand.

    Args:
        script: The approved script.
    """
    dated = [said for line in script.lines for said in dated_statements(line)]
    standing = f"There are {len(script.options)} candidates standing."
    return (*map(statement, script.facts), *dated, statement(standing))


def dated_statements(line: Line) -> tuple[Statement, ...]:
    """The sentences of a line that give a date, a sum or a number.

    Args:
        line: A line of the script.
    """
    texts = [wording[start:end] for wording in line.wordings for start, end in sentences(wording)]
    return tuple(statement(text) for text in texts if {item.slot for item in measures(text)} & (_DATES | _AMOUNTS))


def contradicted(said: Statement, approved: Sequence[Statement]) -> Statement | None:
    """The approved statement that a clause contradicts, or None; one that agrees with another is in order.

    Args:
        said: What was said.
        approved: What may be said.
    """
    alike = [fact for fact in approved if about_the_same(said, fact)]
    against = [fact for fact in alike if _contradicts(said, fact)]
    if not against or any(_bears_out(said, fact) for fact in alike if fact not in against):
        return None
    return against[0]


def borne_out(said: Statement, approved: Sequence[Statement]) -> bool:
    """Whether a clause states an approved fact in words of its own, with the same figures.

    Args:
        said: What was said.
        approved: What may be said.
    """
    alike = [fact for fact in approved if about_the_same(said, fact)]
    return (
        bool(alike)
        and not any(_contradicts(said, fact) for fact in alike)
        and any(_figures_known(said, fact) for fact in alike)
    )


def tells_of(said: Statement, approved: Sequence[Statement], *, share: float = 0.0) -> bool:
    """Whether a clause passes on a part of an approved fact: two of its words, and no figure that is not in it.

    Args:
        said: What was said.
        approved: What may be said.
        share: Least share of the words of the clause in [0, 1] that must be the fact's.
    """
    return any(
        len(said.words & fact.words) >= max(PASSED_ON, share * len(said.words))
        and not _contradicts(said, fact)
        and (not said.measures or _same_figures(said, fact) or said.measures <= fact.measures)
        for fact in approved
    )


def about_the_same(said: Statement, fact: Statement) -> bool:
    """Whether a clause is about what an approved statement is about."""
    shared = said.words & fact.words
    if "standing" in said.rules & fact.rules:
        return True
    if said.events & fact.events:
        return bool(shared) or bool(_POINTS_BACK.search(said.plain))
    enough = len(shared) >= SHARED * len(fact.words)
    if len(shared) > 1 and _amounts(said) & _amounts(fact):
        return True
    if said.rules & fact.rules:
        return bool(shared) and (enough or _count_the_same(said, fact) or "change" in said.rules & fact.rules)
    return enough and len(shared) > 1


def _amounts(one: Statement) -> set[Measure]:
    return {item for item in one.measures if item.slot in _AMOUNTS}


def _count_the_same(said: Statement, fact: Statement) -> bool:
    """Whether both count the same thing: votes, years of age."""
    ours, theirs = ({item.of for item in one.measures if item.slot is Slot.COUNT} for one in (fact, said))
    return bool(ours & theirs)


def _contradicts(said: Statement, fact: Statement) -> bool:
    if _ADVICE.search(said.plain) or _FOR_WHOEVER.search(said.plain):
        return False
    if _same_figures(said, fact) and said.denied == fact.denied:
        return False
    dated = said.events & fact.events or said.rules & fact.rules or _amounts(said) & _amounts(fact)
    slots = _AMOUNTS | (_DATES if dated else frozenset())
    if disagree(fact.measures, said.measures, slots=slots):
        return True
    if said.rules & {"entitled"} and disagree(fact.measures, said.measures, slots=frozenset({Slot.CHANNEL})):
        return True
    return _denies(said, fact) or _narrows(said, fact) or _opposite(said, fact)


def _same_figures(said: Statement, fact: Statement) -> bool:
    """Whether every figure and day that is said stands in the fact."""
    known = {*figures(fact.plain), *fact.plain.split(), *(item.value for item in fact.measures)}
    return bool(said.measures) and all(item.value in known for item in said.measures)


def _denies(said: Statement, fact: Statement) -> bool:
    """Whether one says what the other denies; "not until the fifth" is no denial of the fifth."""
    if said.denied == fact.denied or _UNTIL.search(said.plain) or {"standing"} & fact.rules:
        return False
    shared = said.words & fact.words
    predicate = (said.events & fact.events) or (said.rules & fact.rules)
    if fact.denied and _UNTIL.search(fact.plain):
        # "Not before January": what comes with January is in order.
        same_figures = bool(fact.measures & said.measures)
        return bool(predicate and shared) and not same_figures
    return bool(predicate) and len(shared) >= 0.6 * len(fact.words) and len(shared) >= 0.5 * len(said.words)


def _narrows(said: Statement, fact: Statement) -> bool:
    entitled = "entitled" in said.rules & fact.rules
    everyone = _EVERYONE.search(fact.plain) and not _NOT_EVERYONE.search(fact.plain)
    return bool(entitled and everyone and _NOT_EVERYONE.search(said.plain))


def _opposite(said: Statement, fact: Statement) -> bool:
    return any(
        one.search(fact.plain) and other.search(said.plain) and not (one.search(said.plain) and not said.denied)
        for one, other in _OPPOSITES
    )


def _bears_out(said: Statement, fact: Statement) -> bool:
    """Whether a fact has the figures of a clause, or its date, and none where the clause has another."""
    if said.measures <= fact.measures:
        return bool(said.measures)
    dated = any(item.slot in _DATES for item in said.measures & fact.measures)
    return dated and not disagree(fact.measures, said.measures, slots=frozenset(Slot))


def _figures_known(said: Statement, fact: Statement) -> bool:
    if said.measures and said.measures <= fact.measures and said.events & fact.events:
        return True
    return said.measures <= fact.measures and len(said.words & fact.words) >= SHARED * len(said.words)


def _form(word: str) -> str:
    if word in _SAME:
        return _SAME[word]
    stripped = re.sub(r"(?:ies)$", "y", word)
    return stripped[:-1] if len(stripped) > 3 and stripped.endswith("s") and not stripped.endswith("ss") else stripped
