"""The canvasser's words of a call as one stream, with the way back to each utterance."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence, Set
from dataclasses import dataclass

from app.domain.transcript import Speaker, Transcript, Utterance
from app.pipeline.language.register import NameKind, Register
from app.pipeline.language.tokens import Token, join, sentences, tokenize

SOMEBODY = "somebody"
CALLER = "organisation"
BLIND = {NameKind.OPTION: SOMEBODY, NameKind.ORGANISATION: CALLER}
"""One word for every candidate and option, and one for the organisation, wherever likeness is measured."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of one utterance: what a detector looks at.

    Attributes:
        position: Place of the utterance in the transcript, from 0.
        utterance: The utterance.
        start: Offset in the utterance's text.
        end: End in the utterance's text, exclusive.
        tokens: Its normalised words, with offsets in the utterance's text.
    """

    position: int
    utterance: Utterance
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        """Exactly what was said."""
        return self.utterance.text[self.start : self.end]

    @property
    def plain(self) -> str:
        """The normalised words, joined by spaces."""
        return join(self.tokens)


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One normalised word of the canvasser and the place of its utterance in the transcript."""

    position: int
    token: Token


@dataclass(frozen=True, slots=True)
class Speech:
    """All that the canvasser said.

    Attributes:
        transcript: The whole call.
        pieces: The canvasser's sentences in order.
        words: The canvasser's normalised words in order.
        text: ``words`` joined by single spaces.
        starts: Offset of each word in ``text``.
    """

    transcript: Transcript
    pieces: tuple[Piece, ...]
    words: tuple[SpokenWord, ...]
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, transcript: Transcript, register: Register) -> "Speech":
        """Collect what the canvasser said, and what may have been the canvasser where the voice is in doubt.

        Each mention of a candidate or option becomes one word that is the same for all, so that no likeness with the
        script depends on who is named; the organisation becomes one word too, since its long name would make any two
        sentences alike.
        """
        pieces: list[Piece] = []
        for position, utterance in enumerate(transcript.utterances):
            if utterance.speaker in (Speaker.CANVASSER, Speaker.UNKNOWN):
                pieces.extend(_pieces(position, utterance))
        words = tuple(SpokenWord(piece.position, token) for piece in pieces for token in without_names(piece, register))
        starts: list[int] = []
        offset = 0
        for word in words:
            starts.append(offset)
            offset += len(word.token.text) + 1
        return cls(transcript, tuple(pieces), words, " ".join(word.token.text for word in words), tuple(starts))

    def numbers(self, position: int, tokens: tuple[Token, ...]) -> tuple[int, ...]:
        """For each word of an utterance its number here; the words of one name share one.

        Args:
            position: Place of the utterance in the transcript.
            tokens: Words of that utterance, in order.
        """
        first = bisect_left(self.words, position, key=lambda word: word.position)
        last = bisect_right(self.words, position, key=lambda word: word.position)
        own = [word.token.start for word in self.words[first:last]]
        return tuple(first + max(0, bisect_right(own, token.start) - 1) for token in tokens)

    def holds(self, piece: Piece, number: int) -> bool:
        """Whether a sentence holds the word of that number."""
        word = self.words[number]
        return piece.position == word.position and piece.start <= word.token.start < piece.end

    def word_at(self, offset: int) -> int:
        """Number of the word that covers an offset of ``text``."""
        return max(0, bisect_right(self.starts, offset) - 1)


def are_mostly(numbers: Sequence[int], words: Set[int]) -> bool:
    """Whether more than half of some words, by their numbers in the speech, are among others."""
    return 2 * sum(number in words for number in numbers) > len(numbers)


def without_names(piece: Piece, register: Register) -> tuple[Token, ...]:
    """The words of a piece with each name as one word: ``SOMEBODY`` for candidates and options, ``CALLER``."""
    named = [mention for mention in register.find(piece.text) if mention.kind in BLIND]
    if not named:
        return piece.tokens
    blind: list[Token] = []
    for token in piece.tokens:
        inside = [m for m in named if m.start <= token.start - piece.start < m.end]
        if not inside:
            blind.append(token)
        elif token.start - piece.start == inside[0].start:
            blind.append(Token(BLIND[inside[0].kind], token.start, piece.start + inside[0].end))
    return tuple(blind)


def _pieces(position: int, utterance: Utterance) -> list[Piece]:
    tokens = tokenize(utterance.text)
    pieces = []
    for start, end in sentences(utterance.text):
        inside = tuple(token for token in tokens if start <= token.start < end)
        if inside:
            pieces.append(Piece(position, utterance, start, end, inside))
    return pieces
