"""The findings of a call, ready to be printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.script import ApprovedScript
from app.reviews.service import DecisionRow
from app.web import words

Json = Mapping[str, Any]

LEAD_SECONDS = 0.5
"""How much is played before a finding, so that its first word is not cut."""


@dataclass(frozen=True, slots=True)
class EarView:
    """What one recogniser heard when it was asked again.

    Attributes:
        ear: Which one, in words.
        heard: What it heard, in words; quoted where it heard anything.
        differs: Whether that does not bear the finding out.
    """

    ear: str
    heard: str
    differs: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding with everything that an officer weighs.

    Attributes:
        number: From 1, in the order of the list.
        id: The result's id of it.
        anchor: Its place on the page.
        title: The code in words, with the means.
        subject: The candidate or option in words, or an empty string.
        play_from: Where its button starts, half a second ahead; None where there is nothing to play.
        notes: Doubts about hearing and speaker, in words.
        heard_twice: Whether a second hearing agreed, in words; empty where none was made.
        ears: What each recogniser heard that was asked again; empty where none was.
        reasons: Names as heard, decisive clauses and nearest training lines, in words.
        changes: The approved line beside what was said: ``same``, ``left-out`` or ``put-in``, and the words.
        mitigations: In words.
        decisions: Newest first; the first one stands.
    """

    number: int
    id: str
    anchor: str
    code: str
    title: str
    severity: str
    confidence: float | None
    quote: str | None
    subject: str
    explanation: str
    rule: str
    line: str | None
    start: float | None
    end: float | None
    play_from: float | None
    mitigations: tuple[str, ...]
    notes: tuple[str, ...]
    heard_twice: str
    ears: tuple[EarView, ...]
    reasons: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    decisions: tuple[DecisionRow, ...]

    @property
    def standing(self) -> DecisionRow | None:
        """The decision in force, or None."""
        return self.decisions[0] if self.decisions else None


def finding_views(
    items: Iterable[Json], *, decisions: Sequence[DecisionRow], script: ApprovedScript | None
) -> tuple[FindingView, ...]:
    """The findings in the order of the result, each with its decisions."""
    return tuple(_finding(item, number, decisions, script) for number, item in enumerate(items, start=1))


def is_on(decision: DecisionRow, finding: Json) -> bool:
    """Whether a decision was made on this finding and these words."""
    return decision.finding == finding.get("id") and decision.quote in (None, finding.get("quote"))


def _finding(item: Json, number: int, decisions: Sequence[DecisionRow], script: ApprovedScript | None) -> FindingView:
    start = item.get("start")
    code, means = str(item.get("code")), item.get("means")
    return FindingView(
        number=number,
        id=str(item.get("id")),
        anchor=f"finding-{number}",
        code=code,
        title=words.code(code) + (f" {words.MEANS.get(means, means)}" if means else ""),
        severity=str(item.get("severity")),
        confidence=item.get("confidence"),
        quote=item.get("quote") or None,
        subject=_subject(item.get("subject"), script),
        explanation=str(item.get("explanation") or ""),
        rule=str(item.get("rule") or ""),
        line=item.get("line"),
        start=start,
        end=item.get("end"),
        play_from=None if start is None else max(0.0, start - LEAD_SECONDS),
        mitigations=tuple(words.MITIGATIONS.get(name, name) for name in item.get("mitigations") or ()),
        notes=_notes(item),
        heard_twice=_HEARD_TWICE.get(item.get("corroborated"), "") if item.get("quote") else "",
        ears=tuple(_ear(ear, item) for ear in (item.get("heard") or ())[1:]),
        reasons=_reasons(item.get("reasons") or {}),
        changes=tuple((part["change"], part["words"]) for part in (item.get("reasons") or {}).get("changes") or ()),
        decisions=tuple(decision for decision in decisions if is_on(decision, item)),
    )


def _subject(option_id: str | None, script: ApprovedScript | None) -> str:
    if not option_id:
        return ""
    options = script.options if script else ()
    return next((option.name for option in options if option.id == option_id), option_id)


_HEARD_TWICE: Mapping[bool | None, str] = {True: "heard twice, alike", False: "heard twice, differently"}


def _notes(item: Json) -> tuple[str, ...]:
    notes = []
    if item.get("speaker_uncertain"):
        notes.append("It is in doubt whether the canvasser said this: listen for the voice.")
    if item.get("quote") and item.get("corroborated") is False:
        notes.append("A second hearing did not repeat these words: listen before you decide.")
    if not item.get("quote") and item.get("corroborated") is False:
        notes.append("A second hearing had the line after all: listen before you decide.")
    return tuple(notes)


def _reasons(reasons: Json) -> tuple[str, ...]:
    """None for results that were stored before findings had reasons."""
    said = [
        f"“{name['text']}” is taken for {name['name']} ({words.HEARD_AS.get(name['heard_as'], name['heard_as'])})."
        for name in reasons.get("names") or ()
        if name["heard_as"] != "exact"
    ]
    clauses = [f"“{clause}”" for clause in reasons.get("decisive") or ()]
    if clauses:
        said.append(f"It would not stand without {' or without '.join(clauses)}.")
    lines = [f"“{line}”" for line in reasons.get("resembles") or ()]
    if lines:
        said.append(f"Nearest training lines, without names: {'; '.join(lines)}.")
    return tuple(said)


def _ear(ear: Json, item: Json) -> EarView:
    same = ear.get("model") == item["heard"][0].get("model")
    text, agreed = ear.get("text"), ear.get("agreed")
    who = "Heard again without names" if same else f"Second model {ear.get('model')}"
    if text is None:
        return EarView(who, "not consulted, since it was not there or failed", differs=False)
    return EarView(who, f"“{text}”" if text else "nothing of it", differs=agreed is False)
