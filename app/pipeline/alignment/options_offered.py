"""Some of the options offered as if they were all, the others left without a name, one answer of two held back."""

import re
from collections.abc import Sequence
from itertools import pairwise

from app.domain.transcript import Speaker, Utterance
from app.pipeline.alignment.options_named import named_by_contact, options_in
from app.pipeline.language import cues, options_cues
from app.pipeline.language.register import Mention
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import normalize

FEWEST_TO_SELECT_FROM = 3
"""Options from which naming two is a selection."""

OPENING = 4
"""Utterances at the beginning of a call in which "who's there?" asks who is ringing."""

ASKED_WITHIN = 3
"""Utterances after a list within which the contact asks after those whom it left out."""

_OR = re.compile(r"[\s,]*\bor\b(?: (?:else|even|maybe))?(?: (?:it['’]?s|for))?\s+", re.IGNORECASE)


def offers_some(piece: Piece, speech: Speech, language: ScriptLanguage) -> bool:
    """Whether a sentence offers some of the options as the choice, without having to announce a list.

    An option that the contact has named is talked about and not offered, and so is anything in their answer.

    Args:
        piece: What the canvasser said.
        speech: All that the canvasser said.
        language: The tools of the script.
    """
    mentions = options_in(piece, language)
    named = {mention.subject for mention in mentions}
    whole = len(language.script.options)
    if not named or len(named) == whole or named_by_contact(speech.transcript, piece.position, language):
        return False
    if language.script.ballot:
        return _holds_an_answer_back(piece, mentions)
    return (
        (len(named) > 1 and whole >= FEWEST_TO_SELECT_FROM and _is_the_choice(piece, mentions))
        or _leaves_others_nameless(piece)
        or (_asked_who_stands(piece, speech) and not _asks_or_introduces(piece))
    )


def _is_the_choice(piece: Piece, mentions: list[Mention]) -> bool:
    """As in "it's between A and B" or "was it A or B"."""
    before = normalize(piece.text[: mentions[0].start])
    if options_cues.BETWEEN.search(before) and before.endswith("between"):
        return True
    either = any(_OR.fullmatch(piece.text[left.end : right.start]) for left, right in pairwise(mentions))
    return either and bool(options_cues.EITHER_OR.search(before)) and not options_cues.NOT_HEARD.search(before)


def _leaves_others_nameless(piece: Piece) -> bool:
    return bool(options_cues.SOME_OTHERS.search(piece.plain) and options_cues.LISTED.search(piece.plain))


def _asked_who_stands(piece: Piece, speech: Speech) -> bool:
    """Whether the contact has just asked for the list."""
    before = speech.transcript.utterances[max(0, piece.position - 1) : piece.position]
    asked = (
        options_cues.WHO_STANDS.search(normalize(utterance.text))
        for utterance in before
        if utterance.speaker is Speaker.CONTACT
    )
    return any(found and not (piece.position < OPENING and found.group().endswith(" there")) for found in asked)


def _asks_or_introduces(piece: Piece) -> bool:
    """Whether a sentence asks, or its breath says who is calling: a canvasser may bear a candidate's name."""
    return piece.text.rstrip().endswith("?") or bool(cues.CALLED_FROM.search(normalize(piece.utterance.text)))


def _holds_an_answer_back(piece: Piece, mentions: list[Mention]) -> bool:
    """One answer ("it's yes to accept or else you don't vote"), and something else in place of the other."""
    before, behind = normalize(piece.text[: mentions[0].start]), normalize(piece.text[mentions[0].end :])
    told = options_cues.ONE_ANSWER.search(before) and options_cues.OR_OTHERWISE.match(behind)
    return bool(told) and not piece.text.rstrip().endswith("?")


def waved_away(last: Piece, left_out: Sequence[str], speech: Speech, language: ScriptLanguage) -> Piece | None:
    """Where the canvasser, asked after those whom a list left out, says that it is whole or that they do not matter.

    Args:
        last: The last sentence of the list.
        left_out: Ids of the options that it left out.
        speech: All that the canvasser said.
        language: The tools of the script.
    """
    for piece in speech.pieces:
        between = speech.transcript.utterances[last.position + 1 : piece.position]
        if 0 < len(between) <= ASKED_WITHIN and any(_asks_after(u, left_out, language) for u in between):
            names = {mention.subject for mention in options_in(piece, language)}
            if options_cues.THAT_IS_ALL.search(piece.plain) and not names & set(left_out):
                return piece
    return None


def _asks_after(utterance: Utterance, left_out: Sequence[str], language: ScriptLanguage) -> bool:
    if utterance.speaker is not Speaker.CONTACT:
        return False
    named = any(mention.subject in left_out for mention in language.register.find(utterance.text))
    return named or bool(options_cues.IS_THAT_ALL.search(normalize(utterance.text)))
