from collections.abc import Callable
from pathlib import Path

import pytest

from app.bootstrap import STORAGE_BACKENDS
from app.errors import NotFound
from app.settings import Settings
from app.storage.base import CHUNK_BYTES, Storage, derived_key, fetch, recording_key
from app.storage.filesystem import FilesystemStorage

KEY = recording_key("ab" * 32)
Put = Callable[[bytes], bool]


@pytest.fixture(params=sorted(STORAGE_BACKENDS))
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return STORAGE_BACKENDS[request.param](Settings(data=tmp_path, _env_file=None))


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
    fetch(storage, key=KEY, to=tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content


@pytest.mark.parametrize(("start", "end"), [(0, 1), (3, 7), (5, None), (0, 10), (9, 10), (10, 10), (4, 99)])
def test_a_range_is_half_open(storage: Storage, put: Put, start: int, end: int | None) -> None:
    put(b"0123456789")
    assert b"".join(storage.open_range(KEY, start=start, end=end)) == b"0123456789"[start:end]


def test_what_is_there_is_not_replaced(storage: Storage, put: Put) -> None:
    assert put(b"first")
    assert not put(b"second")
    assert b"".join(storage.open_range(KEY)) == b"first"


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
