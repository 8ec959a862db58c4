"""Voice embeddings, to tell two voices apart inside one call. They are biometric data and never leave memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SAMPLE_RATE_HZ, Seconds
from app.errors import WeightsMissing
from app.pipeline.audio.recording import Samples

Embeddings = NDArray[np.float32]
Spectrogram = NDArray[np.float32]

MEL_CHANNELS = 40
FFT_SAMPLES = 400
HOP_SAMPLES = 160
PARTIAL_FRAMES = 160
EMBEDDING_SIZE = 256
PARTIAL_STEP_FRAMES = 80
LEAST_SECONDS: Seconds = 0.3
TARGET_LEVEL_DBFS = -30.0
MEL_BREAK_HZ = 1000.0
MEL_LINEAR_HZ = 200.0 / 3
MEL_LOG_STEP = np.log(6.4) / 27


class VoiceEncoder(Protocol):
    """Turns speech into a point that lies near those of the same voice."""

    def embed(self, stretches: Sequence[Samples]) -> Embeddings:
        """The voice of each stretch of speech.

        Args:
            stretches: Mono waveforms in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.

        Returns:
            Unit vectors, float32, shape (n_stretches, n_dimensions); cosines of one voice are near 1.
        """
        ...


class Ge2eEncoder:
    """GE2E (Wan et al. 2018) with the weights of Resemblyzer 0.1.4: three LSTM layers over partials of 1.6 s.

    The spectrogram is that of the training: 40 mel channels (Slaney), 25 ms windows, 10 ms steps, power, no logarithm.
    """

    def __init__(self, weights: Path, *, threads: int = 1) -> None:
        """Name the weights; they are loaded at the first call.

        Args:
            weights: Resemblyzer's ``pretrained.pt``.
            threads: CPU threads of torch.
        """
        self._weights = weights
        self._threads = threads
        self._layers: tuple[Any, Any] | None = None

    def embed(self, stretches: Sequence[Samples]) -> Embeddings:
        """The voice of each stretch of speech; see :class:`VoiceEncoder`.

        Raises:
            WeightsMissing: If the weights are not there.
        """
        import torch

        if not stretches:
            return np.zeros((0, EMBEDDING_SIZE), dtype=np.float32)
        lstm, linear = self._loaded()
        partials = [_partials(spectrogram(_levelled(samples))) for samples in stretches]
        with torch.inference_mode():
            _, (hidden, _) = lstm(torch.from_numpy(np.concatenate(partials)))
            points = _units(torch.relu(linear(hidden[-1])).numpy())
        ends = np.cumsum([len(item) for item in partials])
        return _units(np.stack([part.mean(axis=0) for part in np.split(points, ends[:-1])]))

    def _loaded(self) -> tuple[Any, Any]:
        if self._layers is None:
            if not self._weights.is_file():
                raise WeightsMissing(f"no voice encoder at {self._weights}")
            import torch

            torch.set_num_threads(self._threads)
            state = torch.load(self._weights, map_location="cpu", weights_only=True)["model_state"]
            lstm = torch.nn.LSTM(MEL_CHANNELS, EMBEDDING_SIZE, 3, batch_first=True)
            linear = torch.nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE)
            for prefix, module in (("lstm.", lstm), ("linear.", linear)):
                module.load_state_dict({k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)})
            self._layers = (lstm.eval(), linear.eval())
        return self._layers


def spectrogram(samples: Samples) -> Spectrogram:
    """Mel power spectrogram, float32, shape (n_frames, 40), a frame every 10 ms, centred."""
    padded = np.pad(samples, FFT_SAMPLES // 2)
    count = 1 + (len(padded) - FFT_SAMPLES) // HOP_SAMPLES
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SAMPLES)[: count * HOP_SAMPLES : HOP_SAMPLES]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT_SAMPLES) / FFT_SAMPLES)
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    return np.asarray(power @ _mel_filters().T, dtype=np.float32)


def _units(points: Embeddings) -> Embeddings:
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _partials(frames: Spectrogram) -> Spectrogram:
    """Stretches of 1.6 s, half overlapping, shape (n_partials, 160, 40); a short stretch is repeated to fill one."""
    if len(frames) < PARTIAL_FRAMES:
        repeats = -(-PARTIAL_FRAMES // max(1, len(frames)))
        frames = np.tile(frames, (repeats, 1))[:PARTIAL_FRAMES]
    last = len(frames) - PARTIAL_FRAMES
    starts = sorted({*range(0, last + 1, PARTIAL_STEP_FRAMES), last})
    return np.stack([frames[start : start + PARTIAL_FRAMES] for start in starts])


def _levelled(samples: Samples) -> Samples:
    least = round(LEAST_SECONDS * SAMPLE_RATE_HZ)
    if len(samples) < least:
        samples = np.pad(samples, (0, least - len(samples)))
    level = float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
    gain = 10 ** (TARGET_LEVEL_DBFS / 20) / max(level, 1e-9)
    return np.asarray(samples * min(max(gain, 1.0), 1000.0), dtype=np.float32)


def _mel_filters() -> NDArray[np.float64]:
    """Slaney's triangular mel filters of equal area, shape (40, 201)."""
    edges = _mel_to_hz(np.linspace(0.0, _hz_to_mel(SAMPLE_RATE_HZ / 2), MEL_CHANNELS + 2))
    bins = np.arange(FFT_SAMPLES // 2 + 1) * SAMPLE_RATE_HZ / FFT_SAMPLES
    lower = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    upper = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return np.asarray(np.maximum(0.0, np.minimum(lower, upper)) * area[:, None])


def _hz_to_mel(hertz: float) -> float:
    return float(MEL_BREAK_HZ / MEL_LINEAR_HZ + np.log(hertz / MEL_BREAK_HZ) / MEL_LOG_STEP)


def _mel_to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = MEL_BREAK_HZ / MEL_LINEAR_HZ
    return np.where(mels < knee, mels * MEL_LINEAR_HZ, MEL_BREAK_HZ * np.exp(MEL_LOG_STEP * (mels - knee)))
