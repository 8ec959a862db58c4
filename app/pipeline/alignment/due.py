"""Whether a line was due in a call that went the way this one did."""

from collections.abc import Mapping

from app.domain.script import ApprovedScript, Line, LineKind
from app.domain.transcript import Reached, Speaker
from app.pipeline.alignment.dialogue import Dialogue

MOST_LINES = 0.8
"""Share of the required lines after which a call without a goodbye is taken for a whole one, not a fragment."""

SPECIAL = (LineKind.OPT_OUT, LineKind.WRONG_PERSON, LineKind.VOICEMAIL)
"""Lines that are said on an occasion of their own, outside the order of the script."""

ON_OCCASION = (*SPECIAL, LineKind.RESPONSE)
"""Lines that have no fixed place: these, and answers to what the contact says."""


def is_due(line: Line, script: ApprovedScript, said: Mapping[str, int], dialogue: Dialogue) -> bool:
    """Whether a required line should have been said.

    A line is due if the call got far enough: a later line of the script was said, or the canvasser brought the call
    to its end. In a fragment of a call only what lies between two lines that were said is due: what comes before may
    have been said before. None is due in a voicemail or with a wrong number, nor after the contact opted out or hung
    up, nor after somebody else turned out to be on the line, unless the person asked for came to the phone.

    Args:
        line: The line.
        script: Its script.
        said: Place in the transcript of every line that was said, by id.
        dialogue: What happened in the call.
    """
    if line.kind in ON_OCCASION:
        return line.required and occasion_came(line.kind, dialogue) and not _person_may_come(line.kind, dialogue)
    nobody_there = dialogue.reached in (Reached.MACHINE, Reached.WRONG_NUMBER)
    # A goodbye alone does not tell a whole call from a fragment of one.
    told = bool(_body(script, said)) and (dialogue.opened or _earlier(line, script, said))
    if not line.required or nobody_there or not told:
        return False
    later = _later(line, script, said)
    if dialogue.lost_at is not None:
        # Somebody else was on the line from here on: nothing more was to be said to them.
        return any(place < dialogue.lost_at for place in later)
    if _ended_early(script, said, dialogue):
        end = _end(dialogue)
        return line.kind is not LineKind.CLOSING and any(end is not None and place < end for place in later)
    if later:
        return True
    return _nearly_done(script, said, dialogue) if line.kind is LineKind.CLOSING else _completed(script, said, dialogue)


def occasion_came(kind: LineKind, dialogue: Dialogue) -> bool:
    """Whether what a special line is for has happened in the call."""
    if kind is LineKind.OPT_OUT:
        return dialogue.opted_out_at is not None
    if kind is LineKind.WRONG_PERSON:
        return dialogue.reached is Reached.WRONG_NUMBER or dialogue.lost_at is not None
    return kind is LineKind.VOICEMAIL and dialogue.reached is Reached.MACHINE


def is_of_the_body(line: Line) -> bool:
    """Whether a line is neither the closing nor for an occasion of its own."""
    return line.kind not in (LineKind.CLOSING, *ON_OCCASION)


def _person_may_come(kind: LineKind, dialogue: Dialogue) -> bool:
    """Whether somebody else is on the line of a right number: who then apologises need not do so in those words."""
    return kind is LineKind.WRONG_PERSON and dialogue.reached is not Reached.WRONG_NUMBER


def _later(line: Line, script: ApprovedScript, said: Mapping[str, int]) -> list[int]:
    number = script.lines.index(line)
    return [said[other.id] for other in script.lines[number + 1 :] if other.id in said and is_of_the_body(other)]


def _earlier(line: Line, script: ApprovedScript, said: Mapping[str, int]) -> bool:
    number = script.lines.index(line)
    return any(other.id in said and other.kind not in ON_OCCASION for other in script.lines[:number])


def _end(dialogue: Dialogue) -> int | None:
    """From where on nothing was due any more: where the contact opted out, else where the canvasser let them go."""
    if dialogue.opted_out_at is not None:
        return min(place for place in (dialogue.opted_out_at, dialogue.refused_at) if place is not None)
    return dialogue.cut_short_at


def _ended_early(script: ApprovedScript, said: Mapping[str, int], dialogue: Dialogue) -> bool:
    """The contact opted out, or wanted to go and the canvasser let them: no line but the closing came after."""
    if dialogue.opted_out_at is not None:
        return True
    end = dialogue.cut_short_at
    body = [said[line.id] for line in script.lines if line.id in said and line.kind is not LineKind.CLOSING]
    return end is not None and all(place < end for place in body)


def _body(script: ApprovedScript, said: Mapping[str, int]) -> list[Line]:
    """The lines that were said, without the closing and those for special occasions."""
    return [line for line in script.lines if line.id in said and is_of_the_body(line)]


def _completed(script: ApprovedScript, said: Mapping[str, int], dialogue: Dialogue) -> bool:
    """The canvasser brought a consultation to its end, rather than a fragment that holds a goodbye."""
    return dialogue.farewell_at is not None and bool(_body(script, said))


def _nearly_done(script: ApprovedScript, said: Mapping[str, int], dialogue: Dialogue) -> bool:
    """The canvasser spoke last, after most of the script: the call was ended without its closing."""
    body = [line for line in script.lines if line.required and line.kind is not LineKind.CLOSING]
    done = sum(line.id in said for line in body)
    return dialogue.last_word is Speaker.CANVASSER and done >= MOST_LINES * len(body) > 0
