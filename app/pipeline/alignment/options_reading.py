"""How the candidates or options were read out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.script import Line, LineKind
from app.domain.units import Seconds
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.alignment.matching import LineMatch
from app.pipeline.alignment.options_dressing import Beside, dressing, list_spans
from app.pipeline.alignment.options_named import PLAIN_WORDS, is_misheard, named_by_contact, names_several, options_in
from app.pipeline.alignment.options_offered import offers_some
from app.pipeline.alignment.wordings import OPTIONS_SLOT
from app.pipeline.language import cues, options_cues, stance
from app.pipeline.language.register import HeardAs, Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import normalize

CUT_OFF_S: Seconds = 1.0
"""A recording that ends so soon after a word has broken off."""

LINE_SAID = 0.6
"""Likeness of words from which the line that announces the options counts as said."""

LIST_GAP = 8
"""Words between two names of a list, joints aside."""

FEWEST_OF_A_LIST = 3
"""Names in a row, none of them brought up by the contact, that are a list however they are joined."""

DENIAL_REACH = 3
"""Words in front of a name within which a denial is of it."""

SHORT_SENTENCE = 12
"""Words of a sentence that names one option of a list."""

ANNOUNCED = 0.85
"""Likeness of words from which a line without the names announces that they follow."""

_TRAILS_OFF = ("-", "–", "—", "…", "...")


@dataclass(frozen=True, slots=True)
class OptionsReading:
    """One reading of the options.

    Attributes:
        pieces: The sentences that hold it, in order.
        order: Ids of the options in the order read, each once.
        left_out: Ids of options that the reading does not name, in script order.
        added: What stands beside the option that most is added to; None for a plain reading.
        spans: From the first name to the last in each sentence, or to its end where the list is no plain one: places of
            the utterances in the transcript, and half-open offsets in their texts.
    """

    pieces: tuple[Piece, ...]
    order: tuple[str, ...]
    left_out: tuple[str, ...]
    added: Beside | None
    spans: tuple[tuple[int, int, int], ...]

    def overlaps(self, piece: Piece, start: int, end: int) -> bool:
        """Whether a stretch of a sentence, in offsets of its utterance's text, is part of the list."""
        return any(at == piece.position and start < to and end > since for at, since, to in self.spans)


def find_reading(match: LineMatch, speech: Speech, language: ScriptLanguage) -> OptionsReading | None:
    """The reading of the options that belongs to a line of the script.

    It begins where the words of the line were said, or, for a line that is little more than the list, in the first
    sentence that names two options without asking for a vote.

    Args:
        match: The line and where its words were found.
        speech: What the canvasser said.
        language: The tools of the script.

    Returns:
        The reading, or None where the options were not read out.
    """
    if not reads_options(match.line, language):
        return None
    begin = _begin(match, speech, language)
    if begin is None:
        return None
    reading = _reading(match.line, begin, speech, language)
    offered = offers_some(speech.pieces[begin], speech, language)
    if reading is not None and match.words < ANNOUNCED and not offered and not _is_a_list(reading, language):
        return None
    if reading is None or (reading.left_out and _interrupted(reading.pieces[-1], speech)):
        return None
    if reading.left_out:
        # A list that is begun again and finished was read.
        again = (number for number in range(begin + 1, len(speech.pieces)) if _lists(number, speech, language))
        whole = (_reading(match.line, number, speech, language) for number in again)
        reading = next((other for other in whole if other and not other.left_out), reading)
    return reading


def _reading(line: Line, begin: int, speech: Speech, language: ScriptLanguage) -> OptionsReading | None:
    """What is read out from a sentence on; None where no option is named."""
    pieces = _run(begin, speech, language)
    mentions = [mention for piece in pieces for mention in options_in(piece, language) if mention.subject]
    named = [mention.subject for mention in _as_named(mentions) if mention.subject]
    if any(options_cues.BEGINS_AGAIN.search(piece.plain) for piece in pieces):
        named = list(reversed(tuple(dict.fromkeys(reversed(named)))))
    order = tuple(dict.fromkeys(named))
    if not order:
        return None
    spoken_of = _spoken_of_before(pieces[0], speech, language)
    if spoken_of:
        # "And the others are …": the rest of the list, in whatever order the talk has made.
        order = tuple(option.id for option in language.script.options if option.id in {*order, *spoken_of})
    left_out = tuple(
        option.id
        for option in language.script.options
        if option.id not in order and not is_misheard(option, pieces, language)
    )
    added = dressing(line, pieces, language)
    spans = tuple(
        (piece.position, piece.start + names[0].start, piece.start + (end if added or left_out else names[-1].end))
        for piece, names, end in list_spans(pieces, language)
    )
    return OptionsReading(tuple(pieces), order, left_out, added, spans)


def _as_named(mentions: Sequence[Mention]) -> list[Mention]:
    """Without what only sounds like an option that is named in so many words: "of the branches, one branch or two"."""
    exact = {mention.subject for mention in mentions if mention.heard_as is HeardAs.EXACT}
    return [mention for mention in mentions if mention.heard_as is HeardAs.EXACT or mention.subject not in exact]


def _spoken_of_before(piece: Piece, speech: Speech, language: ScriptLanguage) -> set[str]:
    """Options that either party has named before a sentence which tells the others."""
    if language.script.ballot or not options_cues.THE_OTHERS.search(piece.plain):
        return set()
    heard = [utterance.text for utterance in speech.transcript.utterances[: piece.position]]
    heard.append(piece.utterance.text[: piece.start])
    return {m.subject for text in heard for m in language.register.find(text) if m.subject}


def _is_a_list(reading: OptionsReading, language: ScriptLanguage) -> bool:
    """Whether more than one of three or more options is named: few words of a line are found by chance."""
    several = len(reading.order) > 1 or names_several(reading.pieces[0], language)
    return several or len(language.script.options) == 2


def reads_options(line: Line, language: ScriptLanguage) -> bool:
    """Whether a line is one that reads out the options by name."""
    return line.kind is LineKind.OPTIONS and any(
        OPTIONS_SLOT in wording or len({m.subject for m in language.register.find_listed(wording)}) > 1
        for wording in line.wordings
    )


def _begin(match: LineMatch, speech: Speech, language: ScriptLanguage) -> int | None:
    """Number of the sentence in which the options begin to be read out.

    The words of the line say so; else a sentence that lists two options or more, one after the other, and neither reads
    an answer back nor ranks them; else one that offers some of them as the choice.
    """
    if match.first is not None and match.words >= LINE_SAID:
        for number, piece in enumerate(speech.pieces):
            if not speech.holds(piece, match.first):
                continue
            # "The candidates are" may stand in one breath and the names in the next.
            announced = match.words >= ANNOUNCED and any(
                options_in(near, language) for near in speech.pieces[number + 1 : number + 2]
            )
            if options_in(piece, language) or announced:
                return number
    numbers = range(len(speech.pieces))
    listed = (number for number in numbers if _lists(number, speech, language))
    offered = (number for number in numbers if offers_some(speech.pieces[number], speech, language))
    return next(listed, next(offered, None))


def _lists(number: int, speech: Speech, language: ScriptLanguage) -> bool:
    piece = speech.pieces[number]
    mentions = options_in(piece, language)
    named = {mention.subject for mention in mentions}
    whole = len(named) == len(language.script.options)
    if not language.script.ballot and _says_something_of(mentions, piece):
        return False
    if len(named) == 1 and not language.script.ballot:
        return _lists_one_by_one(number, speech, language)
    if len(named) < 2 or any(_gap(piece, left, right) > LIST_GAP for left, right in pairwise(mentions)):
        return False
    if all(_is_denied(piece, mention) for mention in mentions):
        return False
    read_back = stance.READ_BACK.search(piece.plain) and not options_cues.LISTED.search(piece.plain)
    ranked = cues.RANKED.search(piece.plain) or stance.READ_BACK.search(piece.plain)
    if ranked and (whole or (len(named) >= FEWEST_OF_A_LIST and not read_back)):
        # "So that's A, B and then C" is an answer only where the contact gave one.
        return not named_by_contact(speech.transcript, piece.position, language)
    asked = contact_before(speech.transcript, piece.position)
    answered = asked is not None and any(m.kind is NameKind.OPTION for m in language.register.find(asked.text))
    return not ranked and (whole or (not answered and bool(cues.LISTS.search(piece.plain))))


def _says_something_of(mentions: list[Mention], piece: Piece) -> bool:
    """Whether the first name is what a statement is about: "Okoro was nominated by six branches, Dhanda by three"."""
    behind = normalize(piece.text[mentions[0].end :]) if mentions else ""
    return bool(options_cues.PREDICATE.match(behind)) and not options_cues.LISTED.search(piece.plain)


def _is_denied(piece: Piece, mention: Mention) -> bool:
    """Whether a name stands right behind a denial: "we're not pushing yes and we're not pushing no"."""
    before = normalize(piece.text[: mention.start]).split()[-DENIAL_REACH:]
    return bool(cues.NEGATION.search(" ".join(before)))


def _lists_one_by_one(number: int, speech: Speech, language: ScriptLanguage) -> bool:
    """Whether a breath names all the options in short sentences, one after the other."""
    run = _run(number, speech, language)
    named = [{mention.subject for mention in options_in(piece, language)} for piece in run]
    return (
        all(len(subjects) == 1 for subjects in named)
        and len(set().union(*named)) == len(language.script.options)
        and run[0].position == run[-1].position
        and all(len(piece.tokens) <= SHORT_SENTENCE for piece in run)
        and not named_by_contact(speech.transcript, run[0].position, language)
    )


def _gap(piece: Piece, left: Mention, right: Mention) -> int:
    """Words between two mentions that are no joints of a list."""
    return sum(
        left.end <= token.start - piece.start < right.start and token.text not in PLAIN_WORDS for token in piece.tokens
    )


def _run(first: int, speech: Speech, language: ScriptLanguage) -> list[Piece]:
    """A sentence and those after it that go on naming options that were not named yet."""
    run = [speech.pieces[first]]
    named = {mention.subject for mention in options_in(run[0], language)}
    for before, piece in pairwise(speech.pieces[first:]):
        fresh = {mention.subject for mention in options_in(piece, language)} - named
        if not (_is_unfinished(before) or options_cues.GOES_ON_READING.search(piece.plain)):
            # A name that the contact had to bring up was not read out, unless the canvasser goes on with the list.
            fresh -= _named_between(before, piece, speech, language)
        if piece.position - run[-1].position > 2 or (fresh and named and piece.text.endswith("?")):
            break
        if not fresh and not _is_between_two_names(before, piece, speech):
            break
        if not fresh:
            continue
        run.append(piece)
        named |= fresh
    return run


def _is_between_two_names(before: Piece, piece: Piece, speech: Speech) -> bool:
    """Whether a sentence without a name is a slip, or answers what the contact asked about those named so far."""
    if before.position == piece.position:
        return before.text.endswith(_TRAILS_OFF) or bool(options_cues.SLIP.search(piece.plain))
    asked = speech.transcript.utterances[before.position + 1 : piece.position]
    return not any(options_cues.IS_THAT_ALL.search(normalize(utterance.text)) for utterance in asked)


def _named_between(before: Piece, piece: Piece, speech: Speech, language: ScriptLanguage) -> set[str | None]:
    return {
        mention.subject
        for utterance in speech.transcript.utterances[before.position + 1 : piece.position]
        for mention in language.register.find(utterance.text)
    }


def _interrupted(piece: Piece, speech: Speech) -> bool:
    """Whether the list breaks off unfinished: at the end of what the canvasser got to say, or of the recording."""
    if piece != speech.pieces[-1]:
        return False
    duration, end = speech.transcript.duration, piece.utterance.end
    cut_off = duration is not None and end is not None and duration - end < CUT_OFF_S
    return _is_unfinished(piece) or cut_off


def _is_unfinished(piece: Piece) -> bool:
    return piece.tokens[-1].text in {"and", "or"} or piece.text.rstrip().endswith((",", *_TRAILS_OFF))
