"""Every code of the contract has plain words."""

import pytest

from app.domain.alignment import LineStatus
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code, Means, Severity
from app.domain.finding import Mitigation, Outcome
from app.domain.transcript import Reached, Speaker
from app.reviews.service import Verdict
from app.web import words


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (Code, words.CODES),
        (Means, words.MEANS),
        (Severity, words.SEVERITIES),
        (Outcome, words.OUTCOMES),
        (LineStatus, words.LINE_STATUSES),
        (Verdict, words.VERDICTS),
        (Verdict, words.VERDICT_HINTS),
        (Verdict, words.CALL_VERDICT_HINTS),
        (Mitigation, words.MITIGATIONS),
        (Speaker, words.SPEAKERS),
        (Reached, words.REACHED),
        (UnreviewableReason, words.REASONS),
    ],
)
def test_nothing_lacks_words(kind: type, known: dict[str, object]) -> None:
    assert {str(member) for member in kind} == set(known)  # type: ignore[attr-defined]


def test_a_code_of_a_later_release_is_shown_as_it_is() -> None:
    assert words.code("something-new") == "Something new"
    assert words.reason("something-new").next_step


@pytest.mark.parametrize(
    ("confidence", "said", "number"),
    [
        (1.0, "almost certain", "100 %"),
        (0.999, "almost certain", "99 %"),
        (0.8, "very likely", "80 %"),
        (0.6, "likely", "60 %"),
        (0.41, "a realistic possibility", "41 %"),
        (0.1, "unlikely", "10 %"),
        (None, "not stated", "–"),
    ],
)
def test_confidence_in_words_and_number(confidence: float | None, said: str, number: str) -> None:
    assert words.sureness(confidence) == said
    assert words.percent(confidence) == number


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (64.9, "1:04"), (3723, "1:02:03"), (None, "–")])
def test_places_in_a_recording(seconds: float | None, shown: str) -> None:
    assert words.clock(seconds) == shown
