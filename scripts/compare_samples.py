"""Compare what the program finds in the sample calls with what was expected before it had ever heard them.

    python scripts/compare_samples.py [--engine NAME] [--output FILE.yaml]

Prints a line a call: outcome, codes, means, subjects and the statuses of the script's lines, each right or wrong.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from app.approved_scripts.authoring import load_script
from app.bootstrap import build_ears, build_judge
from app.domain.finding import CallResult
from app.model_store import ModelStore
from app.pipeline.analyze import analyze_recording

SAMPLE_CALLS = Path(__file__).resolve().parents[1] / "sample_calls"


def main() -> int:
    """Run the comparison; exits with 1 where a call's outcome or codes are not as expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="windowed")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    store = ModelStore()
    ears = build_ears(store, engine=options.engine, model="base")
    judge = build_judge(store, profile="balanced")
    rows: dict[str, Any] = {}
    for folder in sorted((SAMPLE_CALLS / "calls").iterdir()):
        dialogue = yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))
        script = load_script(SAMPLE_CALLS / "approved_scripts" / f"{dialogue['script']}.yaml")
        path = next(folder.glob("recording.*"))
        result = analyze_recording(path, call=folder.name, script=script, ears=ears, judge=judge).result
        expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
        rows[folder.name] = compare(result, expected)
        print(folder.name, yaml.safe_dump(rows[folder.name], default_flow_style=True, width=1000).strip())
    right = sum(row["as_expected"] for row in rows.values())
    print(f"as_expected {right} of {len(rows)}")
    if options.output:
        options.output.write_text(
            yaml.safe_dump({"engine": options.engine, "calls": rows}, width=118), encoding="utf-8"
        )
    return 0 if right == len(rows) else 1


def compare(result: CallResult, expected: dict[str, Any]) -> dict[str, Any]:
    """What is right and wrong in one call.

    Args:
        result: What the program found.
        expected: The content of ``expected.yaml``.
    """
    wanted = [item for item in expected.get("findings") or [] if not item.get("optional")]
    allowed = {item["code"] for item in expected.get("findings") or []}
    missed = [item["code"] for item in wanted if not any(_matches(finding, item) for finding in result.findings)]
    graver = [finding for finding in result.findings if finding.severity != "minor"]
    surplus = sorted(str(finding.code) for finding in graver if finding.code not in allowed)
    wrong_lines = {
        line.line_id: f"{line.status} not {expected['lines'][line.line_id]}"
        for line in result.lines
        if line.line_id in (expected.get("lines") or {}) and line.status != expected["lines"][line.line_id]
    }
    reason = result.reason and str(result.reason)
    outcome_right = str(result.outcome) == expected["outcome"] and reason == expected.get("reason")
    return {
        "as_expected": outcome_right and not missed and not surplus,
        "outcome": str(result.outcome) + (f" ({reason})" if reason else ""),
        "missed": missed,
        "surplus": surplus,
        "lines_right": len(result.lines) - len(wrong_lines),
        "lines_wrong": wrong_lines,
    }


def _matches(finding: Any, item: dict[str, Any]) -> bool:
    return (
        finding.code == item["code"]
        and finding.subject == item.get("subject")
        and (item.get("means") is None or finding.means == item["means"])
        and (item.get("line") is None or finding.line == item["line"])
    )


if __name__ == "__main__":
    sys.exit(main())
