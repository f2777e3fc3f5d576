"""What a file is by its first bytes, whatever its name says."""

from enum import Enum
from typing import Final

HEAD_BYTES: Final = 1024
"""First bytes of a file by which its kind is told; a PDF may begin after some others."""
PHOTO_MAGIC: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How a JPEG and a PNG begin."""
PDF_MARK: Final = b"%PDF-"
"""Stands in the head of a PDF, not always at its start: scanners put bytes before it."""


class FileKind(Enum):
    """The kinds of files that people send, right and wrong ones."""

    PDF = "pdf"
    PHOTO = "photo"
    """JPEG or PNG."""
    HEIC = "heic"
    """What iPhones save by default."""
    WEBP = "webp"
    """What messaging programs and web pages save; AVIF counts as it."""
    PICTURE = "picture"
    """GIF, TIFF, BMP: a picture that no camera of a telephone makes."""
    VIDEO = "video"
    OFFICE = "office"
    """A document of a word processor, a spreadsheet or slides."""
    ARCHIVE = "archive"
    """Files packed into one: ZIP, RAR, 7z."""
    UNKNOWN = "unknown"


_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_BOXES: Final = dict.fromkeys((b"moov", b"mdat", b"wide", b"free", b"skip"), FileKind.VIDEO)
"""First boxes of films of before ``ftyp``."""
_INSIDE: Final = {b"RIFFWEBP": FileKind.WEBP, b"RIFFAVI ": FileKind.VIDEO}
"""A container's name and, behind its size, what it holds."""
_OFFICE_PARTS: Final = (
    b"[Content_Types].xml", b"_rels/", b"word/", b"xl/", b"ppt/", b"docProps/",
    b"mimetypeapplication/vnd.oasis", b"mimetypeapplication/vnd.sun",
)  # fmt: skip
"""Names at the start of a ZIP that word processors write."""
_BEGINNINGS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.OFFICE),
    (b"{\\rtf", FileKind.OFFICE),
    (b"GIF8", FileKind.PICTURE),
    (b"II*\0", FileKind.PICTURE),
    (b"MM\0*", FileKind.PICTURE),
    (b"BM", FileKind.PICTURE),
    (b"\x1a\x45\xdf\xa3", FileKind.VIDEO),
    (b"\0\0\1\xba", FileKind.VIDEO),
    (b"\0\0\1\xb3", FileKind.VIDEO),
    (b"Rar!", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
)


def kind_of(head: bytes) -> FileKind:
    """Return what a file is; ``head`` is its first ``HEAD_BYTES`` or all that it has."""
    if head.startswith(PHOTO_MAGIC):
        return FileKind.PHOTO
    if head.startswith(b"PK\x03\x04"):
        is_office = any(part in head for part in _OFFICE_PARTS)
        return FileKind.OFFICE if is_office else FileKind.ARCHIVE
    if PDF_MARK in head:
        return FileKind.PDF
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    known = (kind for beginning, kind in _BEGINNINGS if head.startswith(beginning))
    return next(known, _INSIDE.get(head[:4] + head[8:12], _BOXES.get(head[4:8], FileKind.UNKNOWN)))


def _by_brands(head: bytes) -> FileKind:
    """Tell pictures from films by the brands in the first box of their common container."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, size - 3, 4))}
    if brands & _AVIF_BRANDS:
        return FileKind.WEBP
    return FileKind.HEIC if brands & _HEIC_BRANDS else FileKind.VIDEO
