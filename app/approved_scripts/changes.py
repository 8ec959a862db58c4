"""What is different between two versions of a script: which lines, names and facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from app.domain.script import ApprovedScript, Line, Option


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        what: ``line``, ``candidate`` (or ``option``), ``authority``, ``fact``, ``slot``, ``organisation``, ``title`` or
            ``contest``.
        id: Of the line or candidate; empty for what has none.
        change: ``added``, ``removed``, ``changed`` or ``moved``.
        field: Which part of a line or candidate, e.g. ``say``; empty where it is the whole.
        before: The text before, or None.
        after: The text after, or None.
    """

    what: str
    id: str
    change: str
    field: str = ""
    before: str | None = None
    after: str | None = None


def changes(before: ApprovedScript, after: ApprovedScript) -> tuple[Change, ...]:
    """Every difference, in the order of a script: its head, its names, its facts, its lines.

    Args:
        before: The version in force.
        after: The draft.
    """
    return tuple(_changes(before, after))


def _changes(before: ApprovedScript, after: ApprovedScript) -> Iterator[Change]:
    for name in ("title", "contest"):
        yield from _text(name, "", getattr(before, name), getattr(after, name))
    yield from _text("organisation", "", before.organisation.name, after.organisation.name)
    yield from _texts("organisation", before.organisation.aliases, after.organisation.aliases)
    what = "option" if after.ballot else "candidate"
    yield from _items(what, _by_id(before.options), _by_id(after.options), whole="name")
    yield from _texts("authority", before.authorities, after.authorities)
    yield from _texts("fact", before.facts, after.facts)
    yield from _texts("slot", before.slots, after.slots)
    yield from _items("line", _by_id(before.lines), _by_id(after.lines), whole="say")


def _by_id(items: tuple[Line, ...] | tuple[Option, ...]) -> dict[str, Line | Option]:
    return {item.id: item for item in items}


def _items(
    what: str, before: Mapping[str, Line | Option], after: Mapping[str, Line | Option], *, whole: str
) -> Iterator[Change]:
    for key in before:
        if key not in after:
            yield Change(what, key, "removed", before=str(getattr(before[key], whole)))
    stayed = [key for key in after if key in before]
    place = {key: number for number, key in enumerate(key for key in before if key in after)}
    for number, key in enumerate(stayed):
        if place[key] != number:
            yield Change(what, key, "moved", before=f"place {place[key] + 1}", after=f"place {number + 1}")
    for key, item in after.items():
        if key not in before:
            yield Change(what, key, "added", after=str(getattr(item, whole)))
        else:
            yield from _fields(what, before[key], item)


def _fields(what: str, before: Line | Option, after: Line | Option) -> Iterator[Change]:
    for name in (field.name for field in fields(after)):
        old, new = getattr(before, name, None), getattr(after, name)
        if isinstance(new, tuple):
            yield from _texts(what, old or (), new, of=after.id, field=name)
        else:
            yield from _text(what, after.id, _plain(old), _plain(new), field=name)


def _plain(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def _text(what: str, of: str, before: str | None, after: str | None, *, field: str = "") -> Iterator[Change]:
    if before != after:
        yield Change(what, of, "changed", field, before, after)


def _texts(
    what: str, before: tuple[str, ...], after: tuple[str, ...], *, of: str = "", field: str = ""
) -> Iterator[Change]:
    for text in before:
        if text not in after:
            yield Change(what, of, "removed", field, before=text)
    for text in after:
        if text not in before:
            yield Change(what, of, "added", field, after=text)
    if sorted(before) == sorted(after) and before != after:
        yield Change(what, of, "moved", field, "; ".join(before), "; ".join(after))
