"""Finds our 16-byte file identifier in a PDF's bytes, without a parser and in linear time.

Programs that save a PDF anew keep the first element of the trailer's ``/ID``, so a copy of ours
that was changed is told from a file that never was ours. What is found is only a claim: whoever
looks it up compares the SHA-256 of the whole file too.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

IDENTIFIER_BYTES: Final = 16

MAX_CLAIMS: Final = 64
"""Most identifiers kept of one file; a real one has one or two. Limits later look-ups."""

MAX_SPELLINGS: Final = 16_384
"""Most identifiers read in one file, repeated ones included; a real one has a handful."""

OVERLAP_BYTES: Final = 512
"""Kept of each chunk for the next: more than the longest spelling of an identifier."""

_SPACE: Final = rb"[\x00\t\n\f\r ]"
_START: Final = rb"/ID" + _SPACE + rb"{0,16}+\[" + _SPACE + rb"{0,16}+"
_HEX: Final = re.compile(_START + rb"<((?:[0-9A-Fa-f]" + _SPACE + rb"{0,2}+){32})>")
_LITERAL: Final = re.compile(_START + rb"\(")
_XMP: Final = re.compile(rb"uuid:([0-9a-f]{32})(?![0-9a-f])")
_OCTAL: Final = re.compile(rb"[0-7]{1,3}")
_ESCAPES: Final = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
}
_MAX_LITERAL_BYTES: Final = 128
"""Sixteen bytes written in the longest way, with line continuations."""


def find_identifier(content: bytes | Iterable[bytes]) -> set[bytes]:
    """Return every 16-byte identifier that the file claims in ``/ID`` or in its XMP.

    Takes the whole file or its chunks. At most ``MAX_CLAIMS`` are returned, those that stand first;
    a file that claims more is none of ours. Time grows with the size alone, whatever the bytes are.
    """
    claims: set[bytes] = set()
    budget = MAX_SPELLINGS
    for window in _windows([content] if isinstance(content, bytes) else content):
        for claim in islice(_spellings(window), budget):
            budget -= 1
            if claim is not None:
                claims.add(claim)
            if len(claims) >= MAX_CLAIMS:
                return claims
    return claims


def _windows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each chunk preceded by the last ``OVERLAP_BYTES`` of the chunk before it."""
    tail = b""
    for chunk in chunks:
        window = tail + chunk
        yield window
        tail = window[-OVERLAP_BYTES:]


def _spellings(window: bytes) -> Iterator[bytes | None]:
    """Yield the bytes of each candidate identifier; None for one that is not 16 bytes long."""
    for match in _HEX.finditer(window):
        yield bytes.fromhex(re.sub(_SPACE, b"", match[1]).decode("ascii"))
    for match in _XMP.finditer(window):
        yield bytes.fromhex(match[1].decode("ascii"))
    for match in _LITERAL.finditer(window):
        yield _literal(window[match.end() : match.end() + _MAX_LITERAL_BYTES])


def _literal(raw: bytes) -> bytes | None:
    """Decode what follows an opening parenthesis, or return None unless it is 16 bytes long."""
    decoded = bytearray()
    depth = 1
    at = 0
    while at < len(raw) and len(decoded) <= IDENTIFIER_BYTES:
        sign = raw[at : at + 1]
        at += 1
        if sign == b"\\":
            text, used = _escape(raw[at : at + 3])
            decoded += text
            at += used
            continue
        depth += {b"(": 1, b")": -1}.get(sign, 0)
        if depth == 0:
            return bytes(decoded) if len(decoded) == IDENTIFIER_BYTES else None
        if sign == b"\r":
            # Any end of line inside a literal string reads as one line feed (ISO 32000, 7.3.4.2).
            sign = b"\n"
            at += raw[at : at + 1] == b"\n"
        decoded += sign
    return None


def _escape(after: bytes) -> tuple[bytes, int]:
    """Return what the bytes after a backslash stand for, and how many of them belong to it."""
    octal = _OCTAL.match(after)
    if octal is not None:
        return bytes([int(octal[0], 8) & 0xFF]), len(octal[0])
    if after.startswith(b"\r\n"):
        return b"", 2
    sign = after[:1]
    if sign in {b"\n", b"\r"}:
        return b"", 1
    return _ESCAPES.get(sign, sign), len(sign)
