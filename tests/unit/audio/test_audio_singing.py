"""A sung pitch stands on notes, a spoken one glides."""

import numpy as np

from app.domain.units import Span
from app.pipeline.audio.recording import Samples
from app.pipeline.audio.singing import Tune, tune_of
from tests.support.sound import RATE_HZ, line_noise, recording, sample_recording, silence


def voice(semitones: np.ndarray) -> Samples:
    """A buzz with this pitch over 100 Hz, sample by sample."""
    phase = 2 * np.pi * np.cumsum(100 * 2 ** (semitones / 12)) / RATE_HZ
    buzz = np.sum([np.sin(k * phase) for k in range(3, 20)], axis=0)
    return np.asarray(0.02 * buzz, dtype=np.float32)


def tune(notes: list[float], *, vibrato: float = 0.4) -> Samples:
    """Half a second a note, with a vibrato in semitones."""
    held = np.repeat(np.array(notes), RATE_HZ // 2)
    return voice(held + vibrato * np.sin(2 * np.pi * 5.5 * np.arange(len(held)) / RATE_HZ))


def of(samples: Samples) -> Tune:
    return tune_of(samples, (Span(0.0, len(samples) / RATE_HZ),))


def test_a_tune_is_sung() -> None:
    found = of(tune([0, 4, 7, 12, 7, 4, 0, 5]))
    assert found.is_sung
    assert found.held > 0.3
    assert found.range_semitones > 5


def test_a_tune_is_sung_over_noise_on_the_line() -> None:
    song = tune([0, 4, 7, 12, 7, 4, 0, 5])
    assert of(song + line_noise(len(song) / RATE_HZ, -40)).is_sung


def test_a_monotonous_voice_is_no_song() -> None:
    drone = of(tune([0.0] * 8))
    assert drone.held > 0.3
    assert not drone.is_sung


def test_a_gliding_voice_is_no_song() -> None:
    time = np.arange(6 * RATE_HZ) / RATE_HZ
    glide = of(voice(4 * np.sin(2 * np.pi * 1.2 * time)))
    assert glide.seconds > 1.5
    assert glide.held < 0.2
    assert not glide.is_sung


def test_talk_is_no_song() -> None:
    call = sample_recording("bus-driver", start=6.5, end=20.5)
    assert not any(of(channel).is_sung for channel in call.channels)


def test_too_little_is_never_a_song() -> None:
    assert of(silence(2.0)) == Tune(0.0, 0.0, 0.0)
    assert not of(tune([0, 7])[: RATE_HZ // 2]).is_sung
    assert tune_of(silence(1.0), ()) == Tune(0.0, 0.0, 0.0)
    assert tune_of(silence(0.01), (Span(0.0, 0.01),)) == Tune(0.0, 0.0, 0.0)


def test_only_the_regions_are_listened_to() -> None:
    song = tune([0, 4, 7, 12, 7, 4, 0, 5])
    both = recording(np.concatenate([silence(4.0), song])).channels[0]
    assert not tune_of(both, (Span(0.0, 4.0),)).is_sung
    assert tune_of(both, (Span(4.0, 8.0),)).is_sung
