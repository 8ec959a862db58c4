import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.v1.ranges import ByteRange, Unsatisfiable, parse_range
from app.db.cursor import decode_cursor, encode_cursor


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-99", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=9-9", (9, 10)),
        ("Bytes = 1 - 2", (1, 3)),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("nonsense", None),
    ],
)
def test_one_range_is_understood(header: str | None, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, size_bytes=10) == (None if expected is None else ByteRange(*expected))


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-0", 0), ("bytes=-1", 0)])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, size_bytes=size)


@given(st.text(max_size=30), st.integers(0, 100))
def test_whatever_is_asked_for_lies_within(header: str, size: int) -> None:
    try:
        found = parse_range(header, size_bytes=size)
    except Unsatisfiable:
        return
    assert found is None or 0 <= found.start < found.end <= size


@given(st.lists(st.text() | st.integers() | st.floats(allow_nan=False)))
def test_a_cursor_is_read_back(place: list[object]) -> None:
    assert decode_cursor(encode_cursor(place)) == place
