"""All commands, one line each, and what becomes of errors."""

import os
import sys

import typer
from pydantic import ValidationError

from app import __version__
from app.cli import administration, archive, backup, doctor, importing, listening, retention, scripts, service, webhooks
from app.cli.output import EXIT_UNUSABLE, note
from app.errors import CanvassMonitorError, InvalidScript
from app.telemetry import configure_logging

program = typer.Typer(
    name="canvass-monitor",
    help="Hears the calls of a neutral telephone consultation and shows where the approved script was left.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
program.command("check")(listening.check)
program.command("transcribe")(listening.transcribe)
program.command("analyse")(listening.analyse)
program.command("serve")(service.serve)
program.command("worker")(service.worker)
program.command("demo")(service.demo)
program.command("import")(importing.import_folder)
program.command("backup")(backup.backup)
program.command("restore")(backup.restore)
program.command("doctor")(doctor.doctor)
program.add_typer(scripts.commands, name="script")
program.add_typer(administration.users, name="users")
program.add_typer(administration.keys, name="keys")
program.add_typer(administration.models, name="models")
program.add_typer(retention.recordings, name="recordings")
program.add_typer(webhooks.commands, name="webhooks")
program.add_typer(archive.commands, name="archive")


@program.callback(invoke_without_command=True)
def _root(*, version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    # Logs go to standard error, and only what an operator must see: results alone stand on standard output.
    configure_logging(level="WARNING")
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; errors that were raised on purpose become a line on standard error."""
    # Whisper's workers are single-threaded on purpose: two threads on busy cores are slower than one.
    for library in ("OMP", "NUMBA"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        program()
    except InvalidScript as error:
        note(str(error))
        sys.exit(EXIT_UNUSABLE)
    except CanvassMonitorError as error:
        note(f"canvass-monitor: {error.message}\n{error.advice}")
        sys.exit(EXIT_UNUSABLE)
    except ValidationError as error:
        # Of the settings; without the values, since one may be a secret.
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        note(f"canvass-monitor: Settings cannot be used: {faults}.\nMend the environment or `.env`.")
        sys.exit(EXIT_UNUSABLE)
    except BrokenPipeError:
        # Whoever read the results has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
