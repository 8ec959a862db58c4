"""Which finding of one run is which of another: the same code about the same thing at the same place."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.units import Probability, Seconds

LEAST_OVERLAP = 0.2
"""Share of words or of time that two findings must have in common: a quote is often cut elsewhere, seldom apart."""

CONFIDENCE_STEP = 0.05
"""A confidence that moves by less has not changed: a model that was trained again moves all of them a little."""

COMPARED = ("severity", "means", "speaker_uncertain", "corroborated", "mitigations")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of a finding is compared.

    Attributes:
        id: As in its run.
        code: Which deviation.
        subject: Id of the candidate or option, or None.
        line: Id of the script's line, or None.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
        words: Of the quote, in lower case without punctuation; empty for what was never said.
        severity: How bad.
        confidence: Probability in [0, 1].
        further: Sorted (name, value) pairs of whatever else a reader would notice.
    """

    id: str
    code: str
    subject: str | None
    line: str | None
    start: Seconds | None
    end: Seconds | None
    words: tuple[str, ...]
    severity: str
    confidence: Probability
    further: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The same finding in two runs, by their positions."""

    before: int
    after: int


def evidence_of(finding: Mapping[str, Any]) -> Evidence:
    """From a finding of the contract."""
    return Evidence(
        id=finding["id"],
        code=finding["code"],
        subject=finding.get("subject"),
        line=finding.get("line"),
        start=finding.get("start"),
        end=finding.get("end"),
        words=words_of(finding.get("quote")),
        severity=finding["severity"],
        confidence=finding["confidence"],
        further=tuple((name, json.dumps(finding.get(name))) for name in COMPARED),
    )


def words_of(quote: str | None) -> tuple[str, ...]:
    """The words of a quote in lower case, without punctuation."""
    return tuple(_WORD.findall((quote or "").lower().replace("’", "'")))


def match(before: Sequence[Evidence], after: Sequence[Evidence]) -> tuple[Pair, ...]:
    """Pair the findings of two runs of one call.

    The pair with most in common is taken first; each finding has one partner at most. The same pairs come out whichever
    run is named first, and a run matched with itself pairs each finding with itself.

    Returns:
        In the order of ``before``.
    """
    ranks = _places(before), _places(after)
    possible = [
        (-shared, abs(ranks[0][one] - ranks[1][other]), ranks[0][one] + ranks[1][other], one, other)
        for one, first in enumerate(before)
        for other, second in enumerate(after)
        if (shared := overlap(first, second)) >= LEAST_OVERLAP
    ]
    # Two pairs that tie in the first three are (i, j) and (j, i): they never want the same finding.
    pairs: list[Pair] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for *_, one, other in sorted(possible):
        if one not in taken[0] and other not in taken[1]:
            pairs.append(Pair(one, other))
            taken[0].add(one)
            taken[1].add(other)
    return tuple(sorted(pairs, key=lambda pair: pair.before))


def overlap(one: Evidence, other: Evidence) -> float:
    """How much two findings have in common, in [0, 1]; 0 where code, subject or line differ or they lie apart."""
    if (one.code, one.subject, one.line) != (other.code, other.subject, other.line):
        return 0.0
    if not one.words and not other.words:
        return 1.0
    alike = _shared(one.words, other.words)
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return alike
    union = max(one.end, other.end) - min(one.start, other.start)
    common = min(one.end, other.end) - max(one.start, other.start)
    if common < 0:
        return 0.0
    return max(alike, common / union if union > 0 else 1.0)


def differences(one: Evidence, other: Evidence) -> tuple[str, ...]:
    """What has changed from one to the other, by name and in order; empty where a reader would see the same."""
    found = [name for (name, was), (_, is_now) in zip(one.further, other.further, strict=True) if was != is_now]
    if one.words != other.words:
        found.append("quote")
    if abs(one.confidence - other.confidence) >= CONFIDENCE_STEP:
        found.append("confidence")
    return tuple(sorted(found))


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def _places(items: Iterable[Evidence]) -> list[int]:
    """Each finding's place in an order that does not depend on how they are listed."""
    listed = list(items)
    order = sorted(range(len(listed)), key=lambda number: _sort_key(listed[number]))
    places = [0] * len(listed)
    for place, number in enumerate(order):
        places[number] = place
    return places


def _sort_key(item: Evidence) -> tuple[Any, ...]:
    start, end = (-1.0 if time is None else time for time in (item.start, item.end))
    return start, end, item.code, item.subject or "", item.line or "", item.words, item.id
