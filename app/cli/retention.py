"""``recordings``: what becomes of the sound of calls."""

from typing import Annotated

import typer

from app.cli.output import write_text
from app.cli.service import DataFolder, container_of, operator

recordings = typer.Typer(help="Recordings of calls.", no_args_is_help=True)


@recordings.command("delete")
def delete(
    call_id: str,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; officers will read it on the call's page.")],
    data: DataFolder = None,
) -> None:
    """Delete the sound of a call and all that was made from it; the call stays with what was found."""
    from app.retention.service import delete_recording

    with container_of(data) as container:
        tombstone = delete_recording(
            container.database, container.storage, call_id=call_id, reason=reason, actor=operator()
        )
    bytes_gone = "its bytes are gone" if tombstone.erased_at else "its bytes stay for another call that has them too"
    write_text(f"{call_id}: deleted on {tombstone.deleted_at:%Y-%m-%d %H:%M} UTC; {bytes_gone}")
