"""Pictures of many megapixels, put together from few bytes and without holding their pixels."""

import io
import struct
import zlib
from functools import cache
from typing import Final

from PIL import Image

ROWS: Final = 16
"""Pixel rows between two restart marks of a colour JPEG with halved colour."""


def jpeg(width_px: int, height_px: int) -> bytes:
    """Return a JPEG of one scan: one strip of a picture, again and again from top to bottom."""
    out = io.BytesIO()
    ramp = Image.linear_gradient("L").rotate(90)
    strip = ramp.resize((width_px, ROWS)).convert("RGB")
    strip.save(out, "JPEG", quality=40, subsampling="4:2:0", restart_marker_rows=1)
    data = bytearray(out.getvalue())
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    data[frame + 5 : frame + 7] = struct.pack(">H", height_px)
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    rows = bytes(data[start:-2])
    strips = -(-height_px // ROWS)
    marked = b"".join(rows + bytes((0xFF, 0xD0 + number % 8)) for number in range(strips - 1))
    return bytes(data[:start]) + marked + rows + b"\xff\xd9"


@cache
def progressive_jpeg(width_px: int, height_px: int, *, mode: str = "RGB") -> bytes:
    """Return a JPEG in several scans, all colours at full size: a decoder holds it as a whole."""
    out = io.BytesIO()
    Image.new(mode, (width_px, height_px), 90).save(out, "JPEG", progressive=True, subsampling=0)
    return out.getvalue()


@cache
def png(width_px: int, height_px: int, *, mode: str) -> bytes:
    """Return a PNG of zeros: ``L``, ``RGB``, ``LA``, ``RGBA`` with 8 bits, or ``I;16``."""
    bits, colour, row = {
        "L": (8, 0, width_px),
        "RGB": (8, 2, 3 * width_px),
        "LA": (8, 4, 2 * width_px),
        "RGBA": (8, 6, 4 * width_px),
        "I;16": (16, 0, 2 * width_px),
    }[mode]
    packer = zlib.compressobj(1)
    line = bytes(row + 1)
    pixels = b"".join(packer.compress(line) for _ in range(height_px)) + packer.flush()
    head = struct.pack(">IIBBBBB", width_px, height_px, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
