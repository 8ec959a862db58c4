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
    if remark.is_question:
        return None
    answer, noted = spelled_out(normalize(last.text)), spelled_out(remark.plain)
    matter = next((item for item in noting_cues.MATTERS if item.noted.search(noted)), None)
    if matter is not None and matter.contrary.search(answer) and not noting_cues.agreed(answer, matter):
        return f"It is noted {matter.name}, and the contact had not said so.", None
    subject = _made_certain(remark, noted, last, call)
    if subject and noting_cues.WITH_RESERVE.search(answer):
        return "The answer was given with reserve, and is noted as certain.", subject
    return None


def _made_certain(remark: Remark, noted: str, last: Answer, call: Call) -> str | None:
    """Who was answered and is noted for certain, or None."""
    named = [mention.subject for mention in chosen_mentions(remark.piece.text, call.language, listed=True)]
    told = {mention.subject for mention in chosen_mentions(last.text, call.language, listed=True)}
    same = [subject for subject in named if subject in told]
    if not same or noting_cues.WITH_RESERVE.search(noted):
        return None
    undecided = answer_cues.UNDECIDED.search(spelled_out(normalize(last.text)))
    certain = noting_cues.CERTAINLY.search(noted) or (undecided and answer_cues.RECORDS.search(noted))
    return same[0] if certain else None
