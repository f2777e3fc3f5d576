"""Pages to pixels and measurements, one frame a page. Runs in the jail."""

import math
import signal
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np
import pypdfium2

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.refusals import RefusalReason
from workers import layout, ocr, photos, quality, text_layer
from workers.facts import Light
from workers.gate import mapped, whole
from workers.jail.wire import Frame

OCR_DPI: Final = 200
"""Resolution that reads best for its price. Source: documents page, Tesseract."""
MOST_PAGE_PIXELS: Final = 12_000_000
LONGEST_SIDE_PX: Final = 5000
BLANK_SPREAD: Final = 4.0
"""Standard deviation of luma below which a page shows nothing."""
PAPER_LUMA: Final = 185
PAPER_SHARE: Final = 0.62
"""A page so white and so colourless is a scanned paper."""
MOST_PAPER_COLOUR: Final = 24.0
LEAST_SCAN_SHARE: Final = 0.5
LEAST_PHOTO_SHARE: Final = 0.2
WHOLE_PAGE_SHARE: Final = 0.97
"""A scan that covers so much of its page is the page."""
LEAST_TEXT: Final = 20
GREY_TOLERANCE: Final = 6
"""Difference between channels, in luma units, that still counts as grey."""


def show(
    document: int,
    *,
    numbers: Sequence[int],
    kind: str,
    most_pixels: int,
    page_seconds: float,
    ocr_seconds: float,
) -> Iterator[Frame]:
    """Yield the facts, the page image and the thumbnail of each page, in order.

    A page of a prior agreement is followed by its words. Each step has its own share of CPU
    seconds; the kernel ends the child that takes more, and its parent goes on after that page.
    A page that a parser merely refuses is ``lost`` and the next one follows.
    """
    is_agreement = kind == DocumentKind.AGREEMENT
    with pypdfium2.PdfDocument(mapped(document)) as pdf:
        for number in numbers:
            signal.setitimer(signal.ITIMER_PROF, page_seconds)
            try:
                facts, pixels = _page(pdf, number, most_pixels=most_pixels, as_scan=is_agreement)
                frame = _page_frame(facts, pixels, shrink=not is_agreement)
            except photos.TooManyPixelsError as error:
                figure = f"Una imagen de la página {number} mide {error}."
                yield Frame(header={"reason": RefusalReason.IMAGE_TOO_LARGE, "figure": figure})
                return
            except Exception as error:  # noqa: BLE001 -- parsers raise anything
                yield Frame(header={"lost": number, "why": type(error).__name__})
                continue
            yield frame
            if is_agreement:
                signal.setitimer(signal.ITIMER_PROF, ocr_seconds)
                yield _words(number, pixels, facts["kind"], wanted=ocr_seconds > 0)
    signal.setitimer(signal.ITIMER_PROF, 0)


def _words(number: int, pixels: photos.Pixels, kind: PageKind, *, wanted: bool) -> Frame:
    """Return the words of a page; a page that OCR refuses is unread, not lost."""
    try:
        if wanted:
            return ocr.words_frame(number, photos.grey(pixels), kind)
    except Exception as error:  # noqa: BLE001 -- engines raise anything
        return Frame(header={"number": number, "unread": type(error).__name__})
    return Frame(header={"number": number, "unread": "budget"})


def show_photo(document: int, *, most_pixels: int, page_seconds: float) -> Iterator[Frame]:
    """Yield the one frame of a photo that came on its own, or a reason to refuse it."""
    data = whole(document)
    signal.setitimer(signal.ITIMER_PROF, page_seconds)
    try:
        picture = photos.decode(data, most_pixels=most_pixels)
    except photos.TooManyPixelsError as error:
        figure = f"La foto mide {error}."
        yield Frame(header={"reason": RefusalReason.IMAGE_TOO_LARGE, "figure": figure})
        return
    except photos.NotAPictureError:
        known = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        reason = RefusalReason.DAMAGED if known else RefusalReason.NOT_A_PHOTO
        yield Frame(header={"reason": reason})
        return
    if picture.damaged:
        yield Frame(header={"reason": RefusalReason.DAMAGED})
        return
    light = quality.measure(photos.grey(picture.pixels))
    facts = {
        "number": 1,
        "kind": PageKind.BLANK if light.spread < BLANK_SPREAD else PageKind.PHOTO,
        "light": _plain(light),
        "photos": [_photo_facts(data, picture) | {"light": _plain(light)}],
    }
    yield _page_frame(facts, picture.pixels, shrink=True)


def _page_frame(facts: dict[str, Any], pixels: photos.Pixels, *, shrink: bool) -> Frame:
    """Attach the page image and its thumbnail; their size is what the facts give."""
    image = photos.fitted(pixels, photos.PAGE_SIDE_PX) if shrink else pixels
    thumbnail = photos.fitted(image, photos.THUMBNAIL_SIDE_PX)
    facts["height_px"], facts["width_px"] = (int(side) for side in image.shape[:2])
    return Frame(
        header={"page": facts},
        blobs=(
            photos.jpeg(image, photos.PAGE_QUALITY),
            photos.jpeg(thumbnail, photos.THUMBNAIL_QUALITY),
        ),
    )


def _plain(light: Light) -> dict[str, Any]:
    return asdict(light)


def _photo_facts(data: bytes, picture: photos.Picture) -> dict[str, Any]:
    return {
        "sha256": photos.sha256(data),
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "exif": picture.exif,
    }


def _page(
    pdf: pypdfium2.PdfDocument, number: int, *, most_pixels: int, as_scan: bool
) -> tuple[dict[str, Any], photos.Pixels]:
    """Return the facts and the pixels of one page."""
    page = pdf[number - 1]
    width_pt, height_pt = page.get_size()
    facts: dict[str, Any] = {"number": number, "width_pt": width_pt, "height_pt": height_pt}
    found = layout.images(page)
    lone = layout.lone_photo(page)
    if as_scan and sum(layout.share(image, page) for image in found) < WHOLE_PAGE_SHARE:
        lone = None
    picture = _decoded(lone, page, most_pixels, as_scan=as_scan) if lone else None
    if lone is not None and picture is not None:
        pixels, share = picture.pixels, 1.0
        light = quality.measure(photos.grey(pixels))
        facts["damaged"] = picture.damaged
        facts["photos"] = [_photo_facts(lone.data, picture) | {"light": _plain(light)}]
    else:
        for width, height in map(layout.pixel_size, found):
            photos.refuse_floods(width, height, most_pixels)
        pixels, share = _drawn(page, found, facts, as_scan=as_scan)
        light = _worst([photo["light"] for photo in facts["photos"]], photos.grey(pixels))
    facts["light"] = _plain(light)
    facts["kind"] = _kind(page, pixels, light, share=share)
    if not as_scan and lone is None:
        pixels = photos.fitted(pixels, photos.PAGE_SIDE_PX)
        facts["layer"] = text_layer.words(page, pixels.shape[1], pixels.shape[0])
    return facts, pixels


def _drawn(
    page: pypdfium2.PdfPage, found: list[Any], facts: dict[str, Any], *, as_scan: bool
) -> tuple[photos.Pixels, float]:
    """Draw the page; return its pixels and how much of it pictures cover."""
    pixels = _rendered(page, dpi=OCR_DPI if as_scan else None)
    facts["photos"] = _judged(page, found, pixels)
    return pixels, sum(layout.share(image, page) for image in found)


def _decoded(
    lone: layout.LonePhoto, page: pypdfium2.PdfPage, most_pixels: int, *, as_scan: bool
) -> photos.Picture | None:
    """Decode the stream of a lone photo; None leaves it to the page's drawing."""
    width, height = (max(1, round(side * OCR_DPI / 72)) for side in page.get_size())
    if as_scan and (width * height > MOST_PAGE_PIXELS or max(width, height) > LONGEST_SIDE_PX):
        return None
    try:
        picture = photos.decode(
            lone.data,
            most_pixels=most_pixels,
            turned=lone.quarter_turns or None,
            least_px=max(width, height) if as_scan else photos.LEAST_PAGE_SIDE_PX,
        )
    except photos.NotAPictureError:
        return None
    if not as_scan:
        return picture
    is_upright = (picture.pixels.shape[0] > picture.pixels.shape[1]) == (height > width)
    size = (width, height) if is_upright else (height, width)
    return replace(picture, pixels=photos.resized(picture.pixels, *size))


def _judged(
    page: pypdfium2.PdfPage, found: list[Any], pixels: photos.Pixels
) -> list[dict[str, Any]]:
    """Return the facts of each image on a drawn page, measured where it stands on it."""
    judged = []
    luma = photos.grey(pixels)
    for image in found:
        width, height = layout.pixel_size(image)
        left, top, right, bottom = layout.place(image, page, pixels.shape[1], pixels.shape[0])
        part = luma[top:bottom, left:right]
        light = quality.measure(np.ascontiguousarray(part)) if min(part.shape) > 1 else None
        judged.append(
            {
                "sha256": photos.sha256(layout.raw_stream(image)),
                "width_px": width,
                "height_px": height,
                "light": _plain(light) if light else None,
            }
        )
    return judged


def _worst(lights: list[dict[str, float] | None], luma: photos.Pixels) -> Light:
    """Return the light of the least sharp photo, of the whole page when it has none."""
    known = [light for light in lights if light is not None]
    if not known:
        return quality.measure(luma)
    return Light(**min(known, key=lambda light: light["sharpness"]))


def _kind(
    page: pypdfium2.PdfPage, pixels: photos.Pixels, light: Light, *, share: float
) -> PageKind:
    """Say what the page holds; only a hint for the reader."""
    small = photos.fitted(pixels, 256)
    luma = photos.grey(small)
    if float(luma.std()) < BLANK_SPREAD and light.spread < BLANK_SPREAD:
        return PageKind.BLANK
    paper = float(np.count_nonzero(luma > PAPER_LUMA)) / luma.size
    if share >= LEAST_SCAN_SHARE and paper > PAPER_SHARE and _colour(small) < MOST_PAPER_COLOUR:
        return PageKind.SCAN
    if share >= LEAST_PHOTO_SHARE:
        return PageKind.PHOTO
    if layout.text_length(page) >= LEAST_TEXT or not share:
        return PageKind.TEXT
    return PageKind.PHOTO


def _colour(pixels: photos.Pixels) -> float:
    """Return the mean difference between the strongest and the weakest channel, 0 to 255."""
    if pixels.ndim == 2:  # noqa: PLR2004 -- grey
        return 0.0
    return float((pixels.max(axis=2) - pixels.min(axis=2)).mean())


def _rendered(page: pypdfium2.PdfPage, *, dpi: int | None) -> photos.Pixels:
    """Draw the page, at a resolution or fitted to ``PAGE_SIDE_PX``, within ``MOST_PAGE_PIXELS``."""
    width, height = (max(1.0, side) for side in page.get_size())
    scale = dpi / 72 if dpi else photos.PAGE_SIDE_PX / max(width, height)
    most = math.sqrt(MOST_PAGE_PIXELS / (width * height))
    scale = min(scale, most, LONGEST_SIDE_PX / max(width, height))
    pixels = page.render(scale=scale, may_draw_forms=False).to_numpy()
    if pixels.ndim == 3 and pixels.shape[2] == 4:  # noqa: PLR2004 -- a fourth channel is filler
        pixels = pixels[:, :, :3]
    if pixels.ndim == 3 and _is_grey(pixels[::8, ::8]):  # noqa: PLR2004 -- colour
        return np.ascontiguousarray(pixels[:, :, 1])
    return np.ascontiguousarray(pixels)


def _is_grey(sample: photos.Pixels) -> bool:
    spread = sample.max(axis=2).astype(np.int16) - sample.min(axis=2)
    return int(spread.max(initial=0)) <= GREY_TOLERANCE
