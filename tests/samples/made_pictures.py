"""Pictures whose files tell how they were made: EXIF, XMP, credentials, texts of a PNG."""

import io
import zlib
from datetime import datetime

from PIL import Image, PngImagePlugin

_EXIF_IFD, _TAKEN, _MAKE, _MODEL, _SOFTWARE = 0x8769, 0x9003, 0x010F, 0x0110, 0x0131
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def by_camera(
    photo: Image.Image, *, taken: datetime | str, make: str = "samsung", model: str = "SM-A125M",
    software: str = "A125MUBS3BVG1",
) -> bytes:  # fmt: skip
    """Return a JPEG as a telephone writes it, or with a moment in any other form."""
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL], exif[_SOFTWARE] = make, model, software
    exif.get_ifd(_EXIF_IFD)[_TAKEN] = (
        taken if isinstance(taken, str) else f"{taken:%Y:%m:%d %H:%M:%S}"
    )
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif)
    return out.getvalue()


def with_xmp(photo: Image.Image, *, tool: str = "", source: str = "") -> bytes:
    """Return a JPEG with a packet of XMP: the program, and IPTC's term for its source."""
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description '
        f'xmp:CreatorTool="{tool}" Iptc4xmpExt:DigitalSourceType="{_IPTC}{source}"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    return _with_segment(photo, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode())


def with_credentials(photo: Image.Image, *, by: str, source: str = "digitalCapture") -> bytes:
    """Return a JPEG with the boxes of a C2PA claim, unsigned: who claims, and from what source."""
    name = by.encode()
    head = bytes([0x60 + len(name)]) if len(name) < 24 else bytes([0x78, len(name)])
    uri = (_IPTC + source).encode()
    claim = b"\xa2\x6fclaim_generator" + head + name
    action = b"\x71digitalSourceType\x78" + bytes([len(uri)]) + uri
    content = (
        b"jumb\0\0\0\x1ejumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0" + claim + action
    )
    box = len(content).to_bytes(4, "big") + content
    return _with_segment(photo, 0xEB, b"JP\0\x01\0\0\0\x01" + box)


def painted(photo: Image.Image, *, key: str = "parameters", packed: bool = False) -> bytes:
    """Return a PNG as a program that paints from words keeps these in it."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text(key, "a workshop of pottery, Steps: 20, Sampler: Euler", zip=packed)
    out = io.BytesIO()
    photo.save(out, "PNG", pnginfo=texts)
    return out.getvalue()


def swollen(photo: Image.Image) -> bytes:
    """Return a PNG with a packed text that unpacks to a hundred megabytes."""
    data = painted(photo, packed=True)
    place = data.index(b"zTXt")
    start, size = place - 4, int.from_bytes(data[place - 4 : place], "big")
    text = b"Software\0\0" + zlib.compress(b"Canva " * 17_000_000, 9)
    chunk = b"zTXt" + text
    made = len(text).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    return data[:start] + made + data[start + 12 + size :]


def _with_segment(photo: Image.Image, mark: int, content: bytes) -> bytes:
    out = io.BytesIO()
    photo.save(out, "JPEG")
    jpeg = out.getvalue()
    segment = bytes([0xFF, mark]) + (len(content) + 2).to_bytes(2, "big") + content
    return jpeg[:2] + segment + jpeg[2:]
