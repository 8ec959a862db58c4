"""``users``, ``keys`` and ``models``."""

from typing import Annotated

import typer

from app.accounts import service as accounts
from app.accounts.policy import Role
from app.cli.output import EXIT_SOME_UNREADABLE, note, write_text
from app.cli.service import DataFolder, container_of, operator
from app.model_store import ModelStore

users = typer.Typer(help="Accounts of officers and administrators.", no_args_is_help=True)
keys = typer.Typer(help="Keys of call centres.", no_args_is_help=True)
models = typer.Typer(help="Model weights.", no_args_is_help=True)


@users.command("add")
def add_user(
    username: str,
    *,
    name: Annotated[str, typer.Option("--name", help="Shown beside decisions.")] = "",
    role: Annotated[Role, typer.Option("--role")] = Role.OFFICER,
    data: DataFolder = None,
) -> None:
    """Add an account and print its first password, which must be changed at the first sign-in."""
    with container_of(data) as container, container.database.writing() as session:
        password = accounts.add_account(session, username=username, name=name or username, role=role, actor=operator())
    write_text(password)


@users.command("list")
def list_users(*, data: DataFolder = None) -> None:
    """List the accounts."""
    with container_of(data) as container, container.database.reading() as session:
        for account in accounts.list_accounts(session):
            state = "must change the password" if account.must_change else "active"
            write_text(f"{account.username}\t{account.role}\t{account.name}\t{state}")


@users.command("reset")
def reset_user(username: str, *, data: DataFolder = None) -> None:
    """Print a new first password; unlocks the account and ends its sessions."""
    with container_of(data) as container, container.database.writing() as session:
        password = accounts.reset_password(session, username=username, actor=operator())
    write_text(password)


@keys.command("add")
def add_key(
    call_centre: str,
    *,
    name: Annotated[str, typer.Option("--name", help="What the key is for.")] = "",
    data: DataFolder = None,
) -> None:
    """Make a key for a call centre and print it once."""
    with container_of(data) as container, container.database.writing() as session:
        key = accounts.add_key(session, call_centre=call_centre, name=name, actor=operator())
    write_text(key)


@keys.command("list")
def list_keys(*, data: DataFolder = None) -> None:
    """List the keys, without their secrets."""
    with container_of(data) as container, container.database.reading() as session:
        for row in accounts.list_keys(session):
            state = "revoked" if row.revoked_at else "active"
            write_text(f"{row.id}\t{row.call_centre}\t{row.name}\t{state}")


@keys.command("revoke")
def revoke_key(key_id: str, *, data: DataFolder = None) -> None:
    """Revoke a key at once."""
    with container_of(data) as container, container.database.writing() as session:
        accounts.revoke_key(session, key_id=key_id, actor=operator())
    write_text(f"{key_id} is revoked")


@models.command("fetch")
def fetch_models(
    identifiers: Annotated[list[str] | None, typer.Argument(help="Artefacts; all where none is named.")] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Fetch again what is there.")] = False,
) -> None:
    """Fetch, verify and convert the weights of models/manifest.toml into the cache."""
    ModelStore().fetch(identifiers or None, force=force, report=note)


@models.command("list")
def list_models() -> None:
    """List the artefacts of the manifest."""
    for artefact in ModelStore().list():
        write_text(f"{artefact.id}\t{artefact.task}\t{artefact.licence}\t{artefact.origin}")


@models.command("verify")
def verify_models() -> None:
    """Check every artefact in the cache against its digest."""
    faulty = False
    for status in ModelStore().verify():
        write_text(f"{status.artefact.id}\t{status.fault or 'ok'}")
        faulty = faulty or status.fault is not None
    if faulty:
        raise typer.Exit(EXIT_SOME_UNREADABLE)
