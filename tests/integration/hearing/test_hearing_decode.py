"""Every kind of sound, and everything that only pretends to be sound."""

import struct
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from app.domain.audio import RawEncoding, RawFormat, UnreviewableReason
from app.errors import ProcessingFailed, Unreviewable
from app.pipeline.audio.decode import DecodeLimits, decode
from app.pipeline.audio.playback import write_playback
from app.pipeline.audio.recording import Recording
from tests.support.sound import alike, encode, mulaw, recording, ringing, sample_recording, silence, write_wav

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="module")
def speech() -> Recording:
    """The first words of a canvasser, 7.3 s."""
    return sample_recording("bus-driver", start=6.5, end=13.8)


@pytest.mark.parametrize(
    ("suffix", "codec", "container", "rate_hz"),
    [
        ("wav", "pcm_u8", "wav", 8000),
        ("wav", "pcm_s16le", "wav", 8000),
        ("wav", "pcm_s24le", "wav", 44_100),
        ("wav", "pcm_s32le", "wav", 16_000),
        ("wav", "pcm_f32le", "wav", 48_000),
        ("wav", "pcm_mulaw", "wav", 8000),
        ("wav", "pcm_alaw", "wav", 8000),
        ("mp3", "libmp3lame", "mp3", 16_000),
        ("ogg", "libopus", "ogg", 48_000),
        ("flac", "flac", "flac", 8000),
        ("m4a", "aac", "ipod", 16_000),
        ("aac", "aac", "adts", 16_000),
    ],
)
def test_every_format_gives_the_same_sound(
    tmp_path: Path, speech: Recording, suffix: str, codec: str, container: str, rate_hz: int
) -> None:
    path = encode(tmp_path / f"call.{suffix}", speech.channels[0], codec=codec, container=container, rate_hz=rate_hz)
    heard = decode(path)
    assert heard.duration == pytest.approx(speech.duration, abs=0.15)
    assert heard.source.sample_rate_hz == rate_hz
    assert heard.source.channels == len(heard.channels) == 1
    assert heard.channels[0].dtype == np.float32
    assert alike(speech.channels[0], heard.channels[0]) > 0.95
    assert heard.notes == ()


@pytest.mark.parametrize("name", ["greeting.gsm", "greeting-gsm.wav", "greeting.ogg"])
def test_gsm_and_vorbis_are_told_without_a_name(tmp_path: Path, speech: Recording, name: str) -> None:
    disguised = tmp_path / "call"
    disguised.write_bytes((FIXTURES / name).read_bytes())
    heard = decode(disguised)
    assert heard.duration == pytest.approx(7.3, abs=0.05)
    assert heard.notes == ()
    assert alike(speech.channels[0], heard.channels[0]) > 0.85


@pytest.mark.parametrize("rate_hz", [8000, 16_000])
def test_declared_headerless_sound_is_read(tmp_path: Path, speech: Recording, rate_hz: int) -> None:
    path = tmp_path / "call.bin"
    path.write_bytes((speech.channels[0][:: 16_000 // rate_hz] * 32767).astype("<i2").tobytes())
    heard = decode(path, raw=RawFormat(RawEncoding.S16LE, sample_rate_hz=rate_hz))
    assert alike(speech.channels[0], heard.channels[0]) > 0.98
    path.write_bytes(mulaw(speech.channels[0]))
    assert alike(speech.channels[0], decode(path, raw=RawFormat(RawEncoding.MULAW)).channels[0]) > 0.98


def test_declared_stereo_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "call.ul"
    both = np.stack([ringing(1), silence(1)], axis=1).reshape(-1)
    path.write_bytes(mulaw(np.repeat(both.reshape(-1, 2)[::2].reshape(-1), 2)))
    loud, quiet = decode(path, raw=RawFormat(RawEncoding.MULAW, channels=2)).channels
    assert float(np.abs(loud).max()) > 0.1
    assert float(np.abs(quiet).max()) < 0.01


def test_undeclared_headerless_sound_is_unreadable(tmp_path: Path, speech: Recording) -> None:
    path = tmp_path / "call.ul"
    path.write_bytes(mulaw(silence(1) + 0.01))
    assert_refused(path)


def test_channels_stay_apart_and_the_digest_is_that_of_the_file(tmp_path: Path, speech: Recording) -> None:
    from hashlib import sha256

    path = write_wav(tmp_path / "call.wav", (speech.channels[0], ringing(speech.duration)))
    heard = decode(path)
    assert alike(speech.channels[0], heard.channels[0]) > 0.98
    assert alike(ringing(speech.duration), heard.channels[1]) > 0.9
    assert heard.source.sha256 == sha256(path.read_bytes()).hexdigest()


def test_more_than_two_channels_are_mixed_so_that_nothing_is_unheard(tmp_path: Path, speech: Recording) -> None:
    quiet = silence(speech.duration)[: len(speech.channels[0])]
    heard = decode(write_wav(tmp_path / "call.wav", (quiet, quiet, quiet, speech.channels[0])))
    assert len(heard.channels) == 1
    assert heard.source.channels == 4
    assert alike(speech.channels[0], heard.channels[0]) > 0.98
    assert "4 channels" in heard.notes[0]


def test_a_third_of_a_second_is_a_recording(tmp_path: Path) -> None:
    assert decode(write_wav(tmp_path / "call.wav", (ringing(0.3),))).duration == pytest.approx(0.3, abs=0.01)


def assert_refused(path: Path, *, limits: DecodeLimits | None = None) -> str:
    with pytest.raises(Unreviewable) as refusal:
        decode(path, limits=limits or DecodeLimits())
    assert refusal.value.reason is UnreviewableReason.UNREADABLE
    return refusal.value.message


DISGUISED = {
    "empty": b"",
    "one byte": b"\xff",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "archive": b"PK\x03\x04" + bytes(range(256)) * 20,
    "page": b"<!doctype html><html><body>404</body></html>" * 50,
    "playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "concatenation": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "riff of another kind": b"RIFF\x00\x10\x00\x00AVI " + bytes(4096),
    "header alone": b"RIFF\x24\x00\x00\x00WAVE",
    "noise": np.random.default_rng(3).bytes(40_000),
    "noise behind an mp3 header": b"\xff\xfb\x90\x00" + np.random.default_rng(4).bytes(40_000),
    "noise behind a wav header": b"RIFF\x24\x00\x00\x00WAVEfmt " + np.random.default_rng(5).bytes(40_000),
    "noise behind an ogg header": b"OggS" + np.random.default_rng(6).bytes(40_000),
    "noise behind an m4a header": b"\x00\x00\x00\x20ftypM4A " + np.random.default_rng(7).bytes(40_000),
    "noise behind a flac header": b"fLaC" + np.random.default_rng(8).bytes(40_000),
}


@pytest.mark.parametrize("content", DISGUISED.values(), ids=DISGUISED.keys())
def test_what_is_no_sound_is_unreadable_whatever_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(content)
    message = assert_refused(path)
    assert str(tmp_path) not in message


def test_a_header_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
    assert_refused(path)


@pytest.mark.parametrize(("codec", "container"), [("flac", "flac"), ("libopus", "ogg"), ("libmp3lame", "mp3")])
def test_of_a_damaged_tail_the_rest_is_heard(tmp_path: Path, speech: Recording, codec: str, container: str) -> None:
    rate_hz = 48_000 if codec == "libopus" else 16_000
    path = encode(tmp_path / "call", speech.channels[0], codec=codec, container=container, rate_hz=rate_hz)
    whole = path.read_bytes()
    cut = len(whole) * 2 // 3
    path.write_bytes(whole[:cut] + np.random.default_rng(1).bytes(len(whole) - cut))
    heard = decode(path)
    assert 3.0 < heard.duration <= 7.6
    first = round(2.5 * 16_000)
    assert alike(speech.channels[0][:first], heard.channels[0][:first]) > 0.9


@pytest.mark.parametrize(("codec", "container"), [("flac", "flac"), ("pcm_s16le", "wav"), ("pcm_mulaw", "wav")])
def test_a_truncated_file_says_so(tmp_path: Path, speech: Recording, codec: str, container: str) -> None:
    rate_hz = 8000 if codec == "pcm_mulaw" else 16_000
    path = encode(tmp_path / "call", speech.channels[0], codec=codec, container=container, rate_hz=rate_hz)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "announces 7.3 s" in decode(path).notes[0]


def test_a_streamed_wav_without_a_length_is_read(tmp_path: Path, speech: Recording) -> None:
    path = write_wav(tmp_path / "call.wav", speech.channels)
    content = bytearray(path.read_bytes())
    content[40:44] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(content)
    heard = decode(path)
    assert heard.duration == pytest.approx(speech.duration, abs=0.01)
    assert not heard.notes


def test_numbers_that_are_none_become_silence(tmp_path: Path) -> None:
    path = encode(tmp_path / "call.wav", ringing(1), codec="pcm_f32le", container="wav", rate_hz=16_000)
    content = bytearray(path.read_bytes())
    content[-4000:] = struct.pack("<f", float("nan")) * 500 + struct.pack("<f", float("inf")) * 500
    path.write_bytes(content)
    samples = decode(path).channels[0]
    assert np.isfinite(samples).all()
    assert float(np.abs(samples).max()) <= 1.0


def test_too_long_is_told_by_the_header_and_by_the_sound(tmp_path: Path) -> None:
    limits = DecodeLimits(max_duration=2.0)
    path = write_wav(tmp_path / "call.wav", (silence(5),))
    announced = path.read_bytes()
    stream = encode(tmp_path / "call.aac", silence(5), codec="aac", container="adts", rate_hz=16_000)
    for item in (path, stream):
        with pytest.raises(Unreviewable) as refusal:
            decode(item, limits=limits)
        assert refusal.value.reason is UnreviewableReason.TOO_LONG
    assert announced == path.read_bytes()


def test_a_decoder_out_of_time_or_memory_ends_alone(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", (silence(2),))
    began = time.monotonic()
    with pytest.raises(ProcessingFailed):
        decode(path, limits=DecodeLimits(wall_seconds=0.01))
    assert time.monotonic() - began < 5
    with pytest.raises((Unreviewable, ProcessingFailed)):
        decode(path, limits=DecodeLimits(memory_bytes=60 * 1024**2))


def test_a_missing_file_is_not_the_recordings_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "nowhere.wav")


def test_playback_is_opus_with_the_same_channels(tmp_path: Path, speech: Recording) -> None:
    both = recording(speech.channels[0], ringing(speech.duration))
    write_playback(both, tmp_path / "call.ogg")
    heard = decode(tmp_path / "call.ogg")
    assert len(heard.channels) == 2
    assert heard.duration == pytest.approx(both.duration, abs=0.05)
    assert alike(both.channels[0], heard.channels[0]) > 0.95
