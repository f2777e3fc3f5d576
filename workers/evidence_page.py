"""One page of photo evidence: its pixels, its photos, what it holds. Runs in the jail."""

from dataclasses import asdict
from typing import Any

import pypdfium2

from workers import drawing, layout, page_kind, photo_facts, photos, text_layer


def look(
    page: pypdfium2.PdfPage, number: int, *, most_pixels: int
) -> tuple[dict[str, Any], photos.Pixels]:
    """Return the facts and the page image of one page. Raises ``TooManyPixelsError``."""
    width_pt, height_pt = page.get_size()
    facts: dict[str, Any] = {"number": number, "width_pt": width_pt, "height_pt": height_pt}
    lone = layout.lone_photo(page)
    picture = _decoded(lone, most_pixels) if lone else None
    if lone is not None and picture is not None:
        pixels = photos.fitted(picture.pixels, photos.PAGE_SIDE_PX)
        facts["damaged"] = picture.damaged
        facts["photos"] = [photo_facts.of_stream(lone.data, picture)]
        holds = page_kind.recognise(pixels, share=1.0, pictures=1, letters=0)
    else:
        pixels, holds = _drawn(page, facts, most_pixels=most_pixels)
        facts["layer"] = text_layer.words(page, pixels.shape[1], pixels.shape[0])
    facts["light"] = asdict(photo_facts.worst(facts["photos"], photos.grey(pixels)))
    facts["kind"], facts["photo_layout"] = holds.kind, holds.layout
    return facts, pixels


def _drawn(
    page: pypdfium2.PdfPage, facts: dict[str, Any], *, most_pixels: int
) -> tuple[photos.Pixels, page_kind.Holds]:
    """Draw the page and judge each of its pictures where it stands."""
    found = layout.images(page)
    for placed in found:
        photos.refuse_floods(*layout.pixel_size(placed.image), most_pixels)
    pixels = photos.fitted(drawing.drawn(page), photos.PAGE_SIDE_PX)
    facts["photos"] = [
        photo_facts.of_placed(placed, page, pixels, most_pixels=most_pixels) for placed in found
    ]
    apart = layout.apart(found)
    holds = page_kind.recognise(
        pixels,
        share=sum(placed.share for placed in apart),
        pictures=len(apart),
        letters=layout.text_length(page),
    )
    return pixels, holds


def _decoded(lone: layout.LonePhoto, most_pixels: int) -> photos.Picture | None:
    """Decode the stream of a lone photo; None leaves it to the page's drawing."""
    try:
        return photos.decode(lone.data, most_pixels=most_pixels, degrees=lone.quarter_turns or None)
    except photos.NotAPictureError:
        return None
