"""A second hearing of each finding, without telling the recogniser which names to expect.

Names given beforehand are heard far more often, and now and then where nobody said them; so a finding that rests on
them is heard again without. Nothing is dropped: what is not heard again says that it needs to be listened to.
"""

from dataclasses import replace

from rapidfuzz import fuzz

from app.domain.finding import CallResult, Finding
from app.domain.transcript import Utterance
from app.domain.units import SAMPLE_RATE_HZ, Seconds, Span
from app.pipeline.audio.recording import Recording
from app.pipeline.language.register import Register
from app.pipeline.language.tokens import normalize
from app.pipeline.transcription.base import Engine

PADDING: Seconds = 1.0
"""Sound before and after the quote that is heard with it: without it, words at the edges are lost."""

LONGEST: Seconds = 29.0
"""Whisper's window is 30 s."""

ALIKE = 62
"""Likeness in percent from which two hearings of a stretch without a name count as the same."""

DOUBT = " The name or the words were not heard again without a hint: listen before deciding."


def corroborate(
    result: CallResult, recording: Recording, *, engine: Engine, register: Register, hinted: bool
) -> CallResult:
    """Hear the stretch of each finding again without hints.

    Args:
        result: A judged call.
        recording: Its sound.
        engine: The recogniser.
        register: The names of the script.
        hinted: Whether names were given to the recogniser; where not, the first hearing is its own proof.

    Returns:
        The same result; every finding with a quote has ``corroborated`` true or false.
    """
    by_index = {utterance.index: utterance for utterance in result.transcript.utterances}
    findings = tuple(
        _heard_again(finding, by_index[finding.utterance], recording, engine, register, hinted=hinted)
        if finding.utterance is not None and finding.quote
        else finding
        for finding in result.findings
    )
    return replace(result, findings=findings)


def _heard_again(
    finding: Finding, utterance: Utterance, recording: Recording, engine: Engine, register: Register, *, hinted: bool
) -> Finding:
    if not hinted:
        return replace(finding, corroborated=True)
    if finding.start is None or finding.end is None:
        return replace(finding, corroborated=False)
    text = _listen(Span(finding.start, max(finding.start, finding.end)), utterance, recording, engine)
    quote = finding.quote or ""
    named = {mention.subject for mention in register.find(quote) if mention.subject}
    again = {mention.subject for mention in register.find(text) if mention.subject}
    alike = fuzz.partial_ratio(normalize(quote), normalize(text)) >= ALIKE
    agreed = alike and named <= again
    if agreed:
        return replace(finding, corroborated=True)
    return replace(finding, corroborated=False, explanation=finding.explanation + DOUBT)


def _listen(span: Span, utterance: Utterance, recording: Recording, engine: Engine) -> str:
    channel = recording.channels[min(utterance.channel or 0, len(recording.channels) - 1)]
    start = max(0.0, span.start - PADDING)
    end = min(recording.duration, max(start, min(span.end + PADDING, start + LONGEST)))
    samples = channel[round(start * SAMPLE_RATE_HZ) : round(end * SAMPLE_RATE_HZ)]
    segments = engine.transcribe(samples, regions=(Span(0.0, len(samples) / SAMPLE_RATE_HZ),))
    return " ".join(segment.text for segment in segments)
