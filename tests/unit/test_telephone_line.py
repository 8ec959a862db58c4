import numpy as np
import pytest

from scripts.telephone_line import CONDITIONS, LINE_RATE_HZ, Condition, active_power, line_noise, mixed, through

RATE_HZ = 16_000
TEN_DB = CONDITIONS[1]


def _bursts(seconds: float = 2.0) -> np.ndarray:
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    pitch = np.sin(2 * np.pi * (500 + 200 * np.sin(2 * np.pi * 3 * times)) * times)
    return (0.2 * pitch * (np.sin(2 * np.pi * 1.5 * times) > 0)).astype(np.float32)


def test_clean_is_left_as_it_is() -> None:
    samples = _bursts()
    (heard,) = through([samples], CONDITIONS[0], seed="a")
    assert heard is samples


def test_the_same_seed_gives_the_same_line_and_each_channel_its_own_noise() -> None:
    samples = _bursts()
    first, second = through([samples, samples], TEN_DB, seed="a")
    assert np.array_equal(first, through([samples], TEN_DB, seed="a")[0])
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, through([samples], TEN_DB, seed="b")[0])


@pytest.mark.parametrize("length", [31_999, 32_000, 32_003])
def test_nothing_is_moved_in_time_or_lost(length: int) -> None:
    samples = _bursts(2.1)[:length]
    (heard,) = through([samples], Condition("quiet", 60.0), seed="a")
    assert heard.shape == samples.shape
    assert heard.dtype == np.float32
    whole = slice(2_000, 30_000)
    likeness = {shift: float(samples[whole] @ np.roll(heard, shift)[whole]) for shift in range(-200, 201, 2)}
    assert abs(max(likeness, key=likeness.__getitem__)) <= 4


def test_noise_lies_in_the_telephone_band_and_has_power_one() -> None:
    noise = line_noise(LINE_RATE_HZ * 4, seed=1)
    power = np.abs(np.fft.rfft(noise)) ** 2
    frequencies = np.fft.rfftfreq(len(noise), 1 / LINE_RATE_HZ)
    assert np.mean(noise**2) == pytest.approx(1.0)
    assert power[(frequencies < 290) | (frequencies > 3410)].sum() < 1e-9 * power.sum()


def test_pauses_do_not_count_in_the_level_of_the_speech() -> None:
    speech = line_noise(LINE_RATE_HZ, seed=2)
    with_pause = np.concatenate([speech, np.zeros(LINE_RATE_HZ)])
    assert active_power(with_pause) == pytest.approx(active_power(speech))


def test_silence_stays_silent() -> None:
    (heard,) = through([np.zeros(RATE_HZ, dtype=np.float32)], TEN_DB, seed="a")
    assert np.abs(heard).max() < 0.01


def test_channels_are_mixed_at_their_mean() -> None:
    assert mixed([np.ones(4, dtype=np.float32), np.zeros(4, dtype=np.float32)]).tolist() == [0.5] * 4
