"""The canvasser's clauses with what a detector needs to know about each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from app.domain.transcript import Speaker
from app.pipeline.alignment.align import Alignment
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.language import cues, stance
from app.pipeline.language.register import HeardAs, Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece
from app.pipeline.language.tokens import Token, join, normalize

MEMORY_UTTERANCES = 5
"""How many utterances back a pronoun can point."""

_PRONOUNS = frozenset("he she him her his hers himself herself".split())
_CLAUSE = re.compile(
    r"[,;:–—-]*\s+(?:but|although|though|however|whereas|mind you|because|cos)\b|"
    r"[;:]\s+|\s[–—-]\s|(?:,|\band)\s+(?=(?:i|he|she|we|you|they|it|that|there)(?:['’]\w+)?\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:and |so |well |okay |now |right |oh |aye )*(?:(?:do|does|did|would|will|could|can|is|are|have|has|was|were|may|might|"
    r"shall|should|am) (?:not )?(?:you|i|we|he|she|they|it|that|there|your|the|any\w*|this)\b|"
    r"(?:who|what|which|how|why|where|when|whose)(?: \w+){0,3}? (?:do|does|did|would|will|could|can|is|are|have|has|was|were|should|else)\b)"
)


@dataclass(frozen=True)
class Remark:
    """One clause of the canvasser.

    Attributes:
        piece: The sentence that holds it.
        start: Offset in the utterance's text.
        end: End in the utterance's text, exclusive.
        tokens: Its normalised words.
        novel: For each word, whether it is off the script.
        mentions: Names of the register in it, pronouns that stand for a candidate included.
        sentence: The normalised words of the whole sentence.
        contact_asked: Whether the contact invited a view just before.
        personal_view: Whether the canvasser says here or right after that it is their own view.
    """

    piece: Piece
    start: int
    end: int
    tokens: tuple[Token, ...]
    novel: tuple[bool, ...]
    mentions: tuple[Mention, ...]
    sentence: str
    contact_asked: bool
    personal_view: bool

    @property
    def written(self) -> str:
        """The clause as it was said, with its marks."""
        return self.piece.utterance.text[self.start : self.end]

    @cached_property
    def plain(self) -> str:
        """The normalised words, joined by spaces."""
        return join(self.tokens)

    @cached_property
    def options(self) -> tuple[Mention, ...]:
        """Mentions that point at one candidate or option."""
        return tuple(mention for mention in self.mentions if mention.subject)

    @cached_property
    def is_question(self) -> bool:
        """Whether the clause asks, by its mark or by its first words."""
        end = self.piece.utterance.text[self.end : self.piece.end].strip(" ,")
        marked = self.piece.text.rstrip().endswith("?") and len(end) < 2
        return marked or bool(_QUESTION.match(self.plain))

    @cached_property
    def reads_back(self) -> bool:
        """Whether the contact's answer is said back."""
        return bool(stance.READ_BACK.search(self.plain))

    @cached_property
    def denies(self) -> bool:
        """Whether the canvasser declines to say who is to be preferred."""
        return bool(
            stance.DENIAL.search(self.plain)
            or cues.NO_PREFERENCE.search(self.plain)
            or cues.DECLINES.search(self.plain)
        )

    def spot(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first hit of a pattern that holds at least one word off the script.

        Args:
            pattern: Over normalised words.
        """
        for match in pattern.finditer(self.plain):
            if any(self._novel_between(match.start(), match.end())):
                return match
        return None

    def _novel_between(self, start: int, end: int) -> Iterator[bool]:
        offset = 0
        for token, novel in zip(self.tokens, self.novel, strict=True):
            if offset < end and offset + len(token.text) > start:
                yield novel
            offset += len(token.text) + 1

    @cached_property
    def off_script(self) -> bool:
        """Whether a good part of the clause is no approved wording."""
        return sum(self.novel) > 0.3 * len(self.novel)


def behind(remark: Remark, offset: int) -> Remark:
    """What stands in a clause behind a place of its normalised words.

    Args:
        remark: The clause.
        offset: Place in its ``plain``, at the end of a word.
    """
    skipped = len(remark.plain[:offset].split())
    tokens = remark.tokens[skipped:]
    start = tokens[0].start if tokens else remark.end
    mentions = tuple(mention for mention in remark.mentions if mention.start >= start)
    return replace(remark, start=start, tokens=tokens, novel=remark.novel[skipped:], mentions=mentions)


def remarks(alignment: Alignment, language: ScriptLanguage) -> tuple[Remark, ...]:
    """Take the canvasser's speech apart into clauses and resolve whom each is about.

    Args:
        alignment: The call with its script.
        language: The tools of the script.
    """
    memory = _Memory(alignment, language)
    found = []
    pieces = alignment.speech.pieces
    for place, piece in enumerate(pieces):
        follow_up = " ".join(
            normalize(after.text) for after in pieces[place : place + 3] if after.position - piece.position <= 2
        )
        asked = _contact_asked(alignment, piece.position)
        for start, end in _clauses(piece):
            tokens = tuple(token for token in piece.tokens if start <= token.start < end)
            if not tokens:
                continue
            numbers = alignment.speech.numbers(piece.position, tokens)
            novel = tuple(number not in alignment.scripted for number in numbers)
            mentions = memory.mentions(piece, start, end)
            personal = bool(cues.PERSONAL_VIEW.search(follow_up))
            found.append(Remark(piece, start, end, tokens, novel, mentions, piece.plain, asked, personal))
    return tuple(found)


def _clauses(piece: Piece) -> list[tuple[int, int]]:
    text = piece.text
    cuts = [0, *(match.start() for match in _CLAUSE.finditer(text)), len(text)]
    spans = []
    for first, last in pairwise(cuts):
        part = text[first:last]
        lead = len(part) - len(part.lstrip(" ,;:–—-"))
        if part.strip(" ,;:–—-"):
            spans.append((piece.start + first + lead, piece.start + first + len(part.rstrip())))
    return spans


def _contact_asked(alignment: Alignment, position: int) -> bool:
    heard = contact_before(alignment.speech.transcript, position)
    return heard is not None and bool(cues.ASKS_VIEW.search(normalize(heard.text)))


class _Memory:
    """Who was spoken of last, by either party."""

    def __init__(self, alignment: Alignment, language: ScriptLanguage) -> None:
        self._utterances = alignment.speech.transcript.utterances
        self._register = language.register

    def mentions(self, piece: Piece, start: int, end: int) -> tuple[Mention, ...]:
        text = piece.utterance.text[start:end]
        named = [
            Mention(m.kind, m.subject, m.start + start, m.end + start, m.heard_as, m.confidence, m.name)
            for m in self._register.find(text)
        ]
        if any(mention.kind is NameKind.OPTION for mention in named):
            return tuple(named)
        pronoun = next(
            (token for token in piece.tokens if start <= token.start < end and token.text in _PRONOUNS), None
        )
        antecedent = self._antecedent(piece, start) if pronoun else None
        if pronoun and antecedent:
            named.append(
                Mention(
                    antecedent.kind,
                    antecedent.subject,
                    pronoun.start,
                    pronoun.end,
                    HeardAs.PRONOUN,
                    0.9 * antecedent.confidence,
                    antecedent.name,
                )
            )
        return tuple(sorted(named, key=lambda mention: mention.start))

    def _antecedent(self, piece: Piece, start: int) -> Mention | None:
        """The one candidate spoken of last; None where several were in one breath."""
        here = self._people(piece.utterance.text[:start])
        if here:
            return here[-1]
        first = max(0, piece.position - MEMORY_UTTERANCES)
        for utterance in reversed(self._utterances[first : piece.position]):
            people = self._people(utterance.text) if utterance.speaker is not Speaker.OTHER else []
            if people:
                return people[-1] if len({person.subject for person in people}) == 1 else None
        return None

    def _people(self, text: str) -> list[Mention]:
        kinds = (NameKind.OPTION, NameKind.DESCRIPTION)
        return [mention for mention in self._register.find(text) if mention.kind in kinds and mention.subject]
