"""Sound for tests: sample calls, noises made of numbers, and files of every kind."""

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from app.domain.audio import Source
from app.pipeline.audio.decode import decode
from app.pipeline.audio.recording import Recording, Samples

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE_CALLS = REPOSITORY / "sample_calls" / "calls"
RATE_HZ = 16_000


def sample_file(call: str) -> Path:
    """The recording of a sample call, whatever its format."""
    return next(iter(sorted((SAMPLE_CALLS / call).glob("recording.*"))))


def sample_recording(call: str, *, start: float = 0.0, end: float | None = None) -> Recording:
    """A stretch of a sample call."""
    whole = decode(sample_file(call))
    stop = None if end is None else round(end * RATE_HZ)
    return recording(*(channel[round(start * RATE_HZ) : stop] for channel in whole.channels))


def recording(*channels: Samples) -> Recording:
    """A recording of these channels, cut to the shortest."""
    length = min(len(channel) for channel in channels)
    planes = tuple(np.asarray(channel[:length], dtype=np.float32) for channel in channels)
    return Recording(planes, round(length / RATE_HZ, 3), Source(None, RATE_HZ, len(planes)))


def at_level(samples: NDArray[np.floating], level_dbfs: float) -> Samples:
    """The same sound with this mean level."""
    power = float(np.mean(np.square(samples)))
    return np.asarray(samples * 10 ** (level_dbfs / 20) / max(power, 1e-12) ** 0.5, dtype=np.float32)


def silence(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


def line_noise(seconds: float, level_dbfs: float, *, seed: int = 1) -> Samples:
    """Noise in the telephone band."""
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    return at_level(np.fft.irfft(spectrum, count), level_dbfs)


def ringing(seconds: float, level_dbfs: float = -20.0) -> Samples:
    """The British ringing tone: 400 and 450 Hz, twice 0.4 s every 3 s."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    beat = time % 3.0
    gate = (beat < 0.4) | ((beat >= 0.6) & (beat < 1.0))
    return at_level(gate * (np.sin(2 * np.pi * 400 * time) + np.sin(2 * np.pi * 450 * time)), level_dbfs)


def music(seconds: float, level_dbfs: float = -20.0) -> Samples:
    """Hold music: broken chords that swell and fade."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    chords = np.array([[262, 330, 392], [220, 262, 330], [349, 440, 523], [392, 494, 587]])
    notes = chords[(time // 2).astype(int) % 4]
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.5 * time)
    return at_level(swell * np.sin(2 * np.pi * notes * time[:, None]).sum(axis=1), level_dbfs)


def write_wav(path: Path, channels: tuple[Samples, ...], *, rate_hz: int = 8000) -> Path:
    """A 16-bit PCM file at the telephone's rate, or at any other that divides 16 kHz or that 16 kHz divides."""
    step, times = max(1, RATE_HZ // rate_hz), max(1, rate_hz // RATE_HZ)
    planes = np.stack([np.repeat(channel[::step], times) for channel in channels], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((np.clip(planes, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def encode(path: Path, samples: Samples, *, codec: str, container: str, rate_hz: int) -> Path:
    """One channel in any codec that PyAV can write."""
    with av.open(str(path), mode="w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout="mono")
        resampler = av.AudioResampler(
            format=stream.codec_context.format.name if stream.codec_context.format else "s16",
            layout="mono",
            rate=rate_hz,
            frame_size=stream.codec_context.frame_size or 0,
        )
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, :]), format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        for part in (frame, None):
            for resampled in resampler.resample(part):
                output.mux(stream.encode(resampled))
        output.mux(stream.encode(None))
    return path


def mulaw(samples: Samples) -> bytes:
    """Headerless G.711 mu-law at 8 kHz (ITU-T G.711)."""
    pcm = (np.clip(samples[::2], -1, 1) * 32635).astype(np.int64)
    sign = np.where(pcm < 0, 0x80, 0)
    magnitude = np.minimum(np.abs(pcm), 32635) + 132
    exponent = np.maximum(np.floor(np.log2(magnitude)).astype(np.int64) - 7, 0)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def alike(first: Samples, second: Samples) -> float:
    """Largest correlation of two sounds within 0.1 s of delay."""
    reach = RATE_HZ // 10
    length = min(len(first), len(second)) - 2 * reach
    middle = first[reach : reach + length].astype(np.float64)
    padded = np.concatenate([second[: length + 2 * reach], np.zeros(2 * reach)]).astype(np.float64)
    size = 1 << (len(padded) + length).bit_length()
    cross = np.fft.irfft(np.fft.rfft(padded, size) * np.conj(np.fft.rfft(middle, size)), size)[: 2 * reach]
    lags = np.arange(len(cross))
    norms = np.sqrt([float(np.sum(padded[lag : lag + length] ** 2)) for lag in lags[:: reach // 10]]).max()
    return float(cross.max() / max(norms * np.linalg.norm(middle), 1e-9))
