"""``script check`` and ``script publish``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.approved_scripts.authoring import load_script
from app.approved_scripts.service import publish as publish_version
from app.cli.output import EXIT_UNUSABLE, note, write_text
from app.cli.service import DataFolder, container_of, operator
from app.errors import InvalidScript
from app.runs.drafts import judged_otherwise

commands = typer.Typer(help="Approved scripts.", no_args_is_help=True)


@commands.command("check")
def check(scripts: Annotated[list[Path], typer.Argument(help="Approved scripts (YAML).")]) -> None:
    """Validate approved scripts; every fault is shown with its line and a mend."""
    faulty = False
    for path in scripts:
        try:
            script = load_script(path)
        except InvalidScript as error:
            faulty = True
            note(str(error))
        else:
            what = "options" if script.ballot else "candidates"
            write_text(f"{path}: {script.id} {script.version}, {len(script.lines)} lines, {len(script.options)} {what}")
    if faulty:
        raise typer.Exit(EXIT_UNUSABLE)


@commands.command("publish")
def publish(
    script: Annotated[Path, typer.Argument(help="An approved script (YAML).")],
    *,
    effective_from: Annotated[
        datetime | None, typer.Option("--from", help="Calls made from then on are judged by it (UTC).")
    ] = None,
    data: DataFolder = None,
) -> None:
    """Publish an immutable version; calls made from its date on are judged by it."""
    load_script(script)
    since = effective_from.replace(tzinfo=effective_from.tzinfo or UTC) if effective_from else None
    with container_of(data) as container, container.database.writing() as session:
        version = publish_version(
            session,
            content=script.read_text(encoding="utf-8-sig"),
            source=str(script),
            actor=operator(),
            effective_from=since,
        )
        others = judged_otherwise(
            session, script_id=version.script_id, version=version.version, since=version.effective_from
        )
    if others:
        note(f"Judged already, and by it if they were judged again: {others}. They stay as they are until then.")
    write_text(f"{version.script_id} {version.version} in force from {version.effective_from.isoformat()}")
