import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.v1.digests import refuse_other, sha256_of
from app.errors import BadDigest


def field(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


@given(st.binary(max_size=64), st.sampled_from(["", "sha-512=:AAAA:, ", "md5=:AA==:,", "unixsum=7,\t"]))
def test_the_digest_is_read_wherever_it_stands(content: bytes, before: str) -> None:
    assert sha256_of(before + field(content)) == hashlib.sha256(content).hexdigest()
    assert sha256_of(field(content) + ", sha-512=:AAAA:") == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("other", ["", "sha-512=:AAAA:", "md5=:AA==:, crc32c=:AAAA:", "SHA-256=:AAAA:", "nonsense"])
def test_other_algorithms_are_left_unchecked(other: str) -> None:
    assert sha256_of(other) is None


@pytest.mark.parametrize(
    "bad",
    ["sha-256", "sha-256=", "sha-256=::", "sha-256=:AAAA:", "sha-256=abc", "sha-256=:%%%:", f"sha-256={'0' * 64}"],
)
def test_what_is_no_digest_is_refused_with_the_way_to_write_it(bad: str) -> None:
    with pytest.raises(BadDigest) as refused:
        sha256_of(bad)
    assert "sha-256=:BASE64:" in refused.value.advice


def test_of_two_the_last_counts_and_parameters_do_not() -> None:
    assert sha256_of(f"{field(b'a')}, {field(b'b')};q=1") == hashlib.sha256(b"b").hexdigest()


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_only_the_same_bytes_pass(sent: bytes, arrived: bytes) -> None:
    expected, found = hashlib.sha256(sent).hexdigest(), hashlib.sha256(arrived).hexdigest()
    refuse_other("The recording", expected=None, found=found)
    if sent == arrived:
        refuse_other("The recording", expected=expected, found=found)
    else:
        with pytest.raises(BadDigest):
            refuse_other("The recording", expected=expected, found=found)
