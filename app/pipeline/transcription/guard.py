"""What a recogniser invented rather than heard is taken out, and the rest is cut into sentences and breath groups."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

from app.domain.transcript import Word
from app.domain.units import Probability, Seconds, Span
from app.pipeline.transcription.base import PROMPT_START, Segment

PAUSE_SECONDS: Seconds = 0.7
SENTENCE_ENDS = (".", "?", "!", "…")
ABBREVIATIONS = frozenset({"mr.", "mrs.", "ms.", "dr.", "st.", "prof.", "no.", "rev."})

LOOPING_COMPRESSION = 2.4
NO_SPEECH_ABOVE = 0.6
NO_SPEECH_CONFIDENCE_BELOW = exp(-1.0)
"""The three limits are OpenAI's own (whisper.transcribe, 2022)."""

INVENTED_PHRASES = (
    "thank you for watching",
    "thanks for watching",
    "please subscribe",
    "dont forget to subscribe",
    "subtitles by the amara org community",
    "subtitles by",
    "like and subscribe",
    "see you in the next video",
)
"""What Whisper says on sounds without speech, learnt from the subtitles of videos; nobody says it on the telephone."""

PROMPT_ECHO = PROMPT_START.lower()
"""A sentence that begins as the prompt of names does is the prompt, however sure: a crowd became "Glossary!" at .93."""

INVENTED_CONFIDENCE_BELOW = 0.8
WORD_REACH_SECONDS: Seconds = 0.4
LONGEST_WORD_SECONDS: Seconds = 1.5
REGION_MARGIN_SECONDS: Seconds = 0.8
PAST_SPEECH_SECONDS: Seconds = 0.02
PAST_SPEECH_CONFIDENCE_BELOW = 0.3

REPEATED_TIMES = 3
REPEATED_WORDS = 12
LONGEST_REPEATED = 8
"""The same one to eight words three times running, twelve words or more in all: too short a circle for its compression
to show. People say "no, no, no" and "are you there?" again, but not that often."""

CIRCLING_TIMES = 2.5
CIRCLING_WORDS = 9
CIRCLING_SHARE = 1 / 3
CIRCLING_CONFIDENCE_BELOW = 0.7
"""Six voices at once became "That's what I'm like. That's what I'm like. That's what I'm" at .56 to .67 (November
2026). People on bad lines say things twice ("take me off your list"), or "no" six times, but hardly more."""

DREAMT_CONFIDENCE_BELOW = 0.3
"""Mean word confidence of a stretch, however short, under which nothing in it was heard: names that a recogniser was
told to expect lie at .00 to .23 where nobody speaks."""

MUMBLED_SECONDS: Seconds = 2.0
MUMBLED_CONFIDENCE_BELOW = 0.45
FEW_WORDS_CONFIDENCE_BELOW = 0.6
FEW_WORDS_PER_SECOND = 1.5
"""Talk that was not made out: unsure words, or less unsure ones and few of them for all that talking. Measured in
November 2026 in stretches of 10 s (scripts/nonspeech.py, even seeds; eight synthetic two-party calls, noise at 5 dB):
six voices at once and children give .1 to 1.4 words a second at confidences of .02 to .56; conversations with noise at
10 dB 2.7 and more at .49 and more: none of their 1,800 words is lost, nor of 1,752 without noise; at 5 dB 7 %."""

HURRIED_WORDS_PER_SECOND = 5.0
"""Unsure words that come faster than people speak were made up on a short sound; conversations run at two to four."""

FEWEST_WORDS = 10
FEWEST_WORDS_CONFIDENCE_BELOW = 0.7
"""A whole recording with fewer words than that, and unsure ones, tells nothing: what is left over of a crowd or a song
lies at .45 to .65, clean calls at .88 to .91."""

SURE_CONFIDENCE = 0.8
"""Mean word confidence from which words are believed, however the voice sounds."""


def is_looping(segment: Segment) -> bool:
    """Whether the recogniser ran in a circle there: its text compresses too well, or some words come ever again."""
    return segment.compression > LOOPING_COMPRESSION or bool(
        _repeated(segment.words, times=REPEATED_TIMES, fewest=REPEATED_WORDS)
    )


def is_no_speech(segment: Segment) -> bool:
    """Whether the recogniser itself thinks that nobody speaks there, and is unsure of its words."""
    return segment.no_speech > NO_SPEECH_ABOVE and segment.confidence < NO_SPEECH_CONFIDENCE_BELOW


def unheard(region: Span, words: Sequence[Word]) -> Seconds:
    """How long somebody speaks in a region without a word heard, in seconds, less the region's margins."""
    covered, reached = 0.0, region.start
    for word in words:
        start, end = word.start or 0.0, (word.end or 0.0) + WORD_REACH_SECONDS
        end = min(end, start + LONGEST_WORD_SECONDS, region.end)
        if end > max(start, reached):
            covered += end - max(start, reached, region.start)
            reached = end
    return max(0.0, region.duration - covered - REGION_MARGIN_SECONDS)


def sentences(segment: Segment) -> tuple[Segment, ...]:
    """Cut a segment after each sentence and at each pause of 0.7 s, without what looks invented.

    Returns:
        In order of time; ``confidence`` becomes the mean of the words.
    """
    words = _without_words_past_the_speech(segment.words)
    pieces = (_piece(segment, part) for part in cut(words))
    return tuple(piece for piece in pieces if not _is_invented(piece))


def cut(words: tuple[Word, ...], *, pause: Seconds = PAUSE_SECONDS) -> tuple[tuple[Word, ...], ...]:
    """Cut words after each sentence and at each longer pause.

    Args:
        words: In order of time.
        pause: Silence in seconds from which two words no longer belong together.
    """
    parts: list[tuple[Word, ...]] = []
    current: list[Word] = []
    for word in words:
        if current and (_ends_sentence(current[-1]) or _silence(current[-1], word) > pause):
            parts.append(tuple(current))
            current = []
        current.append(word)
    return (*parts, tuple(current)) if current else tuple(parts)


def is_dreamt(words: tuple[Word, ...]) -> bool:
    """Whether words are so unsure that none of them was heard."""
    return bool(words) and mean_confidence(words) < DREAMT_CONFIDENCE_BELOW


def is_mumbled(words: tuple[Word, ...], speaking: Seconds) -> bool:
    """Whether somebody talks, or many do, and next to nothing of it could be made out.

    Args:
        words: What was heard there.
        speaking: How long there is speech, in seconds, without margins.
    """
    if not words or speaking < MUMBLED_SECONDS:
        return False
    few = len(words) < FEW_WORDS_PER_SECOND * speaking
    return mean_confidence(words) < (FEW_WORDS_CONFIDENCE_BELOW if few else MUMBLED_CONFIDENCE_BELOW)


def is_circling(words: tuple[Word, ...]) -> bool:
    """Whether a stretch is mostly one phrase after itself, and unsure: what a recogniser makes of a crowd."""
    again = _repeated(words, times=CIRCLING_TIMES, fewest=CIRCLING_WORDS)
    return len(again) > CIRCLING_SHARE * len(words) and mean_confidence(words) < CIRCLING_CONFIDENCE_BELOW


def is_hurried(words: tuple[Word, ...], regions: Sequence[Span]) -> bool:
    """Whether unsure words come faster than people speak, in so much speech."""
    seconds = sum(region.duration for region in regions)
    return len(words) > HURRIED_WORDS_PER_SECOND * seconds and mean_confidence(words) < FEW_WORDS_CONFIDENCE_BELOW


def is_scrap(words: Sequence[Word]) -> bool:
    """Whether all the words of a recording are too few and too unsure to tell anything."""
    return len(words) < FEWEST_WORDS and mean_confidence(tuple(words)) < FEWEST_WORDS_CONFIDENCE_BELOW


def speaking_seconds(regions: Sequence[Span]) -> Seconds:
    """How long somebody speaks in regions, in seconds, less their margins."""
    return sum(max(0.0, region.duration - REGION_MARGIN_SECONDS) for region in regions)


def mean_confidence(words: tuple[Word, ...]) -> Probability:
    """Mean word confidence in [0, 1]; 0 where there is no word."""
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else 0.0


def _repeated(words: Sequence[Word], *, times: float, fewest: int) -> set[int]:
    """Numbers of the words in stretches of one to eight words that come so many times running, so many words in all."""
    plain = ["".join(letter for letter in word.text.lower() if letter.isalnum()) for word in words]
    found: set[int] = set()
    for size in range(1, LONGEST_REPEATED + 1):
        run = 0
        for place in range(size, len(plain)):
            run = run + 1 if plain[place] == plain[place - size] else 0
            if run + size >= max(fewest, times * size):
                found |= set(range(place - size - run + 1, place + 1))
    return found


def _piece(segment: Segment, words: tuple[Word, ...]) -> Segment:
    return replace(
        segment,
        text=" ".join(word.text for word in words),
        words=words,
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
        confidence=mean_confidence(words),
    )


def _is_invented(piece: Segment) -> bool:
    plain = "".join(letter if letter.isalnum() else " " for letter in piece.text.lower().replace("'", ""))
    said = " ".join(plain.split())
    if said.startswith(PROMPT_ECHO):
        return True
    return piece.confidence < INVENTED_CONFIDENCE_BELOW and said.startswith(INVENTED_PHRASES)


def _without_words_past_the_speech(words: tuple[Word, ...]) -> tuple[Word, ...]:
    end = len(words)
    while end and _is_past_the_speech(words[end - 1]):
        end -= 1
    return words[:end]


def _is_past_the_speech(word: Word) -> bool:
    length = (word.end or 0.0) - (word.start or 0.0)
    return length < PAST_SPEECH_SECONDS and (word.confidence or 0.0) < PAST_SPEECH_CONFIDENCE_BELOW


def _ends_sentence(word: Word) -> bool:
    return word.text.rstrip("\"'”’)").endswith(SENTENCE_ENDS) and word.text.lower() not in ABBREVIATIONS


def _silence(first: Word, second: Word) -> Seconds:
    if first.end is None or second.start is None:
        return 0.0
    return second.start - first.end
