"""What a candidate changes, finding by finding, and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.archives import repository
from app.archives.stages import Cause
from app.archives.tables import ArchiveChangeTable
from app.archives.views import Change, ComparedCall, ComparisonPage, Sums
from app.db.cursor import bad_cursor, decode_cursor, encode_cursor
from app.domain.finding import Outcome
from app.domain.script import ApprovedScript
from app.findings.matching import Evidence, differences, evidence_of, match, words_of

Json = Mapping[str, Any]

OF_THE_LINES = frozenset({"missing-line", "altered-line", "biased-options", "off-script", "loaded-question"})
OF_THE_AUTHORITIES = frozenset({"authority-appeal"})
OF_THE_FACTS = frozenset({"false-claim"})
FAILURES = frozenset({"processing-failed", "unreadable"})
WORDS_AROUND_S = 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results of one call.

    Attributes:
        changes: What differs, each with its cause.
        unchanged: How many findings are the same.
    """

    changes: tuple[Change, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Differing:
    """What two results rest on, where they differ.

    Attributes:
        causes: Whatever has changed upstream.
        before: The version of the script that the first was judged by.
        after: The version of the second.
    """

    causes: frozenset[Cause]
    before: ApprovedScript
    after: ApprovedScript


def compare(before: Json, after: Json, *, differing: Differing) -> Comparison:
    """Compare two call results of the contract.

    Where a call can no longer be judged, that is its one change: its findings are not gone, nobody looked for them.
    """
    reviewable = before["outcome"] != Outcome.UNREVIEWABLE, after["outcome"] != Outcome.UNREVIEWABLE
    if not reviewable[1]:
        if not reviewable[0]:
            return Comparison((), 0)
        cause = Cause.FAILURE if after.get("reason") in FAILURES else Cause.ENGINE
        return Comparison((Change("now-unreviewable", cause, None, None, None, None, ()),), 0)
    one, other = ([evidence_of(item) for item in result["findings"]] for result in (before, after))
    pairs = match(one, other)
    partners = {pair.before: pair.after for pair in pairs}
    found = set(partners.values())
    changes: list[Change] = []
    if not reviewable[0]:
        changes.append(Change("reviewable-again", Cause.ENGINE, None, None, None, None, ()))
    for number, finding in enumerate(one):
        cause = _cause(finding, before, after, differing)
        partner = other[partners[number]] if number in partners else None
        if partner is None:
            changes.append(Change("gone", cause, finding.code, finding.severity, finding.id, None, ()))
        elif fields := differences(finding, partner):
            changes.append(Change("changed", cause, finding.code, partner.severity, finding.id, partner.id, fields))
    for number, finding in enumerate(other):
        if number not in found:
            cause = _cause(finding, before, after, differing)
            changes.append(Change("new", cause, finding.code, finding.severity, None, finding.id, ()))
    unchanged = len(pairs) - sum(change.kind == "changed" for change in changes)
    return Comparison(tuple(changes), unchanged)


def _cause(finding: Evidence, before: Json, after: Json, differing: Differing) -> Cause:
    """The cause that the finding itself speaks for; else the first that can have done it at all."""
    there = differing.causes
    if Cause.ENGINE in there and _heard_otherwise(finding, before, after):
        return Cause.ENGINE
    if Cause.REGISTER in there and _registered_otherwise(finding, differing):
        return Cause.REGISTER
    if Cause.SCRIPT in there and (finding.code in OF_THE_LINES or finding.line):
        return Cause.SCRIPT
    order = (Cause.RULE, Cause.MODEL, Cause.SCRIPT, Cause.REGISTER, Cause.ENGINE)
    return next((cause for cause in order if cause in there), Cause.RULE)


def _heard_otherwise(finding: Evidence, before: Json, after: Json) -> bool:
    """Whether other words, or another voice, were heard where the finding lies, or anywhere if it lies nowhere."""
    return _heard(finding, before) != _heard(finding, after)


def _heard(finding: Evidence, result: Json) -> list[tuple[str, tuple[str, ...]]]:
    said = result["transcript"]["utterances"]
    if finding.start is None or finding.end is None:
        return [(item["speaker"], words_of(item["text"])) for item in said]
    since, until = finding.start - WORDS_AROUND_S, finding.end + WORDS_AROUND_S
    return [
        (item["speaker"], words_of(item["text"]))
        for item in said
        if item.get("start") is None or item.get("end") is None or (item["start"] < until and item["end"] > since)
    ]


def _registered_otherwise(finding: Evidence, differing: Differing) -> bool:
    one, other = differing.before, differing.after
    if finding.code in OF_THE_AUTHORITIES:
        return one.authorities != other.authorities
    if finding.code in OF_THE_FACTS:
        return one.facts != other.facts
    if finding.subject is None:
        return False
    chosen = ([option for option in version.options if option.id == finding.subject] for version in (one, other))
    return next(chosen) != next(chosen)


def sums(session: Session, *, archive_id: str) -> Sums:
    """A whole batch, compared as far as it is done."""
    kinds, causes = Counter[str](), Counter[str]()
    table = repository.change_counts(session, archive_id=archive_id)
    for kind, cause, _, number in table:
        kinds[kind] += number
        causes[cause] += number
    counted = repository.counts(session, archive_id=archive_id)
    changed, unchanged = repository.call_sums(session, archive_id=archive_id)
    return Sums(
        calls=sum(number for (status, _), (number, _) in counted.items() if status == "done"),
        changed_calls=changed,
        unchanged_findings=unchanged,
        kinds=dict(kinds),
        causes=dict(causes),
        table=table,
    )


def page(
    session: Session,
    *,
    archive_id: str,
    cursor: str | None,
    limit: int,
    everything: bool = False,
    with_words: bool = False,
) -> ComparisonPage:
    """One page of a batch's calls that are done.

    Args:
        session: Any session.
        archive_id: The batch.
        cursor: Of the page before, or None.
        limit: At most so many.
        everything: Whether calls without a change are listed too.
        with_words: Whether the words of the findings are shown; who sees them is to be logged.

    Raises:
        BadInput: If the cursor is none that this function made.
    """
    rows = repository.compared(
        session, archive_id=archive_id, after=_after(cursor), limit=limit + 1, everything=everything
    )
    shown = rows[:limit]
    runs = {row.call_id: (row.base_run_id, row.run_id) for row, _ in shown}
    changes: dict[str, list[Change]] = {}
    found = repository.changes_of(session, archive_id=archive_id, call_ids=list(runs))
    words = _words(session, found, runs) if with_words else {}
    for change in found:
        before, after = runs[change.call_id]
        told = replace(
            _read(change),
            words_before=words.get((before, change.before_id)),
            words_after=words.get((after, change.after_id)),
        )
        changes.setdefault(change.call_id, []).append(told)
    items = tuple(
        ComparedCall(
            call=row.call_id,
            external_id=name,
            stage=str(row.stage),
            outcome_before=row.outcome_before,
            outcome_after=row.outcome_after,
            changes=tuple(changes.get(row.call_id, ())),
            unchanged=row.unchanged,
            run=row.run_id,
            promoted=row.promoted,
        )
        for row, name in shown
    )
    return ComparisonPage(items, encode_cursor([shown[-1][0].position]) if len(rows) > limit else None)


def rows_of(archive_id: str, call_id: str, changes: Sequence[Change]) -> Iterator[ArchiveChangeTable]:
    """Changes as they are kept."""
    for number, change in enumerate(changes):
        yield ArchiveChangeTable(
            archive_id=archive_id,
            call_id=call_id,
            number=number,
            kind=change.kind,
            cause=change.cause,
            code=change.code,
            severity=change.severity,
            before_id=change.before,
            after_id=change.after,
            fields=list(change.fields),
        )


def _words(
    session: Session, changes: Sequence[ArchiveChangeTable], runs: Mapping[str, tuple[str | None, str | None]]
) -> Mapping[tuple[str | None, str | None], str]:
    run_ids = [run for change in changes for run in runs[change.call_id] if run]
    finding_ids = [finding for change in changes for finding in (change.before_id, change.after_id) if finding]
    found = repository.quotes(session, run_ids=run_ids, finding_ids=finding_ids)
    return {(run, finding): quote for (run, finding), quote in found.items()}


def _read(row: ArchiveChangeTable) -> Change:
    return Change(row.kind, row.cause, row.code, row.severity, row.before_id, row.after_id, tuple(row.fields))


def _after(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    place = decode_cursor(cursor)
    if len(place) != 1 or type(place[0]) is not int or abs(place[0]) > 2**31 - 1:
        raise bad_cursor()
    return place[0]
