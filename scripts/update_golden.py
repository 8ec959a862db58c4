"""List the golden cases that are not met yet, and show what changed since the last list.

    python scripts/update_golden.py

Rewrites tests/golden/not_yet.yaml. A case that was met and no longer is stands under "lost": think twice.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.golden.test_cases import HERE, NOT_YET, met  # noqa: E402


def main() -> None:
    """Judge every case and rewrite the list."""
    now: dict[str, list[str]] = {}
    total = 0
    for path in sorted((HERE / "cases").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        code = content["code"]
        missed = [case["id"] for case in content["cases"] if not met(code, case)]
        total += len(content["cases"])
        now[code] = missed
        before = set(NOT_YET.get(code) or [])
        lost, won = sorted(set(missed) - before), sorted(before - set(missed))
        print(f"{code}: {len(content['cases']) - len(missed)} of {len(content['cases'])} met; won {won}; lost {lost}")
    (HERE / "not_yet.yaml").write_text(yaml.safe_dump(now, sort_keys=True), encoding="utf-8")
    missed_in_all = sum(len(ids) for ids in now.values())
    print(f"golden_cases_met {total - missed_in_all}\ngolden_cases {total}")


if __name__ == "__main__":
    main()
