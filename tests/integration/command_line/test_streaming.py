"""Calls by the thousand through `analyse`: the memory stays where it is."""

from scripts.bench_calls import short_calls
from scripts.bench_memory import memory_over

WARM_UP_CALLS = 1_000
CALLS = 5_000
GROWTH_MB = 40
"""What the caches may still take; a kilobyte forgotten in ten per call would be 4 MB, a transcript kept 20."""


def test_memory_does_not_grow_with_the_number_of_calls() -> None:
    found = memory_over(short_calls(), marks=(WARM_UP_CALLS, CALLS))
    assert found[CALLS] - found[WARM_UP_CALLS] < GROWTH_MB
