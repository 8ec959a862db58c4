"""The calls of the chaos run: most are transcripts that are judged for real, some are recordings that are heard.

A transcript goes in as a recording whose bytes are the transcript itself, behind a mark; `analyst`, which the workers
are told to use, judges it with the judge of the program. Everything else it hears with the recogniser of the program.
"""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.bootstrap import build_analyst, build_judge
from app.domain.audio import ChannelRoles, RawFormat, Source
from app.domain.script import ApprovedScript
from app.domain.serialization import result_to_json, transcript_from_json, transcript_to_json
from app.model_store import ModelStore
from app.pipeline.judge import Judge
from app.pipeline.upstream import Upstream
from app.runs.analyst import AnalysisOutput, Rejudgement, Sound
from app.settings import Settings
from scripts.bench_calls import SAMPLE_CALLS, two_minute_calls

ANALYST = "scripts.chaos_calls:analyst"
MARK = b"canvass-monitor transcript\n"
DISK_FAULT = "CHAOS_DISK_FAULT"
"""Environment variable: while a file of that name is there, the disk is said to be full."""

SHORTEST_FIRST = (
    "voicemail",
    "wrong-number",
    "dead-line",
    "opt-out-ignored",
    "clean-ballot",
    "option-left-out",
    "altered-neutrality",
    "authority-appeal",
    "wife-canvassed",
    "returning-officer",
    "choice-changed",
    "clean-mayor",
)


@dataclass(frozen=True, slots=True)
class ChaosCall:
    """One call of the batch.

    Attributes:
        external_id: What the call centre calls it.
        script: Id of the approved script.
        content: Bytes of the recording.
        is_heard: Whether they are sound.
    """

    external_id: str
    script: str
    content: bytes
    is_heard: bool

    @property
    def sha256(self) -> str:
        """Hex digest of the recording."""
        return hashlib.sha256(self.content).hexdigest()


def batch(number: int, *, heard: int, seed: int) -> list[ChaosCall]:
    """The calls to send; the same for the same arguments.

    Args:
        number: How many in all.
        heard: How many of them are sound, at most as many as there are names in `SHORTEST_FIRST`.
        seed: Of the words in the transcripts.
    """
    sounds = [_recording(name) for name in SHORTEST_FIRST[:heard]]
    texts = [
        ChaosCall(
            external_id=transcript.call,
            script=script,
            content=MARK + json.dumps(transcript_to_json(transcript)).encode(),
            is_heard=False,
        )
        for transcript, script in two_minute_calls(number - heard, seed=seed)
    ]
    return [*sounds, *texts]


class ChaosAnalyst:
    """Judges what is marked as a transcript, and hears everything else, as the workers do; nothing is pretended."""

    def __call__(
        self, path: Path, *, call: str, script: ApprovedScript, raw: RawFormat | None, roles: ChannelRoles | None
    ) -> AnalysisOutput:
        """Judge the recording under ``path`` by ``script``."""
        content = path.read_bytes()
        if Path(os.environ.get(DISK_FAULT) or "/nowhere").exists():
            raise OSError(errno.ENOSPC, "the disk is said to be full")
        if not content.startswith(MARK):
            return _hearing()(path, call=call, script=script, raw=raw, roles=roles)
        transcript = transcript_from_json(json.loads(content.removeprefix(MARK)))
        source = Source(sha256=hashlib.sha256(content).hexdigest(), sample_rate_hz=None, channels=None)
        return AnalysisOutput(result=_judge().judge(replace(transcript, call=call, source=source), script=script))

    @property
    def upstream(self) -> Upstream:
        """What the program hears and judges with."""
        return _hearing().upstream

    def rejudge(
        self, before: Mapping[str, Any], *, judged_by: ApprovedScript, script: ApprovedScript, sound: Sound
    ) -> Rejudgement:
        """Judge a transcript again, as the program does."""
        return _hearing().rejudge(before, judged_by=judged_by, script=script, sound=sound)


analyst = ChaosAnalyst()


def undisturbed(calls: list[ChaosCall], *, scripts: dict[str, ApprovedScript]) -> Iterator[tuple[str, str]]:
    """What comes of each call where nothing happens: its external id, and its result as `comparable` writes it."""
    with tempfile.TemporaryDirectory(prefix="canvass-monitor-chaos-") as folder:
        path = Path(folder) / "recording"
        for call in calls:
            path.write_bytes(call.content)
            output = analyst(path, call=call.external_id, script=scripts[call.script], raw=None, roles=None)
            if output.playback is not None:
                output.playback.unlink(missing_ok=True)
            yield call.external_id, comparable(result_to_json(output.result), call=call.external_id)


def comparable(result: object, *, call: str) -> str:
    """A call result as text that is the same for the same result, whatever the call is called.

    Args:
        result: As `result_to_json` makes it, or as it came back from a database.
        call: Its name in there.
    """
    return json.dumps(result, sort_keys=True).replace(json.dumps(call), '"CALL"')


def _recording(name: str) -> ChaosCall:
    folder = SAMPLE_CALLS / "calls" / name
    script = yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))["script"]
    return ChaosCall(
        external_id=f"sound-{name}",
        script=script,
        content=next(folder.glob("recording.*")).read_bytes(),
        is_heard=True,
    )


@cache
def _judge() -> Judge:
    return build_judge(ModelStore(), profile=Settings(analyst=None).profile)


@cache
def _hearing() -> Any:
    """The analysis of the workers as it is set, but for this module."""
    return build_analyst(Settings(analyst=None))
