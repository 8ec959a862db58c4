"""What a reading of the options says beside some of the names and not beside all: praise, blame or a description."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from app.domain.script import Line
from app.domain.transcript import Utterance
from app.pipeline.alignment.options_named import MISHEARD, PLAIN_WORDS, inside, name_parts, options_in
from app.pipeline.language import options_cues, stance
from app.pipeline.language.register import Mention, NameKind, sound_likeness
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece
from app.pipeline.language.tokens import Token, join, normalize, tokenize

TELLING_WORDS = 2
"""Words beside some names and not others from which a list is no longer plain, praise and blame apart."""

PRAISE_REACH = 3
"""Characters between a word of praise and the name that it stands before."""

OWN_NAME = 0.57
"""Likeness from which words beside a name count as the rest of it misheard ("Marcus adi amy" for "Adeyemi")."""

LONGEST_MISHEARD = 4
"""Words into which the recogniser breaks a name."""

ROLE_REACH = 20
"""Characters behind the last name within which an office or a description is still that one's."""

WORDS_OF_A_SAYING = 3
"""Words from which praise behind the last name ("salt of the earth") is of that one: one or two thank the contact."""

LETTERS_OF_A_SPELLING = 3
"""Single letters beside a name from which it is being spelt."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is said beside one name of a list.

    Attributes:
        subject: Id of the option.
        words: The words, without names.
        told: Those that a plain list does not hold.
        judges: Whether they praise, run down or set apart.
        utterance: The utterance that holds them.
        start: Where they begin in its text, the name included.
        end: Where they end, exclusive.
    """

    subject: str
    words: tuple[str, ...]
    told: tuple[str, ...]
    judges: bool
    utterance: Utterance
    start: int
    end: int


def dressing(line: Line, pieces: Sequence[Piece], language: ScriptLanguage) -> Beside | None:
    """What a reading adds to some of the options and not to all.

    Args:
        line: The line that reads the options.
        pieces: The sentences that hold the reading.
        language: The tools of the script.

    Returns:
        What is said beside the option that most is added to; None for a plain reading.
    """
    plain = _Plain.of(line, language)
    spans = list_spans(pieces, language)
    roles = [] if language.script.ballot else [role for span in spans for role in _roles(*span, language)]
    told = [beside for span in spans for beside in _besides(*span, plain, roles, ballot=language.script.ballot)]
    named = {mention.subject for _, mentions, _ in spans for mention in mentions}
    even = {item.subject for item in (*roles, *told)} >= named
    if roles and not even:
        return roles[0]
    if not any(beside.judges for beside in told) and (even or sum(len(beside.told) for beside in told) < TELLING_WORDS):
        return None
    of_each = Counter[str]()
    for beside in told:
        of_each[beside.subject] += len(beside.told)
    (subject, _), *_ = of_each.most_common(1)
    return max((beside for beside in told if beside.subject == subject), key=lambda beside: len(beside.told))


Span = tuple[Piece, list[Mention], int]
"""A sentence, the names of the list in it, and where the list ends in its text."""


def list_spans(pieces: Sequence[Piece], language: ScriptLanguage) -> list[Span]:
    """Where the list stands in its sentences.

    It ends where a name comes again after all were named: "…, and the Quinlan one has a practice".

    Args:
        pieces: The sentences that hold the reading.
        language: The tools of the script.
    """
    found = [(piece, options_in(piece, language)) for piece in pieces]
    whole = {mention.subject for _, mentions in found for mention in mentions}
    seen: set[str | None] = set()
    spans: list[Span] = []
    for piece, mentions in found:
        inside_list: list[Mention] = []
        for mention in mentions:
            if seen == whole and inside_list and mention.subject != inside_list[-1].subject:
                spans.append((piece, inside_list, mention.start))
                return spans
            inside_list.append(mention)
            seen.add(mention.subject)
        if inside_list:
            spans.append((piece, inside_list, len(piece.text)))
    return spans


def _roles(piece: Piece, mentions: Sequence[Mention], end: int, language: ScriptLanguage) -> Iterator[Beside]:
    """The offices and descriptions that are told in a list."""
    first, last = mentions[0].start, min(mentions[-1].end + ROLE_REACH, end)
    for mention in language.register.find(piece.text):
        told = mention.kind in (NameKind.ROLE, NameKind.DESCRIPTION) and mention.subject
        if told and mention.end >= first - PRAISE_REACH and mention.start < last:
            words = tuple(normalize(piece.text[mention.start : mention.end]).split())
            place = piece.start + mention.start, piece.start + mention.end
            yield Beside(str(mention.subject), words, words, False, piece.utterance, *place)


def _besides(
    piece: Piece, mentions: Sequence[Mention], end: int, plain: "_Plain", roles: Sequence[Beside], *, ballot: bool
) -> Iterator[Beside]:
    """What is told beside each name: behind it, or in front of it by praise, blame or an office ("our MP, Samir")."""
    tokens = [token for token in piece.tokens if not inside(token, piece, mentions)]
    before = 0
    for number, mention in enumerate(mentions):
        ahead = [token for token in tokens if before <= token.start - piece.start < mention.start]
        yield from _in_front(piece, ahead, mention)
        following = mentions[number + 1 :]
        until = following[0].start if following else end
        behind = [
            token
            for token in tokens
            if mention.end <= token.start - piece.start < until
            and not (following and _is_praise_of(token, piece, following[0]))
        ]
        said = tuple(token.text for token in behind)
        words = plain.without_names(_of_this_one(said) if following else said, (mention, *following[:1]))
        between = range(piece.start + mention.end, piece.start + until)
        held = [role.subject for role in roles if role.utterance == piece.utterance and role.start in between]
        whose = following[0] if following and following[0].subject in held else mention
        words = _without_question(words, closing=not following)
        told, judges = _told_behind(words, plain, closing=not following, ballot=ballot)
        if told:
            last = next(number for number in reversed(range(len(words))) if words[number] in told)
            ends = next(token.end for token in behind[last:] if token.text == words[last])
            place = piece.start + mention.start, ends
            yield Beside(str(whose.subject), words[: last + 1], told, judges, piece.utterance, *place)
        before = mention.end


def _of_this_one(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words behind a name, up to those that announce the next option."""
    said = " ".join(words)
    onward = options_cues.NEXT_IN_LINE.search(said)
    return tuple(said[: onward.start()].split()) if onward else words


def _in_front(piece: Piece, ahead: Sequence[Token], mention: Mention) -> Iterator[Beside]:
    words = tuple(token.text for token in ahead if _is_praise_of(token, piece, mention))
    apart = options_cues.SET_APART.search(join(ahead))
    if apart:
        words = tuple(apart.group().split())
    if words:
        begins = next((token.start for token in ahead if token.text == words[0]), piece.start + mention.start)
        ends = piece.start + mention.end
        yield Beside(str(mention.subject), words, words, True, piece.utterance, begins, ends)


def _is_praise_of(token: Token, piece: Piece, mention: Mention) -> bool:
    gap = mention.start - (token.end - piece.start)
    return 0 <= gap <= PRAISE_REACH and _is_praise_or_blame(token.text)


def _is_praise_or_blame(word: str) -> bool:
    return bool(stance.FOR.fullmatch(word) or stance.AGAINST.fullmatch(word))


def _without_question(words: tuple[str, ...], *, closing: bool) -> tuple[str, ...]:
    """The words behind a name, up to the question that follows the last one; none where a question parts two names."""
    said = " ".join(words)
    asks = options_cues.ASKS.search(said)
    if asks is None:
        return words
    return tuple(said[: asks.start()].split()) if closing else ()


def _told_behind(
    words: tuple[str, ...], plain: "_Plain", *, closing: bool, ballot: bool
) -> tuple[tuple[str, ...], bool]:
    """Which of the words behind a name a plain list does not hold, and whether they judge."""
    said = " ".join(words)
    if not words or _is_an_aside(words) or (closing and not _is_still_about_the_last(said, ballot=ballot)):
        return (), False
    glossed = bool(options_cues.GLOSS.search(said))
    told = tuple(word for word in words if not plain.holds(word, glossed=glossed))
    praise = stance.FOR.search(said)
    judges = any(map(_is_praise_or_blame, told)) or bool(praise and set(praise.group().split()) & set(told))
    if options_cues.BELITTLES.search(said) or (options_cues.ABOUT_ONE.match(said) and _says_something(words)):
        judges, told = judges or bool(options_cues.BELITTLES.search(said)), words
    return told, judges


def _is_still_about_the_last(said: str, *, ballot: bool) -> bool:
    """Whether words behind the last name go on about it, rather than thank, ask, or tell how to vote."""
    praise = stance.FOR.match(said)
    praised = praise is not None and len(praise.group().split()) >= WORDS_OF_A_SAYING
    about = options_cues.STILL_ABOUT_THE_LAST.match(said) or (ballot and options_cues.WHAT_FOR.match(said))
    return praised or bool(about)


def _says_something(words: Sequence[str]) -> bool:
    return not options_cues.PLACE.search(" ".join(words)) and not options_cues.SAYS_NOTHING.issuperset(words)


def _is_an_aside(words: Sequence[str]) -> bool:
    """Whether words are a slip ("Hartley, sorry, Hartwell"), find one's place, spell a name or speak of oneself."""
    said = " ".join(words)
    letters = sum(len(word) == 1 and word not in ("a", "i") for word in words)
    return letters >= LETTERS_OF_A_SPELLING or bool(
        options_cues.SLIP.search(said) or options_cues.OF_ONESELF.match(said)
    )


@dataclass(frozen=True, slots=True)
class _Plain:
    """The words of a plain list.

    Attributes:
        allowed: Joints, and the words of the line and of the options.
        contest: Words of the contest and of the facts that are about none of the options.
        names: The names of each option and their parts, by id.
    """

    allowed: frozenset[str]
    contest: frozenset[str]
    names: Mapping[str, set[str]]

    @classmethod
    def of(cls, line: Line, language: ScriptLanguage) -> "_Plain":
        script = language.script
        texts = list(line.wordings)
        for option in script.options:
            texts += [option.name, *option.aliases, *filter(None, (option.party, option.role))]
        words = {token.text for text in texts for token in tokenize(text)}
        about_all = [fact for fact in script.facts if not any(m.subject for m in language.register.find(fact))]
        contest = frozenset(token.text for text in (script.contest, *about_all) for token in tokenize(text))
        names = {option.id: name_parts(option) for option in script.options}
        return cls(PLAIN_WORDS | words | {_stem(word) for word in words}, contest, names)

    def without_names(self, words: Sequence[str], beside: Sequence[Mention]) -> tuple[str, ...]:
        """The words between two names that are no part, misheard, of either."""
        names = {name for mention in beside for name in self.names.get(str(mention.subject), ())}
        runs = (
            range(first, first + size)
            for size in range(1, LONGEST_MISHEARD + 1)
            for first in range(len(words) - size + 1)
        )
        heard = {
            place
            for run in runs
            if any(sound_likeness("".join(words[run.start : run.stop]), name) >= OWN_NAME for name in names)
            for place in run
        }
        return tuple(word for place, word in enumerate(words) if place not in heard)

    def holds(self, word: str, *, glossed: bool) -> bool:
        """Whether a word is one of the list, tells a place in it, or is one misheard ("state" for "stay")."""
        if len(word) == 1 or word in self.allowed or _stem(word) in self.allowed or options_cues.PLACE.fullmatch(word):
            return True
        if glossed:
            return False
        return word in self.contest or any(
            len(known) > 3 and Levenshtein.normalized_similarity(word, known) >= MISHEARD for known in self.allowed
        )


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
