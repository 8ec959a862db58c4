"""Takes a multipart upload apart as it comes.

The recording goes to the disk and through the hash, never into memory as a whole.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.api.v1.digests import refuse_other, sha256_of
from app.calls.service import ReceivedRecording
from app.errors import InvalidMetadata, TooLarge, UnsupportedRecording

MAXIMUM_METADATA_BYTES = 64 * 1024
MAXIMUM_HEADER_BYTES = 8 * 1024
NO_SOUND = ("text/", "image/", "application/pdf", "application/json", "application/zip", "application/msword")
"""Declared types that are refused at the door; everything else is accepted, and what is no sound comes out
``unreviewable``."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A whole upload.

    Attributes:
        metadata: The JSON text.
        recording: Digest, size and declared type.
        path: The recording on the disk, flushed; the reader deletes it.
    """

    metadata: bytes
    recording: ReceivedRecording
    path: Path


async def read_upload(request: Request, *, folder: Path, maximum_bytes: int) -> Upload:
    """Read an upload to the end.

    Args:
        request: The request, whose body nobody has read.
        folder: Where to put the recording.
        maximum_bytes: Of the recording.

    Raises:
        UnsupportedRecording: If the body is no multipart form, or the recording is declared to be no sound.
        TooLarge: If the recording has more bytes than accepted.
        InvalidMetadata: If a part is missing, doubled or unknown, or the form is broken.
        BadDigest: If body or part are not what the ``Content-Digest`` sent with them says.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise UnsupportedRecording(
            "The body must be multipart/form-data.", next_step="Send the parts `metadata` and `recording`."
        )
    _refuse_announced(request, maximum_bytes=maximum_bytes)
    announced = sha256_of(", ".join(request.headers.getlist("content-digest")))
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    form = _Form(path=folder / secrets.token_hex(16), maximum_bytes=maximum_bytes, announced=announced)
    try:
        await form.read(request.stream(), boundary=boundary)
        return await asyncio.to_thread(form.whole)
    except BaseException:
        form.path.unlink(missing_ok=True)
        raise
    finally:
        form.close()


def announced_bytes(request: Request) -> int:
    """How long the body is said to be; 0 where it is not said."""
    announced = request.headers.get("content-length", "")
    return int(announced) if announced.isdecimal() and len(announced) <= 18 else 0


def _refuse_announced(request: Request, *, maximum_bytes: int) -> None:
    if announced_bytes(request) > maximum_bytes + MAXIMUM_METADATA_BYTES + 4 * MAXIMUM_HEADER_BYTES:
        raise _too_large(maximum_bytes)


def _too_large(maximum_bytes: int) -> TooLarge:
    return TooLarge(f"A recording may have {maximum_bytes} bytes at most.")


@dataclass
class _Form:
    """What the parser's callbacks have seen so far."""

    path: Path
    maximum_bytes: int
    announced: str | None = None
    metadata: bytearray | None = None
    media_type: str = "application/octet-stream"
    size_bytes: int = 0
    file: IO[bytes] | None = None
    digest: Any = field(default_factory=hashlib.sha256)
    ended: bool = False
    _body: Any = field(default_factory=hashlib.sha256)
    _expected: dict[str, str | None] = field(default_factory=dict)
    _part: str | None = None
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _value: bytes = b""
    _header_bytes: int = 0

    async def read(self, stream: AsyncIterator[bytes], *, boundary: bytes) -> None:
        """Feed the parser; its callbacks write to the disk, so it runs in a thread."""
        try:
            parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._on_part_begin,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_end": self._on_end,
                },
            )
            async for chunk in stream:
                if chunk:
                    await asyncio.to_thread(self._take, parser, chunk)
        except FormParserError:
            raise InvalidMetadata("The multipart form is broken.") from None

    def _take(self, parser: MultipartParser, chunk: bytes) -> None:
        if self.announced is not None:
            self._body.update(chunk)
        parser.write(chunk)

    def whole(self) -> Upload:
        """The upload, once the body has ended; the recording is on the disk for good.

        Raises:
            InvalidMetadata: If something is missing.
            BadDigest: If something was changed on the way.
        """
        if self.announced != self.digest.hexdigest():
            # Of the whole body as RFC 9530 has it, or of the recording: most HTTP libraries make the body themselves,
            # and their callers know the recording's digest only.
            refuse_other("The request", expected=self.announced, found=self._body.hexdigest())
        if not self.ended:
            raise InvalidMetadata("The multipart form breaks off.")
        if self.metadata is None:
            raise InvalidMetadata("The part `metadata` is missing.")
        if self.file is None:
            raise InvalidMetadata("The part `recording` is missing.")
        refuse_other("The recording", expected=self._expected.get("recording"), found=self.digest.hexdigest())
        metadata_digest = hashlib.sha256(self.metadata).hexdigest()
        refuse_other("The metadata", expected=self._expected.get("metadata"), found=metadata_digest)
        self.file.flush()
        os.fsync(self.file.fileno())
        recording = ReceivedRecording(
            sha256=self.digest.hexdigest(), size_bytes=self.size_bytes, media_type=self.media_type
        )
        return Upload(metadata=bytes(self.metadata), recording=recording, path=self.path)

    def close(self) -> None:
        """Let the file go."""
        if self.file is not None:
            self.file.close()

    def _on_part_begin(self) -> None:
        self._part, self._headers, self._name, self._value, self._header_bytes = None, {}, b"", b"", 0

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._value += data[start:end]

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAXIMUM_HEADER_BYTES:
            raise InvalidMetadata("A part of the form has too long headers.")

    def _on_header_end(self) -> None:
        name = self._name.lower()
        before = self._headers.get(name)
        # Two lines of one list are one list; of every other header the last line counts.
        joined = before is not None and name == b"content-digest"
        self._headers[name] = b", ".join((before or b"", self._value)) if joined else self._value
        self._name, self._value = b"", b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._part = options.get(b"name", b"").decode("utf-8", "replace")
        if self._part == "metadata" and self.metadata is None:
            self.metadata = bytearray()
        elif self._part == "recording" and self.file is None:
            self.media_type = _media_type(self._headers.get(b"content-type", b""))
            self.file = self.path.open("xb")
        else:
            raise InvalidMetadata(f"The form has the part {self._part[:50]!r} twice, or it is not known.")
        self._expected[self._part] = sha256_of(self._headers.get(b"content-digest", b"").decode("latin-1"))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._part == "metadata" and self.metadata is not None:
            self.metadata += data[start:end]
            if len(self.metadata) > MAXIMUM_METADATA_BYTES:
                raise InvalidMetadata(f"The metadata may have {MAXIMUM_METADATA_BYTES} bytes at most.")
        elif self.file is not None:
            self.size_bytes += end - start
            if self.size_bytes > self.maximum_bytes:
                raise _too_large(self.maximum_bytes)
            piece = memoryview(data)[start:end]
            self.digest.update(piece)
            self.file.write(piece)

    def _on_end(self) -> None:
        self.ended = True


def _media_type(declared: bytes) -> str:
    kind = parse_options_header(declared)[0].decode("latin-1").lower()
    if kind.startswith(NO_SOUND):
        raise UnsupportedRecording(f"A recording of the type {kind[:60]} is not accepted.")
    return kind if kind.startswith(("audio/", "video/")) and kind.isascii() and len(kind) <= 100 else _UNKNOWN_TYPE


_UNKNOWN_TYPE = "application/octet-stream"
