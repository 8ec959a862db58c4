"""What the review page plays and draws. The original stays the evidence."""

from pathlib import Path

import numpy as np

from app.domain.units import SAMPLE_RATE_HZ
from app.pipeline.audio.recording import Recording

BIT_RATE = 24_000
OPUS_RATE_HZ = 48_000
CHUNK_SAMPLES = SAMPLE_RATE_HZ * 10


def write_playback(recording: Recording, path: Path) -> None:
    """Write the recording as Ogg-Opus for the browser, in stereo where there are two channels.

    Args:
        recording: The sound.
        path: File to write; an existing one is replaced.
    """
    import av

    layout = "stereo" if len(recording.channels) == 2 else "mono"
    planes = np.stack(recording.channels)
    with av.open(str(path), mode="w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE_HZ, layout=layout)
        stream.bit_rate = BIT_RATE * len(planes)
        resampler = av.AudioResampler(format="flt", layout=layout, rate=OPUS_RATE_HZ)
        for start in range(0, planes.shape[1], CHUNK_SAMPLES):
            chunk = np.ascontiguousarray(planes[:, start : start + CHUNK_SAMPLES])
            frame = av.AudioFrame.from_ndarray(chunk, format="fltp", layout=layout)
            frame.sample_rate = SAMPLE_RATE_HZ
            for resampled in resampler.resample(frame):
                container.mux(stream.encode(resampled))
        for resampled in resampler.resample(None):
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))


def peaks(recording: Recording, *, count: int = 1500) -> list[list[float]]:
    """The outline of the sound for drawing.

    Args:
        recording: The sound.
        count: Points for each channel, at least 1; fewer where the recording has fewer samples.

    Returns:
        For each channel the largest deviation from zero in each of ``count`` equal stretches, in [0, 1].
    """
    return [_outline(np.abs(channel), count) for channel in recording.channels]


def _outline(magnitudes: np.ndarray[tuple[int], np.dtype[np.float32]], count: int) -> list[float]:
    edges = np.linspace(0, len(magnitudes), min(count, len(magnitudes)) + 1).astype(np.int64)[:-1]
    return [round(float(value), 4) for value in np.maximum.reduceat(magnitudes, edges)] if len(edges) else []
