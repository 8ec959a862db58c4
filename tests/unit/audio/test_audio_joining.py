import wave
from pathlib import Path

import numpy as np
import pytest

from app.domain.audio import RawEncoding, RawFormat, UnreviewableReason
from app.errors import Unreviewable
from app.pipeline.audio.decode import DecodeLimits, decode
from app.pipeline.audio.joining import Joint, join
from tests.support.sound import encode

RATE_HZ = 16_000


def written(path: Path, *channels: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return path


def tone(hertz: float, *, seconds: float = 0.25) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def test_recordings_are_put_end_to_end_without_loss(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{hertz}.wav", tone(hertz), tone(hertz + 50)) for hertz in (300, 500)]
    whole = tmp_path / "whole.wav"
    assert join([(path, None) for path in files], to=whole) == (Joint(0.0, 0.25), Joint(0.25, 0.5))
    joined, parts = decode(whole), [decode(path) for path in files]
    for channel in (0, 1):
        np.testing.assert_array_equal(
            joined.channels[channel], np.concatenate([part.channels[channel] for part in parts])
        )
    assert joined.notes == ()


def test_one_and_two_channels_become_one_in_which_everything_is_heard(tmp_path: Path) -> None:
    stereo = written(tmp_path / "stereo.wav", tone(300), np.zeros(RATE_HZ // 4))
    raw = tmp_path / "raw"
    raw.write_bytes((tone(700) * 32767).astype("<i2").tobytes())
    whole = tmp_path / "whole.wav"
    join([(stereo, None), (raw, RawFormat(RawEncoding.S16LE, RATE_HZ, 1))], to=whole)
    (mono,) = decode(whole).channels
    loudness = [float(np.abs(half).max()) for half in np.split(mono, 2)]
    assert loudness == pytest.approx([0.15, 0.3], abs=0.01)


def test_what_is_no_sound_is_left_out(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"no sound at all" * 20)
    whole = tmp_path / "whole.wav"
    good = written(tmp_path / "good.wav", tone(300))
    assert join([(junk, None), (good, None)], to=whole) == (Joint(None, None), Joint(0.0, 0.25))
    assert decode(whole).duration == 0.25
    with pytest.raises(Unreviewable) as caught:
        join([(junk, None)], to=whole)
    assert caught.value.reason is UnreviewableReason.UNREADABLE


def test_what_was_noticed_about_a_recording_is_told_with_its_place(tmp_path: Path) -> None:
    sound = tone(300, seconds=2.0).astype(np.float32)
    broken = encode(tmp_path / "broken", sound, codec="flac", container="flac", rate_hz=RATE_HZ)
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    good = written(tmp_path / "good.wav", tone(300))
    first, second = join([(broken, None), (good, None)], to=tmp_path / "whole.wav")
    assert [note.split(",")[0] for note in first.notes] == ["the file announces 2.0 s"]
    assert second == Joint(first.end, second.end)


def test_parts_may_be_no_longer_together_than_one_recording(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", tone(300))
    with pytest.raises(Unreviewable) as caught:
        join([(path, None), (path, None)], to=tmp_path / "whole.wav", limits=DecodeLimits(max_duration=0.4))
    assert caught.value.reason is UnreviewableReason.TOO_LONG
