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


@given(st.integers(0, 200), st.integers(0, 200) | st.none(), st.integers(1, 100))
def test_the_bytes_that_are_asked_for_are_the_bytes_that_are_given(first: int, last: int | None, size: int) -> None:
    content = bytes(range(size))
    header = f"bytes={first}-{'' if last is None else last}"
    if last is not None and last < first:
        assert parse_range(header, size_bytes=size) is None
    elif first >= size:
        with pytest.raises(Unsatisfiable):
            parse_range(header, size_bytes=size)
    else:
        found = parse_range(header, size_bytes=size)
        assert found is not None
        assert content[found.start : found.end] == content[first : size if last is None else last + 1]


@given(st.integers(1, 200), st.integers(1, 100))
def test_the_last_bytes_are_the_last_bytes(length: int, size: int) -> None:
    found = parse_range(f"bytes=-{length}", size_bytes=size)
    assert found == ByteRange(max(0, size - length), size)


kept = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(kept | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.none()))
def test_a_cursor_is_read_back(place: list[object]) -> None:
    assert decode_cursor(encode_cursor(place)) == place
