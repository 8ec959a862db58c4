"""A service over a real data folder, and those who use it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.accounts.guard import SESSION_COOKIE
from app.accounts.policy import Role
from app.accounts.service import add_account, add_key, change_password, sign_in
from app.approved_scripts.service import publish
from app.audit.service import OPERATOR, Actor
from app.bootstrap import Container, build_container, build_workflows
from app.calls.metadata import CallMetadata, parse_metadata
from app.calls.service import ReceivedRecording
from app.runs.analyst import Analyst
from app.runs.service import JUDGE, submit
from app.runs.tables import RunTable
from app.settings import Settings
from tests.support.service_analysts import quick

SCRIPTS = Path(__file__).parents[2] / "sample_calls" / "approved_scripts"
PASSWORD = "correct horse battery staple"
OFFICER = Actor(kind="account", id="account_1", name="Ada")


@dataclass
class World:
    """A container, with an officer and keys where they were asked for."""

    container: Container

    @property
    def database(self) -> Any:
        return self.container.database

    def key(self, call_centre: str = "north") -> str:
        with self.database.writing() as session:
            return add_key(session, call_centre=call_centre, actor=OPERATOR)

    def bearer(self, call_centre: str = "north") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key(call_centre)}"}

    def officer(self, username: str = "ada", role: Role = Role.OFFICER) -> dict[str, str]:
        """Cookies of somebody who has chosen a password and signed in."""
        with self.database.writing() as session:
            first = add_account(session, username=username, name=username.title(), role=role, actor=OPERATOR)
        with self.database.writing() as session:
            signed_in = sign_in(session, username=username, password=first, at=datetime.now(UTC))
            assert signed_in is not None
            change_password(
                session, account_id=signed_in.account.id, old=first, new=PASSWORD, keep_token=signed_in.token
            )
        return {SESSION_COOKIE: signed_in.token}

    def submit(self, external_id: str, **further: Any) -> str:
        """A call of the centre `north`, whose recording holds its external id, and is not in the storage."""
        key = Actor(kind="key", id="k", name="north", call_centre="north")
        digest = hashlib.sha256(external_id.encode()).hexdigest()
        recording = ReceivedRecording(sha256=digest, size_bytes=1, media_type="audio/wav")
        with self.database.writing() as session:
            received = submit(
                session,
                metadata=checked(external_id, **further),
                recording=recording,
                actor=key,
                secret=self.container.secret,
            )
            return received.call.id

    def judge(self, call_id: str, *, analyst: Analyst = quick, run_id: str | None = None) -> None:
        """Run what is queued for a call here and now, in this process."""
        with self.database.reading() as session:
            rows = session.query(RunTable).filter_by(call_id=call_id).order_by(RunTable.created_at).all()
        for row in rows:
            if run_id in (None, row.id):
                build_workflows(self.container, analyst=analyst)[JUDGE](row.id)


def stored(container: Container) -> list[str]:
    """Keys of everything in the storage, wherever that is, and names of what is still coming in."""
    incoming = container.settings.incoming_folder
    keys = [key for folder in ("sha256", "derived", "staging", "doctor") for key in container.storage.keys(folder)]
    return [*keys, *(path.name for path in (incoming.iterdir() if incoming.is_dir() else ()))]


def schema_of_jobs(session: Any) -> str:
    """What stands before the names of the durable engine's tables."""
    return "dbos." if session.get_bind().dialect.name == "postgresql" else ""


def metadata(external_id: str = "c-1", **further: Any) -> str:
    given = {"external_id": external_id, "script": "eastmere-mayor", "started_at": "2026-05-04T18:30:00+01:00"}
    return json.dumps({**given, **further})


def checked(external_id: str, **further: Any) -> CallMetadata:
    return parse_metadata(metadata(external_id, **further))


def build_world(data: Path, **settings: Any) -> World:
    """A service with the sample calls' scripts and the call centre `north`.

    Args:
        data: Its folder.
        settings: Further settings; ``database`` and ``storage`` put it over PostgreSQL and a bucket.
    """
    given: dict[str, Any] = {"minimum_free_bytes": 0, "slots": 0, "_env_file": None, **settings}
    container = build_container(Settings(data=data, **given))
    with container.database.writing() as session:
        for path in sorted(SCRIPTS.glob("*.yaml")):
            publish(session, content=path.read_text(encoding="utf-8"), source=path.name, actor=OPERATOR)
        add_key(session, call_centre="north", actor=OPERATOR)
    return World(container)
