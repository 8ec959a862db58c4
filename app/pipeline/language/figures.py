"""Numbers and dates as figures, however they were written: "30th", "the thirtieth", "twenty-eighth"."""

import re
from functools import lru_cache

TEXTS_KEPT = 10_000

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NAMED = frozenset(
    (
        "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday noon midnight"
    ).split()
)
_VALUES = {word: number for number, word in enumerate(_UNITS)} | {word: number for number, word in enumerate(_ORDINALS)}
_TEN_VALUES = {word: 10 * number for number, word in enumerate(_TENS, start=2)} | {
    word[:-1] + "ieth": 10 * number for number, word in enumerate(_TENS, start=2)
}
_DIGITS = re.compile(r"(\d+)(?:st|nd|rd|th)?")
_LONE = frozenset({"one", "first", "second", "may", "march"})
"""Words that are no figure unless another stands beside them: "one moment", "second preference", "may I"."""


@lru_cache(maxsize=TEXTS_KEPT)
def figures(plain: str) -> tuple[str, ...]:
    """The numbers, weekdays and months of a normalised text, in order, numbers as digits.

    Args:
        plain: Normalised words, joined by spaces.
    """
    words = plain.split()
    found: list[str] = []
    number = 0
    while number < len(words):
        value, used = _read(words, number)
        before = number > 0 and (words[number - 1] == "of" or _is_figure(words[number - 1]))
        beside = before or (number + used < len(words) and _near(words, number + used))
        if value is not None and (words[number] not in _LONE or used > 1 or beside):
            found.append(value)
        number += used
    return tuple(found)


def _read(words: list[str], place: int) -> tuple[str | None, int]:
    word = words[place]
    digits = _DIGITS.fullmatch(word)
    if digits:
        return digits.group(1), 1
    if word in _NAMED:
        return word, 1
    if word in _TEN_VALUES:
        unit = _VALUES.get(words[place + 1]) if place + 1 < len(words) else None
        if unit is not None and 0 < unit < 10 and not word.endswith("ieth"):
            return str(_TEN_VALUES[word] + unit), 2
        return str(_TEN_VALUES[word]), 1
    return (str(_VALUES[word]), 1) if word in _VALUES else (None, 1)


def _near(words: list[str], place: int) -> bool:
    """Whether a figure stands here, or behind "of"."""
    after = words[place] if words[place] != "of" else words[min(place + 1, len(words) - 1)]
    return _is_figure(after)


def _is_figure(word: str) -> bool:
    return bool(_DIGITS.fullmatch(word)) or word in _NAMED or word in _TEN_VALUES or word in _VALUES
