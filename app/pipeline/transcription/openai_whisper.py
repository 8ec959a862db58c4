"""OpenAI's own Whisper on torch: the reference engine."""

import warnings
from math import exp
from pathlib import Path
from typing import Any

from app.domain.transcript import EngineInfo
from app.domain.units import Probability, Span
from app.errors import WeightsMissing
from app.pipeline.audio.recording import Samples
from app.pipeline.transcription.base import Decoding, Segment, prompt_of
from app.pipeline.transcription.packing import Window, pack
from app.pipeline.transcription.weights import Weights

NAME = "openai-whisper"
DEFAULT_DECODING = Decoding(beam_size=1, timestamps=True)
"""As its API decodes by default, but for the temperatures above 0: those draw at random, and equal calls must give
equal answers. What loops is dropped by the guard instead."""

MODEL_ARTEFACTS = {"base": "whisper-base-openai"}


class OpenaiWhisper:
    """The engine ``openai-whisper``; the weights are loaded at the first call."""

    def __init__(self, weights: Weights, *, decoding: Decoding = DEFAULT_DECODING) -> None:
        """Name the weights; nothing is loaded yet.

        Args:
            weights: A checkpoint ``.pt``, or a size that the library downloads.
            decoding: How to search; computation is always float32.
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
        segments: list[Segment] = []
        for window in pack(samples, regions):
            segments.extend(self._recognise(window, hints))
        return tuple(segments)

    def detect_language(self, samples: Samples, regions: tuple[Span, ...]) -> tuple[str, Probability]:
        """The likeliest language of the first half minute of speech; see the contract of engines."""
        windows = pack(samples, regions)
        if not windows:
            return "en", 0.0
        model = self._loaded()
        if not model.is_multilingual:
            return "en", 1.0
        import whisper

        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(windows[0].samples), model.dims.n_mels)
        _, probabilities = model.detect_language(mel)
        language = max(probabilities, key=probabilities.__getitem__)
        return str(language), float(probabilities[language])

    def unload(self) -> None:
        """Give the memory back."""
        self._model = None

    def _recognise(self, window: Window, hints: tuple[str, ...]) -> list[Segment]:
        found = self._loaded().transcribe(
            window.samples,
            language="en",
            fp16=False,
            temperature=0.0,
            beam_size=self._decoding.beam_size if self._decoding.beam_size > 1 else None,
            without_timestamps=not self._decoding.timestamps,
            condition_on_previous_text=False,
            initial_prompt=prompt_of(hints),
            word_timestamps=True,
            verbose=None,
        )
        return [segment for item in found["segments"] if (segment := _segment(item, window)) is not None]

    def _loaded(self) -> Any:
        if self._model is None:
            import torch
            import whisper

            torch.set_num_threads(self._decoding.threads)
            located = self._weights.locate()
            try:
                self._model = whisper.load_model(located, device="cuda" if torch.cuda.is_available() else "cpu")
            except Exception as error:  # the library raises whatever its transport or torch raises
                raise WeightsMissing(
                    f"no model {self._weights.model!r} for {NAME}: {type(error).__name__}",
                    next_step="Name a model of `canvass-monitor models list`, a checkpoint `.pt`, or a size of Whisper "
                    "where the machine has a network.",
                ) from error
            _set_alignment_heads(self._model, located)
            _read_vocabulary(self._model)
        return self._model


def _set_alignment_heads(model: Any, located: str) -> None:
    """Take the heads for word timing from a checkpoint that brings them; the library knows only its own files'."""
    import torch

    if not Path(located).is_file():
        return
    heads = torch.load(located, map_location="cpu", weights_only=True, mmap=True).get("alignment_heads")
    if heads:
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        for layer, head in heads:
            mask[layer, head] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)


def _read_vocabulary(model: Any) -> None:
    """Read and cache the tokens now: the library leaves their file open, which is a warning wherever it happens."""
    from whisper.tokenizer import get_encoding

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        get_encoding(
            name="multilingual" if model.is_multilingual else "gpt2", num_languages=model.num_languages
        )  # by keyword, as the library asks for it: its cache tells the two apart


def _segment(item: dict[str, Any], window: Window) -> Segment | None:
    words = window.words(
        (str(word["word"]), float(word["start"]), float(word["end"]), float(word["probability"]))
        for word in item.get("words", ())
    )
    if not words:
        return None
    return Segment(
        text=str(item["text"]).strip(),
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
        words=words,
        confidence=round(min(1.0, exp(item["avg_logprob"])), 4),
        no_speech=round(float(item["no_speech_prob"]), 4),
        compression=float(item["compression_ratio"]),
    )
