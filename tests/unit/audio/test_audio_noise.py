import numpy as np
import pytest

from app.domain.units import SAMPLE_RATE_HZ, Span
from app.pipeline.audio.noise import Noise, measure_noise
from scripts.nonspeech import nonspeech

RATE = SAMPLE_RATE_HZ


def spoken(*, noise: float, seconds: int = 20, every: int = 2) -> np.ndarray:
    """A second of sound at -20 dBFS every few seconds, over noise of that level."""
    draw = np.random.default_rng(7)
    samples = draw.standard_normal(seconds * RATE) * 10 ** (-20 / 20)
    samples[(np.arange(len(samples)) // RATE) % every != 0] = 0.0
    return (samples + draw.standard_normal(len(samples)) * noise).astype(np.float32)


def measured(samples: np.ndarray, *, every: int = 2) -> Noise:
    seconds = len(samples) // RATE
    found = measure_noise(samples, [Span(float(start), start + 1.0) for start in range(0, seconds, every)])
    assert found is not None
    return found


@pytest.mark.parametrize("decibels", [10, 20, 30])
def test_the_distance_of_speech_and_noise(decibels: int) -> None:
    found = measured(spoken(noise=0.1 * 10 ** (-decibels / 20)))
    assert found.below_speech_db == pytest.approx(decibels, abs=1.5)
    assert found.flatness > 0.9


def test_what_is_gated_out_says_nothing_about_the_line() -> None:
    samples = spoken(noise=0.02)
    muted = samples.copy()
    muted[: len(muted) // 2] = 0.0
    assert measured(muted).below_speech_db == pytest.approx(measured(samples).below_speech_db, abs=1.0)


def test_noisy_and_quiet_lines() -> None:
    assert measured(spoken(noise=0.02)).is_noisy_line
    assert not measured(spoken(noise=0.001)).is_noisy_line
    assert measure_noise(np.zeros(RATE, dtype=np.float32), [Span(0.0, 1.0)]) is None
    assert measure_noise(np.zeros(0, dtype=np.float32), ()) is None
    assert measure_noise(spoken(noise=0.02), ()) is None


@pytest.mark.parametrize("every", [2, 10, 20])
def test_who_says_little_is_heard_on_the_same_line(every: int) -> None:
    for noise, noisy in ((0.02, True), (0.001, False)):
        samples = spoken(noise=noise, seconds=60, every=every)
        assert measured(samples, every=every).is_noisy_line is noisy


@pytest.mark.parametrize("kind", ["sung-words", "babble", "children", "music-band", "hum", "ringing-british"])
def test_voices_and_tones_are_no_noise_of_a_line(kind: str) -> None:
    assert not measured(nonspeech(kind, seconds=8.0), every=1).is_noisy_line


def test_a_long_recording_is_looked_at_in_part() -> None:
    minutes = np.tile(spoken(noise=0.02), 30)
    assert measured(minutes).flatness == pytest.approx(measured(spoken(noise=0.02)).flatness, abs=0.05)
