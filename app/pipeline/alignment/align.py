"""The approved script against one call: each line found on its own, then the order judged.

A monotone aligner over the whole call would report a line that was moved as missing; here a line is looked for
everywhere, and its place is judged afterwards.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from app.domain.alignment import LineAlignment, LineStatus
from app.domain.script import Line, LineKind
from app.domain.transcript import Transcript
from app.pipeline.alignment.compared import (
    MISSING,
    NOTHING_NEAR,
    Compared,
    LeftOut,
    Stretch,
    left_out,
    nearest,
    stretches_of,
)
from app.pipeline.alignment.dialogue import Dialogue, follow
from app.pipeline.alignment.due import ON_OCCASION, SPECIAL, is_due, is_of_the_body, occasion_came
from app.pipeline.alignment.in_place import LONGEST_CLAUSE, Gap, rendering
from app.pipeline.alignment.matching import LineMatch, Matcher
from app.pipeline.alignment.meaning import change_of_meaning, concept_place, said_window, speaks_of_it
from app.pipeline.alignment.options_reading import OptionsReading, find_reading, reads_options
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech

SAID = 0.52
"""Similarity from which a line counts as said; chosen on the golden cases of tests/golden, November 2026."""

VERBATIM = 0.9
"""Likeness of words from which a line counts as said word for word: slips and names in slots are allowed."""

CONCEPT = 0.7
"""Similarity given to a line that was said in words of its own, recognised by what it must express."""

ALTERED_FROM = 0.65
"""Likeness under which words of another meaning are no altered line, but another sentence."""

LIST_READ = 0.8
"""Probability by the comparer from which words in which no list was found read the options out all the same."""

_PLACE_BOUND = (LineKind.NEUTRALITY, LineKind.RECORDING_NOTICE)
"""Lines whose place carries their meaning."""

_QUESTION = re.compile(
    r"\b(?:do|did|have|has|had|are|is|was|were|will|would|could|can|shall) (?:not )?"
    r"(?:you|i|we|he|she|they|it|that|there|anything|anybody|anyone|any)\b|"
    r"\b(?:who|what|which|how|why|where|when|whose)\b"
)

COVERS = 0.72
"""Likeness of words from which a stretch of speech counts as scripted."""


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One line and how it was said.

    Attributes:
        alignment: The line's status for people.
        first: Number of its first word in the speech, or None where it was not said.
        change: What was done to its meaning, in words, or None.
        late: Whether it came only after what it should have preceded.
        reading: The reading of the options, for lines of that kind.
        left_out: How sure it is that a line which counts as missing was not said, and what comes nearest to it.
    """

    alignment: LineAlignment
    first: int | None
    change: str | None
    late: bool
    reading: OptionsReading | None
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class Alignment:
    """All lines of the script, and which words of the canvasser are scripted.

    Attributes:
        lines: In the order of the script.
        scripted: Numbers of the words of the speech that render a line.
        dialogue: What happened in the call.
        speech: What the canvasser said.
    """

    lines: tuple[SaidLine, ...]
    scripted: frozenset[int]
    dialogue: Dialogue
    speech: Speech

    def said(self, line_id: str) -> SaidLine:
        """What became of one line."""
        return next(line for line in self.lines if line.alignment.line_id == line_id)


def align(transcript: Transcript, language: ScriptLanguage) -> Alignment:
    """Align the lines of a script with what the canvasser said.

    Args:
        transcript: One call.
        language: The tools of its script.

    Returns:
        The status of every line, and the words that are scripted.
    """
    speech = Speech.of(transcript, language.register)
    dialogue = follow(transcript)
    matches = _matches(speech, language, dialogue)
    taken = frozenset(number for match in matches if match.words >= COVERS for number in match.covers)
    found = [_if_its_occasion_came(_find(match, speech, language, taken), dialogue) for match in matches]
    found = _all_sought(found, speech, language, dialogue)
    moved, said = _moved(found), _places(found, speech)
    lines = tuple(
        _judge(
            item,
            speech,
            late=_is_late(item, found, speech),
            moved=item.line.id in moved,
            due=is_due(item.line, language.script, said, dialogue),
        )
        for item in found
    )
    scripted = {number for item in found for number in item.covered}
    return Alignment(lines, frozenset(scripted), dialogue, speech)


def _matches(speech: Speech, language: ScriptLanguage, dialogue: Dialogue) -> list[LineMatch]:
    """The best rendering of each line, in the order of the script."""
    matcher = Matcher(speech, language)
    lines = language.script.lines
    # A line for an occasion that did not come is said only if its own words are (see _if_its_occasion_came).
    idle = {line.id for line in lines if line.kind in SPECIAL and not occasion_came(line.kind, dialogue)}
    matcher.prepare((line for line in lines if line.id not in idle), convincing=SAID)
    return _compete(
        [matcher.match(line, convincing=SAID, by_words=line.id in idle) for line in lines], matcher, idle=idle
    )


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    match: LineMatch
    similarity: float
    first: int | None
    reading: OptionsReading | None
    change: str | None
    covered: tuple[int, ...]
    left_out: LeftOut = NOTHING_NEAR


def _compete(matches: list[LineMatch], matcher: Matcher, *, idle: Set[str]) -> list[LineMatch]:
    """Let lines that claim the same words have it out: the less alike is looked for in the words that are left.

    First and second preference are asked in nearly the same words: each has its own place.
    """
    settled: dict[str, LineMatch] = {}
    taken: frozenset[int] = frozenset()
    for match in sorted(matches, key=lambda match: -match.similarity):
        won = match
        if any(place and place.is_mostly(taken) for place in match.places):
            won = matcher.match(match.line, convincing=SAID, elsewhere=taken, by_words=match.line.id in idle)
        settled[match.line.id] = won
        if won.similarity >= SAID:
            taken |= won.covers
    return [settled[match.line.id] for match in matches]


def _find(match: LineMatch, speech: Speech, language: ScriptLanguage, taken: frozenset[int]) -> _Found:
    line, similarity, first = match.line, match.similarity, match.first
    reading = find_reading(match, speech, language)
    if reading is not None or reads_options(line, language):
        first = _place_of(reading, speech) if reading else None
        similarity = max(similarity, CONCEPT) if reading else min(similarity, SAID)
    elif similarity < ALTERED_FROM or first is None:
        place = concept_place(line, speech, language, taken - match.covers)
        likely = first if similarity >= SAID else None
        first = likely if place is None else place
        similarity = max(similarity, CONCEPT) if place is not None else similarity
    window = None if first is None else said_window(match, first, speech, taken)
    if window is not None and not speaks_of_it(line, window):
        first, window = None, None
    change = None if window is None else change_of_meaning(match, window, language)
    if change and similarity < ALTERED_FROM:
        # Too little like the line to be the line said wrongly: something else was said.
        first, change = None, None
    covered = tuple(
        number
        for place in match.places
        if place and place.words >= COVERS
        for number in range(place.first, place.last + 1)
    )
    return _Found(line, match, similarity, first, reading, change, covered)


def _if_its_occasion_came(item: _Found, dialogue: Dialogue) -> _Found:
    """A line for a special occasion is like other lines; without the occasion only its own words count as said."""
    if item.match.words >= COVERS or item.line.kind not in SPECIAL or occasion_came(item.line.kind, dialogue):
        return item
    return replace(item, first=None, change=None)


def _all_sought(found: list[_Found], speech: Speech, language: ScriptLanguage, dialogue: Dialogue) -> list[_Found]:
    """Look once more for every line that was due and not found; one that is found may make a further one due."""
    sought: set[str] = set()
    while speech.words:
        said = _places(found, speech)
        due = {
            item.line.id for item in found if item.first is None and is_due(item.line, language.script, said, dialogue)
        } - sought
        if not due:
            break
        sought |= due
        found = [_sought_again(item, found, speech, language) if item.line.id in due else item for item in found]
    return found


def _sought_again(item: _Found, found: list[_Found], speech: Speech, language: ScriptLanguage) -> _Found:
    """A line that was due and not found, where something else stands for it: in its place, or by the comparer."""
    gap = _gap(item, found, speech)
    said = rendering(item.line, gap, speech, language) if is_of_the_body(item.line) else None
    if said is not None:
        return replace(item, first=said.first, similarity=max(item.similarity, said.similarity))
    first, last = (gap.first, gap.last) if is_of_the_body(item.line) else (0, len(speech.words) - 1)
    rendered = {number for other in found if other.first is not None for number in _rendered(other, speech)}
    free = stretches_of(speech, words=len(item.line.say.split()), rendered=rendered)
    in_place = [
        stretch
        for stretch in free
        if stretch.last >= first and stretch.first <= last and gap.is_free(range(stretch.first, stretch.last + 1))
    ]
    here = _likeliest(item.line, in_place, language)
    if here is not None and left_out(here, here).probability < MISSING:
        return replace(item, first=here.stretch.first)
    anywhere = here if item.line.kind in _PLACE_BOUND else _likeliest(item.line, free, language)
    missing = left_out(here, anywhere)
    if anywhere is None or missing.probability >= MISSING:
        return replace(item, left_out=missing)
    return replace(item, first=anywhere.stretch.first)


def _likeliest(line: Line, stretches: Sequence[Stretch], language: ScriptLanguage) -> Compared | None:
    """What comes nearest to a line; nothing does to a list that reads out no options."""
    found = nearest(line, stretches, language)
    return None if found and found.said < LIST_READ and reads_options(line, language) else found


def _gap(item: _Found, found: list[_Found], speech: Speech) -> Gap:
    """Where a line should have been said, from the line before it to the line after it."""
    place = found.index(item)
    before = [other.first for other in found[:place] if other.first is not None and other.line.kind not in ON_OCCASION]
    after = [other.first for other in found[place + 1 :] if other.first is not None and is_of_the_body(other.line)]
    first = max(before, default=0)
    taken = {number for other in found if other.first is not None for number in _own_words(other)}
    return Gap(
        _breath(first, speech)[0],
        _breath(min((number for number in after if number >= first), default=len(speech.words) - 1), speech)[1],
        frozenset(taken),
    )


def _rendered(item: _Found, speech: Speech) -> Iterator[int]:
    """Words that render a line: in its words, or as the options in a sentence too short to hold more."""
    yield from item.covered
    for piece in item.reading.pieces if item.reading else ():
        if len(piece.tokens) < LONGEST_CLAUSE:
            yield from speech.numbers(piece.position, piece.tokens)


def _own_words(item: _Found) -> Iterator[int]:
    """Words that render a line and nothing else: said in its words, or in a sentence too short to hold another."""
    yield from item.covered
    for place in item.match.places:
        if place and place.last - place.first < LONGEST_CLAUSE:
            yield from range(place.first, place.last + 1)


def _places(found: list[_Found], speech: Speech) -> dict[str, int]:
    """Place in the transcript of every line that was said, by id."""
    return {item.line.id: speech.words[item.first].position for item in found if item.first is not None}


def _breath(number: int, speech: Speech) -> tuple[int, int]:
    """First and last word of the utterance that holds a word."""
    position = speech.words[number].position
    first = bisect_left(speech.words, position, key=lambda word: word.position)
    return first, bisect_right(speech.words, position, key=lambda word: word.position) - 1


def _piece_of(number: int, speech: Speech) -> Piece:
    return next(piece for piece in speech.pieces if speech.holds(piece, number))


def _asks(piece: Piece) -> bool:
    return piece.text.rstrip().endswith("?") or bool(_QUESTION.search(piece.plain))


def _place_of(reading: OptionsReading, speech: Speech) -> int:
    piece = reading.pieces[0]
    return next(
        number
        for number, word in enumerate(speech.words)
        if word.position == piece.position and word.token.start >= piece.start
    )


def _moved(found: list[_Found]) -> set[str]:
    """The fewest lines whose removal leaves the rest in script order."""
    said = [item for item in found if item.first is not None and item.line.kind not in ON_OCCASION]
    best: list[list[_Found]] = []
    for item in said:
        before = [chain for chain in best if chain[-1].first <= item.first]  # type: ignore[operator]
        best.append([*max(before, key=len, default=[]), item])
    kept = {item.line.id for item in max(best, key=len, default=[])}
    return {item.line.id for item in said if item.line.id not in kept}


def _judge(item: _Found, speech: Speech, *, late: bool, moved: bool, due: bool) -> SaidLine:
    position = None if item.first is None else speech.words[item.first].position
    alignment = LineAlignment(
        line_id=item.line.id,
        status=_status(item, late=late, due=due),
        moved=moved or late,
        utterance=None if position is None else speech.transcript.utterances[position].index,
        similarity=round(item.similarity, 4),
        heard=_heard(item, speech),
    )
    return SaidLine(alignment, item.first, item.change, late, item.reading, item.left_out)


def _status(item: _Found, *, late: bool, due: bool) -> LineStatus:
    if item.first is None:
        return LineStatus.MISSING if due else LineStatus.NOT_DUE
    if item.change or late or (item.reading and item.reading.left_out):
        return LineStatus.ALTERED
    return LineStatus.VERBATIM if item.match.words >= VERBATIM else LineStatus.PARAPHRASED


_CONTEST = (LineKind.QUESTION, LineKind.OPTIONS)


def _is_late(item: _Found, found: list[_Found], speech: Speech) -> bool:
    """Whether a line whose place carries its meaning came after the contest had been talked about."""
    if item.line.kind not in _PLACE_BOUND or item.first is None:
        return False
    after = found[found.index(item) + 1 :]
    contest = [
        other.first
        for other in after
        if other.line.kind in _CONTEST
        and other.first is not None
        and (other.reading or (other.match.words >= COVERS and _asks(_piece_of(other.first, speech))))
        # One breath holds both: which comes first in it is not told by where the sentence begins.
        and not speech.holds(_piece_of(other.first, speech), item.first)
    ]
    return bool(contest) and min(contest) < item.first


def _heard(item: _Found, speech: Speech) -> str:
    if item.first is None:
        return ""
    places = [place for place in item.match.places if place]
    if item.change or not places:
        return next(piece.text for piece in speech.pieces if speech.holds(piece, item.first))
    stretches = []
    for place in places:
        first, last = speech.words[place.first], speech.words[place.last]
        text = speech.transcript.utterances[first.position].text
        end = last.token.end if last.position == first.position else len(text)
        stretches.append(text[first.token.start : end])
        if last.position != first.position:
            stretches.append(speech.transcript.utterances[last.position].text[: last.token.end])
    return " … ".join(stretches)
