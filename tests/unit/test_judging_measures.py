import itertools
from collections.abc import Iterable

import pytest

from app.domain.deviation import Code, Severity
from app.domain.finding import Finding
from app.domain.transcript import Speaker, Utterance
from app.pipeline.assessment.policy import THRESHOLDS, Profile
from scripts.judging_measures import (
    Count,
    Expected,
    JudgedCase,
    Place,
    answers,
    by_code,
    calibration_error,
    cases_deviating,
    compare,
    confirmed,
    contacts_flagged,
    figures,
    macro_f1,
    place_of,
    reliability,
    utterances_deviating,
)

SAID = (
    Utterance(index=0, speaker=Speaker.CONTACT, text="Who is the best of them then?"),
    Utterance(index=1, speaker=Speaker.CANVASSER, text="Well, the ballots go out on Monday. Honestly, Jo is the best."),
    Utterance(index=2, speaker=Speaker.CONTACT, text="Right."),
    Utterance(index=3, speaker=Speaker.CANVASSER, text="Jo is the best, and don't tell them I said so."),
)
PRAISE = Expected(Code.ENDORSEMENT, quote="Jo is the best", subject="jo", means="named")

_number = itertools.count()


def found(
    code: Code = Code.ENDORSEMENT,
    *,
    quote: str | None = None,
    utterance: int | None = None,
    confidence: float = 0.9,
    subject: str | None = None,
    line: str | None = None,
) -> Finding:
    return Finding(
        id=str(next(_number)),
        code=code,
        severity=Severity.MAJOR,
        confidence=confidence,
        explanation="",
        rule="",
        utterance=utterance,
        quote=quote,
        subject=subject,
        line=line,
    )


def judged(
    expected: Iterable[Expected] = (),
    findings: Iterable[Finding] = (),
    *,
    counted: Iterable[Code] = Code,
    whole: bool = True,
) -> JudgedCase:
    return JudgedCase(SAID, tuple(expected), tuple(findings), counted=frozenset(counted), whole=whole)


def test_a_quote_is_found_whatever_its_marks_where_the_canvasser_first_said_it() -> None:
    assert place_of("honestly jo is the BEST", SAID) == Place(1, 6 + 1, 12)


def test_a_quote_that_nobody_said_so_lies_in_the_utterance_with_most_of_its_words() -> None:
    assert place_of("do not tell anybody", SAID) == Place(3, 0, 12)
    assert place_of("zebra", SAID) is None


@pytest.mark.parametrize(
    ("finding", "right"),
    [
        (found(utterance=1, quote="Honestly, Jo is the best."), True),
        (found(utterance=1, quote="Jo"), True),
        (found(utterance=1, quote="the ballots go out on Monday"), False),
        (found(utterance=3, quote="Jo is the best"), False),
        (found(Code.DISPARAGEMENT, utterance=1, quote="Jo is the best"), False),
    ],
    ids=["wider", "narrower", "other words", "other utterance", "other code"],
)
def test_a_finding_is_right_by_its_code_and_its_words_in_their_place(finding: Finding, right: bool) -> None:
    assert answers(finding, PRAISE, SAID) == right


def test_a_finding_about_a_line_is_right_by_its_line() -> None:
    item = Expected(Code.MISSING_LINE, line="neutrality")
    assert answers(found(Code.MISSING_LINE, line="neutrality"), item, SAID)
    assert not answers(found(Code.MISSING_LINE, line="closing"), item, SAID)


def test_each_finding_answers_one_expectation_and_the_one_about_its_subject_first() -> None:
    both = (PRAISE, Expected(Code.ENDORSEMENT, quote="Jo is the best", subject="ali"))
    one = found(utterance=1, quote="Jo is the best", subject="ali")
    two = found(utterance=1, quote="the best", subject="jo")
    comparison = compare(judged(both, [one, two]), Profile.BALANCED)
    assert [(item.subject, finding.subject) for item, finding in comparison.right] == [("jo", "jo"), ("ali", "ali")]
    assert compare(judged(both, [one]), Profile.BALANCED).missed == (both[1],)


def test_a_second_finding_on_expected_words_is_neither_right_nor_wrong() -> None:
    twice = [found(utterance=1, quote="Jo is the best"), found(utterance=1, quote="best")]
    assert by_code([judged([PRAISE], twice)])[Code.ENDORSEMENT] == Count(right=1)


def test_counts_shares_and_the_mean_over_codes_that_occur() -> None:
    case = judged(
        [PRAISE, Expected(Code.PRESSURE, quote="don't tell them")],
        [found(utterance=1, quote="Jo is the best"), found(Code.FALSE_CLAIM, utterance=1, quote="on Monday")],
    )
    counts = by_code([case, case])
    assert counts[Code.ENDORSEMENT] == Count(right=2)
    assert counts[Code.PRESSURE] == Count(missed=2)
    assert counts[Code.FALSE_CLAIM] == Count(wrong=2)
    assert macro_f1(counts) == pytest.approx(1 / 3)
    assert len(counts) == 16
    count = Count(right=6, missed=2, wrong=4)
    assert (count.precision, count.recall, count.f1) == pytest.approx((0.6, 0.75, 2 / 3))
    assert (Count().precision, Count().recall, Count().f1) == (0, 0, 0)


def test_a_finding_of_a_code_that_does_not_count_is_passed_over() -> None:
    missing = found(Code.MISSING_LINE, line="closing")
    fragment = judged(findings=[missing], counted=frozenset(Code) - {Code.MISSING_LINE}, whole=False)
    assert cases_deviating([fragment, judged(findings=[missing])]) == Count(wrong=1)


def test_utterances_are_counted_apart_whatever_the_code() -> None:
    pressed = Expected(Code.PRESSURE, quote="don't tell them")
    case = judged([PRAISE, pressed], [found(Code.DISPARAGEMENT, utterance=1, quote="Jo"), found(utterance=2)])
    assert utterances_deviating([case]) == Count(right=1, missed=1, wrong=1)
    assert contacts_flagged([case, judged(findings=[found(utterance=3)])]) == 1


def test_each_profile_lists_what_it_is_sure_enough_of() -> None:
    doubtful = [found(utterance=3, quote="Jo", confidence=THRESHOLDS[profile]) for profile in Profile]
    case = judged(findings=doubtful)
    values = figures([case, judged()])
    names = ("strict", "balanced", "sensitive")
    assert [values[f"false_flags_per_100_dialogues_{name}"] for name in names] == [50, 100, 150]
    assert [values[f"flagged_per_100_clean_cases_{name}"] for name in names] == [50, 50, 50]


def test_reliability_in_tenths_and_the_error_that_follows() -> None:
    pairs = [(0.95, True), (0.95, True), (0.9, False), (0.55, True), (1.0, True)]
    low, high = reliability(pairs)
    assert (low.low, low.findings, low.stated, low.true) == (0.5, 1, 0.55, 1.0)
    assert (high.low, high.findings) == (0.9, 4)
    assert (high.stated, high.true) == pytest.approx((0.95, 0.75))
    assert calibration_error(pairs) == pytest.approx((1 * 0.45 + 4 * 0.2) / 5)
    assert calibration_error([]) == 0


def test_figures_of_a_small_set() -> None:
    deviating = judged(
        [PRAISE, Expected(Code.MISSING_LINE, line="neutrality")],
        [
            found(utterance=1, quote="Jo is the best", confidence=0.8, subject="jo"),
            found(Code.MISSING_LINE, line="neutrality", confidence=0.8),
            found(Code.MISSING_LINE, line="closing", confidence=0.6),
        ],
    )
    values = figures([deviating, judged(whole=False)])
    assert (values["cases"], values["dialogues"]) == (2, 1)
    assert values["any_deviation_cases_f1"] == values["any_deviation_utterances_f1"] == 1
    assert values["missing_line_f1"] == pytest.approx(2 / 3)
    assert values["dialogue_findings_precision"] == pytest.approx(2 / 3)
    assert values["dialogue_findings_recall"] == 1
    assert (values["subject_right"], values["means_right"]) == (1, 0)
    assert values["calibration_error"] == pytest.approx((2 * 0.2 + 0.6) / 3)
    assert values["false_flags_per_100_dialogues_balanced"] == 100
    assert confirmed([deviating]) == [(0.8, True), (0.8, True), (0.6, False)]
