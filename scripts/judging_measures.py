"""Count what the judging got right in cases whose findings are known; pure, no weights, no files.

A finding is right where its code was expected at the same place: some of the expected words, in the same utterance;
for a line that was left out or altered, the same line. A second finding on expected words is neither right nor wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from app.domain.deviation import Code
from app.domain.finding import Finding
from app.domain.transcript import Speaker, Utterance
from app.pipeline.assessment.policy import THRESHOLDS, Profile
from app.pipeline.language.tokens import normalize

OF_LINES = frozenset({Code.MISSING_LINE, Code.ALTERED_LINE})
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Words ``first`` to ``end`` (exclusive) of the utterance with the index ``utterance``."""

    utterance: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding that a case must yield; what is None is not asked for."""

    code: Code
    quote: str | None = None
    line: str | None = None
    subject: str | None = None
    means: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case with what was expected and what was found.

    Attributes:
        utterances: What was said.
        expected: What must be found.
        found: Findings of the ``sensitive`` profile, which hold those of the others.
        counted: Codes that the case says anything about; findings of others count for nothing.
        whole: Whether it is a whole dialogue, not a fragment.
    """

    utterances: tuple[Utterance, ...]
    expected: tuple[Expected, ...]
    found: tuple[Finding, ...]
    counted: frozenset[Code]
    whole: bool

    def listed(self, profile: Profile) -> tuple[Finding, ...]:
        """The findings that count and that a profile lists."""
        least = THRESHOLDS[profile]
        return tuple(item for item in self.found if item.code in self.counted and item.confidence >= least)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One case: expected findings that were found, those that were not, and findings that nobody expected."""

    right: tuple[tuple[Expected, Finding], ...]
    missed: tuple[Expected, ...]
    wrong: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many were right, missed and wrong; shares lie in [0, 1] and are 0 where there is nothing to divide by."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Both together."""
        return Count(self.right + other.right, self.missed + other.missed, self.wrong + other.wrong)

    @property
    def precision(self) -> float:
        """Share of what was found that was expected."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of what was expected that was found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.wrong)


@dataclass(frozen=True, slots=True)
class Tenth:
    """Findings whose confidence lies in one tenth: their mean confidence, and the share of them that is right."""

    low: float
    findings: int
    stated: float
    true: float


def place_of(quote: str, utterances: Iterable[Utterance]) -> Place | None:
    """Where the canvasser said a quote: its words, else the whole utterance with most of them; None where none has."""
    sought = normalize(quote).split()
    best, shared = None, 0
    for utterance in utterances:
        if utterance.speaker is Speaker.CONTACT:
            continue
        words = normalize(utterance.text).split()
        first = _within(sought, words)
        if first is not None:
            return Place(utterance.index, first, first + len(sought))
        common = len(set(sought) & set(words))
        if common > shared:
            best, shared = Place(utterance.index, 0, len(words)), common
    return best


def compare(case: JudgedCase, profile: Profile) -> Comparison:
    """Lay what a profile lists beside what was expected; each finding answers one expectation at most."""
    found = case.listed(profile)
    right: list[tuple[Expected, Finding]] = []
    missed = []
    used: set[str] = set()
    for item in case.expected:
        able = [finding for finding in found if finding.id not in used and answers(finding, item, case.utterances)]
        if not able:
            missed.append(item)
            continue
        best = min(able, key=lambda finding: finding.subject != item.subject)
        used.add(best.id)
        right.append((item, best))
    return Comparison(tuple(right), tuple(missed), tuple(item for item in found if not is_expected(item, case)))


def answers(finding: Finding, item: Expected, utterances: Sequence[Utterance]) -> bool:
    """Whether a finding is the expected one: its code, and its line or some of its words."""
    if finding.code is not item.code:
        return False
    if finding.code in OF_LINES:
        return item.line in (None, finding.line)
    place = place_of(item.quote, utterances) if item.quote else None
    if place is None:
        return True
    if finding.utterance != place.utterance:
        return False
    there = [utterance for utterance in utterances if utterance.index == place.utterance]
    heard = place_of(finding.quote, there) if finding.quote else None
    return heard is None or (heard.first < place.end and place.first < heard.end)


def is_expected(finding: Finding, case: JudgedCase) -> bool:
    """Whether a finding is one of those that the case must yield."""
    return any(answers(finding, item, case.utterances) for item in case.expected)


def by_code(cases: Iterable[JudgedCase], profile: Profile = Profile.BALANCED) -> dict[Code, Count]:
    """Counts of each of the sixteen codes."""
    counts = dict.fromkeys(Code, Count())
    for case in cases:
        comparison = compare(case, profile)
        for item, _ in comparison.right:
            counts[item.code] += Count(right=1)
        for item in comparison.missed:
            counts[item.code] += Count(missed=1)
        for finding in comparison.wrong:
            counts[finding.code] += Count(wrong=1)
    return counts


def macro_f1(counts: Mapping[Code, Count]) -> float:
    """Mean F1 of the codes that were expected or found."""
    return fmean([count.f1 for count in counts.values() if count != Count()] or [0.0])


def cases_deviating(cases: Iterable[JudgedCase]) -> Count:
    """Cases in which anything was expected, against those in which anything was found."""
    judged = (_judged(deviates=bool(case.expected), flagged=bool(case.listed(Profile.BALANCED))) for case in cases)
    return sum(judged, Count())


def utterances_deviating(cases: Iterable[JudgedCase]) -> Count:
    """Utterances of which something was expected, against those of which something was found, whatever the code."""
    total = Count()
    for case in cases:
        places = [place_of(item.quote, case.utterances) for item in case.expected if item.quote]
        deviate = {place.utterance for place in places if place}
        flagged = {item.utterance for item in case.listed(Profile.BALANCED) if item.utterance is not None}
        total += Count(len(deviate & flagged), len(deviate - flagged), len(flagged - deviate))
    return total


def contacts_flagged(cases: Iterable[JudgedCase]) -> int:
    """Utterances of contacts that a finding of any profile was put down to."""
    return sum(
        len(
            {utterance.index for utterance in case.utterances if utterance.speaker is Speaker.CONTACT}
            & {finding.utterance for finding in case.found}
        )
        for case in cases
    )


def confirmed(cases: Iterable[JudgedCase]) -> list[tuple[float, bool]]:
    """For each finding that any profile lists its confidence, and whether it is right."""
    return [(item.confidence, is_expected(item, case)) for case in cases for item in case.listed(Profile.SENSITIVE)]


def reliability(answers: Sequence[tuple[float, bool]]) -> tuple[Tenth, ...]:
    """Stated against true shares in tenths of the confidence; empty tenths left out."""
    tenths: list[list[tuple[float, bool]]] = [[] for _ in range(TENTHS)]
    for confidence, right in answers:
        tenths[min(int(confidence * TENTHS + 1e-9), TENTHS - 1)].append((confidence, right))
    return tuple(
        Tenth(
            low=number / TENTHS,
            findings=len(inside),
            stated=fmean(confidence for confidence, _ in inside),
            true=fmean(right for _, right in inside),
        )
        for number, inside in enumerate(tenths)
        if inside
    )


def calibration_error(answers: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error in tenths (Naeini, Cooper, Hauskrecht 2015); 0 without answers."""
    gaps = (tenth.findings * abs(tenth.stated - tenth.true) for tenth in reliability(answers))
    return sum(gaps) / max(1, len(answers))


def figures(cases: Sequence[JudgedCase]) -> dict[str, float]:
    """Every figure of a set of cases by its name, those by code apart."""
    whole = [case for case in cases if case.whole]
    clean = [case for case in cases if not case.expected]
    counts = by_code(cases)
    of_whole = by_code(whole)
    all_whole = sum(of_whole.values(), Count())
    answers = confirmed(cases)
    values: dict[str, float] = {"cases": len(cases), "dialogues": len(whole)}
    for name, count in (
        ("any_deviation_utterances", utterances_deviating(cases)),
        ("any_deviation_cases", cases_deviating(cases)),
        ("findings", sum(counts.values(), Count())),
        ("dialogue_findings", all_whole),
        ("missing_line", of_whole[Code.MISSING_LINE]),
    ):
        values |= {f"{name}_precision": count.precision, f"{name}_recall": count.recall, f"{name}_f1": count.f1}
    values["macro_f1"] = macro_f1(counts)
    values |= _details(cases)
    values["contact_utterances_flagged"] = contacts_flagged(cases)
    listed = THRESHOLDS[Profile.BALANCED]
    values["calibration_error"] = calibration_error([pair for pair in answers if pair[0] >= listed])
    values["calibration_error_sensitive"] = calibration_error(answers)
    for profile in Profile:
        wrong = sum(len(compare(case, profile).wrong) for case in whole)
        values[f"false_flags_per_100_dialogues_{profile}"] = 100 * wrong / max(1, len(whole))
        flagged = sum(bool(case.listed(profile)) for case in clean)
        values[f"flagged_per_100_clean_cases_{profile}"] = 100 * flagged / max(1, len(clean))
    return values


def _details(cases: Iterable[JudgedCase]) -> dict[str, float]:
    """Of the findings that are right the share whose subject, and of endorsements whose means, are right too."""
    pairs = [pair for case in cases for pair in compare(case, Profile.BALANCED).right]
    endorsed = [(item, finding) for item, finding in pairs if item.code is Code.ENDORSEMENT]
    return {
        "subject_right": fmean([finding.subject == item.subject for item, finding in pairs] or [0]),
        "means_right": fmean([finding.means == item.means for item, finding in endorsed] or [0]),
    }


def _judged(*, deviates: bool, flagged: bool) -> Count:
    return Count(int(deviates and flagged), int(deviates and not flagged), int(flagged and not deviates))


def _within(sought: Sequence[str], words: Sequence[str]) -> int | None:
    """Where a run of words begins in others, or None."""
    if not sought:
        return None
    starts = range(len(words) - len(sought) + 1)
    return next((start for start in starts if words[start : start + len(sought)] == sought), None)
