"""Keeps words and tags in step with the run that is current and with the decisions on it."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.calls.tables import CallTable
from app.runs.tables import RunTable
from app.search.tables import CallTagTable, CallTextTable
from app.search.words import SpokenWords, add, forget


class Found(Protocol):
    """What is asked of a finding."""

    @property
    def code(self) -> str:
        """The rule."""
        ...

    @property
    def subject(self) -> str | None:
        """Whom it concerns."""
        ...

    @property
    def confidence(self) -> float:
        """In [0, 1]."""
        ...


def keep_in_step(
    session: Session, *, call: CallTable, run: RunTable, findings: Iterable[Found], verdicts: Iterable[str]
) -> None:
    """Let a call be found by what its current run says and by what was decided; cheap where nothing has changed.

    Args:
        session: A writing session, that of the change.
        call: The call.
        run: Its current run, which is done.
        findings: Those of the run.
        verdicts: The decisions that stand.
    """
    transcript: Mapping[str, Any] = (run.result or {}).get("transcript") or {}
    call.script_version = run.script_version
    call.reached = transcript.get("reached")
    _keep_words(session, call_id=call.id, run_id=run.id, transcript=transcript)
    _keep_tags(session, call_id=call.id, wanted=tags_of(findings, verdicts=verdicts))


def drop(session: Session, *, call_id: str) -> None:
    """Forget the words and tags of a call, for instance since it is erased."""
    known = session.scalar(select(CallTextTable).where(CallTextTable.call_id == call_id))
    if known is not None:
        forget(session, number=known.number, words=_words_in_index(known))
        session.delete(known)
    session.execute(delete(CallTagTable).where(CallTagTable.call_id == call_id))
    session.flush()


def tags_of(findings: Iterable[Found], *, verdicts: Iterable[str]) -> dict[str, float]:
    """By which tags a call is found, each with the confidence of the surest finding."""
    tags = {f"verdict/{verdict}": 1.0 for verdict in verdicts}
    for finding in findings:
        for tag in _tags(finding.code, finding.subject):
            tags[tag] = max(finding.confidence, tags.get(tag, 0.0))
    return tags


def spoken_words(transcript: Mapping[str, Any]) -> SpokenWords:
    """The words of the contract's transcript."""
    utterances = transcript.get("utterances") or ()
    return SpokenWords.of((str(item.get("speaker")), str(item.get("text") or "")) for item in utterances)


def _tags(code: str, subject: str | None) -> tuple[str, ...]:
    if subject is None:
        return (f"code/{code}",)
    return f"code/{code}", f"subject/{subject}", f"code/{code}/{subject}"


def _keep_words(session: Session, *, call_id: str, run_id: str, transcript: Mapping[str, Any]) -> None:
    known = session.scalar(select(CallTextTable).where(CallTextTable.call_id == call_id))
    if known is not None and known.run_id == run_id:
        return
    words = spoken_words(transcript)
    if known is None:
        known = CallTextTable(call_id=call_id, run_id=run_id)
        session.add(known)
    else:
        forget(session, number=known.number, words=_words_in_index(known))
        known.run_id = run_id
    known.words = words.packed() if session.get_bind().dialect.name == "sqlite" else None
    session.flush()
    add(session, number=known.number, words=words)


def _words_in_index(known: CallTextTable) -> SpokenWords:
    return SpokenWords((), ()) if known.words is None else SpokenWords.unpacked(known.words)


def _keep_tags(session: Session, *, call_id: str, wanted: Mapping[str, float]) -> None:
    rows = {row.tag: row for row in session.scalars(select(CallTagTable).where(CallTagTable.call_id == call_id))}
    for tag in rows.keys() - wanted.keys():
        session.delete(rows[tag])
    for tag, confidence in wanted.items():
        if tag in rows:
            rows[tag].confidence = confidence
        else:
            session.add(CallTagTable(tag=tag, call_id=call_id, confidence=confidence))
    session.flush()
