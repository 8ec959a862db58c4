# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How a vote is cast: what is marked on the paper and how it is sent, against what the approved facts say of it."""

from collections.abc import Sequence

from app.pipeline.language.claims import Statement
from app.pipeline.language.cues import cue
from app.pipeline.language.measures import Slot

_RANKED = cue(
    r"order of preference|single transferable|(?:rank|ranks|ranked|(?<!the )(?<!a )(?<!this )(?<!phone )numbers?) (?:the|them|all|your|every\w*|each|candidates)"
)
_CROSSED = cue(r"(?:one|single|a|an) (?:\w+ )?(?:cross|tick|x)")
_ONE_MARK = cue(r"(?:(?:just|only) (?:a|the|one|the one|a single)|one|a single|the one) (?:cross|tick|x)")
_NEED_NOT = cue(
    r"may (?:\w+ )?(?:use|stop|leave|mark|number|rank|give) (?:\w+ ){0,2}?(?:one|any|as|only|fewer|blank)|as many (?:\w+ ){0,3}?as|(?:need|do|does) not (?:have to )?(?:\w+ ){0,2}?(?:use|number|rank|fill)"
)
_MUST_MARK_ALL = cue(
    r"(?<!not )(?:have|has|got|need|needs|obliged|required|supposed|sure|must)(?: to)? (?:\w+ ){0,2}?(?:use|number|rank|give|fill|mark|put|vote) (?:\w+ ){0,3}?(?:both|all|every|each)"
)
_WAYS = r"(?:by post|online|on line|in person|over the phone|by phone)"
_ONLY_SO = cue(rf"(?:only|just|all) {_WAYS}|{_WAYS} (?:only|or not at all|and nothing else)|{_WAYS} is the only way")


def miscast(said: Statement, approved: Sequence[Statement]) -> Statement | None:
    """The approved statement against which a clause says how the vote is cast, or None.

    Args:
        said: What was said.
        approved: What may be said.
    """
    return _marked_otherwise(said, approved) or _sent_otherwise(said, approved)


def _marked_otherwise(said: Statement, approved: Sequence[Statement]) -> Statement | None:
    ranked = next((fact for fact in approved if _RANKED.search(fact.plain)), None)
    crossed = next((fact for fact in approved if _CROSSED.search(fact.plain)), None)
    free = next((fact for fact in approved if _NEED_NOT.search(fact.plain)), None)
    if free and _MUST_MARK_ALL.search(said.plain):
        return free
    if said.denied:
        return None
    if ranked and not crossed and _ONE_MARK.search(said.plain):
        return ranked
    return crossed if crossed and not ranked and _RANKED.search(said.plain) else None


def _sent_otherwise(said: Statement, approved: Sequence[Statement]) -> Statement | None:
    """A way of voting is said to be the only one, and the facts know another."""
    ways = _ways(said)
    if not ways or not _ONLY_SO.search(said.plain):
        return None
    return next((fact for fact in approved if "vote" in fact.words and ways < _ways(fact)), None)


def _ways(statement: Statement) -> set[str]:
    return {item.value for item in statement.measures if item.slot is Slot.CHANNEL}
