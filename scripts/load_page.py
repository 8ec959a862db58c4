"""The page of a load test: its figures with machine and date."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from scripts.benchmark import RESULTS, machine, shown


def write_page(figures: Mapping[str, float], *, database: str, calls: int) -> Path:
    """Keep the figures of a run, with the machine and the day, among the benchmarks.

    Args:
        figures: By name.
        database: SQLite or PostgreSQL.
        calls: How many there were in the archive.

    Returns:
        The page.
    """
    today = datetime.now(UTC).date()
    path = RESULTS / f"{today}-load-{database.lower()}.md"
    lines = [
        f"# Load test of {today}, {database}",
        "",
        f"Made by `make load-test` (`scripts/load_test.py --calls {calls}`): a synthetic archive of {calls:,} calls.",
        "",
        "| machine | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in machine().items()),
        "",
        "| figure | value |",
        "|---|---|",
        *(f"| `{line.split()[0]}` | {line.split()[1]} |" for line in shown(figures)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
