"""The index of words: FTS5 on SQLite, two ``tsvector`` columns with GIN indexes on PostgreSQL.

One table ``call_words`` on both: ``rowid`` is the number of `app.search.tables.CallTextTable`, ``canvasser`` and
``others`` hold who said what. Neither database takes a text apart: both are told the words and their places.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, Table, Text, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from app.search.tokens import Term, words_of

MAXIMUM_PLACES = 255
MAXIMUM_PLACE = 16_383
"""Limits of a ``tsvector``: places of one word, the last place. SQLite is held to them, so that both find the same."""

GAP = "\u00e9"
"""Stands in SQLite where a word beyond the limits was: no word that can be looked for."""

call_words = Table(
    "call_words",
    MetaData(),
    Column("rowid", BigInteger, primary_key=True),
    Column("canvasser", Text),
    Column("others", Text),
)
"""As queries see it; the migrations make it, in a way of its own on each database."""

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE call_words USING fts5(canvasser, others, content='', columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        """CREATE TABLE call_words (
            rowid bigint CONSTRAINT pk_call_words PRIMARY KEY, canvasser tsvector NOT NULL, others tsvector NOT NULL
        )""",
        "ALTER TABLE call_words ALTER canvasser SET STATISTICS 500, ALTER others SET STATISTICS 500",
        "CREATE INDEX ix_call_words_canvasser ON call_words USING gin (canvasser)",
        "CREATE INDEX ix_call_words_others ON call_words USING gin (others)",
    ),
}
_FORGET = {
    "sqlite": "INSERT INTO call_words (call_words, rowid, canvasser, others)"
    " VALUES ('delete', :number, :canvasser, :others)",
    "postgresql": "DELETE FROM call_words WHERE rowid = :number",
}
_ADD = {
    "sqlite": "INSERT INTO call_words (rowid, canvasser, others) VALUES (:number, :canvasser, :others)",
    "postgresql": "INSERT INTO call_words (rowid, canvasser, others)"
    " VALUES (:number, CAST(:canvasser AS tsvector), CAST(:others AS tsvector))",
}


class Whose(StrEnum):
    """Whose words are looked for. ``contact`` stands for all that the canvasser did not say."""

    CANVASSER = "canvasser"
    CONTACT = "contact"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """The words of one call in order, as they are looked for."""

    canvasser: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, utterances: Iterable[tuple[str, str]]) -> "SpokenWords":
        """The words of a transcript.

        Args:
            utterances: Speaker and text of each, in order.
        """
        sides: dict[bool, list[str]] = {True: [], False: []}
        for speaker, said in utterances:
            sides[speaker == "canvasser"] += words_of(said)
        return cls(tuple(_within_limits(sides[True])), tuple(_within_limits(sides[False])))

    @classmethod
    def unpacked(cls, packed: bytes) -> "SpokenWords":
        """Back from `packed`."""
        canvasser, others = zlib.decompress(packed).decode().split("\n")
        return cls(tuple(canvasser.split()), tuple(others.split()))

    def packed(self) -> bytes:
        """Compressed."""
        return zlib.compress(f"{' '.join(self.canvasser)}\n{' '.join(self.others)}".encode())

    def written(self, dialect: str) -> dict[str, str]:
        """The two columns as the database takes them."""
        write = _as_vector if dialect == "postgresql" else " ".join
        return {"canvasser": write(self.canvasser), "others": write(self.others)}


def add(session: Session, *, number: int, words: SpokenWords) -> None:
    """Put the words of one call into the index."""
    _execute(session, _ADD, number, words)


def forget(session: Session, *, number: int, words: SpokenWords) -> None:
    """Take the words of one call out of the index.

    Args:
        session: A writing session.
        number: The call's.
        words: Exactly what was put in.
    """
    _execute(session, _FORGET, number, words)


class Said(ColumnElement[bool]):
    """Whether a row of `call_words` has all terms; compiled for either database.

    The terms stand in the SQL itself, so that PostgreSQL plans by how common they are. They can: a word is nothing but
    ``a`` to ``z`` and ``0`` to ``9``.
    """

    inherit_cache = False

    def __init__(self, terms: Sequence[Term], *, whose: Whose) -> None:
        """Get ready.

        Args:
            terms: At least one.
            whose: Who must have said them.
        """
        self.terms, self.whose = tuple(terms), whose


@compiles(Said, "sqlite")
def _in_fts5(element: Said, _compiler: SQLCompiler, **_: Any) -> str:
    column = {Whose.CANVASSER: "{canvasser} : ", Whose.CONTACT: "{others} : ", Whose.EVERYBODY: ""}[element.whose]
    phrases = (f'"{" ".join(term.words)}"{" *" if term.is_beginning else ""}' for term in element.terms)
    return f"call_words MATCH '{column}({' AND '.join(phrases)})'"


@compiles(Said, "postgresql")
def _in_vectors(element: Said, _compiler: SQLCompiler, **_: Any) -> str:
    phrases = ["(" + " <-> ".join(term.words) + (":*)" if term.is_beginning else ")") for term in element.terms]
    if element.whose is not Whose.EVERYBODY:
        column = "canvasser" if element.whose is Whose.CANVASSER else "others"
        return f"call_words.{column} @@ '{' & '.join(phrases)}'::tsquery"
    either = (
        f"(call_words.canvasser @@ '{each}'::tsquery OR call_words.others @@ '{each}'::tsquery)" for each in phrases
    )
    return f"({' AND '.join(either)})"


def _within_limits(words: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    kept = []
    for word in words[:MAXIMUM_PLACE]:
        seen[word] = seen.get(word, 0) + 1
        kept.append(word if seen[word] <= MAXIMUM_PLACES else GAP)
    return kept


def _as_vector(words: Sequence[str]) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, start=1):
        if word != GAP:
            places.setdefault(word, []).append(str(place))
    return " ".join(f"{word}:{','.join(each)}" for word, each in places.items())


def _execute(session: Session, statements: dict[str, str], number: int, words: SpokenWords) -> None:
    dialect = session.get_bind().dialect.name
    session.execute(text(statements[dialect]), {"number": number, **words.written(dialect)})
