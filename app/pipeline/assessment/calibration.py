"""Confidences of findings that mean what they say on calls by strangers.

What a detector states was fitted, or chosen, on wording that those who wrote its rules or training lines knew. On calls
that nobody of them has seen, findings of some codes are right less often than that, of others more often. One logistic
map with an offset for each code puts it right (Platt 1999), fitted on calls that serve for nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.domain.deviation import Code
from app.domain.units import Probability, log_odds, sigmoid

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Parameters of the map, in log odds.

    Attributes:
        slope: For each unit of what the detector states; above 0, so that the order within a rule stays.
        codes: For the findings of each code; 0 for one that is not here.
        rules: For the findings of each rule, beside that of its code; 0 for one that is not here.
    """

    slope: float
    codes: Mapping[Code, float]
    rules: Mapping[str, float]

    def after(self, earlier: "Calibration") -> "Calibration":
        """The one map that does the same as an earlier one and then this."""
        return Calibration(
            slope=self.slope * earlier.slope,
            codes=_added(self.codes, earlier.codes, times=self.slope),
            rules=_added(self.rules, earlier.rules, times=self.slope),
        )


CALIBRATION = Calibration(
    slope=0.79,
    codes={
        Code.ALTERED_LINE: -0.07,
        Code.ANSWER_ALTERED: -0.82,
        Code.AUTHORITY_APPEAL: -0.55,
        Code.BIASED_OPTIONS: -0.53,
        Code.DISPARAGEMENT: 0.00,
        Code.ENDORSEMENT: -0.16,
        Code.FALSE_CLAIM: -0.14,
        Code.IDENTITY_MISSTATED: 0.18,
        Code.IMPROPER_DISCLOSURE: -0.35,
        Code.LOADED_QUESTION: 0.27,
        Code.OFF_SCRIPT: -0.32,
        Code.OPT_OUT_IGNORED: -0.28,
        Code.PERSONAL_OPINION: -0.08,
        Code.PRESSURE: -0.87,
        Code.WRONG_PERSON: -0.20,
    },
    rules={
        "altered-line.late": 0.16,
        "answer-altered.order": -0.43,
        "answer-altered.other-word": -0.18,
        "answer-altered.turned-down": 0.13,
        "authority-appeal.crowd": 0.22,
        "authority-appeal.learned": -0.52,
        "biased-options.dressed": -0.18,
        "biased-options.left-out": -0.29,
        "biased-options.order": 0.14,
        "disparagement.learned": 0.21,
        "endorsement.described.learned": 0.35,
        "endorsement.named.learned": -0.33,
        "endorsement.named.praise": 0.10,
        "endorsement.preference.learned": -0.30,
        "endorsement.role.learned": 0.20,
        "false-claim.backing": 0.10,
        "false-claim.contradicts": -0.13,
        "identity-misstated.another-caller": 0.12,
        "identity-misstated.keeps-back": -0.21,
        "identity-misstated.learned": 0.20,
        "identity-misstated.passed-off": 0.16,
        "improper-disclosure.learned": 0.31,
        "improper-disclosure.tells-details": 0.14,
        "improper-disclosure.tells-vote": -0.59,
        "loaded-question.learned": 0.43,
        "off-script.contest": -0.31,
        "off-script.learned": 0.39,
        "off-script.procedure": -0.19,
        "personal-opinion.applauds": -0.20,
        "personal-opinion.deplores": -0.13,
        "personal-opinion.learned": 0.15,
        "personal-opinion.own-view": 0.30,
        "pressure.after-refusal": -0.75,
        "pressure.argued": -0.19,
        "pressure.begging": -0.35,
        "pressure.guilt": 0.34,
        "pressure.haste": -0.17,
        "pressure.learned": 0.48,
        "pressure.reward": 0.13,
        "pressure.threat": -0.20,
    },
)
"""Fitted by `scripts/fit_findings.py` on 452 calls and stretches by two authors who knew neither rules nor training
lines (November 2026); rules that it moves by less than a tenth are left out, and `missing-line`, which states a
probability that is fitted itself (`app.pipeline.alignment.compared`). On these and two more sets, whose calls are said
in other words throughout, the expected calibration error is .055."""


def calibrated(
    code: Code, rule: str, confidence: Probability, *, calibration: Calibration = CALIBRATION
) -> Probability:
    """How likely a finding is right, of which a detector is so sure.

    Args:
        code: Of the finding.
        rule: That found it.
        confidence: As the detector states it, where voice and words are in no doubt.
        calibration: The parameters.
    """
    offset = calibration.codes.get(code, 0.0) + calibration.rules.get(rule, 0.0)
    return sigmoid(calibration.slope * log_odds(confidence) + offset)


def _added(to: Mapping[Key, float], earlier: Mapping[Key, float], *, times: float) -> dict[Key, float]:
    return {key: to.get(key, 0.0) + times * earlier.get(key, 0.0) for key in sorted({*to, *earlier})}
