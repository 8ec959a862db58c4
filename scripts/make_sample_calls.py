"""Makes the recordings of ``sample_calls/`` from their dialogues.

    python scripts/make_sample_calls.py [--dialogues DIR] [--only CALL]... [--output DIR] [--cache DIR]

Each ``calls/CALL/dialogue.yaml`` of a folder, and its ``timing/dialogue.yaml`` where it has one, is spoken by
Kokoro-82M, laid on a time line, sent through a telephone channel (300-3400 Hz, 8 kHz, G.711 companding, cross-talk,
noise) and encoded; ``reference.json`` says what was said and when, and ``provenance.yaml`` what it was made with.
Running the samples needs none of this; making them needs

- ``npm`` and ``espeak-ng`` (phonemes) as programs, and ``pip`` in this Python;
- the Python packages numpy, onnxruntime, soxr, av and PyYAML.

Model and voices (about 120 MB) come from the package registries, are checked against digests, and are kept in
``--cache`` (default: ``$CANVASS_SAMPLE_CACHE``, else ``canvass-monitor/sample-voices`` in the user's cache folder).

Sources: those of ``sample_voices.py``; ITU-T G.711 for companding; BS 6305 for the cadence of the ringing tone.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soxr
import yaml
from sample_voices import LOUD, MODEL_SHA256, NPM_PACKAGE, PIP_PACKAGES, VOICE_RATE_HZ, Sound, Voices

LINE_RATE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
TURN_PAUSE = 0.35  # seconds between turns where the dialogue states none
SENTENCE_PAUSE = 0.28  # seconds between the sentences of one turn
LEAD, TAIL = 0.4, 0.8  # seconds of open line before and after everything
LEVEL_DBFS = {"canvasser": -26.0, "contact": -28.0, "other": -28.0}  # active speech, before the band limit
SHORTEST_SENTENCE = 14  # characters; shorter ones are spoken together with the next, Kokoro mumbles them otherwise
SHORTEST_CLOSE = 6  # characters; a shorter last sentence ("Bye.") is spoken together with the one before
CONTAINERS = {  # container of the dialogue: file name, codec, bits a second for each channel, codec options
    "opus": ("recording.opus", "libopus", 20_000, {"application": "voip", "frame_duration": "20"}),
    "flac": ("recording.flac", "flac", None, {"compression_level": "12"}),
    "mp3": ("recording.mp3", "libmp3lame", 24_000, {}),
    "wav": ("recording.wav", "pcm_mulaw", None, {}),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of sound on the time line.

    Attributes:
        speaker: Who speaks, or None for a tone.
        text: What is said; empty for a tone.
        start: Seconds from the start of the recording.
        sound: Mono, at ``VOICE_RATE_HZ``.
    """

    speaker: str | None
    text: str
    start: float
    sound: Sound

    @property
    def end(self) -> float:
        """Seconds from the start of the recording."""
        return self.start + len(self.sound) / VOICE_RATE_HZ

    @property
    def heard(self) -> tuple[float, float]:
        """From the first to after the last loud sample, without the margins around them, in seconds."""
        loud = np.flatnonzero(np.abs(self.sound) > LOUD)
        first = int(self.start * VOICE_RATE_HZ)
        return float(first + loud[0]) / VOICE_RATE_HZ, float(first + loud[-1] + 1) / VOICE_RATE_HZ


def sentences(text: str) -> list[str]:
    """The sentences of a turn, very short ones joined to a neighbour."""
    joined: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if joined and (len(joined[-1]) < SHORTEST_SENTENCE or len(sentence) < SHORTEST_CLOSE):
            joined[-1] += " " + sentence
        else:
            joined.append(sentence)
    return joined


def _tone(frequencies_hz: tuple[float, ...], seconds: float, amplitude: float = 0.06) -> Sound:
    times = np.arange(int(seconds * VOICE_RATE_HZ)) / VOICE_RATE_HZ
    waves = [np.sin(2 * np.pi * frequency * times) for frequency in frequencies_hz]
    return np.asarray(amplitude * np.sum([np.zeros_like(times), *waves], axis=0), dtype=np.float32)


def _ringing(rings: int) -> Sound:
    """British ringing tone: 400 and 450 Hz; 0.4 s on, 0.2 off, 0.4 on, 2 off; picked up early in the last pause."""
    burst, gap, pause = _tone((400.0, 450.0), 0.4), _tone((), 0.2), _tone((), 2.0)
    return np.concatenate([burst, gap, burst, pause] * rings)[: -int(1.2 * VOICE_RATE_HZ)]


def _respelt(text: str, pronounce: dict[str, str]) -> str:
    """The text with the words that espeak-ng would say wrongly in a spelling that it says rightly."""
    for word, spelling in pronounce.items():
        text = re.sub(rf"\b{re.escape(word)}\b", spelling, text)
    return text


def lay_out(dialogue: dict[str, Any], voices: Voices) -> tuple[list[Piece], float]:
    """Speaks a dialogue.

    Returns:
        The pieces in order of their start, and the duration of the recording in seconds.
    """
    chance = np.random.default_rng(dialogue["seed"])
    pieces: list[Piece] = []
    now = LEAD
    for turn in dialogue["turns"]:
        if "silence" in turn:
            now += turn["silence"]
        elif "rings" in turn or "beep" in turn:
            tone = _ringing(turn["rings"]) if "rings" in turn else _tone((1000.0,), turn["beep"])
            pieces.append(Piece(None, "", now + 0.2, tone))
            now = pieces[-1].end
        else:
            who = dialogue["speakers"][turn["speaker"]]
            before, now = now, now + turn.get("pause", TURN_PAUSE)
            for sentence in sentences(turn["say"]):
                aloud = _respelt(sentence, dialogue.get("pronounce", {}))
                sound = voices.say(aloud, voice=who["voice"], speed=who["speed"])
                pieces.append(Piece(turn["speaker"], sentence, now, sound))
                now = pieces[-1].end + SENTENCE_PAUSE + chance.uniform(-0.08, 0.08)
            now = before if turn.get("aside") else pieces[-1].end
    return sorted(pieces, key=lambda piece: piece.start), now + TAIL


def _active_dbfs(sound: Sound, rate_hz: int) -> float:
    """Level of the speech without its pauses (20 ms frames within 30 dB of the loudest), in dBFS of full scale 1.0."""
    frame = rate_hz // 50
    power = np.mean(np.square(sound[: len(sound) // frame * frame].reshape(-1, frame)), axis=1)
    active = power[power > power.max() * 1e-3]
    return float(10 * np.log10(active.mean()))


def _party(pieces: list[Piece], speaker: str | None, duration: float, *, level_dbfs: float) -> Sound:
    """Everything that one party says, at its level on the line: mono at ``LINE_RATE_HZ``, band-limited."""
    track = np.zeros(int(duration * VOICE_RATE_HZ) + 1, dtype=np.float32)
    for piece in (piece for piece in pieces if piece.speaker == speaker):
        first = int(piece.start * VOICE_RATE_HZ)
        track[first : first + len(piece.sound)] += piece.sound
    if speaker is not None:
        track *= 10 ** ((level_dbfs - _active_dbfs(track, VOICE_RATE_HZ)) / 20)
    line = np.asarray(soxr.resample(track, VOICE_RATE_HZ, LINE_RATE_HZ, quality="VHQ"), dtype=np.float32)
    return _band_limited(line[: int(duration * LINE_RATE_HZ)])


def _band_limited(sound: Sound, taps: int = 255) -> Sound:
    """A linear-phase band pass from 300 to 3400 Hz (windowed sinc, Blackman), its delay taken out."""
    n = np.arange(taps) - taps // 2
    low, high = (2 * edge / LINE_RATE_HZ for edge in BAND_HZ)
    kernel = (high * np.sinc(high * n) - low * np.sinc(low * n)) * np.blackman(taps)
    return np.convolve(sound, kernel, mode="same").astype(np.float32)


def _noise(length: int, level_dbfs: float, chance: np.random.Generator) -> Sound:
    """Line noise, band-limited and a little stronger in the low frequencies, at a root-mean-square level."""
    spectrum = np.fft.rfft(chance.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(length, 1 / LINE_RATE_HZ), BAND_HZ[0]))
    sound = _band_limited(np.fft.irfft(spectrum, length).astype(np.float32))
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 10 ** (level_dbfs / 20), dtype=np.float32)


def telephone(dialogue: dict[str, Any], pieces: list[Piece], duration: float) -> npt.NDArray[np.int16]:
    """Sends the parties through the line.

    Returns:
        Samples of shape (channels, n_samples) at ``LINE_RATE_HZ``, after a G.711 round trip.

    Raises:
        ValueError: If the mixture would clip.
    """
    line, speakers = dialogue["channel"], dialogue["speakers"]
    far = next((who["channel"] for name, who in speakers.items() if name != "canvasser" and "channel" in who), 0)
    channels = np.zeros((2 if line["layout"] == "stereo" else 1, int(duration * LINE_RATE_HZ)), dtype=np.float32)
    channels[far] += _party(pieces, None, duration, level_dbfs=0.0)
    for name, who in speakers.items():
        level_dbfs = who.get("level_dbfs", LEVEL_DBFS[name])
        channels[who.get("channel", 0)] += _party(pieces, name, duration, level_dbfs=level_dbfs)
    if line["leak_db"] is not None:
        channels = channels + channels[::-1] * np.float32(10 ** (line["leak_db"] / 20))
    chance = np.random.default_rng(dialogue["seed"])
    for index, channel in enumerate(channels):
        level = line["noise_dbfs"] if line["snr_db"] is None else _active_dbfs(channel, LINE_RATE_HZ) - line["snr_db"]
        channels[index] += _noise(channels.shape[1], level, chance)
    if (peak := float(np.abs(channels).max())) > 0.98:
        raise ValueError(f"{dialogue['call']}: peak of {peak:.2f} of full scale, so the line would clip")
    samples = np.round(channels * 32767).astype(np.int16)
    return np.stack([_companded(channel, f"pcm_{line['codec']}") for channel in samples])


def _frame(samples: npt.NDArray[np.int16]) -> av.AudioFrame:
    """A packed frame of samples of shape (channels, n_samples)."""
    layout = "mono" if len(samples) == 1 else "stereo"
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T.reshape(1, -1)), format="s16", layout=layout)
    frame.sample_rate = LINE_RATE_HZ
    frame.pts = 0
    return frame


def _companded(samples: npt.NDArray[np.int16], codec: str) -> npt.NDArray[np.int16]:
    """One channel after G.711 coding (``pcm_mulaw`` or ``pcm_alaw``) and decoding."""
    coder = av.CodecContext.create(codec, "w")
    decoder = av.CodecContext.create(codec, "r")
    for context in (coder, decoder):
        context.sample_rate, context.layout, context.format = LINE_RATE_HZ, "mono", "s16"
    packets = [*coder.encode(_frame(samples[None])), *coder.encode(None)]
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames])


def encode(samples: npt.NDArray[np.int16], container: str, folder: Path) -> Path:
    """Writes a recording.

    Args:
        samples: Shape (channels, n_samples) at ``LINE_RATE_HZ``.
        container: A key of ``CONTAINERS``.
        folder: Where the file goes; a recording of another format is removed from it.
    """
    name, codec, bit_rate, options = CONTAINERS[container]
    for old in folder.glob("recording.*"):
        old.unlink()
    with av.open(str(folder / name), "w", options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream(codec, rate=LINE_RATE_HZ, options=options)
        stream.layout = "mono" if len(samples) == 1 else "stereo"
        if bit_rate is not None:
            stream.bit_rate = bit_rate * len(samples)
        resampler = av.AudioResampler(format=stream.format, layout=stream.layout, rate=LINE_RATE_HZ)
        for frame in resampler.resample(_frame(samples)):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return folder / name


def _reference(dialogue: dict[str, Any], pieces: list[Piece], duration: float, recording: Path) -> dict[str, Any]:
    """The transcript of the contract; what a reference cannot know (a recogniser, confidences) is null."""
    with av.open(str(recording)) as file:
        rate_hz, channels = file.streams.audio[0].rate, file.streams.audio[0].channels
    timed = dialogue.get("timed", False)
    spoken = [piece for piece in pieces if piece.speaker is not None]
    utterances = [
        {
            "index": index,
            "speaker": piece.speaker,
            "channel": dialogue["speakers"][piece.speaker].get("channel", 0),
            "start": round(piece.heard[0] if timed else piece.start, 3),
            "end": round(piece.heard[1] if timed else piece.end, 3),
            "text": piece.text,
            "confidence": None,
            "speaker_confidence": None,
            "words": [],
        }
        for index, piece in enumerate(spoken)
    ]
    return {
        "call": dialogue["call"],
        "duration": round(duration, 3),
        "language": "en" if spoken else None,
        "reached": dialogue["reached"],
        "source": {"sha256": _digest(recording), "sample_rate": rate_hz, "channels": channels},
        "engine": None,
        "utterances": utterances,
    }


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def make_call(dialogue_file: Path, folder: Path, voices: Voices) -> dict[str, Any]:
    """Makes one call's recording and reference.

    Args:
        dialogue_file: The ``dialogue.yaml``.
        folder: Where ``recording.*`` and ``reference.json`` go.
        voices: The speech synthesiser.

    Returns:
        The call's entry in ``provenance.yaml``.
    """
    dialogue = yaml.safe_load(dialogue_file.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    voices.prepare(dialogue["seed"])
    pieces, duration = lay_out(dialogue, voices)
    samples = telephone(dialogue, pieces, duration)
    recording = encode(samples, dialogue["channel"]["container"], folder)
    reference = _reference(dialogue, pieces, samples.shape[1] / LINE_RATE_HZ, recording)
    text = json.dumps(reference, ensure_ascii=False, indent=1)
    (folder / "reference.json").write_text(text + "\n", encoding="utf-8")
    return {
        "recording": recording.name,
        "sha256": _digest(recording),
        "size_bytes": recording.stat().st_size,
        "duration": reference["duration"],
        "channels": len(samples),
        "seed": dialogue["seed"],
        "voices": {name: who["voice"] for name, who in dialogue["speakers"].items()},
        "dialogue_sha256": _digest(dialogue_file),
    }


def _tools() -> dict[str, Any]:
    """What the sound was made with."""
    espeak = subprocess.run(["espeak-ng", "--version"], check=True, capture_output=True, text=True).stdout
    return {
        "model": {"name": "Kokoro-82M v1.0, int8 ONNX", "sha256": MODEL_SHA256, "licence": "Apache-2.0"},
        "packages": [
            {"name": name, "version": version, "sha256": sha256, "licence": "Apache-2.0"}
            for name, version, sha256 in (*PIP_PACKAGES, NPM_PACKAGE)
        ],
        "espeak-ng": {"version": espeak.split("Data")[0].split(":")[-1].strip(), "licence": "GPL-3.0-or-later"},
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("numpy", "onnxruntime", "soxr", "av")},
    }


def dialogues_of(folder: Path) -> dict[str, Path]:
    """Every dialogue of a folder by its name: those of ``calls``, and ``timing``."""
    found = [*sorted(folder.glob("calls/*/dialogue.yaml")), *folder.glob("timing/dialogue.yaml")]
    return {file.parent.name: file for file in found}


def _make(dialogues: dict[str, Path], calls: list[str], *, output: Path, voices: Voices) -> None:
    provenance = output / "provenance.yaml"
    earlier = yaml.safe_load(provenance.read_text(encoding="utf-8"))["calls"] if provenance.exists() else {}
    made = {call: entry for call, entry in earlier.items() if call in dialogues}
    content = {"licence": "Apache-2.0", "made_by": "scripts/make_sample_calls.py", "tools": _tools()}
    for call in calls:
        folder = output / ("timing" if call == "timing" else f"calls/{call}")
        made[call] = make_call(dialogues[call], folder, voices)
        content["calls"] = dict(sorted(made.items()))
        provenance.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        print(f"{call}: {made[call]['duration']:.1f} s, {made[call]['size_bytes']} bytes", file=sys.stderr)


def main() -> None:
    """Makes the calls asked for and brings ``provenance.yaml`` up to date."""
    home = Path(__file__).resolve().parent.parent / "sample_calls"
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = os.environ.get("CANVASS_SAMPLE_CACHE") or user_cache / "canvass-monitor" / "sample-voices"
    parser = argparse.ArgumentParser(description="Make the recordings of sample_calls/ from their dialogues.")
    parser.add_argument(
        "--dialogues", metavar="DIR", type=Path, default=home, help="read them here (default: sample_calls)"
    )
    parser.add_argument("--only", metavar="CALL", action="append", help="make this call only (may be repeated)")
    parser.add_argument("--output", metavar="DIR", type=Path, help="write here (default: beside the dialogues)")
    parser.add_argument("--cache", metavar="DIR", type=Path, default=Path(cache), help="keep model and voices here")
    arguments = parser.parse_args()
    dialogues = dialogues_of(arguments.dialogues)
    if unknown := set(arguments.only or ()) - set(dialogues):
        parser.error(f"no such call: {', '.join(sorted(unknown))}; there are {', '.join(dialogues)}")
    output = arguments.output or arguments.dialogues
    output.mkdir(parents=True, exist_ok=True)
    _make(dialogues, list(arguments.only or dialogues), output=output, voices=Voices(arguments.cache.resolve()))


if __name__ == "__main__":
    main()
