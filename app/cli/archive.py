"""``archive``: the archive judged again, compared, and let count by a named person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Annotated, Any

import typer

from app.archives.desk import ArchiveDesk, chosen_words
from app.archives.selection import Selection
from app.archives.views import ArchiveView
from app.audit.service import Actor
from app.bootstrap import build_archives
from app.cli.archive_report import compared_line, comparison_head, plan_report, status_report
from app.cli.output import note, write_line, write_text
from app.cli.service import DataFolder, container_of, operator

commands = typer.Typer(help="Judge the archive again, compare, and let it count.", no_args_is_help=True)

FOLLOW_EVERY_S = 1.0

Identifier = Annotated[str, typer.Argument(metavar="ARCHIVE", help="As `archive start` prints it.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]
From = Annotated[str, typer.Option("--from", metavar="DATE", help="Calls made on that day or later.")]
To = Annotated[str, typer.Option("--to", metavar="DATE", help="Calls made before that day.")]
Campaign = Annotated[str, typer.Option("--campaign")]
CallCentre = Annotated[str, typer.Option("--call-centre")]
Canvasser = Annotated[str, typer.Option("--canvasser")]
Outcome = Annotated[str, typer.Option("--outcome", help="flagged, clear or unreviewable.")]
Code = Annotated[str, typer.Option("--code", help="Calls with a finding of that code.")]
Engine = Annotated[str, typer.Option("--engine", help="What heard them, such as windowed or windowed/base.")]
Script = Annotated[str, typer.Option("--script", help="Id of the approved script.")]
Version = Annotated[str, typer.Option("--script-version")]


@commands.command("plan")
def plan(
    *,
    started_from: From = "",
    started_to: To = "",
    campaign: Campaign = "",
    call_centre: CallCentre = "",
    canvasser: Canvasser = "",
    outcome: Outcome = "",
    code: Code = "",
    engine: Engine = "",
    script: Script = "",
    script_version: Version = "",
    as_json: AsJson = False,
    data: DataFolder = None,
) -> None:
    """Say what judging these calls again would do and take; changes nothing."""
    chosen = _chosen(locals())
    with _desk(data) as desk:
        planned = desk.plan(chosen)
    if as_json:
        write_line({**planned.written(), "selection": chosen})
    else:
        write_text(plan_report(planned, chosen_words(chosen)))


@commands.command("start")
def start(
    *,
    title: Annotated[str, typer.Option("--title", help="For people to read.")] = "",
    started_from: From = "",
    started_to: To = "",
    campaign: Campaign = "",
    call_centre: CallCentre = "",
    canvasser: Canvasser = "",
    outcome: Outcome = "",
    code: Code = "",
    engine: Engine = "",
    script: Script = "",
    script_version: Version = "",
    as_json: AsJson = False,
    data: DataFolder = None,
) -> None:
    """Judge these calls again; prints the id. The workers of `serve` or `worker` do it, behind everything else."""
    chosen = _chosen(locals())
    with _desk(data) as desk:
        view = desk.start(chosen, title=title, actor=operator())
    _show(view, as_json=as_json, line=view.id)
    note(f"{view.total} calls; `canvass-monitor archive status {view.id} --follow` shows how far it is")


@commands.command("status")
def status(
    archive: Annotated[str | None, typer.Argument(help="All where none is named.")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Watch until it stands still.")] = False,
    as_json: AsJson = False,
    data: DataFolder = None,
) -> None:
    """Show how far it is, at which rate, and how long it will take."""
    with _desk(data) as desk:
        if archive is None:
            for view in _all(desk):
                _show(view, as_json=as_json, line=f"{view.id}\t{view.status}\t{view.done}/{view.total}\t{view.title}")
            return
        view = _follow(desk, archive) if follow else desk.view(archive)
    _show(view, as_json=as_json, line=status_report(view))


@commands.command("pause")
def pause(archive: Identifier, *, as_json: AsJson = False, data: DataFolder = None) -> None:
    """Let the workers end the call that they are at, and no more."""
    with _desk(data) as desk:
        view = desk.pause(archive, actor=operator())
    _show(view, as_json=as_json, line=f"{view.id} is paused")


@commands.command("resume")
def resume(archive: Identifier, *, as_json: AsJson = False, data: DataFolder = None) -> None:
    """Go on where it stopped."""
    with _desk(data) as desk:
        view = desk.resume(archive, actor=operator())
    _show(view, as_json=as_json, line=f"{view.id} is {view.status}")


@commands.command("cancel")
def cancel(archive: Identifier, *, as_json: AsJson = False, data: DataFolder = None) -> None:
    """End it where it stands; the candidates that are there stay, and can be compared and promoted."""
    with _desk(data) as desk:
        view = desk.cancel(archive, actor=operator())
    _show(view, as_json=as_json, line=f"{view.id} is cancelled")


@commands.command("compare")
def compare(
    archive: Identifier,
    *,
    everything: Annotated[bool, typer.Option("--all", help="List calls without a change too.")] = False,
    as_json: AsJson = False,
    data: DataFolder = None,
) -> None:
    """Say what the candidates would change: the sums first, then call by call, each change with its cause."""
    with _desk(data) as desk:
        sums = desk.sums(archive)
        if as_json:
            write_line({"archive": archive, "sums": sums.written()})
        else:
            write_text(comparison_head(sums))
        for call in desk.compared(archive, everything=everything):
            if as_json:
                write_line(asdict(call))
            else:
                write_text(compared_line(call))


@commands.command("promote")
def promote(
    archive: Identifier,
    *,
    by: Annotated[str, typer.Option("--as", metavar="NAME", help="Your name: it stands beside the results.")],
    started_from: From = "",
    started_to: To = "",
    campaign: Campaign = "",
    call_centre: CallCentre = "",
    canvasser: Canvasser = "",
    outcome: Outcome = "",
    code: Code = "",
    engine: Engine = "",
    script: Script = "",
    script_version: Version = "",
    as_json: AsJson = False,
    data: DataFolder = None,
) -> None:
    """Let the candidates of these calls count, or of all; one that broke off goes on where it stopped."""
    name = by.strip()
    if not name or len(name) > 64 or not name.isprintable():
        raise typer.BadParameter("a name of 1 to 64 printable characters is needed", param_hint="--as")
    actor = Actor(kind="operator", id=name, name=name)
    chosen = _chosen(locals())
    with _desk(data) as desk:
        view = _promoted(desk, archive, chosen, actor)
    made = view.promotions[0]
    line = f"{made.promoted} of {made.total} count now; {made.skipped} do not, since a newer run counts"
    _show(view, as_json=as_json, line=line)


@contextmanager
def _desk(data: Any) -> Iterator[ArchiveDesk]:
    with container_of(data) as container:
        yield build_archives(container)


def _chosen(given: dict[str, Any]) -> dict[str, str]:
    names = [field.name for field in fields(Selection)]
    return {name: given[name] for name in names if given[name]}


def _show(view: ArchiveView, *, as_json: bool, line: str) -> None:
    if as_json:
        write_line(view.written())
    else:
        write_text(line)


def _all(desk: ArchiveDesk) -> Iterator[ArchiveView]:
    cursor = None
    while True:
        views, cursor = desk.listed(cursor=cursor, limit=50)
        yield from views
        if cursor is None:
            return


def _follow(desk: ArchiveDesk, archive: str) -> ArchiveView:
    """A bar on standard error until nothing goes on any more."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        view = desk.view(archive)
        task = bar.add_task(view.title, total=view.total, completed=view.done, pace="")
        while view.status in ("preparing", "running"):
            time.sleep(FOLLOW_EVERY_S)
            view = desk.view(archive)
            bar.update(task, completed=view.done, total=view.total, pace=status_report(view).splitlines()[-1])
    return view


def _promoted(desk: ArchiveDesk, archive: str, chosen: dict[str, str], actor: Actor) -> ArchiveView:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("promote", total=None)
        for view in desk.promote_here(archive, chosen, actor=actor):
            made = view.promotions[0]
            bar.update(task, total=made.total, completed=made.promoted + made.skipped)
    return view
