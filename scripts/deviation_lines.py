"""The training lines of models/deviations as `train_deviations.py` reads them."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from comparer_pairs import Label, Pair

from app.domain.deviation import Code, Means
from app.domain.script import ApprovedScript, Option, Organisation
from app.domain.transcript import Speaker, Transcript, Utterance
from app.pipeline.alignment.align import align
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import FEWEST_WORDS
from app.pipeline.detection.registry import DETECTORS
from app.pipeline.detection.remarks import remarks
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.script_language import Grammar, ScriptLanguage
from app.pipeline.language.sentence_encoder import SentenceEncoder

CODES = (
    Code.ENDORSEMENT,
    Code.DISPARAGEMENT,
    Code.PERSONAL_OPINION,
    Code.LOADED_QUESTION,
    Code.AUTHORITY_APPEAL,
    Code.PRESSURE,
    Code.FALSE_CLAIM,
    Code.OFF_SCRIPT,
    Code.IDENTITY_MISSTATED,
    Code.IMPROPER_DISCLOSURE,
)
"""What one turn can show; the other codes live on the course of the whole call."""

MEANS = tuple(Means)


@dataclass(frozen=True, slots=True)
class Example:
    """One line, ready for training.

    Attributes:
        brief: Which brief it was written to.
        said: The canvasser's turn without names.
        before: The contact's turn before it without names.
        codes: What it is; empty for a hard negative.
        means: For endorsements.
        ruled: Codes that the rules alone saw.
        whole: False for one sentence of a turn that also stands here whole.
        scripted: Whether it says a line of some script in other words; such a one may follow anything.
    """

    brief: str
    said: str
    before: str
    codes: frozenset[Code]
    means: Means | None
    ruled: frozenset[Code]
    whole: bool = True
    scripted: bool = False


def read_examples(paths: Iterable[Path], *, grammar: Grammar, encoder: SentenceEncoder) -> list[Example]:
    """Every line of the briefs, in their order, with what the rules alone make of it."""
    found = []
    for path in paths:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        languages = {
            contest["id"]: ScriptLanguage.build(_script(contest), grammar=grammar, encoder=encoder)
            for contest in content["contests"]
        }
        for line in content["lines"]:
            example = _example(str(content["brief"]).lower(), line, languages[line["contest"]])
            found.extend([example, *_sentences(example)])
    return found


def lines_in_other_words(pairs: Iterable[Pair], *, share: float, seed: int) -> list[Example]:
    """Some of the stretches that say a line in its meaning: they deviate in nothing, whatever their words.

    Args:
        pairs: Of the comparer of lines.
        share: How many of them, in [0, 1].
        seed: Of the draw.
    """
    draw = random.Random(seed)  # noqa: S311
    kept = (pair for pair in pairs if pair.label is Label.KEPT and len(pair.stretch.split()) > FEWEST_WORDS)
    none: frozenset[Code] = frozenset()
    return [
        Example(f"lines-{pair.brief}", pair.stretch, before="", codes=none, means=None, ruled=none, scripted=True)
        for pair in kept
        if draw.random() < share
    ]


def _sentences(example: Example) -> list[Example]:
    """Each sentence of a turn that is nothing is nothing; a recogniser often writes them one by one."""
    parts = [part.strip() for part in re.findall(r"[^.?]+[.?]", example.said)]
    if example.codes or len(parts) < 2:
        return []
    return [replace(example, said=part, whole=False) for part in parts if len(part.split()) > FEWEST_WORDS]


def targets(examples: list[Example]) -> np.ndarray:
    """Codes, any deviation and means as zeros and ones, float32, shape (n_lines, 10 + 1 + 4)."""
    rows = [
        [
            *(code in example.codes for code in CODES),
            bool(example.codes),
            *(example.means is means for means in MEANS),
        ]
        for example in examples
    ]
    return np.array(rows, dtype=np.float32)


def _example(brief: str, line: dict[str, Any], language: ScriptLanguage) -> Example:
    before, said = line.get("before") or "", line["say"]
    return Example(
        brief=brief,
        said=name_blind(said, language.register),
        before=name_blind(before, language.register),
        codes=frozenset(Code(code) for code in line["codes"]),
        means=Means(line["means"]) if line.get("means") else None,
        ruled=_ruled(before, said, language),
    )


def _ruled(before: str, said: str, language: ScriptLanguage) -> frozenset[Code]:
    turns = [(Speaker.CONTACT, before), (Speaker.CANVASSER, said)]
    utterances = tuple(
        Utterance(index=index, speaker=speaker, text=text)
        for index, (speaker, text) in enumerate((speaker, text) for speaker, text in turns if text)
    )
    alignment = align(Transcript(call="line", utterances=utterances), language)
    call = Call(alignment, remarks(alignment, language), language)
    return frozenset(item.code for detector in DETECTORS for item in detector(call) if item.confidence >= 0.5)


def _script(contest: dict[str, Any]) -> ApprovedScript:
    """A contest without lines: every word of a turn is off the script."""
    ballot = "options" in contest
    listed = contest["options"] if ballot else contest["candidates"]
    return ApprovedScript(
        id=contest["id"],
        version=f"training:{contest['id']}",
        title=contest["id"],
        organisation=Organisation(contest["organisation"]["name"], tuple(contest["organisation"].get("aliases", ()))),
        contest=contest.get("contest", ""),
        options=tuple(_option(item) for item in listed),
        ballot=ballot,
        authorities=tuple(contest.get("authorities", ())),
        facts=tuple(contest.get("facts", ())),
        slots=(),
        lines=(),
    )


def _option(item: dict[str, Any]) -> Option:
    party = item.get("party")
    return Option(
        id=str(item["id"]),
        name=str(item["name"]),
        aliases=tuple(map(str, item.get("aliases", ()))),
        descriptions=tuple(map(str, item.get("descriptions", ()))),
        party=None if party in (None, "none") else str(party),
        role=item.get("role"),
    )
