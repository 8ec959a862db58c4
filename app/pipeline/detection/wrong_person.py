"""`wrong-person`: somebody other than the person asked for is on the line, and the canvasser canvasses them."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.on_the_line import OnTheLine
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import canvasses
from app.pipeline.detection.remarks import Remark
from app.pipeline.detection.turns import stretched, turns_of_canvasser
from app.pipeline.language import line_cues

CONFIDENCE = 0.85
FETCHED = 0.6
"""The person asked for may have come to the phone unheard."""


class WrongPerson:
    """What is said about the contest to somebody who has said that they are not the person asked for."""

    code = Code.WRONG_PERSON

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each turn that canvasses them."""
        states = call.alignment.dialogue.on_the_line
        if OnTheLine.SOMEBODY_ELSE not in states and OnTheLine.FETCHING not in states:
            return
        for turn, remarks in turns_of_canvasser(call):
            canvassing = [
                remark for remark in remarks if _wrongly_addressed(remark, turn, call) and canvasses(remark, call)
            ]
            if canvassing:
                observed = observe(
                    canvassing[0],
                    self.code,
                    rule="wrong-person.canvassed",
                    confidence=_wrongly_addressed(canvassing[0], turn, call),
                    explanation="Somebody else than the person asked for is on the line, and is canvassed here.",
                )
                yield stretched(observed, canvassing)


def _wrongly_addressed(remark: Remark, turn: int, call: Call) -> float:
    """How sure it is, in [0, 1], that the clause is said to somebody other than the person asked for."""
    state = call.alignment.dialogue.on_at(remark.piece.position)
    if state is OnTheLine.SOMEBODY_ELSE:
        return CONFIDENCE
    if state is not OnTheLine.FETCHING:
        return 0.0
    return 0.0 if _greets_anew(remark, turn, call) else FETCHED


def _greets_anew(remark: Remark, turn: int, call: Call) -> bool:
    before = (
        other
        for other in call.remarks
        if turn < other.piece.position <= remark.piece.position
        and (other.piece.position, other.start) <= (remark.piece.position, remark.start)
    )
    return any(line_cues.GREETS.search(other.plain) for other in before)
