"""Webhooks over a world: where they may go in a test, and how what is due is sent here and now."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.audit.service import Actor
from app.bootstrap import build_sending
from app.storage.base import recording_key
from app.webhooks.addresses import TargetRules, networks_of
from app.webhooks.desk import WebhookDesk
from app.webhooks.jobs import Sending
from tests.support.service_world import World

LOCAL = TargetRules(networks=networks_of("127.0.0.0/8"), http=True)
NORTH = Actor(kind="key", id="k", name="north", call_centre="north")
NOBODY = "http://127.0.0.1:9/"
"""An address where nobody listens."""


def desk_of(world: World) -> WebhookDesk:
    return WebhookDesk(database=world.database, rules=LOCAL, key=world.container.secret)


def sending_of(world: World) -> Sending:
    """Without pauses, so that whatever is put off is due at once."""
    return replace(build_sending(world.container), rules=LOCAL, timeout_s=2.0, pauses_s=(0.0, 0.0))


def register(desk: WebhookDesk, url: str) -> tuple[str, str]:
    row, secret = desk.add(url=url, events=(), call_centre=None, actor=NORTH)
    return row.id, secret


def send_due(sender: Sending) -> int:
    parcels = sender.take_due(limit=100)
    for parcel in parcels:
        sender.deliver(parcel)
    return len(parcels)


def submit_heard(world: World, folder: Path, external_id: str, **further: Any) -> str:
    """A call whose recording lies in the storage."""
    sound = folder / "sound"
    sound.write_bytes(external_id.encode())
    world.container.storage.put_new(recording_key(hashlib.sha256(sound.read_bytes()).hexdigest()), sound)
    return world.submit(external_id, **further)


def log_of(desk: WebhookDesk, endpoint: str) -> list[tuple[str, list[tuple[int | None, str | None]]]]:
    """Status of each message, the newest first, and status and error of its attempts."""
    page, _ = desk.deliveries(endpoint, status=None, cursor=None, limit=100, actor=NORTH)
    return [(found.row.status, [(one.status_code, one.error) for one in found.attempts]) for found in page]


def change(world: World, table: Any, row_id: str, **values: Any) -> None:
    with world.database.writing() as session:
        row = session.get_one(table, row_id)
        for name, value in values.items():
            setattr(row, name, value)
