"""What the header of a JPEG says about how much memory it takes to decode it."""

from collections.abc import Iterator
from typing import Final

ROWS_FACTOR: Final = 4
"""How many times the pixels of another picture a JPEG that is read row by row may have: it is
reduced while it is decoded. Source: ``tests/integration/workers/test_large_photos.py``."""
_MARK, _START, _SCAN = 0xFF, b"\xff\xd8", 0xDA
_SEQUENTIAL: Final = frozenset({0xC0, 0xC1})
"""Baseline and extended frames with Huffman codes."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Every kind of frame: 0xC4 are tables, 0xC8 is reserved, 0xCC is arithmetic conditioning."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Marks without a length after them."""
_LENGTH_BYTES: Final = 2
"""Of a segment, in which it says how long it is, these included."""
_COMPONENTS_AT: Final = 7
"""Where a frame's segment says how many colours it has; a scan's says it at once."""


def most_pixels_of(data: bytes, most_pixels: int) -> int:
    """Return how many pixels a picture may have whose decoder may hold ``most_pixels``."""
    return ROWS_FACTOR * most_pixels if is_read_in_rows(data) else most_pixels


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the second byte of each mark before the picture itself, and what its segment holds.

    Bytes that fill the room between segments are passed over. Nothing for what is no JPEG.
    """
    place = len(_START) if data.startswith(_START) else len(data)
    while 0 <= place < len(data) - _LENGTH_BYTES - 1:
        mark = data[place + 1]
        if data[place] != _MARK:
            place = data.find(b"\xff", place)
        elif mark == _MARK:
            place += 1
        elif mark in _ALONE:
            place += 2
        elif mark == _SCAN:
            return
        else:
            start = place + 2 + _LENGTH_BYTES
            place += 2 + max(_LENGTH_BYTES, int.from_bytes(data[place + 2 : start], "big"))
            yield mark, data[start:place]


def colours(data: bytes) -> int:
    """Return how many colours the first frame of a JPEG has: 1, 3, or 4 inks; 0 is no JPEG."""
    frames = (content for mark, content in segments(data) if mark in _FRAMES)
    at = _COMPONENTS_AT - _LENGTH_BYTES
    return next((content[at] for content in frames if len(content) > at), 0)


def is_read_in_rows(data: bytes) -> bool:
    """Whether a decoder of this JPEG holds but a few rows of it at a time.

    So it is with one scan of all colours, as cameras write it. One that comes in several scans,
    progressive or colour by colour, is held as a whole until the last of them.
    """
    if not data.startswith(_START):
        return False
    place, colours = len(_START), 0
    while 0 <= place < len(data) - 4:
        mark = data[place + 1]
        if data[place] != _MARK:
            place = data.find(b"\xff", place)
        elif mark == _MARK:
            place += 1
        elif mark in _ALONE:
            place += 2
        elif mark == _SCAN:
            return 0 < colours == data[place + 4]
        else:
            length = int.from_bytes(data[place + 2 : place + 4], "big")
            if mark in _FRAMES:
                if mark not in _SEQUENTIAL or colours or length <= _COMPONENTS_AT:
                    return False
                colours = int.from_bytes(data[place + 9 : place + 10], "big")
            place += 2 + length
    return False
