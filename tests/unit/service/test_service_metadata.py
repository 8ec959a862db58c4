import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.metadata import CallMetadata, PartOfCall, parse_metadata, raw_of, roles_of
from app.domain.audio import ChannelRoles, RawEncoding, RawFormat
from app.errors import BadInput, InvalidMetadata

FULL = {
    "external_id": "c-1",
    "script": "eastmere-mayor",
    "started_at": "2026-05-04T18:30:00.250+01:00",
    "call_centre": "north",
    "canvasser_id": "7",
    "dialled_number": "+44 1632 960123",
    "disposition": "completed",
    "campaign": "may",
    "channels": {"canvasser": 1, "contact": 0},
    "raw": {"format": "alaw", "rate": 16000, "channels": 2},
}

GIVEN = {key: value for key, value in FULL.items() if key != "raw"}


def test_everything_is_read() -> None:
    found = parse_metadata(json.dumps(FULL))
    assert found.started_at == datetime(2026, 5, 4, 17, 30, 0, 250_000, tzinfo=UTC)
    assert found.channels == ChannelRoles(canvasser=1, contact=0)
    assert found.raw == RawFormat(encoding=RawEncoding.ALAW, sample_rate_hz=16000, channels=2)
    assert "960123" not in json.dumps(found.details())


def test_what_is_kept_can_be_read_back() -> None:
    details = json.loads(json.dumps(parse_metadata(json.dumps(FULL)).details()))
    assert roles_of(details) == ChannelRoles(canvasser=1, contact=0)
    assert raw_of(details) == RawFormat(encoding=RawEncoding.ALAW, sample_rate_hz=16000, channels=2)
    assert raw_of({}) is None
    assert roles_of({"channels": None}) is None


@pytest.mark.parametrize("key", sorted(set(FULL) - {"call_centre"}))
def test_every_key_counts_for_the_digest(key: str) -> None:
    other = {
        "started_at": "2026-05-04T18:30:01Z",
        "channels": {"canvasser": 0, "contact": 1},
        "raw": {"format": "alaw", "rate": 8000, "channels": 2},
    }
    changed = {**FULL, key: other.get(key, "other 9")}
    assert digest(parse_metadata(json.dumps(FULL))) != digest(parse_metadata(json.dumps(changed)))


def test_the_digest_depends_on_the_installation() -> None:
    found = parse_metadata(json.dumps(FULL))
    assert digest(found) != found.digest(call_centre="north", secret=b"another")
    assert found.dialled_digest(secret=b"k") == parse_metadata(
        json.dumps({**FULL, "dialled_number": "+441632960123"})
    ).dialled_digest(secret=b"k")


def digest(metadata: CallMetadata) -> str:
    return metadata.digest(call_centre="north", secret=b"k")


few = st.sampled_from(["c-1", "c-2", 'a","b', "\u00e9", "e\u0301"])
numbers = st.sampled_from(["+44 1632 960123", "+441632960123", "123"])


@st.composite
def told(draw: st.DrawFn) -> dict[str, object]:
    """Metadata out of few values, so that two are often the same; moments are written in several zones."""
    zone = timezone(timedelta(hours=draw(st.integers(-2, 2))))
    started_at = (datetime(2026, 5, 4, 18, 30, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 1)))).astimezone(zone)
    maybe = {
        "canvasser_id": few,
        "disposition": few,
        "campaign": few,
        "dialled_number": numbers,
        "channels": st.sampled_from([{"canvasser": 0, "contact": 1}, {"canvasser": 1, "contact": 0}]),
        "raw": st.sampled_from([{"format": "mulaw"}, {"format": "mulaw", "rate": 8000}, {"encoding": "alaw"}]),
    }
    given = draw(st.fixed_dictionaries({"external_id": few}, optional=maybe))
    return {**given, "script": "eastmere-mayor", "started_at": started_at.isoformat()}


@given(told(), told(), st.booleans())
def test_two_digests_are_the_same_if_and_only_if_the_metadata_are(
    one: dict[str, object], other: dict[str, object], is_same: bool
) -> None:
    first = parse_metadata(json.dumps(one))
    second = parse_metadata(json.dumps(one if is_same else other, sort_keys=True))
    assert (digest(first) == digest(second)) is (first == second)
    assert first.digest(call_centre="south", secret=b"k") != digest(first)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(FULL)), JSON))
def test_whatever_comes_is_read_or_refused(change: dict[str, object]) -> None:
    with contextlib.suppress(BadInput):
        parse_metadata(json.dumps({**FULL, **change}))


@pytest.mark.parametrize(
    ("part", "read"),
    [
        ({"number": 1}, PartOfCall(1)),
        ({"number": 2, "count": 3}, PartOfCall(2, 3)),
        ({"number": 3, "last": True}, PartOfCall(3, 3)),
        ({"number": 3, "count": 3, "last": True}, PartOfCall(3, 3)),
        ({"number": 2, "last": False}, PartOfCall(2)),
        (None, None),
    ],
)
def test_which_part_of_a_call_it_is(part: object, read: PartOfCall | None) -> None:
    assert parse_metadata(json.dumps({**GIVEN, "part": part})).part == read


@pytest.mark.parametrize(
    "part",
    [
        1,
        {},
        {"count": 2},
        {"number": 0},
        {"number": True},
        {"number": 1.0},
        {"number": 3, "count": 2},
        {"number": 2, "count": 3, "last": True},
        {"number": 1, "last": "yes"},
        {"number": 1, "count": 100},
        {"number": 100},
        {"number": 1, "of": 2},
    ],
)
def test_a_part_that_cannot_be_is_refused(part: object) -> None:
    with pytest.raises(InvalidMetadata, match="part"):
        parse_metadata(json.dumps({**GIVEN, "part": part}))


def test_the_parts_of_a_call_have_the_same_digest_whatever_their_formats() -> None:
    raw = {"raw": {"format": "mulaw"}}
    whole, first, second = (
        parse_metadata(json.dumps({**GIVEN, **further}))
        for further in ({}, {"part": {"number": 1}, **raw}, {"part": {"number": 2, "last": True}})
    )
    digests = {each.digest(call_centre="north", secret=b"k") for each in (whole, first, second)}
    assert len(digests) == 1
    assert parse_metadata(json.dumps({**GIVEN, **raw})).digest(call_centre="north", secret=b"k") not in digests
