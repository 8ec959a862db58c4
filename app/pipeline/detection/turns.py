"""Whose turn it is around a clause of the canvasser."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from app.domain.deviation import Deviation
from app.domain.transcript import Speaker
from app.pipeline.detection.base import Call
from app.pipeline.detection.remarks import Remark

OTHER_END = (Speaker.CONTACT, Speaker.OTHER)


def opening_of_turn(call: Call, position: int) -> int:
    """Place of the utterance at the other end that opened the canvasser's turn; -1 where there is none.

    Args:
        call: The call.
        position: Place of an utterance of the canvasser.
    """
    utterances = call.alignment.speech.transcript.utterances
    while position >= 0 and utterances[position].speaker not in OTHER_END:
        position -= 1
    return position


def turns_of_canvasser(call: Call) -> Iterator[tuple[int, list[Remark]]]:
    """The canvasser's clauses between two utterances of the other end, with the place of the one that opened the turn."""
    for turn, remarks in groupby(call.remarks, key=lambda remark: opening_of_turn(call, remark.piece.position)):
        yield turn, list(remarks)


def stretched(deviation: Deviation, remarks: Sequence[Remark]) -> Deviation:
    """A deviation that quotes up to the last of some clauses, as far as they stand in its utterance.

    Args:
        deviation: Observed in the first clause.
        remarks: All clauses that deviate alike, in order.
    """
    ends = [remark.end for remark in remarks if remark.piece.utterance.index == deviation.utterance]
    return replace(deviation, end_char=max([deviation.end_char, *ends]))
