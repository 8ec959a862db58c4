"""What the API and the command line ask of webhooks, one transaction each.

Names are resolved before a transaction begins: no lock is held while a resolver is waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.audit.service import Actor
from app.db.cursor import bad_cursor, decode_cursor, encode_cursor
from app.db.session import Database
from app.webhooks import service
from app.webhooks.addresses import Lookup, TargetRules, look_up, parse_target, reachable_addresses
from app.webhooks.service import Delivery
from app.webhooks.tables import WebhookEndpointTable

DEFAULT_OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WebhookDesk:
    """The webhooks as other programs and operators use them.

    Attributes:
        database: Where everything is kept.
        rules: Where messages may go.
        lookup: Resolves names.
        key: Of the installation.
    """

    database: Database
    rules: TargetRules
    lookup: Lookup = look_up
    key: bytes = field(repr=False, default=b"")

    def add(
        self, *, url: str, events: Sequence[str], call_centre: str | None, actor: Actor
    ) -> tuple[WebhookEndpointTable, str]:
        """Register an address; returns it with its secret, which is shown once.

        Raises:
            RefusedTarget: If nothing is sent to such an address.
            BadInput, Forbidden, Conflict: As `app.webhooks.service.add_endpoint` says.
        """
        target = parse_target(url, rules=self.rules)
        reachable_addresses(target.host, target.port, rules=self.rules, lookup=self.lookup)
        with self.database.writing() as session:
            return service.add_endpoint(
                session, call_centre=call_centre, url=url, events=events, actor=actor, key=self.key
            )

    def endpoints(self, *, actor: Actor) -> tuple[WebhookEndpointTable, ...]:
        """All that the actor may see."""
        with self.database.reading() as session:
            return tuple(service.list_endpoints(session, actor=actor))

    def endpoint(self, endpoint_id: str, *, actor: Actor) -> WebhookEndpointTable:
        """One of them."""
        with self.database.reading() as session:
            return service.get_endpoint(session, endpoint_id=endpoint_id, actor=actor)

    def remove(self, endpoint_id: str, *, actor: Actor) -> None:
        """Tell it nothing any more."""
        with self.database.writing() as session:
            service.remove_endpoint(session, endpoint_id=endpoint_id, actor=actor)

    def rotate(self, endpoint_id: str, *, overlap: timedelta, actor: Actor) -> str:
        """Give it another secret, which is shown once."""
        with self.database.writing() as session:
            return service.rotate_secret(session, endpoint_id=endpoint_id, overlap=overlap, actor=actor, key=self.key)

    def enable(self, endpoint_id: str, *, actor: Actor) -> WebhookEndpointTable:
        """Tell it again after it was disabled."""
        with self.database.writing() as session:
            return service.enable(session, endpoint_id=endpoint_id, actor=actor)

    def test(self, endpoint_id: str, *, actor: Actor) -> str:
        """Queue a test message; returns its id."""
        with self.database.writing() as session:
            return service.send_test(session, endpoint_id=endpoint_id, actor=actor)

    def deliveries(
        self, endpoint_id: str, *, status: str | None, cursor: str | None, limit: int, actor: Actor
    ) -> tuple[tuple[Delivery, ...], str | None]:
        """One page of the log, the newest first, and the cursor of the next."""
        before = _before(cursor)
        with self.database.reading() as session:
            found = service.list_deliveries(
                session, endpoint_id=endpoint_id, status=status, before=before, limit=limit + 1, actor=actor
            )
        page = found[:limit]
        return page, encode_cursor([page[-1].row.id]) if len(found) > limit else None

    def replay(self, endpoint_id: str, delivery_id: str, *, actor: Actor) -> Delivery:
        """Send a message once more."""
        with self.database.writing() as session:
            return service.replay(session, endpoint_id=endpoint_id, delivery_id=delivery_id, actor=actor)

    def replay_failed(self, endpoint_id: str, *, since: datetime | None, actor: Actor) -> int:
        """Send every message once more that was given up; says how many."""
        first = since or datetime.fromtimestamp(0, tz=UTC)
        with self.database.writing() as session:
            return service.replay_failed(session, endpoint_id=endpoint_id, since=first, actor=actor)


def _before(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    place = decode_cursor(cursor)
    if len(place) != 1 or not isinstance(place[0], str) or not place[0].isprintable():
        raise bad_cursor()
    return place[0]
