"""Short recordings for tests that need bytes which really decode."""

import io
import wave

import numpy as np

RATE_HZ = 8000


def wav(*, seconds: float = 0.5, channels: int = 1, tone_hz: float = 300.0) -> bytes:
    """A tone as a wav file of 16 bits at 8 000 Hz, the same on every channel."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    samples = np.repeat((8000 * np.sin(2 * np.pi * tone_hz * time)).astype("<i2"), channels)
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(RATE_HZ)
        written.writeframes(samples.tobytes())
    return file.getvalue()
