"""What a run needs from the pipeline, so that it can be put in from outside."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from app.domain.audio import ChannelRoles, RawFormat
from app.domain.finding import CallResult
from app.domain.script import ApprovedScript
from app.pipeline.upstream import Upstream


@dataclass(frozen=True, slots=True)
class AnalysisOutput:
    """What comes of one recording.

    Attributes:
        result: The judgement; unreviewable ones are results too.
        playback: An Opus file for the browser, which the caller takes over and deletes; or None.
        peaks: The waveform for the browser, as JSON can hold it; or None.
        hearing_key: What it was heard with (`app.pipeline.upstream`); None where the analyst does not tell.
    """

    result: CallResult
    playback: Path | None = None
    peaks: dict[str, Any] | None = None
    hearing_key: str | None = None


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


class SoundFile(Protocol):
    """A recording that is at hand."""

    @property
    def path(self) -> Path:
        """Where it lies."""
        ...

    @property
    def raw(self) -> RawFormat | None:
        """The format of headerless sound, or None."""
        ...


Sound = Callable[[], AbstractContextManager[SoundFile]]
"""Fetches a recording when it is needed after all, and takes it away again."""


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """What comes of a transcript that was judged again.

    Attributes:
        result: The judgement.
        heard_again: How many of its findings were listened to, since nobody had before.
    """

    result: CallResult
    heard_again: int = 0


@runtime_checkable
class Rejudging(Protocol):
    """An analyst that can judge a transcript without hearing it anew."""

    @property
    def upstream(self) -> Upstream:
        """What it hears and judges with."""
        ...

    def rejudge(
        self,
        before: Mapping[str, Any],
        *,
        judged_by: ApprovedScript,
        script: ApprovedScript,
        sound: Sound,
    ) -> Rejudgement:
        """Judge the transcript of an earlier call result by ``script``; whatever it raises is a failed attempt."""
        ...
