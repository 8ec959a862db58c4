"""The whole service over a real data folder, filled with example calls, for a browser."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.accounts.policy import Role
from app.accounts.service import add_account, add_key, change_password, sign_in
from app.approved_scripts.service import publish
from app.audit.service import OPERATOR, Actor
from app.bootstrap import Container, build_container, build_workflows
from app.calls.metadata import CallMetadata
from app.calls.service import ReceivedRecording
from app.domain.audio import ChannelRoles, RawFormat
from app.domain.script import ApprovedScript
from app.runs.analyst import AnalysisOutput
from app.runs.service import JUDGE, submit
from app.runs.tables import RunTable
from app.settings import Settings
from app.storage.base import recording_key
from tests.support import review_examples as examples

PASSWORD = "correct horse battery staple"
FIRST_CALL = datetime(2026, 5, 4, 17, 30, tzinfo=UTC)
PENDING = "waiting-1"


@dataclass
class ReviewWorld:
    """A service with example calls.

    ``calls`` maps names to ids of calls, ``samples`` these to the sample that they were made from, ``url`` is where
    the service answers.
    """

    container: Container
    url: str = ""
    calls: dict[str, str] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)

    def add_officer(self, username: str, *, name: str, role: Role = Role.OFFICER) -> str:
        """Somebody with a first password, which is returned."""
        with self.container.database.writing() as session:
            return add_account(session, username=username, name=name, role=role, actor=OPERATOR)

    def add_settled_officer(self, username: str, *, name: str, role: Role = Role.OFFICER) -> str:
        """Somebody who has chosen the password that all share."""
        first = self.add_officer(username, name=name, role=role)
        with self.container.database.writing() as session:
            signed = sign_in(session, username=username, password=first, at=datetime.now(UTC))
            assert signed is not None
            change_password(session, account_id=signed.account.id, old=first, new=PASSWORD)
        return PASSWORD

    def add_call(self, name: str, *, number: int, judged: bool = True, external_id: str | None = None) -> str:
        """One sample call with its real recording."""
        from hashlib import sha256
        from shutil import copyfile

        data = examples.recording(name).read_bytes()
        digest = sha256(data).hexdigest()
        copy = self.container.settings.data / f"copy-{number}"
        copyfile(examples.recording(name), copy)
        self.container.storage.put_new(recording_key(digest), copy)
        metadata = CallMetadata(
            external_id=external_id or name,
            script=examples.script_of(name).id,
            started_at=FIRST_CALL + timedelta(minutes=7 * number),
            canvasser_id=("c-107", "c-112", "c-131")[number % 3],
        )
        with self.container.database.writing() as session:
            received = submit(
                session,
                metadata=metadata,
                recording=ReceivedRecording(sha256=digest, size_bytes=len(data), media_type="audio/ogg"),
                actor=Actor(kind="key", id="key", name="key", call_centre=("north", "harbour")[number % 2]),
                secret=self.container.secret,
            )
            call_id = received.call.id
        self.calls[external_id or name] = call_id
        self.samples[call_id] = name
        if judged:
            self.judge(call_id)
        return call_id

    def judge(self, call_id: str) -> None:
        """Run what is queued for a call here and now."""
        with self.container.database.reading() as session:
            runs = session.query(RunTable).filter_by(call_id=call_id, status="queued").all()
        for run in runs:
            build_workflows(self.container, analyst=self._analyse)[JUDGE](run.id)

    def _analyse(
        self,
        path: Path,
        *,
        call: str,
        script: ApprovedScript,
        raw: RawFormat | None,
        roles: ChannelRoles | None,
    ) -> AnalysisOutput:
        name = self.samples[call]
        return AnalysisOutput(result=examples.example(name), peaks=examples.peaks(name))


@contextmanager
def serving(data: Path) -> Iterator[ReviewWorld]:
    """The service with every sample call judged and one waiting; it stops with the block."""
    from app.main import create_app

    container = build_container(Settings(data=data, slots=0, minimum_free_bytes=0, _env_file=None))
    world = ReviewWorld(container)
    try:
        with container.database.writing() as session:
            for path in sorted(examples.SAMPLES.glob("approved_scripts/*.yaml")):
                publish(session, content=path.read_text(encoding="utf-8"), source=path.name, actor=OPERATOR)
            for call_centre in ("north", "harbour"):
                add_key(session, call_centre=call_centre, actor=OPERATOR)
        for number, name in enumerate(examples.names()):
            world.add_call(name, number=number)
        world.add_call("clean-mayor", number=40, judged=False, external_id=PENDING)
        with listening(create_app(container)) as url:
            world.url = url
            yield world
    finally:
        container.close()


@contextmanager
def listening(app: object) -> Iterator[str]:
    """A web service on a port of its own; gives its address."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
