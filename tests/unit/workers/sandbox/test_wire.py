"""The form of what travels: whole frames only, and nothing believed before it is checked."""

import json
import os
import socket
import struct

import pytest

from workers.sandbox import wire
from workers.sandbox.wire import Frame, FrameReader, WireError


def _sent(*frames: Frame) -> bytes:
    reader, writer = os.pipe()
    for frame in frames:
        wire.send_frame(writer, frame)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return stream.read()


FRAMES = (
    Frame(header={"page": 1, "word": "Ñandú"}, blobs=(b"abc", b"")),
    Frame(header={}),
    Frame(header={"page": 2}, blobs=(bytes(5000),)),
)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 4096, 1 << 20])
def test_frames_come_out_as_they_went_in_however_they_are_cut(step: int) -> None:
    stream, reader, got = _sent(*FRAMES), FrameReader(), []
    for start in range(0, len(stream), step):
        got += reader.feed(stream[start : start + step])
    assert tuple(got) == FRAMES


def test_gives_nothing_for_half_a_frame() -> None:
    assert FrameReader().feed(_sent(FRAMES[2])[:-1]) == []


@pytest.mark.parametrize(
    "message",
    [
        b"no json",
        b"[]",
        b'{"header": {}}',
        b'{"header": [], "blobs": []}',
        b'{"header": {}, "blobs": {}}',
        b'{"header": {}, "blobs": [-1]}',
        b'{"header": {}, "blobs": ["9"]}',
        json.dumps({"header": {}, "blobs": [wire.MAX_BLOB_BYTES + 1]}).encode(),
        b"[" * 100_000,
    ],
)
def test_refuses_headers_of_another_shape(message: bytes) -> None:
    with pytest.raises(WireError):
        FrameReader().feed(struct.pack(">I", len(message)) + message)


def test_refuses_a_header_that_is_too_long_before_it_arrives() -> None:
    with pytest.raises(WireError):
        FrameReader().feed(struct.pack(">I", wire.MAX_HEADER_BYTES + 1))


def test_a_request_travels_with_its_descriptors() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reader, writer = os.pipe()
    with ours, theirs:
        wire.send_request(ours, {"call": "a:b"}, [reader, writer])
        received = wire.receive_request(theirs)
    assert received is not None
    request, descriptors = received
    assert request == {"call": "a:b"}
    os.write(descriptors[1], b"x")
    assert os.read(reader, 1) == b"x"
    for descriptor in (reader, writer, *descriptors):
        os.close(descriptor)


def test_a_request_has_a_greatest_length() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs, pytest.raises(WireError):
        wire.send_request(ours, {"call": "x" * wire.MAX_REQUEST_BYTES}, [])


def test_says_when_every_sender_is_gone() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        ours.close()
        assert wire.receive_request(theirs) is None
