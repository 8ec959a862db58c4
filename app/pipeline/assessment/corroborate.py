"""A second hearing of each finding, without telling the recogniser which names to expect.

Names given beforehand are heard far more often, and now and then where nobody said them; so a finding that rests on
them is heard again without, and a critical one by a second model too, since two engines on the same weights make the
same mistakes. Nothing is dropped: what is not heard again says that it needs to be listened to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import structlog

from app.domain.deviation import Code, Means, Severity
from app.domain.finding import CallResult, EarWitness, Finding
from app.domain.transcript import Speaker, Utterance
from app.domain.units import Seconds, Span
from app.errors import WeightsMissing
from app.pipeline.alignment.dialogue import follow
from app.pipeline.assessment import evidence
from app.pipeline.assessment.absence import listen_for_line
from app.pipeline.assessment.agreement import bears_out
from app.pipeline.assessment.listening import PADDING, Listener, words_within
from app.pipeline.audio.recording import Recording
from app.pipeline.language.register import NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.transcription.base import Engine

ANTECEDENT_REACH = 6
"""Utterances back in which the name is looked for that a pronoun stands for."""

SHOWN_BESIDE: Seconds = 0.5
"""Words that are shown may lie that far beside the quote; more would show the contact's words on a shared channel."""

NOT_HEARD_AGAIN = " The name or the words were not heard again without a hint: listen before deciding."
HEARD_OTHERWISE = " A second model heard something else there: listen before deciding."
SAID_AFTER_ALL = " Without a hint the line was heard after all: listen before deciding."

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Second:
    """The second model, and whether it turned out not to be there: it is looked for once a call."""

    engine: Engine
    absent: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """One call whose findings are heard again."""

    result: CallResult
    listener: Listener
    language: ScriptLanguage
    engine: Engine
    second: _Second | None
    hinted: bool


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Words that a finding rests on, and the utterance and the stretch of the recording that hold them."""

    text: str
    utterance: Utterance
    span: Span


def corroborate(
    result: CallResult,
    recording: Recording,
    *,
    engine: Engine,
    language: ScriptLanguage,
    hinted: bool,
    second: Engine | None = None,
) -> CallResult:
    """Hear the stretch of each finding again without hints, and a missing line's place.

    Severity and confidence stay: how bad a line is does not depend on it, and how sure the listed findings are was
    measured without it. An officer weighs what each ear heard.

    Args:
        result: A judged call.
        recording: Its sound.
        engine: The recogniser that made the transcript.
        language: The tools of the script.
        hinted: Whether names were given to the recogniser; where not, the first hearing is its own proof.
        second: Another model, asked about critical findings; None where there is none. One without weights is not
            consulted, and the finding says so.

    Returns:
        The same findings in the same order, each with ``corroborated`` true or false and what every ear heard; the
        provenance names the second model where it was consulted.
    """
    case = _Case(result, Listener(recording), language, engine, _Second(second) if second else None, hinted)
    findings = tuple(_heard_again(finding, case) for finding in result.findings)
    provenance = result.provenance
    if second and second.info.sha256 and _consulted(findings, second):
        models = {**dict(provenance.models), f"whisper-{second.info.model}": f"sha256:{second.info.sha256}"}
        provenance = replace(provenance, models=tuple(sorted(models.items())))
    return replace(result, findings=findings, provenance=provenance)


def with_witnesses(finding: Finding, witnesses: tuple[EarWitness, ...], *, hinted: bool) -> Finding:
    """A finding with what each ear heard of it, and with the doubt that follows.

    Args:
        finding: As it was judged, not heard again yet.
        witnesses: The first hearing; where names were given the second without them; for a critical finding the
            second model, where there is one.
        hinted: Whether names were given to the recogniser.
    """
    doubts = []
    if hinted:
        doubts.append(NOT_HEARD_AGAIN if finding.quote else SAID_AFTER_ALL)
    if len(witnesses) > 1 + len(doubts):
        doubts.append(HEARD_OTHERWISE)
    raised = [doubt for doubt, ear in zip(doubts, witnesses[1:], strict=True) if ear.agreed is False]
    return replace(
        finding,
        corroborated=not raised,
        heard=witnesses,
        explanation=finding.explanation + "".join(raised[:1]),
    )


def _heard_again(finding: Finding, case: _Case) -> Finding:
    witnesses = [_witness(case.engine, finding.quote or "", hinted=case.hinted, agreed=True)]
    if case.hinted:
        witnesses.append(_ask(case.engine, finding, case))
    if case.second and finding.severity is Severity.CRITICAL:
        witnesses.append(_consult(case.second, finding, case))
    return with_witnesses(finding, tuple(witnesses), hinted=case.hinted)


def _consult(second: _Second, finding: Finding, case: _Case) -> EarWitness:
    """Ask the second model; whatever it lacks must not cost the call its result."""
    engine = second.engine
    try:
        if not second.absent:
            return _ask(engine, finding, case)
    except WeightsMissing:
        second.absent = True
        log.warning("corroboration.left-out", model=engine.info.model)
    except (ValueError, RuntimeError, OSError) as error:
        log.warning("corroboration.failed", model=engine.info.model, error=type(error).__name__)
    return _witness(engine, None, agreed=None)


def _ask(engine: Engine, finding: Finding, case: _Case) -> EarWitness:
    if finding.utterance is None:
        text = listen_for_line(
            finding.line or "", case.result, engine=engine, listener=case.listener, language=case.language
        )
        return _witness(engine, text, agreed=not text)
    items = tuple(_evidence(finding, case))
    agreed, shown = bool(items), []
    for item in items:
        spans = (other.span for other in items if other.utterance.channel == item.utterance.channel)
        segments = case.listener.hear(engine, item.utterance.channel, spans)
        again = words_within(segments, item.span, margin=PADDING)
        agreed = agreed and bears_out(item.text, again, case.language, about=finding.subject)
        if item.utterance.speaker is not Speaker.CONTACT:
            shown.append(words_within(segments, item.span, margin=SHOWN_BESIDE))
    return _witness(engine, " … ".join(text for text in shown if text), agreed=agreed)


def _evidence(finding: Finding, case: _Case) -> Iterator[_Evidence]:
    """What the finding rests on: the name that a pronoun stands for, the contact's request to stop, the quote."""
    utterances = case.result.transcript.utterances
    at = next(number for number, item in enumerate(utterances) if item.index == finding.utterance)
    own, quote = utterances[at], finding.quote or ""
    if _points_elsewhere(finding, case.language):
        earlier = (replace(own, text=own.text[: max(0, own.text.find(quote))]), *reversed(utterances[:at]))
        yield from _named_last(finding.subject, earlier[: ANTECEDENT_REACH + 1], case.language)
    if finding.code is Code.OPT_OUT_IGNORED:
        asked_at = follow(case.result.transcript).opted_out_at
        if asked_at is not None:
            yield from _placed(utterances[asked_at].text, utterances[asked_at], (None, None))
    yield from _placed(quote, own, (finding.start, finding.end))


def _points_elsewhere(finding: Finding, language: ScriptLanguage) -> bool:
    """Whether a finding about somebody rests on a name that its quote does not hold."""
    if not finding.subject or finding.means in (Means.DESCRIBED, Means.ROLE):
        return False
    return all(mention.subject != finding.subject for mention in language.register.find(finding.quote or ""))


def _named_last(
    subject: str | None, utterances: tuple[Utterance, ...], language: ScriptLanguage
) -> Iterator[_Evidence]:
    for utterance in utterances:
        for mention in reversed(language.register.find(utterance.text)):
            if mention.subject == subject and mention.kind is NameKind.OPTION:
                words = evidence.words_between(utterance, mention.start, mention.end)
                name = utterance.text[mention.start : mention.end]
                yield from _placed(name, utterance, evidence.times(utterance, words))
                return


def _placed(text: str, utterance: Utterance, times: tuple[Seconds | None, Seconds | None]) -> Iterator[_Evidence]:
    start = utterance.start if times[0] is None else times[0]
    end = utterance.end if times[1] is None else times[1]
    if start is not None and end is not None:
        yield _Evidence(text, utterance, Span(start, max(start, end)))


def _consulted(findings: tuple[Finding, ...], second: Engine) -> bool:
    name = (second.info.name, second.info.model)
    return any((ear.engine, ear.model) == name and ear.text is not None for item in findings for ear in item.heard)


def _witness(engine: Engine, text: str | None, *, agreed: bool | None, hinted: bool = False) -> EarWitness:
    return EarWitness(engine.info.name, engine.info.model, hinted, text, agreed)
