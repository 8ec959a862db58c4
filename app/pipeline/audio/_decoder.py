"""The child process that reads untrusted sound: `python _decoder.py OUTPUT CONFIGURATION < RECORDING`.

It stands alone (PyAV and numpy, nothing of the program), limits its own memory and CPU time before it looks at a byte,
writes raw float32 samples to the folder OUTPUT, one file a channel, and one line of JSON to standard output.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal

SAMPLE_RATE_HZ = 16_000
RAW_DEMUXERS = {"mulaw": "mulaw", "alaw": "alaw", "s16le": "s16le"}
GSM_FRAME_BYTES = 33
GSM_FRAMES_LOOKED_AT = 50
MOST_FAULTS = 1000
MOST_CHUNKS = 100
OPEN_LENGTH = 0x7FFF_0000
"""Bytes from which the length in the header of a wav is no length, but the mark of one that was never filled in."""


class Refused(Exception):
    """Not a recording that is decoded; ``reason`` is one of the contract's codes."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def main() -> int:
    """Decode standard input as the arguments say; the answer is one line of JSON."""
    output, configuration = Path(sys.argv[1]), json.loads(sys.argv[2])
    _limit(configuration["memory_bytes"], configuration["cpu_seconds"])
    try:
        answer = decode(sys.stdin.buffer, output, configuration)
    except Refused as refused:
        answer = {"reason": refused.reason, "message": refused.message}
    except MemoryError:
        answer = {"reason": "unreadable", "message": "decoding it takes more memory than is allowed"}
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def decode(file: BinaryIO, output: Path, configuration: dict[str, Any]) -> dict[str, Any]:
    """Decode one file into float32 planes.

    Raises:
        Refused: If it is no sound, or longer than allowed.
    """
    import av

    raw = configuration["raw"]
    demuxer = RAW_DEMUXERS[raw["encoding"]] if raw else sniff(file)
    there = share_of_wav(file) if demuxer == "wav" else 1.0
    options = {"format_whitelist": demuxer, "protocol_whitelist": "none"}
    if raw:
        options |= {
            "sample_rate": str(raw["sample_rate_hz"]),
            "ch_layout": "stereo" if raw["channels"] == 2 else "mono",
        }
    try:
        container = av.open(file, mode="r", format=demuxer, options=options)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise Refused(
            "unreadable",
            f"it starts like {demuxer.rpartition('m4a')[1] or demuxer}, but cannot be read: {_plain(error)}",
        ) from error
    with container:
        if not container.streams.audio:
            raise Refused("unreadable", "it holds no sound")
        return _Decoding(container, output, configuration).run(there)


def _is_wav(head: bytes) -> bool:
    return head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE"


def _is_gsm(head: bytes) -> bool:
    """Whether every 33-byte frame starts with the signature of GSM 06.10, half a byte 0xD."""
    starts = head[::GSM_FRAME_BYTES]
    return len(head) >= 2 * GSM_FRAME_BYTES and all(byte >> 4 == 0xD for byte in starts)


def _is_adts(head: bytes) -> bool:
    return head[0] == 0xFF and len(head) > 1 and head[1] & 0xF6 == 0xF0


def _is_mp3(head: bytes) -> bool:
    return head[:3] == b"ID3" or (head[0] == 0xFF and len(head) > 1 and head[1] & 0xE0 == 0xE0)


SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("wav", _is_wav),
    ("ogg", lambda head: head[:4] == b"OggS"),
    ("flac", lambda head: head[:4] == b"fLaC"),
    ("mov,mp4,m4a,3gp,3g2,mj2", lambda head: head[4:8] == b"ftyp"),
    ("gsm", _is_gsm),
    ("aac", _is_adts),
    ("mp3", _is_mp3),
)


def sniff(file: BinaryIO) -> str:
    """The demuxer for what the file is, by its first bytes; its name plays no part.

    Raises:
        Refused: If it is empty or none of the kinds of sound that are accepted.
    """
    head = file.read(GSM_FRAME_BYTES * GSM_FRAMES_LOOKED_AT)
    file.seek(0)
    if not head:
        raise Refused("unreadable", "the file is empty")
    for demuxer, recognises in SIGNATURES:
        if recognises(head):
            return demuxer
    raise Refused("unreadable", "it is no wav, mp3, ogg, opus, flac, m4a, aac or gsm, whatever its name says")


def share_of_wav(file: BinaryIO) -> float:
    """How much of the sound that a wav announces is in the file: its demuxer takes the length from the file's.

    Returns:
        In (0, 1]; 1 for a file that leaves its length open, as a recorder does that writes to a pipe.
    """
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    byte_order: Literal["little", "big"] = "big" if file.read(4) == b"RIFX" else "little"
    place, share = 12, 1.0
    for _ in range(MOST_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            break
        size = int.from_bytes(head[4:], byte_order)
        if head[:4] == b"data":
            there = length - place - 8
            share = there / size if 0 < there < size < OPEN_LENGTH else 1.0
            break
        place += 8 + size + size % 2
    file.seek(0)
    return share


class _Decoding:
    """One run over the packets of a file, with its counters."""

    def __init__(self, container: Any, output: Path, configuration: dict[str, Any]) -> None:
        self.container = container
        self.stream = container.streams.audio[0]
        self.stream.thread_type = "NONE"
        self.output = output
        self.limit = int(configuration["max_duration"] * SAMPLE_RATE_HZ)
        self.least = int(configuration["least_duration"] * SAMPLE_RATE_HZ)
        self.least_damaged = int(configuration["least_damaged_duration"] * SAMPLE_RATE_HZ)
        self.planes: list[BinaryIO] = []
        self.samples = 0
        self.faults = 0
        self.last_fault_was_short = False
        self.decoded_frames = 0
        self.notes: list[str] = []
        self.resampler: Any = None
        self.setup: tuple[Any, ...] | None = None

    def run(self, there: float) -> dict[str, Any]:
        """Decode to the end, or as far as it goes.

        Args:
            there: How much of the sound that the file announces it holds, in (0, 1].
        """
        announced = self._announced_seconds()
        channels, rate = int(self.stream.channels or 0), int(self.stream.rate or 0)
        if announced is not None and announced * SAMPLE_RATE_HZ > self.limit * 1.01:
            raise Refused("too-long", f"it lasts {announced:.0f} s by its header")
        try:
            for frame in self._frames():
                self._write(frame)
            self._flush()
        finally:
            for plane in self.planes:
                plane.close()
        self._judge()
        seconds = self.samples / SAMPLE_RATE_HZ
        announced = max(announced or 0.0, seconds / there)
        if announced > seconds + max(0.5, announced * 0.02):
            self.notes.append(f"the file announces {announced:.1f} s, and {seconds:.1f} s are there")
        if channels > 2:
            self.notes.append(f"the file has {channels} channels, which were mixed into one")
        return {
            "sample_rate_hz": rate,
            "file_channels": channels,
            "channels": len(self.planes),
            "samples": self.samples,
            "notes": self.notes,
        }

    def _announced_seconds(self) -> float | None:
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        return None

    def _frames(self) -> Iterator[Any]:
        """Every frame that can be decoded; a damaged packet is counted and passed over."""
        import av

        packets = self.container.demux(self.stream)
        largest = 0
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError):
                self.faults += 1
                return
            largest = max(largest, packet.size)
            try:
                frames = packet.decode()
            except (av.FFmpegError, ValueError):
                self.faults += 1
                self.last_fault_was_short = packet.size < largest
                if self.faults > MOST_FAULTS and self.faults > self.decoded_frames:
                    return
                continue
            self.decoded_frames += len(frames)
            yield from frames

    def _write(self, frame: Any) -> None:
        import av

        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        if setup != self.setup:
            self._flush()
            self.resampler = av.AudioResampler(format="fltp", layout=frame.layout, rate=SAMPLE_RATE_HZ)
            self.setup = setup
        frame.pts = None
        for resampled in self.resampler.resample(frame):
            self._append(resampled.to_ndarray())

    def _flush(self) -> None:
        if self.resampler is not None:
            for resampled in self.resampler.resample(None):
                self._append(resampled.to_ndarray())
            self.resampler = None
            self.setup = None

    def _append(self, planes: Any) -> None:
        import numpy as np

        planes = np.clip(np.nan_to_num(planes.astype(np.float32, copy=False)), -1.0, 1.0)
        if len(planes) > 2:
            planes = planes.mean(axis=0, keepdims=True, dtype=np.float32)
        if not self.planes:
            self.planes = [(self.output / f"{number}.f32").open("wb") for number in range(len(planes))]
        if len(planes) != len(self.planes):  # a file that changes between mono and stereo on the way
            planes = np.repeat(planes.mean(axis=0, keepdims=True, dtype=np.float32), len(self.planes), axis=0)
        self.samples += planes.shape[1]
        if self.samples > self.limit:
            raise Refused("too-long", f"it lasts more than {self.limit / SAMPLE_RATE_HZ:.0f} s")
        for file, plane in zip(self.planes, planes, strict=True):
            file.write(plane.tobytes())

    def _judge(self) -> None:
        """Refuse what is no recording after all; note what is a damaged one."""
        if self.faults == 1 and self.last_fault_was_short:  # some writers end on a part of a frame
            self.faults = 0
        if self.faults and (self.samples < self.least_damaged or self.faults > self.decoded_frames):
            raise Refused("unreadable", "it is damaged, and too little of it can be decoded")
        if self.samples < self.least:
            raise Refused("unreadable", "it holds no sound")
        if self.faults:
            self.notes.append("the file is damaged; what could be decoded was heard")


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # not enforced on every system
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _plain(error: Exception) -> str:
    return (
        os.strerror(error.errno)
        if isinstance(error, OSError) and error.errno and error.errno > 0
        else type(error).__name__
    )


if __name__ == "__main__":
    sys.exit(main())
