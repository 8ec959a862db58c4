"""What the words alone tell of who speaks: machines, and callers who introduce themselves."""

import re

from app.pipeline.transcription.base import Segment

MACHINE = re.compile(
    r"\b(?:after the (?:tone|beep)|leave (?:a|me a|us a|your) (?:message|name)|can'?t (?:come to|get to|take) the phone"
    r"|(?:can'?t|unable to|not able to) take your call|you(?:'ve| have) reached|voice ?mail|press (?:one|two|1|2|hash)"
    r"|(?:number|person|phone|mobile|customer) (?:that )?you(?: are|'re| have|'ve)? (?:calling|(?:dial+|call)ed)"
    r" (?:is|has|may|can)|currently unavailable|your call is important)\b",
    re.IGNORECASE,
)

CALLER = re.compile(
    r"\b(?:(?:calling|ringing|phoning)(?: you)? (?:from|on behalf of|for the)|on behalf of|my name is|this is \w+ from"
    r"|may i speak (?:to|with)|am i speaking (?:to|with)|is that (?:mr|mrs|ms|miss)\b)",
    re.IGNORECASE,
)


def is_machine(segment: Segment) -> bool:
    """Whether the words are those of an answering machine or a switchboard."""
    return MACHINE.search(segment.text) is not None


def introduces_itself(segment: Segment) -> bool:
    """Whether the words are those of somebody who places a call."""
    return CALLER.search(segment.text) is not None and not is_machine(segment)
