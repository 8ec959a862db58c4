"""Whisper in right-sized windows: the cheapest engine at the same word error rate.

Whisper pays for 30 s however little is said in them: two thirds of the cost is the encoder, whose attention grows with
the square of the window, and every token that the decoder writes looks at the whole window again. So speech is packed
into windows of at most 20 s, the log-mel features are followed by 3 s of zeros (without them the decoder runs on past
the speech), the encoder runs in the runtime that suits the processor, the decoder sees no more than the first second of
the zeros, and several windows are decoded together. A window whose words look wrong is heard again at full size, and
speech in which no word was heard by itself. A channel with much noise is heard with weights that were trained for it
(models/telephone).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain.transcript import EngineInfo
from app.domain.units import SAMPLE_RATE_HZ, Probability, Seconds, Span
from app.pipeline.audio.noise import NOISY_BELOW_DB, measure_noise
from app.pipeline.audio.recording import Samples
from app.pipeline.transcription import ctranslate
from app.pipeline.transcription.base import Decoding, Segment, prompt_of
from app.pipeline.transcription.guard import LOOPING_COMPRESSION, is_mumbled, speaking_seconds
from app.pipeline.transcription.openvino_encoder import OpenvinoEncoder, best_precision
from app.pipeline.transcription.packing import WINDOW_SECONDS, Window, pack
from app.pipeline.transcription.passed_over import CONTEXT_SECONDS, joined, only_in, passed_over, within
from app.pipeline.transcription.weights import Weights

NAME = "windowed"
MODEL_ARTEFACTS = ctranslate.MODEL_ARTEFACTS
UPDATE_ARTEFACTS = {"base": "whisper-base-telephone"}
"""The same weights with an update for noisy lines."""

DEFAULT_DECODING = Decoding(beam_size=5, timestamps=False, compute_type="int8")

LONGEST_SECONDS: Seconds = 20.0
PADDING_SECONDS: Seconds = 3.0
SEEN_PADDING_SECONDS: Seconds = 1.0
"""Word error rates on eight two-party calls in one channel (1 830 words), clean and at 10 dB, with windows
of up to 12 s 13.9 and 39.6, 15 s 14.2 and 37.0, 20 s 13.6 and 37.3, beside 13.8 and 40.4 of faster-whisper batched; CPU
seconds a second of sound .035, .034, .038 and .068 (of a busy machine). With the padding all seen by the decoder 14.0
and 36.5 at .045; with 2 s of padding about 1 more. With names as hints, in two channels, four hard calls: 15 s 7.4 and
37.8, 20 s 5.8 and 33.0, faster-whisper 6.1 and 35.7 (November 2026)."""

AGAIN_SECONDS: Seconds = 10.0
"""Longest window in which speech that was passed over is heard again."""

BATCH_SIZE = 8
"""Windows decoded together: reading the decoder's weights costs more than multiplying with them."""

FRAMES_PER_SECOND = 100
STATES_PER_SECOND = 50
LANGUAGE_SECONDS: Seconds = 12.0

UNSURE_BELOW = exp(-1.0)
"""Mean probability of the tokens, as OpenAI's own guard has it (whisper.transcribe, 2022)."""

FASTEST_WORDS_PER_SECOND = 8.0
"""What is faster than twice the ordinary repeats itself."""

SLOWEST_WORDS_PER_SECOND = 1.0
SLOWEST_HINTED_WORDS_PER_SECOND = 2.0
"""Fewer words in a second of speech, and some were passed over. English runs at about four; with names as hints Whisper
now and then takes what follows a name for said already, and half a window is missing."""

MORE_WORDS = 1.25
"""How many times as many words a second hearing without hints must have to be taken for the first with them."""

PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the next word and to the one before (whisper.transcribe)."""

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """What was decoded from one window.

    Attributes:
        tokens: Without special ones.
        text: The same as text.
        log_probability: Mean over the tokens.
        no_speech: Probability that nobody speaks.
        compression: How much the text shrinks.
        words: Text, start and end in the window, probability.
    """

    tokens: list[int]
    text: str
    log_probability: float
    no_speech: float
    compression: float
    words: tuple[tuple[str, Seconds, Seconds, float], ...] = ()


class Windowed:
    """The engine ``windowed``; the weights are loaded at the first call."""

    def __init__(self, weights: Weights, *, decoding: Decoding = DEFAULT_DECODING) -> None:
        """Name the weights; nothing is loaded yet.

        Args:
            weights: A folder in CTranslate2's format, or a size that the hub knows.
            decoding: How to search.
        """
        self._weights = weights
        self._decoding = decoding
        self._ears: dict[bool, Ear] = {}
        self._runtime: str | None = None

    @property
    def info(self) -> EngineInfo:
        """Name, weights and settings, for provenance; the runtime of the encoder and the update for noisy lines too."""
        settings = {**dict(self._decoding.settings()), "encoder": self._encoder_runtime()}
        if (update := self._weights.update) is not None:
            settings["noisy_lines"] = f"{update.sha256} below {NOISY_BELOW_DB:g} dB"
        return EngineInfo(NAME, self._weights.model, self._weights.sha256, tuple(sorted(settings.items())))

    def transcribe(
        self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...] = (), full_window: bool = False
    ) -> tuple[Segment, ...]:
        """Recognise English words in the given regions; see :class:`~app.pipeline.transcription.base.Engine`."""
        noise = measure_noise(samples, regions) if self._weights.update is not None else None
        ear = self.ear(noisy=noise is not None and noise.is_noisy_line)
        return ear.transcribe(samples, regions=regions, hints=hints, full_window=full_window)

    def detect_language(self, samples: Samples, regions: tuple[Span, ...]) -> tuple[str, Probability]:
        """The likeliest language of the first seconds of speech; see the contract of engines."""
        # The update for noisy lines has seen English alone.
        return self.ear(noisy=False).detect_language(samples, regions)

    def unload(self) -> None:
        """Give the memory back."""
        self._ears = {}

    def ear(self, *, noisy: bool) -> "Ear":
        """The loaded weights, as they were published or with their update for noisy lines.

        Raises:
            WeightsMissing: If the weights are not there.
        """
        if noisy not in self._ears:
            self._ears[noisy] = self._loaded((self._weights.update if noisy else None) or self._weights)
        return self._ears[noisy]

    def _loaded(self, weights: Weights) -> "Ear":
        model, folder = ctranslate.load(weights, self._decoding, engine=NAME)
        try:
            return Ear(model, self._compiled(folder), self._decoding)
        except ValueError:  # quantised weights: only CTranslate2 reads them
            self._runtime = f"ctranslate2 {self._decoding.compute_type}"
            return Ear(model, None, self._decoding)

    def _compiled(self, folder: Path) -> OpenvinoEncoder | None:
        runtime, _, precision = self._encoder_runtime().partition(" ")
        if runtime != "openvino":
            return None
        return OpenvinoEncoder(folder, precision=precision, threads=self._decoding.threads)

    def _encoder_runtime(self) -> str:
        if self._runtime is None:
            precision = best_precision() if ctranslate.device() == "cpu" else None
            self._runtime = f"openvino {precision}" if precision else f"ctranslate2 {self._decoding.compute_type}"
        return self._runtime


class Ear:
    """Loaded weights that hear windows of speech."""

    def __init__(self, model: Any, encoder: OpenvinoEncoder | None, decoding: Decoding) -> None:
        """Take what is loaded.

        Args:
            model: Of faster-whisper; its decoder, and its encoder where there is no other.
            encoder: In another runtime, or None.
            decoding: How to search.
        """
        self.model = model
        self._encoder = encoder
        self._decoding = decoding

    def transcribe(
        self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...], full_window: bool
    ) -> tuple[Segment, ...]:
        """Words in the given regions; see :class:`~app.pipeline.transcription.base.Engine`."""
        if full_window:
            windows = pack(samples, regions)
            return tuple(filter(None, (self._at_full_size(window, hints) for window in windows)))
        windows = pack(samples, regions, longest=LONGEST_SECONDS)
        heard = [
            segment
            for first in range(0, len(windows), BATCH_SIZE)
            for segment in self._recognise(windows[first : first + BATCH_SIZE], hints)
        ]
        found = self._where_passed_over(samples, windows, heard)
        return tuple(segment for number, first in enumerate(heard) for segment in joined(first, found.get(number, ())))

    def detect_language(self, samples: Samples, regions: tuple[Span, ...]) -> tuple[str, Probability]:
        """The likeliest language of the first seconds of speech."""
        windows = pack(samples, regions, longest=LANGUAGE_SECONDS)
        if not windows:
            return "en", 0.0
        if not self.model.model.is_multilingual:
            return "en", 1.0
        features = _padded(self._features(windows[0]), PADDING_SECONDS)
        token, probability = self.model.model.detect_language(self._encoded([features]))[0][0]
        return str(token).strip("<|>"), float(probability)

    def _recognise(self, windows: Sequence[Window], hints: tuple[str, ...]) -> Iterator[Segment | None]:
        heard = self._together(windows, hints)
        if hints:
            slow = [
                number
                for number, (item, window) in enumerate(zip(heard, windows, strict=True))
                if _passed_over(item, window, hinted=True)
            ]
            for number, again in zip(slow, self._together([windows[number] for number in slow], ()), strict=True):
                heard[number] = _fuller(heard[number], again)
        for first, window in zip(heard, windows, strict=True):
            yield _better(first, self._at_full_size(window, hints)) if _is_suspicious(first, window) else first

    def _where_passed_over(
        self, samples: Samples, windows: Sequence[Window], heard: Sequence[Segment | None]
    ) -> dict[int, list[Segment]]:
        """What is said in the speech that has no words, for each window by its number.

        Heard by itself and without hints: with them as many names are found there, and more are invented. Not where
        next to nothing was made out at all: heard piece by piece a crowd becomes sentences.
        """
        pieces = [
            (number, span, piece)
            for number, (segment, window) in enumerate(zip(heard, windows, strict=True))
            if segment is not None and not is_mumbled(segment.words, speaking_seconds(window.regions))
            for span in passed_over(window, segment.words)
            for piece in pack(samples, within(window, span, context=CONTEXT_SECONDS), longest=AGAIN_SECONDS)
        ]
        pieces.sort(key=lambda item: len(item[2].samples))  # those decoded together take as long as the longest
        found: dict[int, list[Segment]] = {}
        for first in range(0, len(pieces), BATCH_SIZE):
            batch = pieces[first : first + BATCH_SIZE]
            again = self._together([piece for _, _, piece in batch], ())
            for (number, span, _), segment in zip(batch, again, strict=True):
                inside = only_in(segment, span) if segment is not None and not _is_guessed(segment) else None
                if inside is not None:
                    found.setdefault(number, []).append(inside)
        return found

    def _together(self, windows: Sequence[Window], hints: tuple[str, ...]) -> list[Segment | None]:
        """What is said in some windows, decoded together at the size of the longest; None where there are no words."""
        if not windows:
            return []
        features = [self._features(window) for window in windows]
        longest = max(item.shape[1] for item in features)
        whole = [_padded(item, PADDING_SECONDS + (longest - item.shape[1]) / FRAMES_PER_SECOND) for item in features]
        seen = round(longest / 2 + SEEN_PADDING_SECONDS * STATES_PER_SECOND)
        found = self._decoded(self._encoded(whole, seen=seen), [item.shape[1] for item in features], hints)
        return [_segment(item, window) for item, window in zip(found, windows, strict=True)]

    def _at_full_size(self, window: Window, hints: tuple[str, ...]) -> Segment | None:
        features = self._features(window)
        whole = _padded(features, WINDOW_SECONDS - features.shape[1] / FRAMES_PER_SECOND)
        (hypothesis,) = self._decoded(self._encoded([whole]), [features.shape[1]], hints)
        return _segment(hypothesis, window)

    def _features(self, window: Window) -> Features:
        """Log-mel features of a window, shape (n_mels, n_frames), an even number of frames."""
        features: Features = self.model.feature_extractor(window.samples)
        frames = min(len(window.samples) * FRAMES_PER_SECOND // SAMPLE_RATE_HZ, features.shape[1])
        return features[:, : max(2, frames // 2 * 2)]  # the encoder halves them

    def _encoded(self, features: Sequence[Features], *, seen: int | None = None) -> Any:
        """The encoder's output for windows of equal length, shape (n_windows, n_states, n_state), for CTranslate2.

        Args:
            features: Of each window.
            seen: How many of the states the decoder is to see; all where None.
        """
        import ctranslate2

        if self._encoder is None:
            encoded = self.model.encode(np.stack(features))
            if seen is None or self.model.model.device != "cpu":
                return encoded
            return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.asarray(encoded)[:, :seen]))
        return ctranslate2.StorageView.from_array(
            np.ascontiguousarray(np.stack([self._encoder.encode(item)[:seen] for item in features]))
        )

    def _decoded(self, encoded: Any, frames: list[int], hints: tuple[str, ...]) -> list[_Hypothesis]:
        """The likeliest words of each window with their times."""
        from faster_whisper.tokenizer import Tokenizer

        model = self.model
        tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="en")
        prompt = model.get_prompt(
            tokenizer, [], without_timestamps=not self._decoding.timestamps, hotwords=prompt_of(hints)
        )
        results = model.model.generate(
            encoded,
            [prompt] * len(frames),
            beam_size=self._decoding.beam_size,
            max_length=model.max_length,
            suppress_blank=True,
            suppress_tokens=[-1],
            return_scores=True,
            return_no_speech_prob=True,
        )
        found = [_hypothesis(result, tokenizer) for result in results]
        return _timed(found, frames, encoded=encoded, model=model, tokenizer=tokenizer)


def _padded(features: Features, seconds: Seconds) -> Features:
    """Features with zeros behind them: silence in the sound itself makes the decoder run in circles."""
    return np.pad(features, ((0, 0), (0, round(seconds * FRAMES_PER_SECOND))))


def _hypothesis(result: Any, tokenizer: Any) -> _Hypothesis:
    from faster_whisper.transcribe import get_compression_ratio

    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    text = tokenizer.decode(tokens).strip()
    length = len(result.sequences_ids[0])
    return _Hypothesis(
        tokens=tokens,
        text=text,
        log_probability=result.scores[0] * length / (length + 1),  # the end of text counts, as with OpenAI
        no_speech=float(result.no_speech_prob),
        compression=get_compression_ratio(text) if text else 1.0,
    )


def _timed(
    found: list[_Hypothesis], frames: list[int], *, encoded: Any, model: Any, tokenizer: Any
) -> list[_Hypothesis]:
    """The same with word times, from the attention of the decoder (dynamic time warping, as faster-whisper does it)."""
    stretches: list[list[dict[str, Any]]] = [
        [{"tokens": item.tokens, "seek": 0, "start": 0.0, "end": count / FRAMES_PER_SECOND}]
        for item, count in zip(found, frames, strict=True)
    ]
    model.add_word_timestamps(stretches, tokenizer, encoded, frames, PREPENDED, APPENDED, 0.0)
    return [
        replace(
            item,
            words=tuple(
                (word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
                for word in stretch["words"]
            ),
        )
        for item, (stretch,) in zip(found, stretches, strict=True)
    ]


def _segment(found: _Hypothesis, window: Window) -> Segment | None:
    words = window.words(found.words)
    if not words:
        return None
    return Segment(
        text=found.text,
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
        words=words,
        confidence=round(min(1.0, exp(found.log_probability)), 4),
        no_speech=round(found.no_speech, 4),
        compression=found.compression,
    )


def _passed_over(segment: Segment | None, window: Window, *, hinted: bool) -> bool:
    """Whether there are too few words for so much speech."""
    slowest = SLOWEST_HINTED_WORDS_PER_SECOND if hinted else SLOWEST_WORDS_PER_SECOND
    return len(segment.words if segment else ()) < slowest * speaking_seconds(window.regions)


def _is_suspicious(segment: Segment | None, window: Window) -> bool:
    """Whether the decoder ran in a circle, guessed, talked too fast, or said next to nothing."""
    if segment is None or _passed_over(segment, window, hinted=False):
        return True
    fastest = FASTEST_WORDS_PER_SECOND * max(1.0, speaking_seconds(window.regions))
    return _is_guessed(segment) or len(segment.words) > fastest


def _is_guessed(segment: Segment) -> bool:
    """Whether the decoder ran in a circle or was not sure of its words."""
    return segment.compression > LOOPING_COMPRESSION or segment.confidence < UNSURE_BELOW


def _fuller(first: Segment | None, second: Segment | None) -> Segment | None:
    """The second hearing where it has many more words and does not circle, else the first."""
    if first is None or second is None:
        return first or second
    circles = second.compression > LOOPING_COMPRESSION
    return second if len(second.words) >= MORE_WORDS * len(first.words) and not circles else first


def _better(first: Segment | None, second: Segment | None) -> Segment | None:
    """Of two hearings of a window one that does not circle, else the surer one."""
    if first is None or second is None:
        return first or second
    return min((first, second), key=lambda item: (item.compression > LOOPING_COMPRESSION, -item.confidence))
