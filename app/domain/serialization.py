"""The JSON of the contract: transcripts in, transcripts and call results out."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, TypeVar

from app.domain.alignment import LineAlignment
from app.domain.audio import Source
from app.domain.finding import CallResult, EarWitness, Finding
from app.domain.provenance import Provenance
from app.domain.reasons import Reasons
from app.domain.transcript import CallPart, EngineInfo, PartState, Reached, Speaker, Transcript, Utterance, Word

Json = dict[str, Any]
Member = TypeVar("Member", Reached, Speaker, PartState)


def transcript_to_json(transcript: Transcript) -> Json:
    """The contract's transcript object."""
    source, engine = transcript.source, transcript.engine
    return {
        "call": transcript.call,
        "duration": transcript.duration,
        "language": transcript.language,
        "reached": transcript.reached,
        "source": source
        and {"sha256": source.sha256, "sample_rate": source.sample_rate_hz, "channels": source.channels},
        "engine": engine and _engine_to_json(engine),
        **({"parts": [_part_to_json(part) for part in transcript.parts]} if transcript.parts else {}),
        **({"notes": list(transcript.notes)} if transcript.notes else {}),
        "utterances": [_utterance_to_json(utterance) for utterance in transcript.utterances],
    }


def transcript_from_json(data: object, *, default_call: str = "transcript") -> Transcript:
    """Read a transcript that was made here or elsewhere.

    Only ``utterances[].speaker`` and ``.text`` are required; a missing ``index`` is the position; what is not
    given stays None.

    Args:
        data: The parsed JSON.
        default_call: The call's name where the object gives none.

    Raises:
        ValueError: Names the first thing that is not a transcript of the contract.
    """
    top = _object(data, "a transcript")
    utterances = top.get("utterances")
    if not isinstance(utterances, list):
        raise ValueError("a transcript needs a list `utterances`")
    parsed = tuple(_utterance_from_json(item, position) for position, item in enumerate(utterances))
    indexes = [utterance.index for utterance in parsed]
    if len(set(indexes)) != len(indexes):
        raise ValueError("two utterances have the same `index`")
    reached = top.get("reached")
    return Transcript(
        call=str(top["call"]) if top.get("call") is not None else default_call,
        utterances=parsed,
        duration=_number(top, "duration"),
        language=_text(top, "language"),
        reached=None if reached is None else _member(Reached, reached, "reached"),
        source=_source_from_json(top.get("source")),
        engine=_engine_from_json(top.get("engine")),
        parts=tuple(_part_from_json(item) for item in top.get("parts") or ()),
        notes=_notes_from_json(top.get("notes")),
    )


def result_to_json(result: CallResult) -> Json:
    """The contract's call result object."""
    transcript = result.transcript
    notes = [*(_gap(part, transcript) for part in transcript.gaps), *transcript.notes]
    return {
        "call": result.call,
        "outcome": result.outcome,
        "reason": result.reason,
        "script": {"id": result.script_id, "version": result.script_version},
        "findings": [finding_to_json(finding) for finding in result.findings],
        "lines": [line_to_json(line) for line in result.lines],
        **({"notes": notes} if notes else {}),
        "transcript": transcript_to_json(result.transcript),
        "provenance": provenance_to_json(result.provenance),
    }


def finding_to_json(finding: Finding) -> Json:
    """The contract's finding object."""
    return {
        "id": finding.id,
        "code": finding.code,
        "means": finding.means,
        "severity": finding.severity,
        "confidence": round(finding.confidence, 4),
        "speaker": finding.speaker,
        "utterance": finding.utterance,
        "start": finding.start,
        "end": finding.end,
        "quote": finding.quote,
        "subject": finding.subject,
        "line": finding.line,
        "explanation": finding.explanation,
        "mitigations": list(finding.mitigations),
        "corroborated": finding.corroborated,
        "speaker_uncertain": finding.speaker_uncertain,
        "rule": finding.rule,
        "heard": [_witness_to_json(witness) for witness in finding.heard],
        "reasons": _reasons_to_json(finding.reasons),
    }


def line_to_json(line: LineAlignment) -> Json:
    """The contract's object for one line of the script."""
    return {
        "id": line.line_id,
        "status": line.status,
        "moved": line.moved,
        "utterance": line.utterance,
        "similarity": None if line.similarity is None else round(line.similarity, 4),
        "heard": line.heard or None,
    }


def provenance_to_json(provenance: Provenance) -> Json:
    """The contract's provenance object."""
    return {
        "ruleset": provenance.ruleset,
        "models": dict(provenance.models),
        "software": provenance.software,
        "profile": provenance.profile,
    }


def _reasons_to_json(reasons: Reasons) -> Json:
    return {
        "names": [
            {
                "text": name.text,
                "name": name.name,
                "subject": name.subject,
                "heard_as": name.heard_as,
                "confidence": name.confidence,
            }
            for name in reasons.names
        ],
        "decisive": list(reasons.decisive),
        "resembles": list(reasons.resembles),
        "changes": [{"change": item.change, "words": item.words} for item in reasons.changes],
    }


def _witness_to_json(witness: EarWitness) -> Json:
    return {
        "engine": witness.engine,
        "model": witness.model,
        "hinted": witness.hinted,
        "text": witness.text,
        "agreed": witness.agreed,
    }


def _part_to_json(part: CallPart) -> Json:
    return {
        "number": part.number,
        "state": part.state,
        "sha256": part.sha256,
        "start": part.start,
        "end": part.end,
    }


def _part_from_json(data: object) -> CallPart:
    item = _object(data, "a part")
    number = item.get("number")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("a part needs a whole `number`")
    return CallPart(
        number=number,
        state=_member(PartState, item.get("state"), "state of a part"),
        sha256=_text(item, "sha256"),
        start=_number(item, "start"),
        end=_number(item, "end"),
    )


def _notes_from_json(data: object) -> tuple[str, ...]:
    if data is not None and not (isinstance(data, list) and all(isinstance(item, str) for item in data)):
        raise ValueError("a transcript has `notes` that are no list of sentences")
    return tuple(data or ())


def _gap(part: CallPart, transcript: Transcript) -> str:
    why = "has not come in" if part.state is PartState.MISSING else "cannot be read"
    return f"Part {part.number} of {len(transcript.parts)} {why}: what was said in it is not judged."


def _engine_to_json(engine: EngineInfo) -> Json:
    return {
        "name": engine.name,
        "model": engine.model,
        "sha256": engine.sha256,
        "settings": dict(engine.settings),
    }


def _utterance_to_json(utterance: Utterance) -> Json:
    return {
        "index": utterance.index,
        "speaker": utterance.speaker,
        "channel": utterance.channel,
        "start": utterance.start,
        "end": utterance.end,
        "text": utterance.text,
        "confidence": utterance.confidence,
        "speaker_confidence": utterance.speaker_confidence,
        "words": [
            {"text": word.text, "start": word.start, "end": word.end, "confidence": word.confidence}
            for word in utterance.words
        ],
    }


def _utterance_from_json(data: object, position: int) -> Utterance:
    where = f"utterance {position}"
    item = _object(data, where)
    if not isinstance(item.get("text"), str):
        raise ValueError(f"{where} needs a string `text`")
    index = item.get("index")
    if index is not None and (not isinstance(index, int) or isinstance(index, bool) or index < 0):
        raise ValueError(f"{where} has an `index` that is no whole number from 0")
    words = item.get("words") or []
    if not isinstance(words, list):
        raise ValueError(f"{where} has `words` that are no list")
    channel = item.get("channel")
    if channel is not None and (not isinstance(channel, int) or isinstance(channel, bool)):
        raise ValueError(f"{where} has a `channel` that is no whole number")
    return Utterance(
        index=position if index is None else index,
        speaker=_member(Speaker, item.get("speaker"), f"{where} speaker"),
        text=item["text"],
        start=_number(item, "start"),
        end=_number(item, "end"),
        channel=channel,
        confidence=_number(item, "confidence"),
        speaker_confidence=_number(item, "speaker_confidence"),
        words=tuple(_word_from_json(word, where) for word in words),
    )


def _word_from_json(data: object, where: str) -> Word:
    item = _object(data, f"a word of {where}")
    return Word(
        text=str(item.get("text", "")),
        start=_number(item, "start"),
        end=_number(item, "end"),
        confidence=_number(item, "confidence"),
    )


def _source_from_json(data: object) -> Source | None:
    if data is None:
        return None
    item = _object(data, "source")
    rate, channels = _number(item, "sample_rate"), _number(item, "channels")
    return Source(
        sha256=_text(item, "sha256"),
        sample_rate_hz=None if rate is None else int(rate),
        channels=None if channels is None else int(channels),
    )


def _engine_from_json(data: object) -> EngineInfo | None:
    if data is None:
        return None
    item = _object(data, "engine")
    settings = item.get("settings") or {}
    return EngineInfo(
        name=str(item.get("name") or "unknown"),
        model=str(item.get("model") or "unknown"),
        sha256=_text(item, "sha256"),
        settings=tuple(sorted((str(key), str(value)) for key, value in _object(settings, "settings").items())),
    )


def _object(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ValueError(f"{what} must be a JSON object")
    return data


def _number(item: Mapping[str, Any], key: str) -> float | None:
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"`{key}` must be a number or null")
    return float(value)


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"`{key}` must be a string or null")
    return value


def _member(kind: type[Member], value: object, what: str) -> Member:
    try:
        return kind(str(value))
    except ValueError:
        allowed = ", ".join(str(member) for member in kind)
        raise ValueError(f"{what} is {value!r}, not one of {allowed}") from None


__all__ = [
    "Json",
    "finding_to_json",
    "line_to_json",
    "provenance_to_json",
    "result_to_json",
    "transcript_from_json",
    "transcript_to_json",
]
