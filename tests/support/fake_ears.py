"""Recognisers that say what a test wants."""

from dataclasses import dataclass, field

from app.domain.transcript import EngineInfo, Word
from app.domain.units import Probability, Span
from app.pipeline.audio.recording import Samples
from app.pipeline.transcription.base import Segment


@dataclass
class FakeEar:
    """Says the same in every stretch, or raises; remembers what it was asked.

    Attributes:
        says: Its words, spread evenly over the regions that it is given, but for their ends.
        inset: Seconds left out at either end.
        raises: What it raises instead.
        model: Its name.
        asked: The regions of every call, and the samples that lay in them.
    """

    says: str = ""
    raises: Exception | None = None
    model: str = "fake"
    compression: float = 1.0
    inset: float = 1.0
    asked: list[tuple[tuple[Span, ...], Samples]] = field(default_factory=list)
    hinted: bool = False
    unloaded: bool = False

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("fake", self.model, "0" * 64)

    def transcribe(
        self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...] = (), full_window: bool = False
    ) -> tuple[Segment, ...]:
        self.asked.append((regions, samples))
        self.hinted = self.hinted or bool(hints)
        if self.raises:
            raise self.raises
        said = self.says.split()
        if not said or not regions:
            return ()
        start = regions[0].start + self.inset
        step = (regions[-1].end - self.inset - start) / len(said)
        words = tuple(
            Word(text, start + number * step, start + (number + 1) * step, 0.9) for number, text in enumerate(said)
        )
        return (Segment(self.says, start, words[-1].end or start, words, 0.9, 0.0, compression=self.compression),)

    def detect_language(self, samples: Samples, regions: tuple[Span, ...]) -> tuple[str, Probability]:
        return "en", 1.0

    def unload(self) -> None:
        self.unloaded = True
