"""Where the database is: a SQLite file, or a database of a PostgreSQL server."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import URL

Place = Path | str
"""The path of a SQLite file, or the URL of a PostgreSQL database."""

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]*")
_SHAPE = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def is_postgres(place: Place) -> bool:
    """Whether the database is one of a PostgreSQL server."""
    return isinstance(place, str)


def postgres_url(place: str) -> "URL":
    """A PostgreSQL database as SQLAlchemy names it.

    Raises:
        ValueError: If it cannot be read; the message holds nothing of it, since a part of it is a password.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise ValueError(f"must look like {_SHAPE}") from None
    if url.drivername not in _SCHEMES:
        raise ValueError(f"must look like {_SHAPE}; SQLite needs no URL, its file lies in the data folder")
    if {"password", "sslpassword"} & set(url.query):
        raise ValueError(f"gives a password as an option, where others can see it; it must look like {_SHAPE}")
    if not url.database:
        raise ValueError(f"names no database; it must look like {_SHAPE}")
    if not _HOST.fullmatch(url.host or "") or set("@/:") & set(url.database):
        # A part of the password would be taken for the host or the database, and named in errors.
        raise ValueError("has signs that no host or database has; percent-encode those of the password (@ is %40)")
    return url.set(drivername="postgresql+psycopg")


def described(place: Place) -> str:
    """The database for people and logs, without user and password."""
    if not isinstance(place, str):
        return str(place)
    url = postgres_url(place)
    port = f":{url.port}" if url.port else ""
    return f"{url.database} on {url.host or url.query.get('host', 'the local socket')}{port}"


def without_secrets(text: str, *, place: Place) -> str:
    """What a library says about a database, without its password and in one line."""
    line = " ".join(text.split())
    if isinstance(place, str):
        password = postgres_url(place).password
        for secret in (place, str(password) if password else None):
            line = line.replace(secret, "…") if secret else line
    return line
