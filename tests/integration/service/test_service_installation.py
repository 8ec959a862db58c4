from pathlib import Path

import pytest

from app.bootstrap import build_container
from app.errors import OtherSecret
from app.installation.tables import InstallationTable
from app.settings import Settings


def test_all_processes_of_a_database_have_the_same_key_wherever_their_data_folder_is(
    empty_database: str, tmp_path: Path
) -> None:
    def key_of(folder: str, **given: str) -> bytes:
        container = build_container(Settings(data=tmp_path / folder, database=empty_database, _env_file=None, **given))
        container.close()
        return container.secret

    first = key_of("one")
    assert key_of("two") == first
    assert not (tmp_path / "one" / "secret.key").exists()
    assert key_of("three", secret=first.hex()) == first
    with pytest.raises(OtherSecret):
        key_of("four", secret="quite another key")


def test_a_key_that_is_set_is_not_kept_in_the_database(empty_database: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database=empty_database, secret="a key of the operator", _env_file=None)
    container = build_container(settings)
    assert container.secret == b"a key of the operator"
    with container.database.reading() as session:
        kept = [row.value for row in session.query(InstallationTable)]
    container.close()
    assert len(kept) == 1
    assert not {"a key of the operator", b"a key of the operator".hex()} & set(kept)
    with pytest.raises(OtherSecret):
        build_container(settings.model_copy(update={"secret": None}))


def test_another_key_file_beside_the_same_sqlite_is_noticed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, _env_file=None)
    build_container(settings).close()
    (tmp_path / "secret.key").write_bytes(b"another key of sixteen letters")
    with pytest.raises(OtherSecret):
        build_container(settings)


@pytest.mark.parametrize("left", [b"", b"half of it"])
def test_a_key_file_that_is_cut_off_is_no_key(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(left)
    with pytest.raises(OtherSecret, match="cut off"):
        build_container(Settings(data=tmp_path, _env_file=None))
    assert sorted(path.name for path in tmp_path.glob("secret.key*")) == ["secret.key"]
