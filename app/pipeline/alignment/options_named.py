"""Which options a sentence names, and which words may stand around the names of a plain list."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from app.domain.script import Option
from app.domain.transcript import Speaker, Transcript
from app.pipeline.language.register import Mention, NameKind, sound_likeness
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece
from app.pipeline.language.tokens import Token, normalize

MISHEARD = 0.6
"""Likeness from which a word between names counts as a word of the list that the recogniser got wrong."""

MISHEARD_AS_A_WORD = 0.7
"""The same for a name heard as an ordinary word ("castle" for "Castell", but not "woman" for "Lomax")."""

SOUNDS_LIKE = 0.65
"""Likeness of letters and sound together from which words are a name ("cadeer" for "Qadir")."""

SHORTEST_NAME = 4
"""Letters under which a name is too short to be known by likeness."""

_NO_OF = re.compile(
    r"no (?!(?:to|for|means?|if|and|or|against|box|votes?|is|it|not|in|on|at|that|then|you|we|have|has|do|did|are|will|"
    r"would|could|can|may|which|what|who|how|so|please|okay|i|he|she|they|but|sorry|just|by|with)\b)\w"
)
"""The "no" of "no recommendation", which is no answer on a ballot paper."""

_ANSWERS = re.compile(r"(?:(?:oh|well|um|er|uh|ah|right|so)\b\W*)*", re.IGNORECASE)

PLAIN_WORDS = frozenset(
    (
        "a an and are as at but by first for fourth from have here i in is it last let me number of okay on "
        "one or option options candidate candidates choice choices read right second so sorry standing stand "
        "stands that the them then there third they this three to two four five we well who with would you "
        "your vote voting ballot paper be can could names name running either alphabetical order hang say "
        "said again yeah yes no like know mean also finally plus person people list listed mr mrs ms miss dr "
        "all about ready go through will just now some do has got been put down following up may was which "
        "against any its get box boxes none view else way thing things how not if same whichever this difference"
    ).split()
)
"""Words that may stand around the names of a plain reading: joints of a list, never a description."""


def options_in(piece: Piece, language: ScriptLanguage) -> list[Mention]:
    """The options that a sentence of a list names, in order; offsets are those of the sentence's own text."""
    named = [
        m
        for m in language.register.find_listed(piece.text)
        if m.kind is NameKind.OPTION and not _is_no_of_something(piece.text[m.start :], m, language)
    ]
    answers = language.script.ballot and len(named) > 1 and _ANSWERS.fullmatch(piece.text[: named[0].start])
    # "No, it's yes or no" answers the contact first.
    return named[1:] if answers and any(m.subject == named[0].subject for m in named[1:]) else named


def _is_no_of_something(said: str, mention: Mention, language: ScriptLanguage) -> bool:
    """Whether a "no" denies what stands behind it, and is no answer ("no, stay independent")."""
    names = (normalize(option.name) for option in language.script.options if option.id == mention.subject)
    in_full = any(" " in name and normalize(said).startswith(name) for name in names)
    return not in_full and bool(_NO_OF.match(said.lower()))


def named_by_contact(transcript: Transcript, position: int, language: ScriptLanguage) -> bool:
    """Whether the contact has named or described an option before a place in the transcript."""
    return any(
        mention.subject
        for utterance in transcript.utterances[:position]
        if utterance.speaker is Speaker.CONTACT
        for mention in language.register.find(utterance.text)
    )


def inside(token: Token, piece: Piece, mentions: Sequence[Mention]) -> bool:
    """Whether a word of a sentence is part of a mention."""
    return any(mention.start <= token.start - piece.start < mention.end for mention in mentions)


def is_misheard(option: Option, pieces: Sequence[Piece], language: ScriptLanguage) -> bool:
    """Whether a list holds words that are likely the option's name, too garbled to be known anywhere else.

    Beside the names of the others a stretch that is nobody's name and much like this one is this one: a list that is
    short of a name would accuse the canvasser of what the recogniser did.
    """
    wanted = [name for name in name_parts(option) if not language.register.is_ordinary(name)]
    for piece in pieces:
        mentions = options_in(piece, language)
        words = ["" if inside(token, piece, mentions) else token.text for token in piece.tokens]
        for size in (1, 2, 3):
            for run in (words[start : start + size] for start in range(len(words) - size + 1)):
                # Words that may stand in any list are no name, and an ordinary word must be nearer.
                if not all(run) or all(word in PLAIN_WORDS for word in run):
                    continue
                ordinary = size == 1 and language.register.is_ordinary(run[0])
                near = MISHEARD_AS_A_WORD if ordinary else MISHEARD
                if any(_is_like("".join(run), name, near=near) for name in wanted):
                    return True
    return False


def name_parts(option: Option) -> set[str]:
    """The names of an option and their words, in lower case without spaces, as far as they can be known by likeness."""
    names = (part for name in (option.name, *option.aliases) for part in (name, *name.split()))
    return {joined for joined in ("".join(normalize(name).split()) for name in names) if len(joined) >= SHORTEST_NAME}


def _is_like(heard: str, name: str, *, near: float) -> bool:
    by_letters = Levenshtein.normalized_similarity(heard, name) >= near
    return by_letters or sound_likeness(heard, name) >= max(near, SOUNDS_LIKE)


def names_several(piece: Piece, language: ScriptLanguage) -> bool:
    """Whether a sentence names two of the options or more, rightly heard or not."""
    named = {mention.subject for mention in options_in(piece, language)}
    others = (option for option in language.script.options if option.id not in named)
    return len(named) + sum(is_misheard(option, [piece], language) for option in others) > 1
