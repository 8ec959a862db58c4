"""`wrong-person`: somebody other than the person asked for is on the line, and the canvasser canvasses them."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.on_the_line import AWAY, OnTheLine
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import canvasses, puts_a_question
from app.pipeline.detection.remarks import Remark
from app.pipeline.detection.turns import stretched, turns_of_canvasser
from app.pipeline.language import line_cues
from app.pipeline.language.cues import NEGATION, cue

_TAKES_INSTEAD = cue(r"""
    (?<!what )you (?:will|would|might|may) (?:\w+ )?do(?= |$)(?! (?:you|it|that|this|the|me|us|so|what|is|not|when|if)(?= |$))
    (?:ask|have|take|do|try|use|put it to|talk to|speak to|go through it with) you (?:instead|then|in (?:his|her|their) place|for (?:him|her|them)|anyway|in the meantime|while (?:he|she|they))
    (?:might|may|can|could) (?:just )?as well (?:ask|have|take|do|try|talk to|speak to|put it to) you
    you (?:can|could|might|will|would) (?:\w+ )?(?:answer|speak|say|tell me|choose|decide|stand in) (?:\w+ ){0,2}?for (?:him|her|them|the (?:both|two|pair))
""")
"""Whoever is there is taken in the place of the person asked for."""

CONFIDENCE = 0.85
FETCHED = 0.6
"""The person asked for may have come to the phone unheard."""


class WrongPerson:
    """What is said about the contest to somebody who has said that they are not the person asked for."""

    code = Code.WRONG_PERSON

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each talk with the wrong person, where they are canvassed the most plainly."""
        states = call.alignment.dialogue.on_the_line
        if not any(state in AWAY for state in states):
            return
        turns = [
            [remark for remark in remarks if _wrongly_addressed(remark, turn, call)]
            for turn, remarks in turns_of_canvasser(call)
        ]
        for is_with_them, talk in groupby(turns, key=bool):
            if is_with_them:
                yield from _canvassed(list(talk), call)


def _canvassed(talk: Sequence[Sequence[Remark]], call: Call) -> Iterator[Deviation]:
    """The deviation of a talk, if there is any; an officer who hears one place of it hears on from there."""
    places = [
        [remark for remark in remarks if _takes_instead(remark) or canvasses(remark, call)]
        for remarks in talk
        if any(canvasses(remark, call) for remark in remarks)
    ]
    if not places:
        return
    plainest = max(places, key=lambda found: _plainness(found, call))
    again = f" It goes on in {len(places) - 1} more of the turns." if len(places) > 1 else ""
    observed = observe(
        plainest[0],
        Code.WRONG_PERSON,
        rule="wrong-person.canvassed",
        confidence=_sure(plainest[0], call),
        explanation=f"Somebody else than the person asked for is on the line, and is canvassed here.{again}",
    )
    yield stretched(observed, plainest)


def _plainness(found: Sequence[Remark], call: Call) -> tuple[bool, bool]:
    """Being taken for the person asked for is plainer than a question, and that plainer than talk of the contest."""
    return any(map(_takes_instead, found)), any(puts_a_question(remark, call) for remark in found)


def _takes_instead(remark: Remark) -> bool:
    return bool(_TAKES_INSTEAD.search(remark.plain)) and not NEGATION.search(remark.plain)


def _sure(remark: Remark, call: Call) -> float:
    """How sure it is that a clause which is wrongly addressed is."""
    return FETCHED if call.alignment.dialogue.on_at(remark.piece.position) is OnTheLine.FETCHING else CONFIDENCE


def _wrongly_addressed(remark: Remark, turn: int, call: Call) -> bool:
    """Whether a clause is said to somebody other than the person asked for, as far as anybody can know."""
    state = call.alignment.dialogue.on_at(remark.piece.position)
    return state is OnTheLine.SOMEBODY_ELSE or (state is OnTheLine.FETCHING and not _greets_anew(remark, turn, call))


def _greets_anew(remark: Remark, turn: int, call: Call) -> bool:
    before = (
        other
        for other in call.remarks
        if turn < other.piece.position <= remark.piece.position
        and (other.piece.position, other.start) <= (remark.piece.position, remark.start)
    )
    return any(line_cues.GREETS.search(other.plain) for other in before)
