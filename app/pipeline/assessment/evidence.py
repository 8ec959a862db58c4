"""From offsets in a line of text to seconds of sound, and how well it was heard."""

from app.domain.transcript import Utterance, Word
from app.domain.units import Probability, Seconds


def words_between(utterance: Utterance, start: int, end: int) -> tuple[Word, ...]:
    """The timed words that a stretch of an utterance's text covers.

    Args:
        utterance: The utterance.
        start: Offset in its text.
        end: End in its text, exclusive.

    Returns:
        In order; empty where the transcript has no words, or none that can be found in the text.
    """
    found, offset = [], 0
    for word in utterance.words:
        place = utterance.text.find(word.text, offset)
        if place < 0:
            continue
        offset = place + len(word.text)
        if place < end and offset > start:
            found.append(word)
    return tuple(found)


def times(utterance: Utterance, words: tuple[Word, ...]) -> tuple[Seconds | None, Seconds | None]:
    """Start and end of a quote in seconds: of its words where they are timed, else of the whole utterance."""
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    return (min(starts) if starts else utterance.start, max(ends) if ends else utterance.end)


def heard(utterance: Utterance, words: tuple[Word, ...]) -> Probability | None:
    """Mean confidence of the words of a quote in [0, 1], or None where the transcript has none."""
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else utterance.confidence
