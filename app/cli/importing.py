"""``import``: a folder or a bucket of recordings, as often as it is run."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import EXIT_SOME_UNREADABLE, note, progress, write_line, write_text
from app.cli.places import BUCKET_MARK, BucketPlace, FolderPlace, Place
from app.cli.recordings import find_recordings
from app.cli.service import DataFolder, container_of, operator
from app.domain.audio import RawEncoding

if TYPE_CHECKING:
    from app.cli.bringing import Brought

WORDS = {
    "received": "received",
    "new": "would be received",
    "known": "were there already",
    "refused": "refused",
}


def import_folder(
    source: Annotated[str, typer.Argument(help="Folder of recordings, or s3://BUCKET/PREFIX.", metavar="FOLDER")],
    *,
    script: Annotated[str | None, typer.Option("--script", help="Id of the script, where none is told.")] = None,
    call_centre: Annotated[str | None, typer.Option("--call-centre", help="Whose calls they are.")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="Where none is told.")] = None,
    started_at: Annotated[
        str | None, typer.Option("--started-at", help="RFC 3339 time of all calls for which none is told.")
    ] = None,
    metadata: Annotated[
        Path | None,
        typer.Option("--metadata", exists=True, dir_okay=False, help="CSV; else metadata.csv of the folder."),
    ] = None,
    raw_format: Annotated[RawEncoding | None, typer.Option("--raw-format", help="The sound has no header.")] = None,
    raw_rate: Annotated[int, typer.Option("--raw-rate", help="Samples a second of headerless sound.")] = 8000,
    raw_channels: Annotated[int, typer.Option("--raw-channels", help="Channels of headerless sound.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would become of each.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for each recording.")] = False,
    data: DataFolder = None,
) -> None:
    """Bring in a folder or bucket of recordings; run again, it goes on where it stopped and brings in nothing twice."""
    from app.cli.bringing import Bringing, check_all
    from app.main import build_service

    raw = {"format": str(raw_format), "rate": raw_rate, "channels": raw_channels} if raw_format else None
    given = {"script": script, "campaign": campaign, "started_at": started_at, "raw": raw}
    tally: Counter[str] = Counter()
    with container_of(data) as container:
        service = build_service(container)
        given["call_centre"] = check_all(service, script=script, call_centre=call_centre)
        told = {key: value for key, value in given.items() if value is not None}
        place = _place(source, memory=container.settings.data / "imports")
        found = find_recordings(place, table=metadata, defaults=told)
        bringing = Bringing(service, actor=operator(), retry_after_s=container.settings.retry_after_s, dry_run=dry_run)
        with progress(found, "Importing") as recordings:
            for recording in recordings:
                brought = bringing.bring(recording)
                tally[brought.status] += 1
                _show(brought, as_json=as_json)
    (note if as_json else write_text)(_summary(tally, of=len(found)))
    if tally["refused"]:
        raise typer.Exit(EXIT_SOME_UNREADABLE)


def _place(source: str, *, memory: Path) -> Place:
    if source.startswith(BUCKET_MARK):
        try:
            return BucketPlace(source, memory=memory)
        except ValueError as error:
            raise typer.BadParameter(f"{error}.", param_hint="FOLDER") from None
    if not Path(source).is_dir():
        raise typer.BadParameter(f"there is no folder {source!r}", param_hint="FOLDER")
    return FolderPlace(Path(source))


def _show(brought: "Brought", *, as_json: bool) -> None:
    if as_json:
        found = {"recording": brought.name, "status": brought.status, "call": brought.call, "problem": brought.problem}
        write_line(found)
    elif brought.problem is not None:
        note(f"{brought.name}: {brought.problem}")


def _summary(tally: Counter[str], *, of: int) -> str:
    parts = [f"{tally[status]} {words}" for status, words in WORDS.items() if tally[status]]
    return f"{of} recordings: {', '.join(parts) or 'nothing to do'}"
