"""The sound of a call is deleted for a reason: the bytes go, a tombstone and what was found stay."""

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import typer
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.accounts.policy import Role
from app.api.v1.upload import Upload
from app.audit.service import OPERATOR
from app.audit.tables import AuditEntryTable
from app.calls.service import ReceivedRecording
from app.calls.tables import CallTable, DerivedSoundTable
from app.cli.retention import recordings
from app.errors import RecordingDeleted, StorageUnavailable
from app.main import build_service, create_app
from app.retention.service import delete_recording
from app.retention.tables import DamagedRecordingTable, TombstoneTable
from app.reviews.service import judge_again
from app.runs.tables import RunTable
from app.storage.base import derived_folder, recording_key
from tests.support.service_analysts import quick
from tests.support.service_world import OFFICER, World, metadata

SOUND = b"praise for one of them"
REASON = "The contact has asked for it."


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_app(world.container), raise_server_exceptions=False) as made:
        yield made


def upload(client: TestClient, world: World, external_id: str = "c-1", sound: bytes = SOUND) -> Any:
    files = {"recording": ("a.wav", sound, "audio/wav")}
    headers = world.bearer()
    return client.post("/api/v1/calls", data={"metadata": metadata(external_id)}, files=files, headers=headers)


@pytest.fixture
def call(client: TestClient, world: World) -> str:
    """A call that is judged, with a finding."""
    call_id = upload(client, world).json()["id"]
    world.judge(call_id)
    return str(call_id)


def delete(world: World, call_id: str, reason: str = REASON) -> Any:
    container = world.container
    return delete_recording(container.database, container.storage, call_id=call_id, reason=reason, actor=OFFICER)


def row(world: World, call_id: str) -> CallTable:
    with world.database.reading() as session:
        return session.get_one(CallTable, call_id)


def stored(world: World) -> set[str]:
    storage = world.container.storage
    return {key for folder in ("sha256", "derived", "staging") for key in storage.keys(folder)}


def show(client: TestClient, world: World, call_id: str) -> str:
    client.cookies.update(world.officer())
    return client.get(f"/calls/{call_id}", headers={"accept": "text/html"}).text


def actions(world: World, call_id: str) -> list[str]:
    with world.database.reading() as session:
        found = session.query(AuditEntryTable).filter_by(subject=call_id).order_by(AuditEntryTable.sequence).all()
    return [entry.action for entry in found]


def test_the_bytes_go_and_a_tombstone_and_the_findings_stay(world: World, client: TestClient, call: str) -> None:
    before = row(world, call)
    assert len(stored(world)) == 2
    tombstone = delete(world, call)
    assert stored(world) == set()
    assert (tombstone.sha256, tombstone.size_bytes) == ((before.recording_sha256,), len(SOUND))
    assert (tombstone.reason, tombstone.deleted_by) == (REASON, "Ada")
    assert tombstone.erased_at is not None and tombstone.erased_at >= tombstone.deleted_at
    with world.database.reading() as session:
        assert session.get(DerivedSoundTable, before.recording_sha256) is None
        entry = session.query(AuditEntryTable).filter_by(action="recording.deleted").one()
    assert entry.details == {"sha256": [before.recording_sha256], "size_bytes": len(SOUND)}
    after = row(world, call)
    assert (after.status, after.outcome, after.finding_count) == ("done", "flagged", 1)
    seen = client.get(f"/api/v1/calls/{call}", headers=world.bearer()).json()
    assert seen["result"]["findings"] and seen["recording_deleted_at"] and seen["recording_damaged_at"] is None
    for variant in ("original", "playback"):
        answer = client.get(f"/api/v1/calls/{call}/recording?variant={variant}", headers=world.bearer())
        assert (answer.status_code, answer.json()["type"]) == (410, "urn:canvass-monitor:problem:recording-deleted")
        assert REASON not in answer.text


def test_the_page_says_when_by_whom_and_why(world: World, client: TestClient, call: str) -> None:
    delete(world, call)
    page = show(client, world, call)
    assert REASON in page and "was deleted on" in page and "by Ada" in page
    assert 'aria-label="Recording" hidden' in page and ' src="/api/v1/calls/' not in page
    assert "play-finding" not in page
    assert 'action="/calls/' + call + '/judge-again"' not in page


def test_a_second_deletion_keeps_the_first_reason(world: World, call: str) -> None:
    first = delete(world, call)
    assert delete(world, call, "Another reason.") == first
    assert actions(world, call).count("recording.deleted") == 1


def test_the_same_upload_again_is_answered_as_before_and_brings_nothing_back(
    world: World, client: TestClient, call: str
) -> None:
    delete(world, call)
    again = upload(client, world)
    assert (again.status_code, again.json()["id"]) == (200, call)
    assert stored(world) == set()


def test_the_same_bytes_as_another_call_are_another_call_and_the_log_tells(
    world: World, client: TestClient, call: str
) -> None:
    delete(world, call)
    other = upload(client, world, "c-2")
    assert other.status_code == 202
    world.judge(other.json()["id"])
    headers = world.bearer()
    assert client.get(f"/api/v1/calls/{other.json()['id']}/recording", headers=headers).content == SOUND
    assert client.get(f"/api/v1/calls/{call}/recording", headers=headers).status_code == 410
    assert "recording.returned" in actions(world, other.json()["id"])


def test_bytes_that_another_call_has_stay_until_that_one_is_deleted(
    world: World, client: TestClient, call: str
) -> None:
    other = upload(client, world, "c-2").json()["id"]
    assert delete(world, call).erased_at is None
    headers = world.bearer()
    assert client.get(f"/api/v1/calls/{other}/recording", headers=headers).content == SOUND
    assert client.get(f"/api/v1/calls/{call}/recording", headers=headers).status_code == 410
    assert delete(world, other).erased_at is not None
    assert delete(world, call).erased_at is not None
    assert stored(world) == set()


def test_what_is_asked_for_again_is_refused_and_what_was_asked_for_ends_without_replacing(
    world: World, client: TestClient, call: str
) -> None:
    with world.database.writing() as session:
        pending = judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    delete(world, call)
    with pytest.raises(RecordingDeleted), world.database.writing() as session:
        judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    world.judge(call, run_id=pending)
    with world.database.reading() as session:
        run = session.get_one(RunTable, pending)
        assert session.query(DamagedRecordingTable).count() == 0
    assert (run.status, run.outcome, run.reason, run.is_current) == ("done", "unreviewable", "unreadable", False)
    assert row(world, call).outcome == "flagged"
    assert stored(world) == set()


def test_a_call_that_was_never_judged_ends_unreviewable(world: World, client: TestClient) -> None:
    call_id = upload(client, world).json()["id"]
    delete(world, call_id)
    world.judge(call_id)
    judged = row(world, call_id)
    assert (judged.status, judged.outcome, judged.reason) == ("done", "unreviewable", "unreadable")


def test_what_is_deleted_while_it_is_heard_leaves_nothing_that_was_made_of_it(world: World, client: TestClient) -> None:
    call_id = upload(client, world).json()["id"]

    def deleting(*arguments: Any, **keywords: Any) -> Any:
        delete(world, call_id)
        return quick(*arguments, **keywords)

    world.judge(call_id, analyst=deleting)
    assert row(world, call_id).outcome == "flagged"
    assert stored(world) == set()
    with world.database.reading() as session:
        assert session.query(DerivedSoundTable).count() == 0


def test_where_the_storage_does_not_answer_the_tombstone_stands_and_the_same_again_finishes(
    world: World, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise StorageUnavailable("The storage does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(type(world.container.storage), "delete", down)
        with pytest.raises(StorageUnavailable):
            delete(world, call)
    with world.database.reading() as session:
        assert session.query(TombstoneTable).one().erased_at is None
    assert delete(world, call).erased_at is not None
    assert stored(world) == set()


def test_a_damaged_recording_is_told_until_it_is_brought_back(world: World, client: TestClient, call: str) -> None:
    storage, key = world.container.storage, recording_key(row(world, call).recording_sha256)
    source = world.container.settings.data / "other-bytes"

    def again(content: bytes) -> dict[str, Any]:
        source.unlink(missing_ok=True)
        source.write_bytes(content)
        storage.delete(key)
        storage.put_new(key, source)
        with world.database.writing() as session:
            run_id = judge_again(session, call_id=call, script_id=None, actor=OFFICER)
        world.judge(call, run_id=run_id)
        return dict(client.get(f"/api/v1/calls/{call}", headers=world.bearer()).json())

    seen = again(SOUND + b"!")
    assert seen["recording_damaged_at"] is not None
    assert (seen["outcome"], len(seen["result"]["findings"])) == ("flagged", 1)
    page = show(client, world, call)
    assert "The evidence is damaged" in page
    assert again(SOUND)["recording_damaged_at"] is None
    assert actions(world, call).count("recording.damaged") == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": REASON}, 201),
        ({"reason": " \n"}, 422),
        ({}, 422),
        ({"reason": "x" * 2001}, 422),
        ({"why": "x"}, 422),
    ],
)
def test_administrators_delete_through_the_interface(
    world: World, client: TestClient, call: str, body: dict[str, str], status: int
) -> None:
    client.cookies.update(world.officer("root", Role.ADMINISTRATOR))
    answer = client.post(f"/api/v1/calls/{call}/deletion", json=body)
    assert answer.status_code == status
    if status == 201:
        assert answer.json()["deleted_by"] == "Root" and answer.json()["erased_at"]
    assert bool(stored(world)) == (status != 201)


def test_officers_and_keys_do_not_delete(world: World, client: TestClient, call: str) -> None:
    address, body = f"/api/v1/calls/{call}/deletion", {"reason": REASON}
    assert client.post(address, json=body, headers=world.bearer()).status_code == 403
    client.cookies.update(world.officer())
    assert client.post(address, json=body).status_code == 403
    assert len(stored(world)) == 2


def test_the_operator_deletes_at_the_command_line(world: World, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in world.container.settings.as_environment().items():
        monkeypatch.setenv(name, value)
    alone = typer.Typer()
    alone.add_typer(recordings, name="recordings")

    def run(*given: str) -> Result:
        return CliRunner().invoke(alone, ["recordings", "delete", *given])

    done = run(call, "--reason", REASON)
    assert (done.exit_code, "its bytes are gone" in done.stdout) == (0, True), done
    assert stored(world) == set()
    assert run(call).exit_code == 2
    assert actions(world, call)[-1] == "recording.deleted"
    assert json.dumps(REASON) not in json.dumps(actions(world, call))


def test_everything_that_was_made_of_a_recording_goes(world: World, call: str) -> None:
    digest = row(world, call).recording_sha256
    source = world.container.settings.data / "further"
    source.write_bytes(b"something that a later version makes")
    world.container.storage.put_new(f"{derived_folder(digest)}/later-1.json", source)
    delete(world, call)
    assert stored(world) == set()


def test_an_upload_in_the_middle_of_a_deletion_waits_and_brings_its_bytes(
    world: World, client: TestClient, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = type(world.container.storage)
    really_delete, answers = storage.delete, []
    uploading = threading.Thread(target=lambda: answers.append(upload(client, world, "c-2").status_code))

    def late(self: Any, key: str) -> None:
        if not answers and not uploading.is_alive():
            # Nobody has the bytes any more, and they are about to go: another call comes with them just now.
            uploading.start()
            uploading.join(1.5)
        really_delete(self, key)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", late)
        delete(world, call)
        uploading.join()
    assert answers == [202]
    assert stored(world) == {recording_key(row(world, call).recording_sha256)}


def test_uploads_and_deletions_at_once_lose_nothing_and_leave_nothing(world: World, client: TestClient) -> None:
    sounds = [f"the same sound {number}".encode() for number in range(3)]
    service = build_service(world.container)
    folder = world.container.settings.incoming_folder
    folder.mkdir(parents=True, exist_ok=True)

    def receive(number: int) -> str:
        sound = sounds[number % 3]
        path = folder / f"upload-{number}"
        path.write_bytes(sound)
        recording = ReceivedRecording(hashlib.sha256(sound).hexdigest(), len(sound), "audio/wav")
        upload = Upload(metadata(f"c-{number}", call_centre="north").encode(), recording, path)
        return service.receive(upload, actor=OPERATOR).call.id

    def act(number: int) -> tuple[str, bool]:
        call_id = receive(number)
        if number % 4:
            delete(world, call_id)
        return call_id, bool(number % 4)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(act, range(36)))
    living = {row(world, call_id).recording_sha256 for call_id, is_deleted in done if not is_deleted}
    assert {key.rpartition("/")[2] for key in stored(world)} == living and len(living) == 3
    for call_id, is_deleted in done:
        if not is_deleted:
            delete(world, call_id)
    assert stored(world) == set()
    with world.database.reading() as session:
        assert session.query(TombstoneTable).filter_by(erased_at=None).count() == 0
