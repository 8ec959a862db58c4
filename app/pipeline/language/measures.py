"""Dates, sums, shares and counts of a text, each with what it measures, so that like is compared with like."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.pipeline.language.figures import figures
from app.pipeline.language.tokens import normalize


class Slot(StrEnum):
    """What a figure measures."""

    WEEKDAY = "weekday"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    TIME = "time"
    MONEY = "money"
    SHARE = "share"
    COUNT = "count"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes:
        slot: What it measures.
        value: Digits, the name of a day or month, or how a vote is sent; shares in per cent, sums with their unit.
        of: For counts the noun that is counted, or "field" for all who stand; "from" for the hour at which something
            begins; else empty.
    """

    slot: Slot
    value: str
    of: str = ""


_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS_IN_ORDER = "january february march april may june july august september october november december".split()
_MONTHS = frozenset(_MONTHS_IN_ORDER)
_PARTS = {"start|beginning|early": range(1, 11), "middle|mid": range(10, 21), "end|late": range(20, 32)}
"""Days of a month that a part of it stands for, widely understood."""
_DATED = frozenset("in of by until till before after from next last this since late early mid end".split())
_NO_DAY = frozenset(
    (
        "preference preferences choice choices vote votes pick place option time round ballot letter question "
        "candidate one thing call year week person name reminder attempt chance go point"
    ).split()
)
_FRACTIONS = {"thirds": "67", "quarters": "75"}
_MONEY = frozenset("pounds pound quid pence p euros dollars".split())
_BY_ITSELF = {
    **{word: Measure(Slot.WEEKDAY, word) for word in _WEEKDAYS},
    **{word: Measure(Slot.MONTH, word) for word in _MONTHS},
    "noon": Measure(Slot.TIME, "12"),
    "midday": Measure(Slot.TIME, "12"),
    "midnight": Measure(Slot.TIME, "midnight"),
    "half": Measure(Slot.SHARE, "50"),
    "quarter": Measure(Slot.SHARE, "25"),
    "tenner": Measure(Slot.MONEY, "10", "pounds"),
    "fiver": Measure(Slot.MONEY, "5", "pounds"),
}
"""Words that are a figure whatever stands beside them."""

_FACTORS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_HOURS = range(1, 13)
_SINCE = frozenset("from between".split())
_AT_AN_HOUR = frozenset("at by before after until till while".split()) | _SINCE
_BEHIND_AN_HOUR = frozenset("in on at till until while to sharp that this tonight tomorrow so".split())
_OF_THE_DAY = frozenset("morning afternoon evening night day".split())
_SKIPPED = frozenset("different other separate whole full more extra new good eligible".split())
_CHANNELS = {
    "post": re.compile(
        r"\b(?:by post|postal(?:ly)?|through the post|in the post|prepaid envelope|pre paid envelope)\b"
    ),
    "online": re.compile(r"\b(?:online|on line|internet|website|web ?site|electronic(?:ally)?|the app|an app)\b"),
    "phone": re.compile(r"\b(?:(?:by|over the|on the) (?:tele)?phone|by text|text message)\b"),
    "person": re.compile(r"\b(?:in person|polling station|ballot box|show of hands|at the (?:meeting|depot|office))\b"),
}


@lru_cache(maxsize=20_000)
def measures(text: str) -> frozenset[Measure]:
    """The figures of a text.

    Args:
        text: As it was written or said, with its signs.
    """
    plain = normalize(_signs_spelt(text))
    return frozenset((*_figures(plain.split()), *_part_of_month(plain), *_channels(plain)))


def disagree(approved: frozenset[Measure], said: frozenset[Measure], *, slots: frozenset[Slot]) -> bool:
    """Whether what is said has a figure where the approved text has another one of the same kind.

    Args:
        approved: Figures of the approved text.
        said: Figures of what was said.
        slots: Kinds that are compared.
    """
    for slot in slots:
        for noun in {item.of for item in said if item.slot is slot}:
            theirs = {item.value for item in said if item.slot is slot and item.of == noun}
            ours = {item.value for item in approved if item.slot is slot and item.of == noun}
            if ours and theirs and not ours & theirs:
                return True
    return False


def _signs_spelt(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"£\s*(\d+(?:\.\d+)?)", r"\1 pounds ", text)
    text = re.sub(r"%", " percent ", text)
    text = re.sub(r"(?<=\d)\.(?=\d(?:\d*\s*(?:per\s?cent|million)))", " point ", text)
    return re.sub(r"\b(\d{1,2})(?:[:.]\d\d)?\s*([ap])\.?m\b", r"\1 oclock", text, flags=re.IGNORECASE)


def _figures(words: list[str]) -> Iterator[Measure]:
    place = 0
    while place < len(words):
        found, used = _at(words, place)
        if found:
            yield found
        place += used


def _at(words: list[str], place: int) -> tuple[Measure | None, int]:
    """What is measured at a place, and how many words it takes."""
    word = words[place]
    value, used = _number(words, place)
    if word in ("may", "march"):
        dated = words[place - 1] in _DATED or _number(words, place - 1)[0] is not None if place else False
        return (Measure(Slot.MONTH, word) if dated else None), 1
    if word in _BY_ITSELF and words[place + 1 : place + 2] != ["past"]:
        return _BY_ITSELF[word], 1
    return _of_number(words, place, value, used) if value is not None else (None, 1)


def _decimal(words: list[str], place: int, value: int) -> tuple[Measure | None, int]:
    """A decimal, which is a share whether or not "per cent" is said; "2.5 million" is none."""
    tenths, used = _number(words, place + 1)
    if words[place : place + 1] != ["point"] or tenths is None:
        return None, 0
    scaled = set(words[place + 1 + used : place + 2 + used]) & set(_FACTORS)
    return (None if scaled else Measure(Slot.SHARE, f"{value}.{tenths}")), 1 + used


def _of_number(words: list[str], place: int, value: int, used: int) -> tuple[Measure | None, int]:
    value, used = _multiplied(words, place, value, used)
    share, behind = _decimal(words, place + used, value)
    if behind:
        return share, used + behind
    ahead = words[place + used : place + used + 3]
    after = ahead[0] if ahead else ""
    before = words[place - 1] if place else ""
    with_unit = _with_unit(value, ahead)
    if with_unit:
        return with_unit, used + 1
    if _is_hour(words, place, used, value):
        return Measure(Slot.TIME, str(value), "from" if before in _SINCE else ""), used
    if _is_day(words[place : place + used], before, ahead, value):
        return Measure(Slot.DAY, str(value)), used
    if 1900 <= value <= 2099 and after not in _COUNTED:
        return Measure(Slot.YEAR, str(value)), used
    return _of_who_stands(words[max(0, place - 3) : place], ahead, value) or (
        None if _is_ordinal(words[place + used - 1]) else _count(ahead, before, value)
    ), used


def _of_who_stands(before: list[str], ahead: list[str], value: int) -> Measure | None:
    after = ahead[0] if ahead else ""
    if after in ("standing", "running") or (ahead[:2] == ["of", "them"] and "there" in before):
        return Measure(Slot.COUNT, str(value), "candidate")
    return Measure(Slot.COUNT, str(value), "field") if _is_the_field(before, after) else None


def _is_the_field(before: list[str], after: str) -> bool:
    """Whether a number is that of all who stand: "any of the three of them", "none of the four over the others"."""
    return before[:1] != [] and before[0] in _SHARES and before[1:] == ["of", "the"] and after in _BEHIND_THE_FIELD


def _multiplied(words: list[str], place: int, value: int, used: int) -> tuple[int, int]:
    """A number with its hundreds and thousands, and what stands behind them: "two hundred and ninety"."""
    whole = value
    while words[place + used : place + used + 1] and words[place + used] in _FACTORS:
        whole, used = whole * _FACTORS[words[place + used]], used + 1
        rest, more = _number(words, place + used + 1)
        if words[place + used : place + used + 1] == ["and"] and rest is not None and rest < _FACTORS["hundred"]:
            whole, used = whole + rest, used + 1 + more
    return whole, used


def _is_hour(words: list[str], place: int, used: int, value: int) -> bool:
    """Whether a bare number is a time of day: "six in the evening", "from two until eight", "by twelve on Monday"."""
    before = words[place - 1] if place else ""
    ahead = words[place + used : place + used + 3]
    if value not in _HOURS or _is_ordinal(words[place + used - 1]):
        return False
    if ahead[:2] == ["at", "night"] or (ahead[:2] == ["in", "the"] and _OF_THE_DAY & set(ahead[2:])):
        return True
    # "From one to four" counts ranks.
    ranks = words[max(0, place - 2)] in ("one", "1")
    until = [*words[max(0, place - 3) : place - 2], before] in (["between", "and"], ["from", "to"]) and not ranks
    behind = _BEHIND_AN_HOUR | _WEEKDAYS | ({"and"} if before == "between" else set())
    return value > 1 and (before in _AT_AN_HOUR or until) and (not ahead or ahead[0] in behind)


def _with_unit(value: int, ahead: list[str]) -> Measure | None:
    after = ahead[0] if ahead else ""
    if after in ("thirds", "quarters"):
        return Measure(Slot.SHARE, _FRACTIONS[after])
    if after == "percent" or ahead[:2] == ["per", "cent"]:
        return Measure(Slot.SHARE, str(value))
    if after in _MONEY:
        return Measure(Slot.MONEY, str(value), "pence" if after in ("pence", "p") else "pounds")
    clock = after in ("oclock", "am", "pm") or ahead[:2] == ["o", "clock"]
    return Measure(Slot.TIME, str(value)) if clock else None


def _is_day(number: list[str], before: str, ahead: list[str], value: int) -> bool:
    if not 1 <= value <= 31:
        return False
    after = ahead[0] if ahead else ""
    named = after in _MONTHS and (after not in ("may", "march") or _is_ordinal(number[-1]) or number[-1].isdigit())
    month_beside = before in _MONTHS or named or (after == "of" and ahead[1:2] != [] and ahead[1] in _MONTHS)
    if month_beside:
        return True
    return _is_ordinal(number[-1]) and before in {"the", *_WEEKDAYS} and after not in _NO_DAY


def _is_ordinal(word: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:st|nd|rd|th)|first|second|third|\w+th", word))


def _count(ahead: list[str], before: str, value: int) -> Measure | None:
    nouns = [word for word in ahead if word not in _SKIPPED]
    open_ended = not nouns or nouns[0] in _AFTER_AGE
    if (before in _OF_AGE and open_ended) or (before in ("over", "under") and not (nouns and nouns[0] in _COUNTED)):
        return Measure(Slot.COUNT, str(value), "age")
    if not nouns or (value == 1 and nouns[0] not in _COUNTED):
        return None
    noun = _OF_THE_FIELD.get(nouns[0], nouns[0])
    if noun in _NO_NOUN or (value == 1 and noun.startswith("candidate")):
        # "One candidate over another" counts nobody.
        return None
    return Measure(Slot.COUNT, str(value), noun[:-1] if len(noun) > 3 and noun.endswith("s") else noun)


_SHARES = frozenset("any all each none neither either which one".split())
_BEHIND_THE_FIELD = frozenset(("", *"of over and or but is are do would will you who to in".split()))
_NO_NOUN = frozenset("of the a an in by on at for to and or".split())
_COUNTED = frozenset(
    "vote votes candidate candidates ballot ballots preference preferences seat seats post posts year years".split()
)


_OF_AGE = frozenset("be being over under aged age turned least is are".split())
_AFTER_AGE = frozenset("to or and before years plus by on at can may get".split())
_OF_THE_FIELD = {"names": "candidate", "options": "candidate", "contenders": "candidate", "runners": "candidate"}


def _number(words: list[str], place: int) -> tuple[int | None, int]:
    """The number that begins at a place, and how many words it takes."""
    if not 0 <= place < len(words):
        return None, 1
    # Behind "of" even "one" and "first" are read as figures.
    alone = figures(f"of {words[place]}")
    if not alone or not alone[0].isdigit():
        return None, 1
    if place + 1 < len(words):
        both = figures(f"of {words[place]} {words[place + 1]}")
        following = figures(f"of {words[place + 1]}")
        if len(both) == 1 and following and following[0].isdigit():
            return int(both[0]), 2
    return int(alone[0]), 1


def _part_of_month(plain: str) -> Iterator[Measure]:
    """The days that "the end of June" may stand for."""
    for part, days in _PARTS.items():
        if re.search(rf"\b(?:{part}) (?:of )?(?:{'|'.join(_MONTHS_IN_ORDER)})\b", plain):
            yield from (Measure(Slot.DAY, str(day)) for day in days)


def _channels(plain: str) -> Iterator[Measure]:
    for name, pattern in _CHANNELS.items():
        if pattern.search(plain):
            yield Measure(Slot.CHANNEL, name)
