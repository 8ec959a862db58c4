"""`altered-line`: a line that was said with another meaning, or too late to mean anything."""

from collections.abc import Iterator

from app.domain.alignment import LineStatus
from app.domain.deviation import Code, Deviation
from app.domain.script import LineKind
from app.pipeline.alignment.align import SaidLine
from app.pipeline.alignment.meaning import LONGEST_HEDGED
from app.pipeline.detection.base import Call
from app.pipeline.detection.declaring import mended, stated
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues
from app.pipeline.language.claims import approved_statements, contradicted, dated_statements, statement
from app.pipeline.language.register import NameKind
from app.pipeline.language.speech import Piece
from app.pipeline.language.tokens import normalize

_TELLS = (LineKind.PURPOSE, LineKind.OTHER, LineKind.QUESTION)
"""Lines of the body whose dates and figures tell the contact something."""


class AlteredLine:
    """A line that was said with another meaning, or too late to mean anything."""

    code = Code.ALTERED_LINE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each line whose meaning or place was changed."""
        for line in call.alignment.lines:
            if line.first is not None and line.alignment.status is LineStatus.ALTERED and (line.change or line.late):
                what = line.change or "it came only after the contest had been talked about"
                rule, confidence = ("meaning", 0.9) if line.change else ("late", 0.88)
                yield _deviation(line, _sentence(call, line), rule=rule, confidence=confidence, what=what)
            else:
                yield from _said_otherwise(line, call)


def _said_otherwise(line: SaidLine, call: Call) -> Iterator[Deviation]:
    """A line that was not known by its words, said with another date or with its denial hedged."""
    kind = call.language.script.line(line.alignment.line_id).kind
    if kind is LineKind.NEUTRALITY:
        hedged = next((piece for piece in call.alignment.speech.pieces if _is_hedged(piece, line, call)), None)
        if hedged:
            yield _deviation(line, hedged, rule="hedged", confidence=0.85, what="it is hedged")
    elif kind in _TELLS:
        wrong = next((remark for remark in call.remarks if _misdates(remark, line, call)), None)
        if wrong:
            yield _deviation(line, wrong.piece, rule="figures", confidence=0.85, what="with another date or figure")


def _is_hedged(piece: Piece, line: SaidLine, call: Call) -> bool:
    """Whether a sentence denies, for the caller, that anybody is preferred, and takes it back in the same breath."""
    denial = cues.NO_PREFERENCE.search(piece.plain) or cues.NO_VIEW.search(piece.plain)
    if denial is None or len(piece.tokens) > LONGEST_HEDGED or piece.text.rstrip().endswith("?"):
        return False
    approved = {
        word for text in call.language.script.line(line.alignment.line_id).wordings for word in normalize(text).split()
    }
    hedges = cues.HEDGE.finditer(piece.plain)
    return _is_the_callers(piece, call) and any(not set(hedge.group().split()) <= approved for hedge in hedges)


def _is_the_callers(piece: Piece, call: Call) -> bool:
    """Whether a denial is made for the organisation that calls, rather than for a branch or a person."""
    heard = [mention.kind for mention in call.language.register.find(piece.text)]
    if NameKind.AUTHORITY in heard:
        return False
    return NameKind.ORGANISATION in heard or piece.plain.split()[0] in ("we", "it", "its")


def _misdates(remark: Remark, line: SaidLine, call: Call) -> bool:
    """Whether a clause says what a line says, with another date or figure; once said rightly, a line is said."""
    script, speech = call.language.script, call.alignment.speech
    if not stated(remark) or (line.first is not None and not speech.holds(remark.piece, line.first)):
        return False
    said = statement(remark.written)
    own = contradicted(said, dated_statements(script.line(line.alignment.line_id)))
    return own is not None and contradicted(said, approved_statements(script)) is not None and not mended(remark, own)


def _deviation(line: SaidLine, piece: Piece, *, rule: str, confidence: float, what: str) -> Deviation:
    return Deviation(
        code=Code.ALTERED_LINE,
        rule=f"altered-line.{rule}",
        confidence=confidence,
        explanation=f"The line “{line.alignment.line_id}” was said, but {what}.",
        utterance=piece.utterance.index,
        start_char=piece.start,
        end_char=piece.end,
        line=line.alignment.line_id,
    )


def _sentence(call: Call, line: SaidLine) -> Piece:
    speech = call.alignment.speech
    return next(piece for piece in speech.pieces if speech.holds(piece, line.first or 0))
