"""Answers about plain matters, and how sure an answer was: what is noted against what was said."""

from app.pipeline.alignment.answers import Answer, chosen_mentions
from app.pipeline.detection.base import Call
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import answer_cues, noting_cues
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize


def noted_otherwise(remark: Remark, last: Answer, call: Call) -> tuple[str, str | None] | None:
    """How a clause notes an answer that was not given: a sentence for the officer and whom it is of, or None.

    Args:
        remark: A clause of the canvasser.
        last: The contact's last answer before it.
        call: The call.
    """
    noted = spelled_out(remark.plain)
    matter = next((item for item in noting_cues.MATTERS if item.noted.search(noted)), None)
    records = noting_cues.CERTAINLY.search(noted) or answer_cues.RECORDS.search(noted)
    if remark.is_question or not (matter or records):
        return None
    answer = spelled_out(normalize(last.text))
    if matter and matter.contrary.search(answer) and not noting_cues.agreed(answer, matter):
        return f"It is noted {matter.name}, and the contact had not said so.", None
    if records and _made_certain(noted, answer):
        subject = _said_and_noted(remark, last, call)
        return ("The answer was given with reserve, and is noted as certain.", subject) if subject else None
    return None


def _made_certain(noted: str, answer: str) -> bool:
    """Whether what was answered with reserve, or without knowing, is recorded without any."""
    if noting_cues.WITH_RESERVE.search(noted) or not noting_cues.WITH_RESERVE.search(answer):
        return False
    return bool(noting_cues.CERTAINLY.search(noted) or answer_cues.UNDECIDED.search(answer))


def _said_and_noted(remark: Remark, last: Answer, call: Call) -> str | None:
    """The first candidate or option of a read-back whom the contact had named, or None."""
    told = {mention.subject for mention in chosen_mentions(last.text, call.language, listed=True)}
    named = (mention.subject for mention in chosen_mentions(remark.piece.text, call.language, listed=True))
    return next((subject for subject in named if subject in told), None)
