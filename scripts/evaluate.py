"""Measure the judging on calls written to an independent brief, which nobody who writes rules or trains has read.

    python scripts/evaluate.py [--write FILE.md] [--set FILE.yaml]

A finding is right where its code was expected in the same call and its words overlap with the expected quote (or its
line is the expected one). Prints a table, and the figures last, a ``NAME VALUE`` a line. It never prints a line of the
set, so that it stays sealed.
"""

import argparse
import datetime
import platform
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.approved_scripts.authoring import load_script
from app.bootstrap import build_judge
from app.domain.deviation import Code
from app.domain.finding import CallResult, Finding
from app.domain.transcript import Speaker, Transcript, Utterance
from app.model_store import ModelStore
from app.pipeline.detection.registry import DETECTORS, RULESET
from app.pipeline.language.tokens import normalize

EVALUATION = Path(__file__).resolve().parents[1] / "models" / "deviations" / "evaluation"
FRAGMENT_TURNS = 4
"""A case of so few turns is a fragment of a call, in which no line is counted as missing."""


@dataclass(slots=True)
class Tally:
    """Counts by code."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    means_right: int = 0
    subject_right: int = 0
    flagged_right: int = 0
    flagged_missed: int = 0
    flagged_wrong: int = 0
    clean: int = 0


def main() -> None:
    """Judge every case and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, default=EVALUATION / "brief-b.yaml")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    judge = build_judge(ModelStore(), profile="balanced")
    scripts = {
        script.id: script for script in map(load_script, (options.set.parent / "approved_scripts").glob("*.yaml"))
    }
    tally = Tally()
    for case in yaml.safe_load(options.set.read_text(encoding="utf-8"))["cases"]:
        count(tally, judge.judge(_transcript(case), script=scripts[case["script"]]), case)
    report = render(tally)
    print(report)
    if options.write:
        head = f"# Judging, {options.set.stem}, ruleset {RULESET}\n\n"
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        head += f"{today}, {platform.machine()}, Python {platform.python_version()}. "
        head += "Made by `make evaluate`.\n\n```\n"
        options.write.write_text(f"{head}{report}\n```\n", encoding="utf-8")


def count(tally: Tally, result: CallResult, case: dict[str, Any]) -> None:
    """Add one case to the counts."""
    heard = {str(detector.code) for detector in DETECTORS}
    fragment = len(case["call"]) <= FRAGMENT_TURNS
    wanted = [item for item in case["findings"] if item["code"] in heard]
    found = [item for item in result.findings if not (fragment and item.code == Code.MISSING_LINE)]
    used: set[str] = set()
    for item in wanted:
        match = next((finding for finding in found if finding.id not in used and same(finding, item)), None)
        if match is None:
            tally.missed[item["code"]] += 1
            continue
        used.add(match.id)
        tally.right[item["code"]] += 1
        tally.subject_right += match.subject == item.get("subject")
        tally.means_right += match.code == Code.ENDORSEMENT and match.means == item.get("means")
    for finding in found:
        # Another name for what is a deviation all the same is a confusion of codes, and counts as wrong too.
        if finding.id not in used and not any(same(finding, item) for item in wanted):
            tally.wrong[str(finding.code)] += 1
    deviates, flagged = bool(case["findings"]), bool(found)
    tally.clean += not deviates
    tally.flagged_right += deviates and flagged
    tally.flagged_missed += deviates and not flagged
    tally.flagged_wrong += not deviates and flagged


def same(finding: Finding, item: dict[str, Any]) -> bool:
    """Whether a finding is the expected one: its code, and its line or some of its words."""
    if str(finding.code) != item["code"]:
        return False
    if finding.code in (Code.MISSING_LINE, Code.ALTERED_LINE):
        return item.get("line") is None or finding.line == item["line"]
    expected = set(normalize(item.get("quote") or "").split())
    return not expected or bool(expected & set(normalize(finding.quote or "").split()))


def render(tally: Tally) -> str:
    """The table and the figures."""
    codes = sorted({*tally.right, *tally.missed, *tally.wrong})
    rows = [f"{'code':<22}{'right':>6}{'missed':>8}{'wrong':>7}{'precision':>11}{'recall':>8}{'F1':>7}"]
    scores = []
    for code in codes:
        right, missed, wrong = tally.right[code], tally.missed[code], tally.wrong[code]
        precision, recall, f1 = shares(right, missed, wrong)
        scores.append(f1)
        rows.append(f"{code:<22}{right:>6}{missed:>8}{wrong:>7}{precision:>11.2f}{recall:>8.2f}{f1:>7.2f}")
    any_precision, any_recall, any_f1 = shares(tally.flagged_right, tally.flagged_missed, tally.flagged_wrong)
    precision, recall, _ = shares(tally.right.total(), tally.missed.total(), tally.wrong.total())
    endorsements = max(1, tally.right["endorsement"])
    figures = {
        "any_deviation_precision": any_precision,
        "any_deviation_recall": any_recall,
        "any_deviation_f1": any_f1,
        "macro_f1": sum(scores) / max(1, len(scores)),
        "findings_precision": precision,
        "findings_recall": recall,
        "subject_right": tally.subject_right / max(1, tally.right.total()),
        "means_right": tally.means_right / endorsements,
        "false_flags_per_100_clean_cases": 100 * tally.flagged_wrong / max(1, tally.clean),
    }
    return "\n".join([*rows, "", *(f"{name} {value:.3f}" for name, value in figures.items())])


def shares(right: int, missed: int, wrong: int) -> tuple[float, float, float]:
    """Precision, recall and F1, each in [0, 1]; 0 where there is nothing to divide by."""
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


def _transcript(case: dict[str, Any]) -> Transcript:
    turns = [(speaker, text) for turn in case["call"] for speaker, text in turn.items()]
    utterances = tuple(
        Utterance(index=index, speaker=Speaker(speaker), text=text) for index, (speaker, text) in enumerate(turns)
    )
    return Transcript(call=case["id"], utterances=utterances)


if __name__ == "__main__":
    sys.exit(main())
