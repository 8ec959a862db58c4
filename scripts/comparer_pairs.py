"""The pairs of models/script_lines as `train_comparer.py` reads them: lines, each with what was said."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from app.domain.script import ApprovedScript, Option, Organisation
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.register import Register
from app.pipeline.language.tokens import normalize

SEVERAL = "question"
"""The kind of which a script has several lines, each asking something else."""


class Label(StrEnum):
    """What a stretch of speech is to its reference."""

    KEPT = "kept"
    ALTERED = "altered"
    OTHER = "other"
    ANOTHER_REFERENCE = "another-reference"


@dataclass(frozen=True, slots=True)
class Pair:
    """A reference and a stretch, ready for training.

    Attributes:
        brief: Which brief it was written to.
        organisation: For whom the call is made.
        kind: Of the line, as its author called it.
        reference: The approved line without names.
        stretch: What the canvasser said, without names.
        label: What the stretch is to the reference.
    """

    brief: str
    organisation: str
    kind: str
    reference: str
    stretch: str
    label: Label

    @property
    def is_said(self) -> bool:
        """Whether the reference was said at all, in its meaning or not."""
        return self.label in (Label.KEPT, Label.ALTERED)

    def is_of_another_line(self, other: "Pair") -> bool:
        """Whether the reference of another pair is a line of the same script that says something else."""
        same = self.organisation == other.organisation
        return same and self.reference != other.reference and (self.kind != other.kind or self.kind == SEVERAL)


def read_pairs(paths: Iterable[Path], *, ordinary_words: frozenset[str], others: float, seed: int) -> list[Pair]:
    """Every stretch of the briefs beside its reference, and beside some other lines of the same script.

    Args:
        paths: Files of briefs.
        ordinary_words: Dictionary words in lower case, for the registers of names.
        others: Share of the stretches that say a line which stand beside another line as well.
        seed: Of the draw of these.
    """
    draw = random.Random(seed)  # noqa: S311
    found: list[Pair] = []
    for path in paths:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        brief = str(content["brief"]).lower()
        own = [pair for item in content["pairs"] for pair in _pairs(brief, item, ordinary_words)]
        found += [*own, *_beside_others(own, others, draw)]
    return found


def _pairs(brief: str, item: dict[str, Any], ordinary_words: frozenset[str]) -> list[Pair]:
    contest = item["contest"]
    register = Register(_script(contest, ordinary_words), ordinary_words=ordinary_words)
    reference = name_blind(item["line"], register)
    stretches = {Label.KEPT: item["said"], Label.ALTERED: item["altered"], Label.OTHER: item["other"]}
    return [
        Pair(brief, contest["organisation"], item["kind"], reference, name_blind(str(said), register), label)
        for label, written in stretches.items()
        for said in written
    ]


def _beside_others(pairs: list[Pair], share: float, draw: random.Random) -> list[Pair]:
    found = []
    for pair in pairs:
        if pair.label is Label.KEPT and draw.random() < share:
            lines = {other.reference: other for other in pairs if pair.is_of_another_line(other)}
            if lines:
                beside = draw.choice(list(lines.values()))
                found.append(replace(beside, stretch=pair.stretch, label=Label.ANOTHER_REFERENCE))
    return found


def _script(contest: dict[str, Any], ordinary_words: frozenset[str]) -> ApprovedScript:
    """Candidates or options, told apart by whether they begin with a word of the dictionary."""
    names = [str(name) for name in contest["candidates"]]
    return ApprovedScript(
        id="pairs",
        version="pairs",
        title="pairs",
        organisation=Organisation(contest["organisation"], ()),
        contest="",
        options=tuple(
            Option(id=str(number), name=name, aliases=(), descriptions=(), party=None, role=None)
            for number, name in enumerate(names)
        ),
        ballot=all(normalize(name).split()[0] in ordinary_words for name in names),
        authorities=(),
        facts=(),
        slots=(),
        lines=(),
    )
