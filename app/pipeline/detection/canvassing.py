"""Whether a clause canvasses: puts the contest before whoever is on the line."""

import re
from functools import lru_cache

from app.domain.script import ApprovedScript, LineKind
from app.pipeline.alignment.on_the_line import AWAY
from app.pipeline.alignment.wordings import wordings
from app.pipeline.detection.base import Call
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import stance
from app.pipeline.language.cues import cue
from app.pipeline.language.register import HeardAs, NameKind
from app.pipeline.language.speech import without_names
from app.pipeline.language.tokens import join, tokenize

ALIKE = 0.55
"""Cosine from which a question is a rendering of one of the script; set by hand beside the .52 from which a line is said."""

_WITH_CONTEST = (LineKind.PURPOSE, LineKind.NEUTRALITY)
_ASKING = (LineKind.QUESTION, LineKind.OPTIONS)

CONTEST = cue(r"""
    vote|votes|voted|voter|voters|voting|elections?|elect|elected|ballots?|ballot papers?|poll|polls|polling|candidates?|candidacy|referendum|nominations?|contest|preferences?|hustings|selection|campaign|leadership race|running for|standing for|stand for|(?:two|three|four|five|six|all|both) (?:of them )?(?:standing|running)
""")
"""Words of any contest."""

ASKS_VIEW_OF_CONTACT = cue(r"""
    (?:what|which|who|how|where|whether|if) (?:\w+ ){0,4}?(?:you|he|she|they|your household|anyone there|himself|herself|yourself|yourselves|the (?:two|pair|both) of you) (?:\w+ ){0,3}?(?:think|thinking|reckon|feel|feeling|say|lean|leaning|prefer|back|backing|support|supporting|vote|voting|choose|pick|decided|leant|inclined|like to see|want to see|make of|for|going for)
    (?:do|does|have|has|got|would|is|are) (?:you|he|she|they|yourself|anybody|anyone) (?:\w+ ){0,4}?(?:views?|opinions?|preference|thoughts|favourite|take on|made (?:up )?(?:\w+ )?minds?|decided|leaning|likely to(?! be (?:in|about|around|home|back|there|free)))
    (?:what|which) (?:\w+ ){0,2}?(?:would|do|should) you (?:\w+ )?(?:have|like|want|see|ask) (?:the|whoever|him|her|them|a|any|your)|as you see it
    (?:main|biggest|big|important|top) (?:\w+ )?(?:issues?|things?|concerns?|priority|priorities)|what matters|which way|(?:would|do|did) you (?:say|guess|reckon|call) |could you (?:guess|reckon|call) |(?:yes|no|for|in favour|against) or (?:an? )?(?:yes|no|for|against)|for (?:\w+ ){0,2}or against|your (?:own )?(?:view|opinion|take|thoughts)|any (?:thoughts|views?|opinions?|preference)(?! (?:on|about|for|as to) (?:when|what time|which (?:day|evening|time)))|who (?:should|ought to) (?:\w+ )?(?:lead|win|be|get|run|represent)|and (?:your )?(?:second|third|next)(?: choice| preference)?$|(?:about|how about|what about) (?:you|yourself)|(?:like|want) (?:to see|from) (?:\w+ ){0,3}?(?:mayor|leader|secretary|president|council|change)
""")
"""A question after somebody's view, in any words."""

_ARRANGES = cue(r"""
    (?:speak|talk|chat|get|put|pass|come) (?:\w+ ){0,2}?(?:to|with|hold|on|back)|(?:is|are|was|will) (?:\w+ ){1,3}?(?:there|in|home|about|around|available|back)|looking for|(?:ring|call|phone|try) (?:\w+ ){0,3}?(?:back|again|later|another time|tomorrow)|wrong number|best time|better time|good time|take (?:a )?message|leave (?:a )?message|(?:i|we|\w+) (?:rang|called|phoned)
""")
"""Asking for somebody, or for another time."""

_ASKS_WHEN = cue(r"""
    (?:when|what time|which (?:day|evening|time)) (?:\w+ ){0,8}?(?:time|find|catch|get|reach|speak|talk|in|home|about|around|back|free|ring|call|phone|try)
""")
"""When somebody is to be had is asked."""

_DIGIT = r"(?:oh|o|zero|nought|one|two|three|four|five|six|seven|eight|nine|double|treble|triple|\d+)"
_DIALLED = cue(rf"(?:is|was) (?:that|this|it) (?:not )?{_DIGIT} {_DIGIT} {_DIGIT}")
"""Which number was reached is asked."""

_CANNOT_DISCUSS = cue(r"""
    (?:can not|could not|not able to|not allowed to|may not|must not|should not|not supposed to|will not|would rather not|had better not|only) (?:\w+ ){0,3}?(?:discuss|talk|speak|say|tell|go into|share|ask|explain|do (?:this|it))
    (?:vote|ballot|paper|say) is (?:hers|his|theirs)|(?:it|that) is (?:her|his|their) (?:own )?(?:vote|ballot|paper|say)|(?:has|have|needs?) to be (?:her|him|them|the (?:member|person)|herself|himself)|it is (?:\w+ ){1,2}?(?:that )?i (?:\w+ )?(?:need|want|must|have to)
    (?:need|have|got|prefer|like|want) to (?:\w+ ){0,3}?(?:speak|talk|ask|hear from|do (?:this|it)|go through it) (?:\w+ ){0,3}?(?:him|her|them|directly|personally|in person)
""")
"""The canvasser keeps the matter for the person asked for."""


def canvasses(remark: Remark, call: Call) -> bool:
    """Whether a clause asks one of the script's questions, reads options, names a candidate or speaks of the contest.

    Asking for somebody, arranging another time and a message without the contest in it do not canvass.

    Args:
        remark: A clause of the canvasser.
        call: Its call.
    """
    kept_back = _CANNOT_DISCUSS.search(remark.plain if remark.is_question or remark.options else remark.sentence)
    if kept_back or _DIALLED.search(remark.plain):
        return False
    about = speaks_of_contest(remark, call)
    if _ASKS_WHEN.search(remark.plain) and not about:
        return False
    if renders(remark, call, _ASKING) or (about and renders(remark, call, _WITH_CONTEST)):
        return True
    if _ARRANGES.search(remark.plain) and not about:
        return False
    return about or asks_for_view(remark, call)


def puts_a_question(remark: Remark, call: Call) -> bool:
    """Whether a clause asks one of the script's questions, reads options, or asks after somebody's view."""
    return renders(remark, call, _ASKING) or asks_for_view(remark, call)


def speaks_of_contest(remark: Remark, call: Call) -> bool:
    """Whether a clause names somebody who can be voted for, or speaks of a contest."""
    arranging = _ARRANGES.search(remark.plain)
    # While the person asked for is away, "him" is that person.
    away = call.alignment.dialogue.on_at(remark.piece.position) in AWAY
    voted_for = any(
        mention.kind is not NameKind.ORGANISATION and mention.subject
        for mention in remark.mentions
        if not (away and mention.heard_as is HeardAs.PRONOUN)
    )
    if (voted_for and not arranging) or stance.ROLE.search(remark.plain) or CONTEST.search(remark.plain):
        return True
    words = contest_words(call.language.script) - _ordinary_exceptions(call)
    return any(token.text in words for token in remark.tokens)


def asks_for_view(remark: Remark, call: Call) -> bool:
    """Whether a clause asks what somebody thinks or how they vote, in the script's words or in others."""
    if ASKS_VIEW_OF_CONTACT.search(remark.plain):
        return True
    return remark.is_question and alike_to_question(remark, call) is not None


def alike_to_question(remark: Remark, call: Call) -> str | None:
    """Id of the question of the script that a clause is a rendering of, or None."""
    said = _blind(remark, call)
    if len(said.split()) < 3:
        return None
    encoder = call.language.encoder
    (heard,) = encoder.encode((said,))
    best: tuple[float, str | None] = (ALIKE, None)
    for line in call.language.script.lines:
        if line.kind is LineKind.QUESTION:
            for wording in wordings(call.language, line):
                (target,) = encoder.encode((" ".join(sentence.readable for sentence in wording),))
                best = max(best, (float(heard @ target), line.id), key=lambda item: item[0])
    return best[1]


def renders(remark: Remark, call: Call, kinds: tuple[LineKind, ...]) -> bool:
    """Whether a line of these kinds begins in the clause.

    Args:
        remark: A clause of the canvasser.
        call: Its call.
        kinds: Kinds of line.
    """
    speech = call.alignment.speech
    numbers = set(speech.numbers(remark.piece.position, remark.tokens))
    return any(
        line.first in numbers and call.language.script.line(line.alignment.line_id).kind in kinds
        for line in call.alignment.lines
        if line.first is not None
    )


def _blind(remark: Remark, call: Call) -> str:
    return join(
        token
        for token in without_names(remark.piece, call.language.register)
        if remark.start <= token.start < remark.end
    )


@lru_cache(maxsize=64)
def contest_words(script: ApprovedScript) -> frozenset[str]:
    """The words by which the script's contest is called, without those of the organisation and of everyday talk."""
    own = {token.text for name in (script.organisation.name, *script.organisation.aliases) for token in tokenize(name)}
    # A place ("of Eastmere") is no word of the contest; an office ("Mayor") is.
    words = {token.text for token in tokenize(re.sub(r"\b(?:of|for|in) [A-Z]\w+", " ", script.contest))}
    office = re.findall(r"\b(?:for|of) ([A-Z]\w+) of\b", script.contest)
    return frozenset(word for word in (words | {name.lower() for name in office}) - own - _EVERYDAY if len(word) > 4)


_EVERYDAY = frozenset(
    "party general about their there which whether members member between choosing people union branch annual local".split()
)


def _ordinary_exceptions(call: Call) -> frozenset[str]:
    """Words of the contest that are no words of the dictionary: places and names."""
    register = call.language.register
    return frozenset(word for word in contest_words(call.language.script) if not register.is_ordinary(word))
