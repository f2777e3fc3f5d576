"""More than a hundred files that nobody should send, each with what must become of it."""

import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pikepdf

from review_service.domain.documents import DocumentKind
from review_service.domain.refusals import RefusalReason
from tests.samples import raw_pdf
from tests.samples.hostile_bombs import bombs, drawings
from tests.samples.hostile_engine import engine_files
from tests.samples.hostile_pdf import (
    active_content,
    cross_references,
    fonts,
    giants,
    page_trees,
)
from tests.samples.raw_pdf import Sample

MUTATIONS: Final = 24
PHOTO_MUTATIONS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One hostile file."""

    name: str
    data: bytes
    kind: DocumentKind = DocumentKind.EVIDENCE
    reasons: frozenset[RefusalReason | None] | None = None
    """What may become of it; None among them is acceptance. No set: anything but a crash."""
    finding: str | None = None
    """Code of a finding that the report must carry."""


def hostile_files() -> Iterator[Hostile]:
    """Yield every hostile file; the same bytes on every run."""
    yield from _emptiness()
    yield from _truncations()
    yield from _passwords()
    yield from _disguises()
    yield from _polyglots()
    for family in (page_trees, bombs, drawings, giants, cross_references, fonts, active_content):
        yield from (_hostile(sample) for sample in family())
    yield from _photos()
    yield from _mutations()
    for name, data, kinds in engine_files():
        for kind in kinds:
            yield Hostile(name=f"{name}-{kind.value}", data=data, kind=kind)


def _hostile(sample: Sample) -> Hostile:
    reasons = None if sample.reasons is None else frozenset(sample.reasons)
    return Hostile(name=sample.name, data=sample.data, reasons=reasons, finding=sample.finding)


def good_pdf(pages: int = 3) -> bytes:
    """Return an honest PDF of small photos."""
    return raw_pdf.photo_pdf([raw_pdf.small_photo(seed=seed) for seed in range(pages)])


def _emptiness() -> Iterator[Hostile]:
    not_a_pdf = frozenset({RefusalReason.NOT_A_PDF})
    damaged = frozenset({RefusalReason.DAMAGED})
    yield Hostile(name="empty", data=b"", reasons=frozenset({RefusalReason.EMPTY_FILE}))
    yield Hostile(name="one-byte", data=b"%", reasons=not_a_pdf)
    yield Hostile(name="spaces", data=b" " * 5000, reasons=not_a_pdf)
    yield Hostile(name="zeros", data=bytes(100_000), reasons=not_a_pdf)
    yield Hostile(name="header-only", data=b"%PDF-1.7\n", reasons=damaged)
    yield Hostile(name="header-and-end", data=b"%PDF-1.7\n%%EOF\n", reasons=damaged)
    noise = random.Random(7).randbytes(50_000)  # noqa: S311 -- reproducible noise
    yield Hostile(name="header-and-noise", data=b"%PDF-1.7\n" + noise + b"%%EOF", reasons=damaged)
    late = b"x" * 1025 + good_pdf(1)
    yield Hostile(name="header-after-1024-bytes", data=late, reasons=not_a_pdf)
    yield Hostile(
        name="empty-photo",
        data=b"",
        kind=DocumentKind.PHOTO,
        reasons=frozenset({RefusalReason.EMPTY_FILE}),
    )


def _truncations() -> Iterator[Hostile]:
    whole = good_pdf()
    for percent in (2, 5, 10, 25, 50, 75, 90, 97):
        yield Hostile(
            name=f"truncated-at-{percent}-percent",
            data=whole[: len(whole) * percent // 100],
            reasons=frozenset({RefusalReason.DAMAGED}),
        )
    for missing in (7, 40):
        yield Hostile(
            name=f"truncated-by-{missing}-bytes",
            data=whole[:-missing],
            reasons=frozenset({RefusalReason.DAMAGED}),
        )
    with pikepdf.open(BytesIO(whole)) as pdf:
        out = BytesIO()
        pdf.save(out, linearize=True)
    for percent in (40, 80):
        yield Hostile(
            name=f"truncated-linearized-at-{percent}-percent",
            data=out.getvalue()[: len(out.getvalue()) * percent // 100],
            reasons=frozenset({RefusalReason.DAMAGED}),
        )


def _passwords() -> Iterator[Hostile]:
    for revision in (2, 3, 4, 6):
        for name, owner, user in (
            ("user", "dueno", "secreto"),
            ("user-only", "", "secreto"),
            ("owner-only", "dueno", ""),
        ):
            with pikepdf.open(BytesIO(good_pdf(2))) as pdf:
                out = BytesIO()
                lock = pikepdf.Encryption(
                    owner=owner,
                    user=user,
                    R=revision,
                    aes=revision > 3,
                    metadata=revision > 3,
                    allow=pikepdf.Permissions(print_lowres=False, print_highres=False),
                )
                pdf.save(out, encryption=lock)
            opens = not user
            yield Hostile(
                name=f"password-{name}-r{revision}",
                data=out.getvalue(),
                reasons=frozenset({None if opens else RefusalReason.PASSWORD}),
                finding="owner_locked" if opens else None,
            )


def _disguises() -> Iterator[Hostile]:
    png = b"\x89PNG\r\n\x1a\n" + bytes(200)
    for name, data in {
        "jpeg": raw_pdf.small_photo(),
        "png": png,
        "html": b"<!doctype html><html><body><script>alert(1)</script></body></html>",
        "zip": b"PK\x03\x04" + bytes(400),
        "gif": b"GIF89a" + bytes(100),
        "text": "Señores: adjunto mis fotos.".encode(),
        "program": b"MZ" + bytes(600),
        "gzip": b"\x1f\x8b\x08" + bytes(100),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(60),
        "heic": b"\x00\x00\x00\x18ftypheic" + bytes(300),
        "postscript": b"%!PS-Adobe-3.0\n/loop {loop} def loop\n",
    }.items():
        reasons = frozenset({RefusalReason.NOT_A_PDF})
        yield Hostile(name=f"disguised-{name}", data=data, reasons=reasons)
    for name, data in {
        "pdf": good_pdf(1),
        "html": b"<html></html>",
        "gif": b"GIF89a" + bytes(100),
        "svg": b"<svg/>",
        "heic": b"\x00\x00\x00\x18ftypheic" + bytes(300),
        "tiff": b"II*\x00" + bytes(100),
        "bmp": b"BM" + bytes(100),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\n",
    }.items():
        yield Hostile(
            name=f"photo-disguised-{name}",
            data=data,
            kind=DocumentKind.PHOTO,
            reasons=frozenset({RefusalReason.NOT_A_PHOTO}),
        )


def _polyglots() -> Iterator[Hostile]:
    good = good_pdf(1)
    accepted = frozenset({None})
    page = b"<html><script>alert(1)</script><!--\n"
    yield Hostile(
        name="polyglot-html-first",
        data=page + good,
        reasons=accepted,
        finding="bytes_before_header",
    )
    yield Hostile(
        name="polyglot-gif-first",
        data=b"GIF89a\x01\x00\x01\x00" + good,
        reasons=accepted,
        finding="bytes_before_header",
    )
    archive = b"PK\x03\x04" + random.Random(3).randbytes(4000) + b"PK\x05\x06" + bytes(18)  # noqa: S311 -- reproducible
    yield Hostile(
        name="polyglot-zip-after", data=good + archive, reasons=accepted, finding="bytes_after_end"
    )
    yield Hostile(
        name="polyglot-program-after",
        data=good + b"MZ" + b"\x90" * 9000,
        reasons=accepted,
        finding="bytes_after_end",
    )
    photo = raw_pdf.small_photo()
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(good[:900])) + good[:900]
    yield Hostile(name="polyglot-jpeg-comment", data=photo[:2] + comment + photo[2:] + good)


def _png(width: int, height: int, chunks: bytes = b"", data: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(data, 9))
    return b"\x89PNG\r\n\x1a\n" + head + chunks + pixels + chunk(b"IEND", b"")


def jpeg_with_size(width: int, height: int) -> bytes:
    """Return a real JPEG whose header claims another size."""
    photo = bytearray(raw_pdf.small_photo())
    place = photo.index(b"\xff\xc0")
    photo[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(photo)


def _photos() -> Iterator[Hostile]:
    def bad(name: str, data: bytes, *reasons: RefusalReason | None) -> Hostile:
        allowed = frozenset(reasons) if reasons else None
        return Hostile(name=name, data=data, kind=DocumentKind.PHOTO, reasons=allowed)

    large, damaged = RefusalReason.IMAGE_TOO_LARGE, RefusalReason.DAMAGED
    yield bad("photo-jpeg-30000", jpeg_with_size(30_000, 30_000), large)
    yield bad("photo-jpeg-65535", jpeg_with_size(65_535, 65_535), large)
    yield bad("photo-png-30000", _png(30_000, 30_000), large)
    yield bad("photo-png-2-to-31", _png(2**31 - 1, 2**31 - 1), large, damaged)
    yield bad("photo-png-zero", _png(0, 0), damaged)
    yield bad("photo-png-7000-without-data", _png(7000, 7000), damaged)
    yield bad("photo-png-bomb-49-megapixels", _png(7000, 7000, data=bytes(7000 * 21001)), None)
    text = raw_pdf.packed(bytes(1_000_000), 200)
    body = b"note\0\0" + text
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    yield bad("photo-png-text-bomb", _png(8, 8, chunk, bytes(8 * 25)), damaged, None)
    photo = raw_pdf.small_photo()
    yield bad("photo-jpeg-cut", photo[: len(photo) // 2], damaged)
    yield bad("photo-jpeg-start-only", photo[:20], damaged)
    yield bad("photo-jpeg-8000-lines-claimed", jpeg_with_size(6000, 8000), damaged, None)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + b"\xff\xff" + bytes(300)
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    yield bad("photo-jpeg-broken-exif", photo[:2] + segment + photo[2:], None, damaged)
    for number in range(PHOTO_MUTATIONS):
        yield bad(f"photo-mutated-{number}", mutated(photo, seed=900 + number))


def mutated(data: bytes, *, seed: int) -> bytes:
    """Return the bytes with some of them changed, cut out or doubled, always alike."""
    chance = random.Random(seed)  # noqa: S311 -- reproducible damage
    out = bytearray(data)
    for _ in range(chance.choice((1, 4, 20, 120))):
        place = chance.randrange(len(out))
        kind = chance.randrange(4)
        if kind == 0:
            out[place] = chance.randrange(256)
        elif kind == 1:
            out[place : place + chance.randrange(1, 40)] = b""
        elif kind == 2:
            out[place:place] = out[place : place + chance.randrange(1, 40)]
        else:
            digits = [
                index
                for index in range(place, min(place + 400, len(out)))
                if 48 <= out[index] <= 57
            ]
            if digits:
                out[chance.choice(digits)] = 48 + chance.randrange(10)
    return bytes(out)


def _mutations() -> Iterator[Hostile]:
    with pikepdf.open(BytesIO(good_pdf(2))) as pdf:
        out = BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    plain, compressed = good_pdf(2), out.getvalue()
    for number in range(MUTATIONS):
        data = mutated(plain if number % 2 else compressed, seed=number)
        yield Hostile(name=f"mutated-{number}", data=data)
