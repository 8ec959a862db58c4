"""Levels, silence, dual mono and cross-talk."""

from dataclasses import replace

import numpy as np
import pytest

from app.pipeline.audio.activity import speech_regions
from app.pipeline.audio.channels import collapse_dual_mono, frame_levels_dbfs, gate_crosstalk, is_silent, measure
from app.pipeline.audio.playback import peaks
from tests.support.sound import at_level, line_noise, music, recording, ringing, silence


def talk(seconds: float, *, seed: int, active: tuple[float, float]) -> np.ndarray:
    """Noise with the rhythm of syllables, in one stretch of the time."""
    sound = line_noise(seconds, -20.0, seed=seed)
    time = np.arange(len(sound)) / 16_000
    rhythm = np.abs(np.sin(2 * np.pi * 4 * time)) * ((time >= active[0]) & (time < active[1]))
    return np.asarray(sound * rhythm, dtype=np.float32)


@pytest.mark.parametrize("level_dbfs", [-66.0, -45.0, -35.0])
def test_the_noise_of_a_line_is_silence(level_dbfs: float) -> None:
    assert is_silent(recording(line_noise(5, level_dbfs)))


@pytest.mark.parametrize("sound", [ringing(5), music(5), at_level(ringing(5), -42.0)])
def test_tones_and_music_are_not_silence(sound: np.ndarray) -> None:
    assert not is_silent(recording(sound))


def test_direct_current_is_silence() -> None:
    assert is_silent(recording(silence(3) + np.float32(0.4)))


def test_one_live_channel_is_enough() -> None:
    assert not is_silent(recording(silence(4), ringing(4)))


def test_levels_are_relative_to_full_scale() -> None:
    assert measure(at_level(line_noise(5, -20), -20)).loud_dbfs == pytest.approx(-19, abs=1)
    assert frame_levels_dbfs(silence(0.01)).tolist() == [-120.0]


def test_no_tone_noise_or_music_is_speech() -> None:
    for sound in (ringing(8), music(8), line_noise(8, -30), silence(8), silence(0)):
        assert speech_regions(sound) == ()


@pytest.mark.parametrize(("gain", "delay"), [(1.0, 0), (0.6, 50), (1.5, -160), (-1.0, 0)])
def test_the_same_sound_on_both_channels_is_heard_once(gain: float, delay: int) -> None:
    sound = talk(9, seed=1, active=(0.5, 8.5))
    noisy = (np.roll(sound, delay) * gain + at_level(line_noise(9, -60, seed=9), -45)).astype(np.float32)
    collapsed = collapse_dual_mono(recording(sound, noisy))
    assert len(collapsed.channels) == 1
    assert collapsed.notes


@pytest.mark.parametrize("gain", [10 ** (-28 / 20), 10 ** (-12 / 20), 0.0])
def test_a_leak_or_a_dead_channel_is_not_the_same_sound(gain: float) -> None:
    sound = talk(4, seed=1, active=(0.5, 3.5))
    assert len(collapse_dual_mono(recording(sound, (sound * gain).astype(np.float32))).channels) == 2


@pytest.mark.parametrize("leak_db", [-12, -20, -28, -33])
@pytest.mark.parametrize("gain_db", [0, -12])
def test_the_gate_mutes_what_leaks_and_keeps_what_is_said(leak_db: float, gain_db: float) -> None:
    first, second = talk(8, seed=1, active=(0.5, 3.5)), talk(8, seed=2, active=(4.5, 7.5))
    leak, gain = np.float32(10 ** (leak_db / 20)), np.float32(10 ** (gain_db / 20))
    gated = gate_crosstalk(recording(first + leak * second, gain * (second + leak * first)))
    for own, other, sound, start in ((0, 1, first, 0.6), (1, 0, gain * second, 4.6)):
        said = slice(round(start * 16_000), round((start + 2.8) * 16_000))
        heard = [float(np.mean(channel[said] ** 2)) for channel in gated.channels]
        kept = float(np.mean(sound[said] ** 2))
        assert heard[own] == pytest.approx(kept, rel=0.02)
        assert heard[other] < kept * 10 ** ((leak_db - 15) / 10)


def test_a_party_that_never_speaks_leaves_the_gate_as_it_is() -> None:
    first = talk(8, seed=1, active=(0.5, 7.5))
    gated = gate_crosstalk(recording(first, (first * np.float32(0.05)).astype(np.float32)))
    assert float(np.mean(gated.channels[0] ** 2)) == pytest.approx(float(np.mean(first**2)), rel=0.01)
    assert float(np.mean(gated.channels[1] ** 2)) < 1e-3 * float(np.mean((0.05 * first) ** 2))


def test_the_gate_keeps_both_when_both_speak() -> None:
    first, second = talk(4, seed=1, active=(0.5, 3.5)), talk(4, seed=2, active=(0.5, 3.5))
    gated = gate_crosstalk(recording(first, second))
    for before, after in zip((first, second), gated.channels, strict=True):
        assert float(np.mean(after**2)) == pytest.approx(float(np.mean(before**2)), rel=0.05)


def test_the_gate_leaves_one_channel_alone() -> None:
    mono = recording(talk(2, seed=1, active=(0, 2)))
    assert gate_crosstalk(mono) is mono


def test_peaks_outline_each_channel() -> None:
    sound = recording(ringing(4), silence(4))
    loud, quiet = peaks(sound, count=100)
    assert len(loud) == len(quiet) == 100
    assert max(loud) == pytest.approx(float(np.abs(sound.channels[0]).max()), abs=1e-3)
    assert set(quiet) == {0.0}
    assert len(peaks(replace(sound, channels=(silence(0.001),)), count=100)[0]) == 16
