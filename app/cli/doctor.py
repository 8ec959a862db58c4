"""``doctor``: whether the service can work here, and what to do where it cannot."""

from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.output import EXIT_SOME_UNREADABLE, write_line, write_text
from app.cli.service import DataFolder, settings_of
from app.model_store import ModelStore


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
    data: DataFolder = None,
) -> None:
    """Check database, storage, weights, clock, disk and versions; ends with 1 where something keeps it from working."""
    from app.cli.checkup import Check, Level, examine, versions

    try:
        checks = examine(settings_of(data), store=ModelStore())
    except ValidationError as error:
        # Without the values: a setting may be a secret.
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        checks = (
            Check("settings", Level.FAULT, f"Settings cannot be used: {faults}.", "Mend the environment or `.env`."),
        )
    healthy = all(check.level is not Level.FAULT for check in checks)
    if as_json:
        found = [
            {"name": check.name, "level": check.level, "message": check.message, "next_step": check.next_step}
            for check in checks
        ]
        write_line({"healthy": healthy, "checks": found, "versions": versions()})
    else:
        for check in checks:
            step = f" {check.next_step}" if check.next_step else ""
            write_text(f"{check.level:8} {check.name:10} {check.message}{step}")
    if not healthy:
        raise typer.Exit(EXIT_SOME_UNREADABLE)
