"""``webhooks``: who is told when a call is judged."""

from datetime import timedelta
from typing import Annotated

import typer

from app.bootstrap import Container, build_webhooks
from app.cli.output import note, write_line, write_text
from app.cli.service import DataFolder, container_of, operator
from app.webhooks.desk import WebhookDesk
from app.webhooks.service import Delivery

commands = typer.Typer(help="Addresses that are told when a call is judged.", no_args_is_help=True)

Identifier = Annotated[str, typer.Argument(metavar="WEBHOOK", help="As `webhooks list` prints it.")]


@commands.command("add")
def add(
    call_centre: str,
    url: str,
    *,
    events: Annotated[list[str] | None, typer.Option("--event", help="All that there are, if none is given.")] = None,
    data: DataFolder = None,
) -> None:
    """Register an https address for a call centre; prints the id and the secret, which is shown once."""
    with container_of(data) as container:
        row, secret = _desk(container).add(url=url, events=events or (), call_centre=call_centre, actor=operator())
    write_text(f"{row.id}\t{secret}")


@commands.command("list")
def list_all(*, data: DataFolder = None) -> None:
    """List the webhooks, without their secrets."""
    with container_of(data) as container:
        for row in _desk(container).endpoints(actor=operator()):
            state = f"disabled: {row.disabled_why}" if row.disabled_at else "failing" if row.failing_since else "active"
            write_text(f"{row.id}\t{row.call_centre}\t{row.url}\t{','.join(row.events)}\t{state}")


@commands.command("revoke")
def revoke(webhook: Identifier, *, data: DataFolder = None) -> None:
    """Tell it nothing any more, from this moment."""
    with container_of(data) as container:
        _desk(container).remove(webhook, actor=operator())
    write_text(f"{webhook} is revoked")


@commands.command("rotate")
def rotate(
    webhook: Identifier,
    *,
    overlap_hours: Annotated[float, typer.Option("--overlap-hours", min=0, max=168)] = 24,
    data: DataFolder = None,
) -> None:
    """Print a new secret; messages are signed by the old one too until the overlap ends."""
    with container_of(data) as container:
        secret = _desk(container).rotate(webhook, overlap=timedelta(hours=overlap_hours), actor=operator())
    write_text(secret)


@commands.command("enable")
def enable(webhook: Identifier, *, data: DataFolder = None) -> None:
    """Tell it again after it was disabled."""
    with container_of(data) as container:
        _desk(container).enable(webhook, actor=operator())
    write_text(f"{webhook} is enabled")


@commands.command("test")
def test(webhook: Identifier, *, data: DataFolder = None) -> None:
    """Queue a test message and print its id; a running worker sends it."""
    with container_of(data) as container:
        write_text(_desk(container).test(webhook, actor=operator()))


@commands.command("deliveries")
def deliveries(
    webhook: Identifier,
    *,
    status: Annotated[str | None, typer.Option("--status", help="pending, delivered or failed.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
    cursor: Annotated[str | None, typer.Option("--cursor", help="Where the page before ended.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message, with every attempt.")] = False,
    data: DataFolder = None,
) -> None:
    """Show the delivery log, the newest message first."""
    with container_of(data) as container:
        page, following = _desk(container).deliveries(
            webhook, status=status, cursor=cursor, limit=limit, actor=operator()
        )
    for delivery in page:
        if as_json:
            write_line(_as_json(delivery))
        else:
            write_text(_as_text(delivery))
    if following is not None:
        note(f"There are more: --cursor {following}")


@commands.command("replay")
def replay(
    webhook: Identifier,
    delivery: Annotated[str | None, typer.Argument(help="One message.")] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="All that were given up.")] = False,
    data: DataFolder = None,
) -> None:
    """Send a message once more under its id, or all that were given up."""
    if (delivery is None) != failed:
        raise typer.BadParameter("name a message, or give --failed")
    with container_of(data) as container:
        desk = _desk(container)
        if delivery is not None:
            desk.replay(webhook, delivery, actor=operator())
            write_text(f"{delivery} will be sent again")
        else:
            count = desk.replay_failed(webhook, since=None, actor=operator())
            write_text(f"{count} messages will be sent again")


def _desk(container: Container) -> WebhookDesk:
    return build_webhooks(container)


def _as_text(delivery: Delivery) -> str:
    row = delivery.row
    last = delivery.attempts[-1] if delivery.attempts else None
    how = f"{last.status_code or '-'}\t{last.error or '-'}" if last else "-\t-"
    made = row.created_at.isoformat(timespec="seconds")
    return f"{row.id}\t{made}\t{row.event}\t{row.call_id or '-'}\t{row.status}\t{len(delivery.attempts)}\t{how}"


def _as_json(delivery: Delivery) -> dict[str, object]:
    row = delivery.row
    attempts = [
        {"at": one.began_at.isoformat(), "took_ms": one.took_ms, "status": one.status_code, "error": one.error}
        for one in delivery.attempts
    ]
    due = row.next_attempt_at.isoformat() if row.next_attempt_at else None
    return {
        "id": row.id,
        "event": row.event,
        "call": row.call_id,
        "status": row.status,
        "created_at": row.created_at.isoformat(),
        "next_attempt_at": due,
        "attempts": attempts,
    }
