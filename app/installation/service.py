"""The key of the digests of numbers, the same in every process."""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy.orm import Session

from app.db.locks import hold, is_shared
from app.errors import OtherSecret
from app.installation.tables import InstallationTable

SHORTEST_KEY_BYTES = 16

_KEY = "secret"
_DIGEST = "secret-sha256"
_HEX = re.compile(r"[0-9a-f]{64}")


def agreed_secret(session: Session, *, given: str | None, file: Path) -> bytes:
    """The key of this installation; made by the first process, and the same for all that come after.

    Args:
        session: A writing session.
        given: The key that the operator has set, or None; 64 hex digits are taken as 32 bytes.
        file: Where it is kept otherwise, if the database is a file beside it. That of a PostgreSQL database, which
            other machines share, is kept in the database.

    Raises:
        OtherSecret: If the database was used with another key.
    """
    hold(session, "installation")
    if given is not None:
        key = bytes.fromhex(given) if _HEX.fullmatch(given) else given.encode()
    elif is_shared(session):
        key = _kept_in_database(session)
    else:
        key = _kept_in_file(file)
    # A digest of a digest: whoever reads it must not be able to make digests of numbers.
    digest = hashlib.sha256(b"installation\0" + key).hexdigest()
    known = session.get(InstallationTable, _DIGEST)
    if known is None:
        session.add(InstallationTable(name=_DIGEST, value=digest))
    elif known.value != digest:
        raise OtherSecret("This database was used with another key for the digests of telephone numbers.")
    return key


def _kept_in_database(session: Session) -> bytes:
    row = session.get(InstallationTable, _KEY)
    if row is None:
        row = InstallationTable(name=_KEY, value=secrets.token_hex(32))
        if session.get(InstallationTable, _DIGEST) is None:
            session.add(row)
    return bytes.fromhex(row.value)


def _kept_in_file(path: Path) -> bytes:
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) < SHORTEST_KEY_BYTES:
        raise OtherSecret(f"The installation's key in {path} is cut off.")
    return key


def _make_key(path: Path) -> None:
    """Write a key that is whole or not there: a shorter one would tell every number that was digested with it."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
