"""Fit the confidences of findings on calls that serve for nothing else.

    python scripts/fit_findings.py [FILE.yaml …]

Judges the calibration sets of models/deviations/evaluation (or other sets), and prints the parameters for
`app.pipeline.assessment.calibration.CALIBRATION`, with the expected calibration error before, after, and after with the
parameters fitted on the other sets only. No line of a set is printed.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from deviation_measures import regression  # noqa: E402

from app.bootstrap import build_judge  # noqa: E402
from app.domain.deviation import Code  # noqa: E402
from app.domain.units import log_odds  # noqa: E402
from app.model_store import ModelStore  # noqa: E402
from app.pipeline.assessment.calibration import CALIBRATION, Calibration, calibrated  # noqa: E402
from app.pipeline.assessment.policy import Profile  # noqa: E402
from app.pipeline.judge import Judge  # noqa: E402
from scripts.evaluate import DEVIATIONS, judged_set  # noqa: E402
from scripts.judging_measures import calibration_error, is_expected  # noqa: E402

SETS = tuple(sorted((DEVIATIONS / "evaluation").glob("calibration-*.yaml")))
RIDGE = 2.0
"""Holds each offset, and the slope, to where it stands as firmly as ten findings would that are right seven times."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A finding: its code and rule, how sure it is as listed, and whether it is right."""

    code: Code
    rule: str
    confidence: float
    is_right: bool


def main() -> int:
    """Judge the sets, fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", type=Path, default=SETS)
    judge = build_judge(ModelStore(), profile=Profile.SENSITIVE)
    sets = [stated(path, judge=judge) for path in parser.parse_args().sets]
    everything = [item for each in sets for item in each]
    fitted = fit(everything)
    whole = fitted.after(CALIBRATION)
    print(f"slope={whole.slope:.2f}")
    for code, offset in whole.codes.items():
        print(
            f"    Code.{Code(code).name}: {offset:.2f},  # {_told([item for item in everything if item.code is code])}"
        )
    for rule, offset in whole.rules.items():
        print(f'    "{rule}": {offset:.2f},  # {_told([item for item in everything if item.rule == rule])}')
    others = [fit([item for other in sets if other is not each for item in other]) for each in sets if len(sets) > 1]
    held_out = [moved(item, by) for each, by in zip(sets, others, strict=False) for item in each]
    for name, answers in (
        ("before", [(item.confidence, item.is_right) for item in everything]),
        ("after", [moved(item, fitted) for item in everything]),
        ("held_out", held_out),
    ):
        print(f"findings_calibration_error_{name} {calibration_error(answers):.3f}")
    return 0


def stated(path: Path, *, judge: Judge) -> list[Stated]:
    """Every finding that any profile lists in the cases of a set."""
    return [
        Stated(item.code, item.rule, item.confidence, is_expected(item, case))
        for case in judged_set(path, judge=judge)
        for item in case.listed(Profile.SENSITIVE)
    ]


def fit(items: Sequence[Stated]) -> Calibration:
    """The map under which the findings are likeliest, near to leaving them as they are."""
    codes, rules = sorted({item.code for item in items}), sorted({item.rule for item in items})
    columns = [np.array([log_odds(item.confidence) for item in items])]
    columns += [np.array([float(item.code is code) for item in items]) for code in codes]
    columns += [np.array([float(item.rule == rule) for item in items]) for rule in rules]
    features = np.column_stack([*columns, np.ones(len(items))])
    weights = regression(
        features,
        np.array([float(item.is_right) for item in items]),
        penalty=RIDGE * 100 / len(items),
        start=np.array([1.0] + [0.0] * (features.shape[1] - 1)),
    )
    slope, of_codes, of_rules, common = (
        weights[0],
        weights[1 : len(codes) + 1],
        weights[len(codes) + 1 : -1],
        weights[-1],
    )
    return Calibration(
        slope=float(slope),
        codes=dict.fromkeys(Code, float(common))
        | {code: float(common + weight) for code, weight in zip(codes, of_codes, strict=True)},
        rules={rule: float(weight) for rule, weight in zip(rules, of_rules, strict=True)},
    )


def moved(item: Stated, calibration: Calibration) -> tuple[float, bool]:
    """What a finding would state, and whether it is right."""
    return calibrated(item.code, item.rule, item.confidence, calibration=calibration), item.is_right


def _told(items: Sequence[Stated]) -> str:
    return f"{sum(item.is_right for item in items)} right of {len(items)}"


if __name__ == "__main__":
    sys.exit(main())
