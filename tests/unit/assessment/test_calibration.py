"""The confidence of a finding as it is listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deviation import Code
from app.domain.units import FAINTEST
from app.pipeline.assessment.calibration import CALIBRATION, Calibration, calibrated

RULES = st.sampled_from(["a.one", "a.two", "pressure.learned"])
PROBABILITIES = st.floats(0.0, 1.0)
MAPS = st.builds(
    Calibration,
    slope=st.floats(0.2, 3.0),
    codes=st.dictionaries(st.sampled_from(Code), st.floats(-2.0, 2.0)),
    rules=st.dictionaries(st.sampled_from(["a.one", "a.two"]), st.floats(-2.0, 2.0)),
)


def test_without_parameters_a_confidence_stays() -> None:
    unmoved = Calibration(slope=1.0, codes={}, rules={})
    assert calibrated(Code.PRESSURE, "a.one", 0.73, calibration=unmoved) == pytest.approx(0.73)
    assert calibrated(Code.PRESSURE, "a.one", 1.0, calibration=unmoved) == pytest.approx(1 - FAINTEST)


@given(code=st.sampled_from(Code), rule=RULES, one=PROBABILITIES, other=PROBABILITIES)
def test_the_surer_of_two_findings_of_a_code_stays_the_surer(code: Code, rule: str, one: float, other: float) -> None:
    low, high = sorted((calibrated(code, rule, one), calibrated(code, rule, other)))
    assert (low, high) == tuple(calibrated(code, rule, confidence) for confidence in sorted((one, other)))
    assert 0.0 < low <= high < 1.0


@given(code=st.sampled_from(Code), rule=RULES, confidence=st.floats(0.05, 0.95), first=MAPS, then=MAPS)
def test_one_map_does_what_two_do(
    code: Code, rule: str, confidence: float, first: Calibration, then: Calibration
) -> None:
    once = calibrated(code, rule, confidence, calibration=first)
    if FAINTEST < once < 1 - FAINTEST:
        twice = calibrated(code, rule, once, calibration=then)
        assert calibrated(code, rule, confidence, calibration=then.after(first)) == pytest.approx(twice, abs=1e-9)


def test_only_rules_and_codes_that_there_are_have_parameters() -> None:
    assert CALIBRATION.slope > 0
    assert set(CALIBRATION.codes) <= set(Code)
    assert {Code(rule.split(".")[0]) for rule in CALIBRATION.rules} <= set(Code)
