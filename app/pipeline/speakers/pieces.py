"""The words of a call in pieces short enough to be one voice's, and what the words alone tell of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from app.domain.script import ApprovedScript
from app.domain.transcript import Word
from app.domain.units import Seconds
from app.pipeline.speakers.script_fit import fit, tokens, wordings
from app.pipeline.speakers.turns import CALLER, MACHINE
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.guard import cut

PAUSE_SECONDS: Seconds = 0.3
LONGEST_SECONDS: Seconds = 1.6
"""The voice encoder was trained on stretches of 1.6 s (Wan et al. 2018)."""

SHORTEST_SECONDS: Seconds = 0.5
COMMA_WORTH_SECONDS: Seconds = 0.15

ANCHOR_FROM = 0.8
"""Likeness to a line of the script from which a stretch anchors the canvasser's voice: right 62 of 62 times (measured
November 2026)."""

HALF_ANCHOR_FROM = 0.65
LONG_ANCHOR_WORDS = 6
LINK_WORDS = 2

LogOdds = float
Wordings = tuple[tuple[str, ...], ...]


def odds(probability: float) -> LogOdds:
    """Log-odds of a probability in (0, 1)."""
    return log(probability / (1 - probability))


ANCHOR_ODDS = odds(0.98)
SHORT_ANCHOR_ODDS = odds(0.95)
HALF_ANCHOR_ODDS = odds(0.75)
INTRODUCED_ODDS = odds(0.9)
UNSCRIPTED_ODDS = odds(0.4)
ANSWERED_ODDS = odds(0.2)
GOES_ON_ODDS = odds(0.9)
MACHINE_ODDS = odds(0.05)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one sentence, hardly ever of two voices.

    Attributes:
        sentence: Number of the sentence that they belong to.
        words: In order of time.
        odds: What the words tell, as log-odds that the canvasser says them.
        anchor: Whether they are read from the script.
    """

    sentence: int
    words: tuple[Word, ...]
    odds: LogOdds = 0.0
    anchor: bool = False

    @property
    def start(self) -> Seconds:
        """Seconds from the start of the recording."""
        return self.words[0].start or 0.0

    @property
    def end(self) -> Seconds:
        """Seconds from the start of the recording."""
        return self.words[-1].end or 0.0

    @property
    def duration(self) -> Seconds:
        """Seconds; 0 where the recogniser gave no length."""
        return max(0.0, self.end - self.start)

    @property
    def asks(self) -> bool:
        """Whether a question ends here."""
        return self.words[-1].text.rstrip("\"'”’)").endswith("?")


def pieces_of(sentences: Sequence[Segment], script: ApprovedScript | None) -> tuple[Piece, ...]:
    """The sentences of a call in pieces, with what the words tell.

    A piece ends at a pause of 0.3 s and with its sentence; longer ones than 1.6 s are cut at their longest gaps.

    Args:
        sentences: In order of time.
        script: The approved script, or None.

    Returns:
        In order of time.
    """
    approved = wordings(script) if script is not None else ()
    pieces: list[Piece] = []
    before: tuple[Word, ...] = ()
    for number, sentence in enumerate(sentences):
        for part in _around_the_script(sentence.words, approved):
            pieces.extend(_of_part(part, number, before, approved))
        before = sentence.words
    return _before_the_call_begins(pieces)


def _of_part(part: tuple[Word, ...], number: int, before: tuple[Word, ...], approved: Wordings) -> Iterator[Piece]:
    whole = fit((word.text for word in part), approved)
    goes_on = _goes_on(before, part, approved)
    for run in cut(part, pause=PAUSE_SECONDS):
        likeness = max(whole, fit((word.text for word in run), approved))
        told = _told(likeness, run if likeness > whole else part)
        told = max(told, GOES_ON_ODDS) if goes_on else told
        for words in _short(run):
            yield Piece(number, words, told, likeness >= ANCHOR_FROM)


def _told(likeness: float, words: Sequence[Word]) -> LogOdds:
    text = " ".join(word.text for word in words)
    if MACHINE.search(text):
        return MACHINE_ODDS
    if likeness >= ANCHOR_FROM:
        return ANCHOR_ODDS if len(tokens(text)) >= LONG_ANCHOR_WORDS else SHORT_ANCHOR_ODDS
    if CALLER.search(text):
        return INTRODUCED_ODDS
    return HALF_ANCHOR_ODDS if likeness >= HALF_ANCHOR_FROM else UNSCRIPTED_ODDS


def _around_the_script(words: tuple[Word, ...], approved: Wordings) -> list[tuple[Word, ...]]:
    """Cut a sentence where what is read from the script begins and ends; recognisers run two parties together."""
    said = [(index, token) for index, word in enumerate(words) for token in tokens(word.text)]
    spans = [_matched([token for _, token in said], wording) for wording in approved]
    first, last, count = max(spans, key=lambda span: span[2], default=(0, 0, 0))
    if count < LONG_ANCHOR_WORDS or count < 0.7 * (last - first + 1):
        return [words]
    begin, end = said[first][0], said[last][0] + 1
    parts = (words[:begin], words[begin:end], words[end:])
    return [part for part in parts if part]


def _matched(said: Sequence[str], wording: Sequence[str]) -> tuple[int, int, int]:
    """Where what was said lies along a wording: first and last matching word, and how many match."""
    from rapidfuzz.distance import LCSseq

    blocks = [block for block in LCSseq.opcodes(said, wording) if block.tag == "equal"]
    if not blocks:
        return 0, 0, 0
    return blocks[0].src_start, blocks[-1].src_end - 1, sum(block.src_end - block.src_start for block in blocks)


def _goes_on(before: Sequence[Word], words: Sequence[Word], approved: Wordings) -> bool:
    """Whether a few words are what the script says next: "Goodbye." after "Thank you for your time."."""
    own = [token for word in words for token in tokens(word.text)]
    earlier = [token for word in before for token in tokens(word.text)][-LINK_WORDS:]
    if not own or len(earlier) < LINK_WORDS or len(own) >= LONG_ANCHOR_WORDS:
        return False
    link = f" {' '.join(earlier + own)} "
    return any(link in f" {' '.join(wording)} " for wording in approved)


def _before_the_call_begins(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Whoever is called says the first word."""
    begun = next((number for number, piece in enumerate(pieces) if piece.odds > 0), len(pieces))
    return tuple(
        replace(piece, odds=min(piece.odds, ANSWERED_ODDS)) if number < begun < len(pieces) else piece
        for number, piece in enumerate(pieces)
    )


def _short(words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """Cut at the longest gaps until no piece is longer than 1.6 s; nothing shorter than 0.5 s is cut off."""
    length = (words[-1].end or 0.0) - (words[0].start or 0.0)
    best, worth = None, -1.0
    for index in range(1, len(words)):
        before, after = words[index - 1], words[index]
        middle = ((before.end or 0.0) + (after.start or 0.0)) / 2
        left, right = middle - (words[0].start or 0.0), (words[-1].end or 0.0) - middle
        if min(left, right) < SHORTEST_SECONDS:
            continue
        gap = (after.start or 0.0) - (before.end or 0.0)
        gap += COMMA_WORTH_SECONDS if before.text.endswith(",") else 0.0
        # Of gaps alike the one nearest to the middle.
        gap += 0.1 * min(left, right) / max(length, 1e-3)
        if gap > worth:
            best, worth = index, gap
    if best is None or (length <= LONGEST_SECONDS and worth < COMMA_WORTH_SECONDS):
        return [words]
    return _short(words[:best]) + _short(words[best:])
