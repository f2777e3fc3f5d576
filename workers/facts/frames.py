"""Every frame that crosses the wall of the sandbox: one writer and one reader for each.

``write_…`` runs in the child and returns a ``Frame``. ``read_…`` runs in the worker, which believes
nothing: it returns a value of known types or raises ``FactsError``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_service.domain.paper_check import PrintedPaper
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import ReadCode, Word
from workers.facts import values
from workers.facts.headers import (
    CodeRow,
    ToneRow,
    WordRow,
    codes_from,
    document_from,
    document_header,
    page_from,
    page_header,
    sides_from,
    tones_from,
    words_from,
)
from workers.facts.page import DocumentFacts, PageFacts, Tone
from workers.facts.values import FactsError
from workers.sandbox.wire import Frame

OUT_OF_MEMORY = "MemoryError"
MAX_SIDE_PX = 100_000
"""Of a page image; what is larger was never drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The document cannot be taken."""

    reason: RefusalReason
    figure: str = ""
    """The number that led to it, in Spanish, for the officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPage:
    """A page that a parser could not open; the next ones follow."""

    number: int
    is_out_of_memory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPage:
    """A page with its facts, its image, preview and thumbnail, all JPEG."""

    facts: PageFacts
    image: bytes
    thumbnail: bytes
    words_to_come: bool
    """Its words come in a frame of their own, a ``PageWords``."""
    preview: bytes | None = None
    """None where the image is no larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedPicture:
    """The page image, thumbnail and preview of a page that was scanned lying or on its head."""

    width_px: int
    height_px: int
    image: bytes
    thumbnail: bytes
    preview: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """The words and codes of a page; no words where none were read."""

    number: int
    codes: tuple[ReadCode, ...] = ()
    words: tuple[Word, ...] | None = None
    tones: tuple[Tone | None, ...] = ()
    """Of the words, in their order, where they were measured."""
    turned: TurnedPicture | None = None
    is_unread: bool = False
    """An engine was there and did not come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoWords:
    """The words inside a page image, boxed on a smaller copy of it."""

    read: PageWords
    size: tuple[int, int]
    """Width and height of the copy, in pixels."""
    page_size: tuple[int, int]
    """Width and height of the page image, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPhoto:
    """The photo of one sheet for which no PDF can be made."""

    number: int
    """From 1 on, in the order of the sheets."""
    refusal: Refusal


PageEvent = Refusal | LostPage | DrawnPage | PageWords


def write_refusal(reason: RefusalReason, figure: str = "") -> Frame:
    """Return the frame of a ``Refusal``."""
    return Frame(header={"reason": reason.value, "figure": figure})


def write_lost(number: int, error: Exception) -> Frame:
    """Return the frame of a ``LostPage``."""
    return Frame(header={"lost": number, "why": type(error).__name__})


def write_page(
    facts: PageFacts,
    *,
    image: bytes,
    thumbnail: bytes,
    preview: bytes | None = None,
    words_to_come: bool = False,
) -> Frame:
    """Return the frame of a ``DrawnPage``."""
    header = {"page": page_header(facts), "words_to_come": words_to_come}
    return Frame(header=header, blobs=_blobs(image, thumbnail, preview))


def write_words(
    number: int,
    rows: Sequence[WordRow],
    *,
    codes: Sequence[CodeRow] = (),
    tones: Sequence[ToneRow | None] = (),
    turned: TurnedPicture | None = None,
) -> Frame:
    """Return the frame of ``PageWords`` that were read."""
    header: dict[str, Any] = {"number": number, "codes": list(codes), "words": list(rows)}
    if tones:
        header["tones"] = list(tones)
    if turned is None:
        return Frame(header=header)
    header["turned"] = [turned.width_px, turned.height_px]
    return Frame(header=header, blobs=_blobs(turned.image, turned.thumbnail, turned.preview))


def _blobs(image: bytes, thumbnail: bytes, preview: bytes | None) -> tuple[bytes, ...]:
    return (image, thumbnail) if preview is None else (image, thumbnail, preview)


def write_unread(number: int, why: str = "", *, codes: Sequence[CodeRow] = ()) -> Frame:
    """Return the frame of ``PageWords`` without words; ``why`` is empty where no engine is."""
    header: dict[str, Any] = {"number": number, "codes": list(codes)}
    return Frame(header=header | ({"unread": why} if why else {}))


def read_event(frame: Frame) -> PageEvent | None:
    """Read a frame of a child that shows pages; None for one that says nothing of a page."""
    header = frame.header
    if "reason" in header:
        return _refusal(header)
    if "page" in header:
        image, thumbnail, preview = _jpegs(frame)
        return DrawnPage(
            facts=page_from(header["page"]),
            image=image,
            thumbnail=thumbnail,
            preview=preview,
            words_to_come=header.get("words_to_come") is True,
        )
    if "lost" in header:
        is_out = header.get("why") == OUT_OF_MEMORY
        return LostPage(number=values.whole(header["lost"]), is_out_of_memory=is_out)
    return read_words(frame) if "number" in header else None


def read_words(frame: Frame) -> PageWords:
    """Read the words of a page, wherever they were read."""
    header = frame.header
    number = values.whole(header.get("number"))
    return PageWords(
        number=number,
        codes=codes_from(header.get("codes", []), page=number),
        words=words_from(header["words"]) if "words" in header else None,
        tones=tones_from(header.get("tones", [])),
        turned=_turned(frame) if "turned" in header else None,
        is_unread="unread" in header,
    )


def write_photo_words(read: Frame, *, size: tuple[int, int], page_size: tuple[int, int]) -> Frame:
    """Return the frame of ``PhotoWords``; ``read`` is one that a writer of words returned."""
    sizes = {"size": list(size), "page_size": list(page_size)}
    return Frame(header={**read.header, **sizes}, blobs=read.blobs)


def read_photo_words(frame: Frame) -> PhotoWords:
    """Read the words inside a page image."""
    size, page_size = (sides_from(frame.header.get(key)) for key in ("size", "page_size"))
    if max(*size, *page_size) > MAX_SIDE_PX:
        raise FactsError("a picture without a sensible size")
    return PhotoWords(read=read_words(frame), size=size, page_size=page_size)


def write_document(facts: DocumentFacts) -> Frame:
    """Return the frame of what the intake check saw."""
    return Frame(header=document_header(facts))


def read_document(frame: Frame) -> DocumentFacts:
    """Read what the intake check saw."""
    return document_from(frame.header)


def write_pdf(pdf: bytes) -> Frame:
    """Return the frame of a PDF that the child made."""
    return Frame(header={}, blobs=(pdf,))


def read_pdf(frame: Frame) -> bytes:
    """Read a PDF that the child made."""
    if len(frame.blobs) != 1 or not frame.blobs[0].startswith(b"%PDF-"):
        raise FactsError("no PDF of ours")
    return frame.blobs[0]


def write_begun_photo(number: int) -> Frame:
    """Return the frame that says which photo of a sheet the child opens now."""
    return Frame(header={"begun": number})


def write_refused_photo(number: int, reason: RefusalReason, figure: str = "") -> Frame:
    """Return the frame of a ``RefusedPhoto``."""
    return Frame(header={"begun": number, "reason": reason.value, "figure": figure})


def read_sheets(frame: Frame, *, most: int) -> bytes | RefusedPhoto:
    """Read the last frame of a child that makes a PDF of ``most`` photos of sheets.

    One that died with a photo has said no more than that it began with it.
    """
    if frame.blobs:
        return read_pdf(frame)
    number = values.whole(frame.header.get("begun"))
    if not 0 < number <= most:
        raise FactsError("a photo that nobody sent")
    told = frame.header
    refusal = _refusal(told) if "reason" in told else Refusal(reason=RefusalReason.TOO_COSTLY)
    return RefusedPhoto(number=number, refusal=refusal)


def write_paper(paper: PrintedPaper) -> Frame:
    """Return the frame of what a paper of our own shows."""
    return Frame(
        header={
            "pages": list(paper.pages),
            "missing_glyph": paper.has_missing_glyph,
            "fonts": list(paper.fonts_not_embedded),
        }
    )


def read_paper(frame: Frame) -> PrintedPaper:
    """Read what a paper of our own shows; the text of a page keeps its line ends."""
    header = frame.header
    return PrintedPaper(
        pages=tuple(values.is_a(str, page) for page in values.is_a(list, header.get("pages"))),
        has_missing_glyph=values.is_a(bool, header.get("missing_glyph")),
        fonts_not_embedded=tuple(
            values.text(name) for name in values.is_a(list, header.get("fonts"))
        ),
    )


def _refusal(header: Mapping[str, Any]) -> Refusal:
    try:
        reason = RefusalReason(values.is_a(str, header["reason"]))
    except ValueError as error:
        raise FactsError("no reason of ours") from error
    return Refusal(reason=reason, figure=values.text(header.get("figure", "")))


def _jpegs(frame: Frame) -> tuple[bytes, bytes, bytes | None]:
    """Return image, thumbnail and, where there is one, preview."""
    if len(frame.blobs) not in (2, 3):
        raise FactsError("expected two pictures or three")
    image, thumbnail, *more = map(values.jpeg, frame.blobs)
    return image, thumbnail, more[0] if more else None


def _turned(frame: Frame) -> TurnedPicture:
    width, height = sides_from(frame.header["turned"])
    image, thumbnail, preview = _jpegs(frame)
    return TurnedPicture(
        width_px=width, height_px=height, image=image, thumbnail=thumbnail, preview=preview
    )
