"""What travels over the sandbox's sockets: a length, a JSON header, raw bytes. Never pickle."""

import array
import json
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MEBIBYTE: Final = 1024 * 1024
MAX_HEADER_BYTES: Final = 8 * MEBIBYTE
"""A dense page has a few hundred words of some 100 bytes each."""
MAX_BLOB_BYTES: Final = 256 * MEBIBYTE
MAX_REQUEST_BYTES: Final = 128 * 1024
MAX_ENGINE_NAME: Final = 40
_LENGTH: Final = struct.Struct(">I")


class WireError(RuntimeError):
    """The other side sent something that is not in the agreed format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One result: plain JSON values and the binary parts that go with them."""

    header: Mapping[str, Any]
    blobs: tuple[bytes, ...] = ()


def missing_frame(walls: Sequence[str]) -> Frame:
    """Return what a child sends first on a machine that lacks some of the walls."""
    return Frame(header={"missing": list(walls)})


def missing_walls(frame: Frame) -> tuple[str, ...] | None:
    """Return the walls that a frame says are missing; None for any other frame."""
    walls = frame.header.get("missing")
    return tuple(str(name) for name in walls) if isinstance(walls, list | tuple) else None


def failed_frame(error: BaseException) -> Frame:
    """Return what a child sends last when its call raised ``error``."""
    return Frame(header={"failed": type(error).__name__})


def is_failure(frame: Frame) -> bool:
    """Whether a child says with this frame that its call raised an error."""
    return "failed" in frame.header


def engine_frame(name: str) -> Frame:
    """Return what a child sends when it is asked for its OCR engine; empty when it has none."""
    return Frame(header={"ocr_engine": name})


def engine_in(frame: Frame) -> str | None:
    """Return the OCR engine that a frame names, shortened; None for any other frame."""
    name = frame.header.get("ocr_engine")
    return name[:MAX_ENGINE_NAME] if isinstance(name, str) else None


def send_frame(descriptor: int, frame: Frame) -> None:
    """Write one frame to a blocking descriptor."""
    header = json.dumps(
        {"header": frame.header, "blobs": [len(blob) for blob in frame.blobs]}
    ).encode()
    for part in (_LENGTH.pack(len(header)), header, *frame.blobs):
        _write_all(descriptor, part)


def _write_all(descriptor: int, part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[os.write(descriptor, view) :]


class FrameReader:
    """Cuts a stream of bytes from an untrusted child into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._header: Mapping[str, Any] | None = None
        self._sizes: list[int] = []

    def feed(self, data: bytes) -> list[Frame]:
        """Take what arrived, return the frames that are now whole. Raises ``WireError``."""
        self._buffer += data
        frames = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def _next(self) -> Frame | None:
        if self._header is None and not self._read_header():
            return None
        if self._header is None or len(self._buffer) < sum(self._sizes):
            return None
        blobs, end = [], 0
        with memoryview(self._buffer) as view:  # each part is copied once
            for size in self._sizes:
                blobs.append(bytes(view[end : end + size]))
                end += size
        del self._buffer[:end]
        header, self._header = self._header, None
        return Frame(header=header, blobs=tuple(blobs))

    def _read_header(self) -> bool:
        if len(self._buffer) < _LENGTH.size:
            return False
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > MAX_HEADER_BYTES:
            raise WireError("header too long")
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return False
        self._header, self._sizes = _parsed(bytes(self._buffer[_LENGTH.size : end]))
        del self._buffer[:end]
        return True


def _parsed(raw: bytes) -> tuple[Mapping[str, Any], list[int]]:
    try:
        message = json.loads(raw)
        header, sizes = message["header"], message["blobs"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError("header is no JSON object of ours") from error
    if not isinstance(header, dict) or not isinstance(sizes, list):
        raise WireError("header of another shape")
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise WireError("blob size is no length")
    if sum(sizes) > MAX_BLOB_BYTES:
        raise WireError("blobs too long")
    return header, sizes


def send_request(
    control: socket.socket, request: Mapping[str, Any], descriptors: Sequence[int]
) -> None:
    """Send one request with its descriptors in a single message. Raises ``WireError``."""
    message = json.dumps(request).encode()
    if len(message) > MAX_REQUEST_BYTES:
        raise WireError("request too long")
    rights = array.array("i", descriptors)
    control.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def receive_request(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Receive one request and its descriptors; None when every sender is gone."""
    room = socket.CMSG_SPACE(8 * array.array("i").itemsize)
    message, ancillary, _, _ = control.recvmsg(MAX_REQUEST_BYTES, room)
    if not message:
        return None
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return json.loads(message), list(descriptors)
