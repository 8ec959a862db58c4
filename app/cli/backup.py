"""``backup`` and ``restore``."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.output import EXIT_SOME_UNREADABLE, note, write_text
from app.cli.service import DataFolder, settings_of


def backup(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="A new folder.")],
    *,
    recordings: Annotated[
        bool | None,
        typer.Option("--recordings/--no-recordings", help="Copy them too; by default where they lie in a folder."),
    ] = None,
    link: Annotated[bool, typer.Option("--link", help="Link recordings on the same disk instead of copying.")] = False,
    data: DataFolder = None,
) -> None:
    """Copy database, key and recordings into a folder while the service works, each recording verified."""
    from app.cli.safekeeping import make_backup

    settings = settings_of(data)
    wanted = settings.storage == "filesystem" if recordings is None else recordings
    kept = make_backup(settings, folder=folder, with_recordings=wanted, linked=link)
    write_text(f"{folder}: the database and {kept.recordings} recordings, {kept.size_bytes / 2**20:.1f} MiB")
    if not wanted:
        note("The recordings are not in it: back the bucket up by itself.")
    for sha256 in kept.damaged:
        note(f"{sha256}: not in the backup; the recording in the storage is missing or not what was received")
    if kept.damaged:
        raise typer.Exit(EXIT_SOME_UNREADABLE)


def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="What `backup` has made.")],
    *,
    data: DataFolder = None,
) -> None:
    """Make an installation from a backup, in an empty place; every part is verified first."""
    from app.cli.safekeeping import restore_backup

    settings = settings_of(data)
    kept = restore_backup(settings, folder=folder)
    write_text(f"{settings.data}: the database and {kept.recordings} recordings, {kept.size_bytes / 2**20:.1f} MiB")
