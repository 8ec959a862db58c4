"""A short round of `make chaos`: every call has its one result, whatever dies, drops out or fills up meanwhile."""

from pathlib import Path

import pytest

from scripts.chaos import Size, expectations, run
from scripts.chaos_calls import ChaosCall, batch

SEED = 2015
CALLS, HEARD, KILLS = 10, 1, 2


@pytest.fixture(scope="module")
def calls() -> list[ChaosCall]:
    return batch(CALLS, heard=HEARD, seed=SEED)


@pytest.fixture(scope="module")
def expected(calls: list[ChaosCall]) -> dict[str, str]:
    return expectations(calls)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "power_cuts", "others"),
    [
        ("sqlite", 1, ("database_locked", "disk_full")),
        ("postgres", 0, ("database_dropped", "database_restarted", "disk_full", "s3_stopped", "s3_killed")),
    ],
)
def test_every_call_has_its_one_result_after_chaos(
    place: str,
    power_cuts: int,
    others: tuple[str, ...],
    calls: list[ChaosCall],
    expected: dict[str, str],
    tmp_path: Path,
) -> None:
    size = Size(CALLS, HEARD, kills=KILLS, power_cuts=power_cuts, others=1, fault_s=1.5, has_long_lock=False, slots=2)
    wrong, figures = run(place, tmp_path / place, calls=calls, expected=expected, size=size, seed=SEED)
    assert wrong == []
    assert figures["received"] == CALLS
    assert figures["fault_kill"] == KILLS
    assert figures["archived"] > 0
    for name in others:
        assert figures[f"fault_{name}"] == 1
    assert figures["uploads_sent"] > CALLS
