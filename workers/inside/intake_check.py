"""The intake check: whether a PDF can be accepted, and what its structure contains."""

import ctypes
import io
import mmap
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

import pikepdf
import pypdf
import pypdfium2

from review_service.domain.refusals import RefusalReason
from workers.facts.frames import write_document
from workers.facts.page import DocumentFacts
from workers.inside.picture.jpeg_header import most_pixels_of
from workers.sandbox.wire import Frame

HEADER_BYTES: Final = 1024
"""``%PDF-`` must begin within these. Source: security page, file sniffing."""
TAIL_MARK: Final = b"%%EOF"
TAIL_BYTES: Final = 1 << 20
END_BYTES: Final = 64
"""In which a file says where its table is."""
READ_BYTES: Final = 1 << 16
MOST_DECODED: Final = 64 * 1024 * 1024
"""Bytes that one stream may unpack to. Source: security page, decompression bombs."""
MOST_SWELLING: Final = 1100
"""Deflate packs at most 1,032 bytes into one."""
MOST_FILTERS: Final = 6
NEWEST_LOCKS: Final = 5
"""Revision of encryption (AES-256) from which qpdf wants random numbers."""
MAX_DEPTH: Final = 60
"""Containers inside one indirect object that are still walked."""
ACTIVE_KEYS: Final = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "xfa",
    "/EmbeddedFiles": "embedded_files",
    "/EF": "embedded_files",
    "/RichMedia": "media",
}
ACTIVE_ACTIONS: Final = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "form_submission",
    "/SubmitForm": "form_submission",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
    "/GoToE": "embedded_files",
}
SIGNATURE: Final = "signature"
"""Counted on the same walk, told apart from active content."""
ACTIVE_TYPES: Final = {"/EmbeddedFile": "embedded_files"}


_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (
    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long,
)  # fmt: skip


class _Refused(Exception):  # noqa: N818 -- a way out, not an error
    def __init__(self, reason: RefusalReason, figure: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.figure = figure


def whole(document: int) -> bytes:
    """Return all bytes behind a descriptor, without moving its offset."""
    size = os.fstat(document).st_size
    parts, start = [], 0
    while start < size:
        part = os.pread(document, min(1 << 26, size - start), start)
        if not part:
            break
        parts.append(part)
        start += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def mapped(document: int) -> ctypes.Array[ctypes.c_char]:
    """Return the bytes behind a descriptor without a copy; they stay until the process ends.

    Python's own ``mmap`` doubles the descriptor, which the walls forbid. Raises ``OSError``.
    """
    size = os.fstat(document).st_size
    place = _libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_PRIVATE, document, 0)
    if place in {None, ctypes.c_void_p(-1).value}:
        raise OSError(ctypes.get_errno(), "mmap")
    return (ctypes.c_char * size).from_address(place)


class _Source(io.RawIOBase):
    """A read-only stream over a descriptor; reads only the parts that a parser asks for.

    Its offset is its own; the descriptor's is shared with other children.
    """

    def __init__(self, document: int) -> None:
        self._document, self._size, self._place = document, os.fstat(document).st_size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if base + place < 0:
            raise ValueError("before the start")
        self._place = base + place
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, room: Any) -> int:  # noqa: ANN401 -- any buffer that can be written
        part = os.pread(self._document, len(room), self._place)
        room[: len(part)] = part
        self._place += len(part)
        return len(part)


def readable(document: int) -> BinaryIO:
    """Return the bytes behind a descriptor as a file with an offset of its own."""
    return io.BufferedReader(_Source(document), READ_BYTES)


def examine(document: int, *, most_pages: int, most_pixels: int) -> Iterator[Frame]:
    """Yield one frame: the facts of the document, with a reason when it can't be taken."""
    facts: dict[str, Any] = {}
    try:
        _look(document, facts, most_pages=most_pages, most_pixels=most_pixels)
    except _Refused as refused:
        facts["reason"] = refused.reason.value
        facts["figure"] = refused.figure
    yield write_document(DocumentFacts(**facts))


def _look(document: int, facts: dict[str, Any], *, most_pages: int, most_pixels: int) -> None:
    size = os.fstat(document).st_size
    head = os.pread(document, 2 * HEADER_BYTES + 5, 0)
    offset = head.find(b"%PDF-", 0, HEADER_BYTES + 5)
    if offset < 0:
        raise _Refused(RefusalReason.NOT_A_PDF)
    facts["header_offset"] = offset
    tail = _after_last(document, TAIL_MARK, size)
    if tail is None and _has_table(document, size):
        tail = b""
    if tail is None or _linearized_length(head, offset) > size:
        raise _Refused(RefusalReason.DAMAGED, "El archivo termina antes de su final.")
    facts["trailing_bytes"] = len(tail.strip(b"\r\n\t \0"))
    by_pypdf, revision = _pypdf_pages(readable(document))
    facts["owner_locked"] = revision > 0
    try:
        by_pdfium = _pdfium_pages(mapped(document))
    except _Refused as refused:  # it opens no file without a page
        has_none = by_pypdf == 0 and refused.reason is RefusalReason.DAMAGED
        raise _Refused(RefusalReason.NO_PAGES) if has_none else refused from None
    bare = _unlocked(document) if revision >= NEWEST_LOCKS else readable(document)
    by_qpdf = _qpdf_pages(bare, facts, most_pages=most_pages, most_pixels=most_pixels)
    counts = [count for count in (by_qpdf, by_pdfium, by_pypdf) if count is not None]
    facts["page_counts"] = tuple(counts)
    facts["page_count"] = min(by_qpdf, by_pdfium)
    if not facts["page_count"]:
        raise _Refused(RefusalReason.NO_PAGES)


def _after_last(document: int, mark: bytes, size: int) -> bytes | None:
    """Return what follows the last mark in the file, None when there is no mark."""
    parts: list[bytes] = []
    overlap, end = b"", size
    while end > 0:
        start = max(0, end - TAIL_BYTES)
        part = os.pread(document, end - start, start)
        place = (part + overlap).rfind(mark)
        if place >= 0:
            rest = b"".join([part, *reversed(parts)])
            return rest[place + len(mark) :]
        parts.append(part)
        overlap, end = part[: len(mark) - 1], start
    return None


def _has_table(document: int, size: int) -> bool:
    """Whether a file without its last mark ends with the place of its table, and has it there.

    Some programs forget the mark; what was cut on its way has neither.
    """
    end = os.pread(document, END_BYTES, max(0, size - END_BYTES))
    told = re.search(rb"startxref\s+(\d{1,12})\s*(%\S{0,5}\s*)?$", end)
    if told is None:
        return False
    table = os.pread(document, END_BYTES, int(told.group(1)))
    return re.match(rb"\s*(xref\b|\d+\s+\d+\s+obj\b)", table) is not None


def _linearized_length(start: bytes, offset: int) -> int:
    """Return the length that a file made for the web claims to have, 0 when it claims none."""
    head = start[offset : offset + HEADER_BYTES]
    claim = re.search(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,12})", head)
    return int(claim.group(1)) if claim else 0


def _pypdf_pages(data: BinaryIO) -> tuple[int | None, int]:
    """Return the page count pypdf reads, None when it can't, and the lock's revision, 0 for none.

    A password that is needed to open it ends the matter.
    """
    count, revision, is_opened = None, 0, True
    try:
        reader = pypdf.PdfReader(data, strict=False)
        if reader.is_encrypted:
            revision = max(1, int(reader.trailer["/Encrypt"]["/R"]))  # type: ignore[index]
            is_opened = bool(reader.decrypt(""))
        count = reader.root_object["/Pages"]["/Count"] if is_opened else None  # type: ignore[index]
    except Exception:  # noqa: BLE001 -- it raises anything; two other readers have their say
        return None, revision
    if not is_opened:
        raise _Refused(RefusalReason.PASSWORD)
    return (int(count) if isinstance(count, int) else None), revision


def _unlocked(document: int) -> BinaryIO:
    """Return the file without its lock, which opens without a password.

    qpdf wants random numbers to open the newest locks and asks a file for them: not in here.
    """
    out = io.BytesIO()
    try:
        reader = pypdf.PdfReader(readable(document), strict=False)
        reader.decrypt("")
        pypdf.PdfWriter(clone_from=reader).write(out)
    except Exception:  # noqa: BLE001 -- it raises anything; another reader may open it
        out = _unlocked_by_pdfium(document)
    out.seek(0)
    return out


def _unlocked_by_pdfium(document: int) -> io.BytesIO:
    """Return the same as the library saves it that will draw it."""
    out = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(mapped(document)) as pdf:
            pdf.save(out, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError as error:
        raise _Refused(RefusalReason.DAMAGED) from error
    return out


def _qpdf_pages(data: BinaryIO, facts: dict[str, Any], *, most_pages: int, most_pixels: int) -> int:
    """Count the pages by walking their tree, then walk every object."""
    try:
        with pikepdf.open(data, suppress_warnings=True) as pdf:
            count = len(pdf.pages)
            if count > most_pages:
                raise _Refused(
                    RefusalReason.TOO_MANY_PAGES, f"Tiene {count} páginas; se aceptan {most_pages}."
                )
            facts["active"] = _walk(pdf.objects, most_pixels)
            facts["signatures"] = facts["active"].pop(SIGNATURE, 0)
            form: Any = pdf.Root.get("/AcroForm")
            if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
                facts["active"].setdefault("xfa", 1)
            facts["repaired"] = bool(pdf.get_warnings())
    except pikepdf.PasswordError as error:
        raise _Refused(RefusalReason.PASSWORD) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError,
            AttributeError, RuntimeError, OverflowError) as error:  # fmt: skip
        raise _Refused(RefusalReason.DAMAGED) from error
    return count


def _pdfium_pages(data: ctypes.Array[ctypes.c_char]) -> int:
    """Count the pages as the library that will draw them does."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise _Refused(RefusalReason.PASSWORD if locked else RefusalReason.DAMAGED) from error


def _walk(objects: Iterable[Any], most_pixels: int) -> dict[str, int]:
    """Count active content in every object, those inside object streams included."""
    found: dict[str, int] = {}
    for top in objects:
        pending = [(top, 0)]
        while pending:
            item, depth = pending.pop()
            if isinstance(item, pikepdf.Array):
                children = list(item)
            elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                children = _look_at(item, found, most_pixels)
                if isinstance(item, pikepdf.Stream):
                    _weigh(item)
            else:
                continue
            if depth < MAX_DEPTH:
                pending += [(child, depth + 1) for child in children if _is_direct(child)]
    return found


def _weigh(stream: pikepdf.Stream) -> None:
    """Refuse a stream that unpacks to more than any honest one; pictures have their own limit."""
    filters: Any = stream.get("/Filter", [])
    count = len(filters) if isinstance(filters, pikepdf.Array) else 1
    if count > MOST_FILTERS:
        raise _Refused(RefusalReason.TOO_COSTLY, f"Un flujo tiene {count} filtros encadenados.")
    length = stream.get("/Length", 0)
    harmless = count == 1 and isinstance(length, int) and length * MOST_SWELLING < MOST_DECODED
    if harmless or stream.get("/Subtype") == "/Image" or "/Filter" not in stream:
        return
    try:
        stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
    except (pikepdf.PdfError, pikepdf.DataDecodingError) as error:
        if "limit" in str(error):
            figure = f"Un flujo se descomprime a más de {MOST_DECODED >> 20} MB."
            raise _Refused(RefusalReason.TOO_COSTLY, figure) from error


def _is_direct(child: object) -> bool:
    """Whether it stands inside its parent; what is referred to has its own turn."""
    return isinstance(child, pikepdf.Object) and not child.is_indirect


def _look_at(item: Any, found: dict[str, int], most_pixels: int) -> list[Any]:  # noqa: ANN401 -- pikepdf's objects have no common type
    """Note what one dictionary holds, refuse an enormous image, return its values."""
    children = []
    for key, value in item.items():
        kind = ACTIVE_KEYS.get(key)
        if key == "/S" and isinstance(value, pikepdf.Name):
            kind = ACTIVE_ACTIONS.get(_name(value))
        elif key == "/Type" and isinstance(value, pikepdf.Name):
            kind = ACTIVE_TYPES.get(_name(value))
        elif key == "/ByteRange":
            kind = SIGNATURE
        if kind is not None:
            found[kind] = found.get(kind, 0) + 1
        children.append(value)
    if item.get("/Subtype") == "/Image":
        width, height = item.get("/Width", 0), item.get("/Height", 0)
        if isinstance(width, int) and isinstance(height, int) and width * height > most_pixels:
            _refuse_flood(item, width, height, most_pixels)
    return children


def _refuse_flood(image: Any, width: int, height: int, most_pixels: int) -> None:  # noqa: ANN401 -- see _look_at
    """Refuse a large image, unless it is a JPEG that is read row by row."""
    if isinstance(image, pikepdf.Stream) and _filters(image) == ["/DCTDecode"]:
        most_pixels = most_pixels_of(image.read_raw_bytes(), most_pixels)
    if width * height > most_pixels:
        figure = f"Una imagen mide {width} × {height} px; se aceptan {most_pixels:,} px."
        raise _Refused(RefusalReason.IMAGE_TOO_LARGE, figure.replace(",", "."))


def _filters(stream: pikepdf.Stream) -> list[str]:
    filters: Any = stream.get("/Filter", [])
    return (
        [_name(each) for each in filters]
        if isinstance(filters, pikepdf.Array)
        else [_name(filters)]
    )


def _name(value: pikepdf.Object) -> str:
    """Return a name as it stands in the file; old programs write accents in their own code."""
    return value.unparse().decode("latin-1")
