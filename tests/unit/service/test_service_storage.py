import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.bootstrap import STORAGE_BACKENDS, build_storage
from app.errors import NotFound, RecordingDamaged
from app.settings import Settings
from app.storage.base import CHUNK_BYTES, Storage, derived_folder, derived_key, fetch, recording_key
from app.storage.filesystem import FilesystemStorage
from app.storage.s3 import S3Storage
from tests.support.s3_server import S3Server, new_prefix

LARGE = 3 * 1024 * 1024
"""Twice that is more than goes up to S3 in one request."""

KEY = recording_key("ab" * 32)
Put = Callable[[bytes], bool]


@pytest.fixture(params=sorted(STORAGE_BACKENDS))
def storage(request: pytest.FixtureRequest, tmp_path: Path, s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Storage:
    chosen = request.param
    if chosen == "s3":
        chosen = new_prefix()
        for name, value in s3.ready().environment().items():
            monkeypatch.setenv(name, value)
    return build_storage(Settings(data=tmp_path, storage=chosen, _env_file=None))


@pytest.fixture
def put(storage: Storage, tmp_path: Path) -> Put:
    def keep(content: bytes, key: str = KEY) -> bool:
        source = tmp_path / "source"
        source.write_bytes(content)
        kept = storage.put_new(key, source)
        source.unlink()
        return kept

    return keep


def test_what_is_kept_is_read_back(storage: Storage, put: Put, tmp_path: Path) -> None:
    content = bytes(range(256)) * 3000
    assert put(content)
    assert storage.exists(KEY)
    assert storage.size_bytes(KEY) == len(content)
    chunks = list(storage.open_range(KEY))
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= CHUNK_BYTES


def test_a_recording_is_fetched_only_as_it_was_received(storage: Storage, put: Put, tmp_path: Path) -> None:
    content = b"as it was received" * 40_000
    sha256, copy = hashlib.sha256(content).hexdigest(), tmp_path / "copy"
    with pytest.raises(RecordingDamaged) as nothing:
        fetch(storage, sha256=sha256, to=copy)
    assert nothing.value.found is None
    put(content, recording_key(sha256))
    fetch(storage, sha256=sha256, to=copy)
    assert copy.read_bytes() == content
    storage.delete(recording_key(sha256))
    put(content + b"!", recording_key(sha256))
    with pytest.raises(RecordingDamaged) as other:
        fetch(storage, sha256=sha256, to=copy)
    assert other.value.found == hashlib.sha256(content + b"!").hexdigest()


@pytest.mark.parametrize(("start", "end"), [(0, 1), (3, 7), (5, None), (0, 10), (9, 10), (10, 10), (4, 99)])
def test_a_range_is_half_open(storage: Storage, put: Put, start: int, end: int | None) -> None:
    put(b"0123456789")
    assert b"".join(storage.open_range(KEY, start=start, end=end)) == b"0123456789"[start:end]


def test_what_is_there_is_not_replaced(storage: Storage, put: Put) -> None:
    assert put(b"first")
    assert not put(b"second")
    assert b"".join(storage.open_range(KEY)) == b"first"


@pytest.mark.parametrize("rounds", [1, 8])
def test_of_many_that_put_at_once_one_writes(storage: Storage, tmp_path: Path, rounds: int) -> None:
    sources = [tmp_path / f"source-{number}" for number in range(4)]
    for number, source in enumerate(sources):
        source.write_bytes(bytes([number]) * (2 * LARGE if rounds == 1 else 1000))
    for turn in range(rounds):
        key = recording_key(f"{turn:064x}")
        with ThreadPoolExecutor(len(sources)) as pool:
            written = list(pool.map(lambda source, key=key: storage.put_new(key, source), sources))
        winners = [number for number, won in enumerate(written) if won]
        # SeaweedFS puts the parts of two that come in the same instant together for both.
        assert len(winners) == 1 or (winners and rounds == 1 and isinstance(storage, S3Storage))
        first = b"".join(storage.open_range(key, end=1))
        assert first in {bytes([number]) for number in winners}
        assert storage.size_bytes(key) == sources[0].stat().st_size
        assert set(storage.keys("sha256")) == {recording_key(f"{done:064x}") for done in range(turn + 1)}


def test_a_large_recording_is_kept_whole_and_once(storage: Storage, put: Put) -> None:
    content = bytes(range(256)) * (3 * LARGE // 256 + 1)
    assert put(content)
    assert not put(content[::-1])
    assert b"".join(storage.open_range(KEY)) == content
    assert (
        b"".join(storage.open_range(KEY, start=LARGE - 1, end=LARGE + 300_000)) == content[LARGE - 1 : LARGE + 300_000]
    )
    assert list(storage.keys("staging")) == []


def test_keys_are_told_by_their_folder(storage: Storage, put: Put) -> None:
    one, other = "ab" * 32, "ab" * 31 + "ac"
    names = {derived_key(one, name="a.opus"), derived_key(one, name="b.json")}
    for key in (*names, derived_key(other, name="a.opus"), recording_key(one)):
        put(b"x", key)
    assert set(storage.keys(derived_folder(one))) == names
    assert set(storage.keys("derived")) == {*names, derived_key(other, name="a.opus")}
    assert set(storage.keys("sha256")) == {recording_key(one)}
    assert list(storage.keys("nothing")) == []


def test_what_is_deleted_is_gone(storage: Storage, put: Put) -> None:
    put(b"x")
    storage.delete(KEY)
    assert not storage.exists(KEY)
    for act in (storage.delete, storage.size_bytes, lambda key: list(storage.open_range(key))):
        with pytest.raises(NotFound):
            act(KEY)


def test_an_empty_recording_is_kept_too(storage: Storage, put: Put) -> None:
    assert put(b"")
    assert list(storage.open_range(KEY)) == []


def test_keys_are_spread_and_kept_apart() -> None:
    assert recording_key("abcd" + "0" * 60) == "sha256/ab/cd/abcd" + "0" * 60
    assert derived_key("abcd" + "0" * 60, name="p.opus") == "derived/ab/cd/abcd" + "0" * 60 + "/p.opus"


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    storage = FilesystemStorage(tmp_path / "inside")
    (tmp_path / "outside").write_bytes(b"secret")
    for key in ("../outside", "/etc/passwd", "", "a/../../outside"):
        with pytest.raises(ValueError, match="leads out"):
            storage.exists(key)


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    storage = FilesystemStorage(tmp_path / "inside")
    for content in (b"one", b"two"):
        (tmp_path / "source").write_bytes(content)
        storage.put_new("a/b", tmp_path / "source")
        (tmp_path / "source").unlink()
    assert [path.name for path in (tmp_path / "inside" / "a").iterdir()] == ["b"]
