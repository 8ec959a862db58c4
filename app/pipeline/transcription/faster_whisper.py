"""Whisper in CTranslate2: the fast engine."""

from math import exp
from typing import Any

from app.domain.transcript import EngineInfo
from app.domain.units import SAMPLE_RATE_HZ, Probability, Span
from app.pipeline.audio.recording import Samples
from app.pipeline.transcription import ctranslate
from app.pipeline.transcription.base import Decoding, Segment, prompt_of
from app.pipeline.transcription.packing import Window, pack
from app.pipeline.transcription.weights import Weights

NAME = "faster-whisper"
DEFAULT_DECODING = Decoding(beam_size=5, timestamps=False, compute_type="int8")
"""int8, batched over windows of speech, beam 5: word error rate 7.2 at half the CPU time of stock openai-whisper
(9.2), which has float32 and beam 5 at 6.8 and three times the time (measured November 2026)."""

BATCH_SIZE = 4
FRAMES_PER_SECOND = 100
LANGUAGE_SPEECH_SECONDS = 12
LANGUAGE_WINDOW_SECONDS = 15
"""Enough to tell the language as surely as half a minute does, for a third of the time: the encoder's cost grows faster
than its window (compared on 16 English and 4 other recordings, November 2026)."""

MODEL_ARTEFACTS = ctranslate.MODEL_ARTEFACTS


class FasterWhisper:
    """The engine ``faster-whisper``; the weights are loaded at the first call."""

    def __init__(self, weights: Weights, *, decoding: Decoding = DEFAULT_DECODING) -> None:
        """Name the weights; nothing is loaded yet.

        Args:
            weights: A folder in CTranslate2's format, or a size that the hub knows.
            decoding: How to search.
        """
        self._weights = weights
        self._decoding = decoding
        self._model: Any = None

    @property
    def info(self) -> EngineInfo:
        """Name, weights and settings, for provenance."""
        return EngineInfo(NAME, self._weights.model, self._weights.sha256, self._decoding.settings())

    def transcribe(
        self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...] = (), full_window: bool = False
    ) -> tuple[Segment, ...]:
        """Recognise English words in the given regions; see :class:`~app.pipeline.transcription.base.Engine`."""
        windows = pack(samples, regions)
        if not windows:
            return ()
        return tuple(self._recognise(windows, hints))

    def detect_language(self, samples: Samples, regions: tuple[Span, ...]) -> tuple[str, Probability]:
        """The likeliest language of the first seconds of speech; see the contract of engines."""
        windows = pack(samples, regions)
        if not windows:
            return "en", 0.0
        model = self._loaded()
        if not model.model.is_multilingual:
            return "en", 1.0
        from faster_whisper.audio import pad_or_trim

        features = model.feature_extractor(windows[0].samples[: LANGUAGE_SPEECH_SECONDS * SAMPLE_RATE_HZ])
        padded = pad_or_trim(features[..., :-1], LANGUAGE_WINDOW_SECONDS * model.frames_per_second)
        token, probability = model.model.detect_language(model.encode(padded))[0][0]
        return str(token).strip("<|>"), float(probability)

    def unload(self) -> None:
        """Give the memory back."""
        self._model = None

    def _recognise(self, windows: tuple[Window, ...], hints: tuple[str, ...]) -> list[Segment]:
        import numpy as np
        from faster_whisper import BatchedInferencePipeline

        clips, position = [], 0.0
        for window in windows:
            length = len(window.samples) / SAMPLE_RATE_HZ
            clips.append({"start": position, "end": position + length})
            position += length
        found, _ = BatchedInferencePipeline(self._loaded()).transcribe(
            np.concatenate([window.samples for window in windows]),
            language="en",
            beam_size=self._decoding.beam_size,
            temperature=0.0,
            without_timestamps=not self._decoding.timestamps,
            word_timestamps=True,
            hotwords=prompt_of(hints),
            batch_size=BATCH_SIZE,
            clip_timestamps=clips,
        )
        starts = [clip["start"] for clip in clips]
        return [segment for item in found if (segment := _segment(item, windows, starts)) is not None]

    def _loaded(self) -> Any:
        if self._model is None:
            self._model, _ = ctranslate.load(self._weights, self._decoding, engine=NAME)
        return self._model


def _segment(item: Any, windows: tuple[Window, ...], starts: list[float]) -> Segment | None:
    # `seek` is where the window begins, in hundredths; `start` is moved with the words and can lie before it
    number = max(index for index, start in enumerate(starts) if int(start * FRAMES_PER_SECOND) <= item.seek + 1)
    window, offset = windows[number], starts[number]
    words = window.words(
        (word.word, word.start - offset, word.end - offset, float(word.probability)) for word in item.words or ()
    )
    if not words:
        return None
    return Segment(
        text=str(item.text).strip(),
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
        words=words,
        confidence=round(min(1.0, exp(item.avg_logprob)), 4),
        no_speech=round(float(item.no_speech_prob), 4),
        compression=float(item.compression_ratio),
    )
