"""A line that was not heard, listened for once more where it should have been said."""

from dataclasses import replace

from app.domain.finding import CallResult
from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Transcript, Utterance
from app.domain.units import SAMPLE_RATE_HZ, Seconds, Span
from app.pipeline.alignment.align import align
from app.pipeline.assessment.listening import Listener
from app.pipeline.audio.activity import speech_regions
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.transcription.base import Engine, Segment
from app.pipeline.transcription.guard import sentences


def listen_for_line(
    line_id: str, result: CallResult, *, engine: Engine, listener: Listener, language: ScriptLanguage
) -> str:
    """What is heard of a line between its neighbours in the script, without hints.

    Hints make a recogniser pass over a line now and then. The same words said by the contact are not the line.

    Args:
        line_id: The line that the first hearing did not have.
        result: The call.
        engine: The recogniser.
        listener: The sound.
        language: The tools of the script.

    Returns:
        The words taken for the line; empty where it is not heard this time either.

    Raises:
        WeightsMissing: If the engine has no weights.
    """
    transcript = result.transcript
    channel = _canvassers_channel(transcript)
    regions = _speech(listener, channel, _where_it_was_due(line_id, result, language.script))
    segments = listener.hear_regions(engine, channel, regions)
    said = [piece for segment in segments for piece in sentences(segment) if not _by_another(piece, transcript)]
    utterances = tuple(Utterance(index, Speaker.CANVASSER, piece.text) for index, piece in enumerate(said))
    line = align(replace(transcript, utterances=utterances), language).said(line_id)
    return "" if line.first is None else line.alignment.heard


def _where_it_was_due(line_id: str, result: CallResult, script: ApprovedScript) -> Span:
    """From the nearest line before it that was said to the nearest after it, both included."""
    places = {line.line_id: line.utterance for line in result.lines if line.utterance is not None}
    order = [line.id for line in script.lines]
    at = order.index(line_id)
    before = next((places[name] for name in reversed(order[:at]) if name in places), None)
    after = next((places[name] for name in order[at + 1 :] if name in places), None)
    by_index = {utterance.index: utterance for utterance in result.transcript.utterances}
    whole = result.transcript.duration or 0.0
    start = 0.0 if before is None else by_index[before].start or 0.0
    end = whole if after is None else by_index[after].end or whole
    # Lines that were moved can stand the wrong way round: then it may be anywhere.
    return Span(start, end) if start < end else Span(0.0, whole)


def _canvassers_channel(transcript: Transcript) -> int:
    numbers = [item.channel or 0 for item in transcript.utterances if item.speaker is Speaker.CANVASSER]
    return max(sorted(set(numbers)), key=numbers.count, default=0)


def _speech(listener: Listener, channel: int, stretch: Span) -> tuple[Span, ...]:
    first, last = round(stretch.start * SAMPLE_RATE_HZ), round(stretch.end * SAMPLE_RATE_HZ)
    regions = speech_regions(listener.channel(channel)[first:last])
    return tuple(Span(region.start + stretch.start, region.end + stretch.start) for region in regions)


def _by_another(piece: Segment, transcript: Transcript) -> bool:
    """Whether most of a sentence was said by somebody other than the canvasser, by the first hearing."""
    span = Span(piece.start, max(piece.start, piece.end))
    others = (Speaker.CONTACT, Speaker.OTHER)
    taken: Seconds = sum(
        span.overlap(Span(item.start, max(item.start, item.end)))
        for item in transcript.utterances
        if item.speaker in others and item.start is not None and item.end is not None
    )
    return taken > span.duration / 2
