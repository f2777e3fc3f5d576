"""What a file is, by its first bytes."""

import pytest

from review_service.domain.file_kinds import FileKind, kind_of

IPHONE = b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + bytes(40)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe1" + bytes(40), FileKind.PHOTO),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), FileKind.PHOTO),
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"scanned\r\n%PDF-1.4", FileKind.PDF),
        (IPHONE, FileKind.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0heicmiaf", FileKind.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf", FileKind.WEBP),
        (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(20), FileKind.WEBP),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", FileKind.VIDEO),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", FileKind.VIDEO),
        (b"\0\0\0\x08wide\0\0\x10\0mdat", FileKind.VIDEO),
        (b"RIFF\x24\0\0\0AVI LIST", FileKind.VIDEO),
        (b"\x1a\x45\xdf\xa3" + bytes(20), FileKind.VIDEO),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", FileKind.OFFICE),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.text", FileKind.OFFICE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), FileKind.OFFICE),
        (b"{\\rtf1\\ansi", FileKind.OFFICE),
        (b"PK\x03\x04" + bytes(26) + b"foto.jpg", FileKind.ARCHIVE),
        (b"Rar!\x1a\x07", FileKind.ARCHIVE),
        (b"GIF89a", FileKind.PICTURE),
        (b"II*\0", FileKind.PICTURE),
        (b"RIFF\x24\0\0\0WAVE", FileKind.UNKNOWN),
        (b"<!doctype html><html>", FileKind.UNKNOWN),
        (b"", FileKind.UNKNOWN),
        (b"\xff\xff\xff\xffftyp", FileKind.VIDEO),
    ],
)
def test_tells_each_kind_by_its_first_bytes(head: bytes, kind: FileKind) -> None:
    assert kind_of(head) is kind
