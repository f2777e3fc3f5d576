"""What a picture's file tells of how it was made: when, with what, from what. Runs in the sandbox.

All of it is easily changed and proves nothing; messaging apps remove it. Sources: EXIF 2.32, IPTC
``digitalsourcetype``, C2PA 2.1 (JUMBF in JPEG's APP11 and PNG's ``caBX``). Credentials are read,
not verified.
"""

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from PIL import Image, UnidentifiedImageError

from workers.inside.picture.jpeg_header import segments

FORMATS: Final = ("JPEG", "PNG")
MOST_PARTS: Final = 400
"""Segments or chunks of one file that are looked at; credentials take one for each 64 KB."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Of one file's segments or chunks that are looked through."""
MOST_TEXT: Final = 64 * 1024
"""Bytes that a packed text may unpack to."""
MOST_NAME: Final = 60
TIFF_MAKE, TIFF_MODEL, TIFF_SOFTWARE, TIFF_EXIF = 0x010F, 0x0110, 0x0131, 0x8769
EXIF_TAKEN: Final = 0x9003
APP1: Final = 0xE1
XMP_START: Final = b"http://ns.adobe.com/xap/"
APPS: Final = {0xEB: "APP11", 0xED: "APP13"}
"""Second bytes of the marks whose segments are looked at whole."""
TAKEN_FORM: Final = "%Y:%m:%d %H:%M:%S"
EARLIEST_YEAR: Final = 1990
"""Telephones without a clock write 1970 or 1980."""
EDITORS: Final = re.compile(
    rb"(Adobe Photoshop[ \w.]{0,24}|Adobe Lightroom[ \w.]{0,16}|GIMP[ \d.]{0,8}|Snapseed[ \d.]{0,8}"
    rb"|PicsArt|Picsart|Canva|Pixlr|VSCO|FaceApp|Facetune|Photopea|Affinity Photo|paint\.net"
    rb"|Paint\.NET|PhotoRoom|Photoroom|Fotor|Meitu|BeautyPlus|Remini|CapCut|Luminar|Pixelmator)",
)
SOURCE: Final = re.compile(rb"digitalsourcetype/([A-Za-z]{4,40})")
CLAIM: Final = re.compile(
    rb"claim_generator(?:_info\x81?[\xa1-\xb7]dname)?([\x60-\x77]|\x78.)", re.DOTALL
)
PAINTERS: Final = {
    "parameters": "Stable Diffusion",
    "sd-metadata": "Stable Diffusion",
    "Dream": "Stable Diffusion",
    "invokeai_metadata": "InvokeAI",
    "workflow": "ComfyUI",
}
"""Keys of a PNG's texts under which programs that paint from words keep these."""
_BROKEN: Final = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, OverflowError,
    AttributeError, ZeroDivisionError, EOFError,
)  # fmt: skip


def declared(data: bytes) -> dict[str, str]:
    """Return what a JPEG or PNG tells of its making; nothing for any other bytes.

    Keys, each only where it is told: ``taken`` (ISO 8601, local time of the camera), ``camera``,
    ``editor``, ``painter`` (a program that makes pictures from words), ``source`` (a term of IPTC's
    list), ``credentials`` (who claims them, or ``?``).
    """
    told = _of_exif(data)
    for name, part in _parts(data):
        told |= _of_part(name, part)
    return told


def _of_exif(data: bytes) -> dict[str, str]:
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of tags that are cut
            Image.open(io.BytesIO(data), formats=FORMATS) as image,
        ):
            exif = image.getexif()
            make, model, software = (
                _plain(exif.get(tag, "")) for tag in (TIFF_MAKE, TIFF_MODEL, TIFF_SOFTWARE)
            )
            taken = _moment(exif.get_ifd(TIFF_EXIF).get(EXIF_TAKEN, ""))
    except _BROKEN:
        return {}
    told = {"taken": taken, "camera": _camera(make, model), "editor": _editor(software.encode())}
    return {key: value for key, value in told.items() if value}


def _camera(make: str, model: str) -> str:
    """Return maker and model, the maker once: «Canon», «Canon EOS 90D»."""
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _moment(value: object) -> str:
    try:
        taken = datetime.strptime(str(value).strip("\0 "), TAKEN_FORM)  # noqa: DTZ007 -- the camera's
    except ValueError:
        return ""
    return taken.isoformat() if taken.year >= EARLIEST_YEAR else ""


def _editor(text: bytes) -> str:
    found = EDITORS.search(text)
    return _plain(found.group(1).decode()) if found else ""


def _of_part(name: str, part: bytes) -> dict[str, str]:
    told: dict[str, str] = {}
    source = SOURCE.search(part)
    if source:
        told["source"] = source.group(1).decode()
    if name in PAINTERS:
        told["painter"] = PAINTERS[name]
    if name in {"APP11", "caBX"} and b"c2pa" in part:
        told["credentials"] = _claimed_by(part) or "?"
    elif name in {"XMP", "Software", "APP13"} and (editor := _editor(part)):
        told["editor"] = editor
    return told


def _claimed_by(part: bytes) -> str:
    """Return who claims the credentials: the text that follows its key in CBOR."""
    for found in CLAIM.finditer(part):
        head = found.group(1)
        size = head[1] if head[0] == 0x78 else head[0] - 0x60  # noqa: PLR2004 -- CBOR's text of a byte
        text = _plain(part[found.end() : found.end() + size].decode("utf-8", "replace"))
        if text:
            return text
    return ""


def _plain(value: object) -> str:
    """Return a short text without signs that do not print."""
    kept = "".join(sign for sign in str(value) if sign.isprintable() and sign != "\ufffd")
    return " ".join(kept.split())[:MOST_NAME]


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of a file that tell of it: name and bytes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _of_png(data)
    elif data.startswith(b"\xff\xd8"):
        yield from _of_jpeg(data)


def _of_jpeg(data: bytes) -> Iterator[tuple[str, bytes]]:
    left = MOST_BYTES
    for mark, part in islice(segments(data), MOST_PARTS):
        left -= len(part)
        if left < 0:
            return
        if mark in APPS:
            yield APPS[mark], part
        elif mark == APP1 and part.startswith(XMP_START):
            yield "XMP", part


def _of_png(data: bytes) -> Iterator[tuple[str, bytes]]:
    place, left = 8, MOST_BYTES
    for _ in range(MOST_PARTS):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        part = data[place + 8 : place + 8 + size]
        place += 12 + size
        if len(kind) < 4 or kind == b"IEND":  # noqa: PLR2004 -- a kind has four letters
            return
        if kind not in {b"tEXt", b"iTXt", b"zTXt", b"caBX"}:
            continue
        left -= size
        if left < 0:
            return
        if kind == b"caBX":
            yield "caBX", part
            continue
        key, _, text = part.partition(b"\0")
        name = key.decode("latin-1")
        yield (
            "XMP" if name == "XML:com.adobe.xmp" else name,
            _unpacked(text) if kind == b"zTXt" else text,
        )


def _unpacked(text: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(text[1:], MOST_TEXT)
    except zlib.error:
        return b""
