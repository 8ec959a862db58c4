"""The approved wordings of a line, taken apart into sentences that can be looked for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.domain.script import ApprovedScript, Line
from app.pipeline.language.tokens import normalize, sentences

_SLOT = re.compile(r"\{([^{}]*)\}")
OPTIONS_SLOT = "candidates"


@dataclass(frozen=True, slots=True)
class ScriptSentence:
    """One sentence of an approved wording.

    Attributes:
        plain: Its normalised words, slots left out.
        readable: Its words with the slots filled in by ordinary ones, for comparison of meaning.
        weight: Its share of the wording, in words.
        lists_options: Whether it reads out the options.
    """

    plain: str
    readable: str
    weight: int
    lists_options: bool


@lru_cache(maxsize=2_000)
def wordings(script: ApprovedScript, line: Line) -> tuple[tuple[ScriptSentence, ...], ...]:
    """Every approved wording of a line as sentences, the main one first."""
    return tuple(_sentences(script, wording) for wording in line.wordings)


def _sentences(script: ApprovedScript, wording: str) -> tuple[ScriptSentence, ...]:
    found = []
    for start, end in sentences(wording):
        part = wording[start:end]
        slots = _SLOT.findall(part)
        plain = normalize(_SLOT.sub(" ", part))
        if plain or slots:
            readable = _SLOT.sub(lambda match: _filler(script, match.group(1)), part)
            weight = max(1, len(plain.split()))
            found.append(ScriptSentence(plain, readable, weight, OPTIONS_SLOT in slots))
    return tuple(found)


def _filler(script: ApprovedScript, slot: str) -> str:
    if slot == OPTIONS_SLOT:
        return " and ".join(option.name for option in script.options)
    return "Alex"
