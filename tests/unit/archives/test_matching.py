"""Findings of two runs of one call: who is whose partner, and what has changed."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.findings.matching import Evidence, Pair, differences, evidence_of, match, overlap

TIMES = st.integers(min_value=0, max_value=12)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    start = draw(st.none() | TIMES)
    said = draw(st.lists(st.sampled_from(("decent", "guy", "bus", "vote", "him")), max_size=3))
    return Evidence(
        id=draw(st.text(string.ascii_lowercase, min_size=1, max_size=3)),
        code=draw(st.sampled_from(("endorsement", "pressure"))),
        subject=draw(st.sampled_from((None, "qureshi"))),
        line=None,
        start=start,
        end=None if start is None else start + draw(st.integers(min_value=0, max_value=4)),
        words=tuple(said),
        severity="major",
        confidence=0.5,
    )


runs = st.lists(evidences(), max_size=5)


@given(runs, runs)
def test_it_does_not_matter_which_run_is_named_first(one: list[Evidence], other: list[Evidence]) -> None:
    there = {(pair.before, pair.after) for pair in match(one, other)}
    back = {(pair.after, pair.before) for pair in match(other, one)}
    assert contents(there, one, other) == contents(back, one, other)
    assert len(there) == len(back)


def contents(pairs: set[tuple[int, int]], one: list[Evidence], other: list[Evidence]) -> list[tuple[str, str]]:
    return sorted((repr(one[i]), repr(other[j])) for i, j in pairs)


@given(runs)
def test_a_run_matched_with_itself_pairs_each_finding_with_itself(run: list[Evidence]) -> None:
    pairs = match(run, run)
    assert [(repr(run[pair.before]), repr(run[pair.after])) for pair in pairs] == [(repr(f), repr(f)) for f in run]


@given(runs, runs)
def test_nobody_has_two_partners(one: list[Evidence], other: list[Evidence]) -> None:
    pairs = match(one, other)
    assert len({pair.before for pair in pairs}) == len({pair.after for pair in pairs}) == len(pairs)


@given(runs, runs)
def test_partners_are_of_one_code_and_about_the_same(one: list[Evidence], other: list[Evidence]) -> None:
    for pair in match(one, other):
        before, after = one[pair.before], other[pair.after]
        assert (before.code, before.subject, before.line) == (after.code, after.subject, after.line)


FOUND = evidence_of(
    {
        "id": "f1",
        "code": "endorsement",
        "severity": "critical",
        "confidence": 0.9,
        "subject": "qureshi",
        "start": 61.2,
        "end": 64.9,
        "quote": "He’s a decent guy, his dad was a bus driver",
    }
)


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"start": 62.0, "end": 65.5, "words": ("a", "decent", "guy")}, True),
        ({"start": 90.0, "end": 93.0}, False),
        ({"subject": "hartwell"}, False),
        ({"code": "disparagement"}, False),
        ({"start": None, "end": None}, True),
        ({"start": None, "end": None, "words": ("vote", "for", "him")}, False),
    ],
)
def test_the_same_words_or_the_same_seconds(change: dict[str, object], is_same: bool) -> None:
    other = replace(FOUND, id="f2", **change)  # type: ignore[arg-type]
    assert bool(match([FOUND], [other])) is is_same


def test_a_missing_line_is_itself() -> None:
    missing = replace(FOUND, code="missing-line", subject=None, line="neutrality", start=None, end=None, words=())
    other = replace(missing, line="closing")
    assert match([missing, other], [other, missing]) == (Pair(0, 1), Pair(1, 0))
    assert overlap(missing, other) == 0


def test_what_a_reader_would_notice_is_named() -> None:
    assert differences(FOUND, replace(FOUND, id="x", confidence=0.93, start=1.0)) == ()
    sharper = replace(FOUND, confidence=0.8, words=FOUND.words[:4])
    assert differences(FOUND, sharper) == ("confidence", "quote")
    milder = evidence_of({"id": "f1", "code": "endorsement", "severity": "major", "confidence": 0.9})
    assert "severity" in differences(FOUND, milder)
