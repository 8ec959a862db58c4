"""How well heard words fit the lines of the approved script; enough to know whose voice reads it."""

import re
from collections.abc import Iterable

from app.domain.script import ApprovedScript
from app.domain.units import Probability

SLOT = re.compile(r"\{[^}]*\}")
SHORTEST_FIT_TOKENS = 4
"""Shorter stretches ("yes", "thank you") are said by anybody and fit any script."""

WINDOW_SLACK = 1.35


def wordings(script: ApprovedScript) -> tuple[tuple[str, ...], ...]:
    """The tokens of every approved wording, slots taken out and the options' names put in; the shortest left out."""
    names = " ".join(option.name for option in script.options)
    texts = (
        SLOT.sub(" ", wording.replace("{candidates}", names).replace("{options}", names))
        for line in script.lines
        for wording in line.wordings
    )
    pieces = (tokens(piece) for text in texts for piece in (text, *_sentences(text)))
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) >= SHORTEST_FIT_TOKENS))


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words without punctuation."""
    return tuple(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'")))


def fit(heard: Iterable[str], script_wordings: tuple[tuple[str, ...], ...]) -> Probability:
    """Likeness in [0, 1] of heard words and the script's best wording.

    A piece of a wording counts as that wording, since recognised speech breaks lines in two; stretches of fewer than
    four words fit nothing.

    Args:
        heard: Words in order.
        script_wordings: From :func:`wordings`.
    """
    from rapidfuzz import fuzz

    said = [token for word in heard for token in tokens(word)]
    if len(said) < SHORTEST_FIT_TOKENS:
        return 0.0
    text = " ".join(said)
    best = 0.0
    for wording in script_wordings:
        whole = fuzz.ratio(text, " ".join(wording)) / 100
        if len(said) <= len(wording) * WINDOW_SLACK:
            whole = max(whole, 0.97 * fuzz.partial_ratio(text, " ".join(wording)) / 100)
        elif len(wording) >= SHORTEST_FIT_TOKENS:
            whole = max(whole, fuzz.partial_ratio(" ".join(wording), text) / 100 * len(wording) / len(said))
        best = max(best, whole)
    return best


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text)
