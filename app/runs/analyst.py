"""What a run needs from the pipeline, so that it can be put in from outside."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.domain.audio import ChannelRoles, RawFormat
from app.domain.finding import CallResult
from app.domain.script import ApprovedScript


@dataclass(frozen=True, slots=True)
class AnalysisOutput:
    """What comes of one recording.

    Attributes:
        result: The judgement; unreviewable ones are results too.
        playback: An Opus file for the browser, which the caller takes over and deletes; or None.
        peaks: The waveform for the browser, as JSON can hold it; or None.
    """

    result: CallResult
    playback: Path | None = None
    peaks: dict[str, Any] | None = None


class Analyst(Protocol):
    """Hears and judges one recording; whatever it raises is a failed attempt."""

    def __call__(
        self,
        path: Path,
        *,
        call: str,
        script: ApprovedScript,
        raw: RawFormat | None,
        roles: ChannelRoles | None,
    ) -> AnalysisOutput:
        """Judge the recording under ``path`` by ``script``."""
        ...
