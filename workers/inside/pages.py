"""Draws and measures pages; sends one frame for each page. Runs in the sandbox."""

import signal
from collections.abc import Iterator, Sequence
from typing import Final

import pypdfium2

from review_service.domain.documents import DocumentKind
from review_service.domain.refusals import RefusalReason
from workers.facts import frames
from workers.facts.page import PageFacts
from workers.inside import agreement_page, evidence_page, photo_facts
from workers.inside.intake_check import mapped, readable, whole
from workers.inside.ocr import reading
from workers.inside.pace import Pace
from workers.inside.pdf import annotations, drawing, layout
from workers.inside.pdf.stored_images import StoredImages
from workers.inside.picture import decoding, page_kind
from workers.sandbox.wire import Frame

MOST_SUPPORT_PAGES_READ: Final = 3
"""Scanned pages of a supporting document that are read: a deed has fifty, its first says it all."""
LEAST_LETTERS: Final = 100
"""Characters of a page's own text from which it is taken as it is; a certificate has 600."""


def show(
    document: int,
    *,
    numbers: Sequence[int],
    kind: str,
    most_pixels: int,
    page_seconds: float,
    ocr_seconds: float,
    budget_seconds: float,
) -> Iterator[Frame]:
    """Yield the facts, the page image and the thumbnail of each page, in order.

    A page that is read, such as that of a prior agreement, is followed by its words. Each step has
    its own share of CPU seconds; the kernel ends the child that takes more, and its parent goes on
    after that page. Pictures are judged within ``budget_seconds``, the CPU time of all pages. A
    page that a parser merely refuses is ``lost`` and the next one follows.
    """
    pace = Pace(budget_seconds=budget_seconds, page_seconds=page_seconds)
    stored = StoredImages(readable(document))
    with pypdfium2.PdfDocument(mapped(document)) as pdf:
        annotations.prepare(pdf)
        for place, number in enumerate(numbers):
            signal.setitimer(signal.ITIMER_PROF, page_seconds)
            is_read = False
            try:
                page, unseen = annotations.shown(pdf, number)
                is_read = _is_read(page, number, kind)
                if is_read:
                    facts, shown = agreement_page.look(
                        page, number, stored=stored, most_pixels=most_pixels
                    )
                else:
                    until = pace.until(len(numbers) - place)
                    facts, shown = evidence_page.look(
                        page,
                        number,
                        stored=stored,
                        most_pixels=most_pixels,
                        unseen=unseen,
                        cpu_until=until,
                    )
                frame = _page_frame(facts, shown, words_to_come=is_read)
            except decoding.TooManyPixelsError as error:
                figure = f"Una imagen de la página {number} mide {error}."
                yield frames.write_refusal(RefusalReason.IMAGE_TOO_LARGE, figure)
                return
            except Exception as error:  # noqa: BLE001 -- parsers raise anything
                yield frames.write_lost(number, error)
                continue
            yield frame
            if is_read:
                signal.setitimer(signal.ITIMER_PROF, ocr_seconds)
                yield reading.words_frame(
                    number,
                    shown.pixels,
                    facts.kind,
                    wanted=ocr_seconds > 0,
                    with_tones=kind == DocumentKind.SUPPORT,
                    of_values=agreement_page.of_values if kind == DocumentKind.AGREEMENT else list,
                )
    signal.setitimer(signal.ITIMER_PROF, 0)


def _is_read(page: pypdfium2.PdfPage, number: int, kind: str) -> bool:
    """Whether the words of a page are read from its pixels.

    A supporting document says what it is on its first pages; where those have letters of their own
    nobody needs to read. A prior agreement's own letters may lie: it is always read.
    """
    if kind == DocumentKind.SUPPORT:
        return number <= MOST_SUPPORT_PAGES_READ and layout.text_length(page) < LEAST_LETTERS
    return kind == DocumentKind.AGREEMENT


def show_photo(document: int, *, most_pixels: int, page_seconds: float) -> Iterator[Frame]:
    """Yield one frame for a photo uploaded by itself: its page, or the reason to refuse it."""
    data = whole(document)
    signal.setitimer(signal.ITIMER_PROF, page_seconds)
    try:
        picture = decoding.decode(data, most_pixels=most_pixels)
    except decoding.TooManyPixelsError as error:
        figure = f"La foto mide {error}."
        yield frames.write_refusal(RefusalReason.IMAGE_TOO_LARGE, figure)
        return
    except decoding.NotAPictureError:
        known = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        reason = RefusalReason.DAMAGED if known else RefusalReason.NOT_A_PHOTO
        yield frames.write_refusal(reason)
        return
    if picture.damaged:
        yield frames.write_refusal(RefusalReason.DAMAGED)
        return
    shown = drawing.shown(decoding.fitted(picture.pixels, decoding.PAGE_SIDE_PX))
    height_px, width_px = shown.pixels.shape[:2]
    photos = photo_facts.of_stream(
        data, picture, page_px=(width_px, height_px), allowance=photo_facts.Allowance()
    )
    holds = evidence_page.with_parts(page_kind.of_photo(shown.thumbnail), photos)
    facts = PageFacts(
        number=1,
        kind=holds.kind,
        width_px=int(width_px),
        height_px=int(height_px),
        light=photo_facts.worst(photos, shown.pixels),
        photos=photos,
        photo_layout=holds.layout,
    )
    yield _page_frame(facts, shown)


def _page_frame(facts: PageFacts, shown: drawing.Shown, *, words_to_come: bool = False) -> Frame:
    """Attach the page image, its preview and its thumbnail, as JPEG."""
    return frames.write_page(
        facts,
        image=decoding.jpeg(shown.pixels, decoding.PAGE_QUALITY),
        preview=decoding.preview_jpeg(shown.pixels),
        thumbnail=decoding.small_jpeg(shown.thumbnail),
        words_to_come=words_to_come,
    )
