"""The approved wordings of a line, taken apart into sentences that can be looked for."""

import re
from dataclasses import dataclass

from app.domain.script import ApprovedScript, Line
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import BLIND, SOMEBODY
from app.pipeline.language.tokens import normalize, sentences

_SLOT = re.compile(r"\{([^{}]*)\}")
OPTIONS_SLOT = "candidates"
KEPT = 2_000
_KNOWN: dict[tuple[str, str], tuple[tuple["ScriptSentence", ...], ...]] = {}


@dataclass(frozen=True, slots=True)
class ScriptSentence:
    """One sentence of an approved wording.

    Attributes:
        plain: Its normalised words, slots left out, every candidate as one word.
        readable: The same with the slots filled in by ordinary words, for comparison of meaning.
        weight: Its share of the wording, in words.
        lists_options: Whether it reads out the options.
    """

    plain: str
    readable: str
    weight: int
    lists_options: bool


def wordings(language: ScriptLanguage, line: Line) -> tuple[tuple[ScriptSentence, ...], ...]:
    """Every approved wording of a line as sentences, the main one first."""
    key = (language.script.version, line.id)
    if key not in _KNOWN:
        if len(_KNOWN) > KEPT:
            _KNOWN.clear()
        _KNOWN[key] = tuple(_sentences(language, wording) for wording in line.wordings)
    return _KNOWN[key]


def filled(wording: str, script: ApprovedScript) -> str:
    """An approved wording with its slots filled in by ordinary words, whoever stands."""
    return _SLOT.sub(lambda match: _filler(script, match.group(1)), wording)


def _sentences(language: ScriptLanguage, wording: str) -> tuple[ScriptSentence, ...]:
    found = []
    for start, end in sentences(wording):
        part = wording[start:end]
        slots = _SLOT.findall(part)
        plain = _blind(_SLOT.sub(" ", part), language)
        if plain or slots:
            readable = _blind(filled(part, language.script), language)
            found.append(ScriptSentence(plain, readable, max(1, len(plain.split())), OPTIONS_SLOT in slots))
    return tuple(found)


def _blind(text: str, language: ScriptLanguage) -> str:
    """Normalised words with every candidate and option as one word, and the organisation as another."""
    named = [mention for mention in language.register.find(text) if mention.kind in BLIND]
    for mention in reversed(named):
        text = f"{text[: mention.start]} {BLIND[mention.kind]} {text[mention.end :]}"
    return normalize(text)


def _filler(script: ApprovedScript, slot: str) -> str:
    if slot == OPTIONS_SLOT:
        return " and ".join(SOMEBODY for _ in script.options)
    return "Alex"
