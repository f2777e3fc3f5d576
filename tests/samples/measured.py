"""Measured values for the checks: an honest page that a test then spoils in one way."""

from dataclasses import replace
from typing import Any

from review_service.domain.documents import PageKind
from review_service.domain.reports import Box, Word
from workers.facts.page import Light, PageFacts, PhotoFacts

HONEST_LIGHT = Light(sharpness=300.0, mean=120.0, spread=50.0, burnt_share=0.01)
BOX = Box(left=10, top=10, width=40, height=12)


def photo_page(**changes: Any) -> PageFacts:  # noqa: ANN401 -- any field of the page
    """Return an honest photo page with some fields changed."""
    page = PageFacts(
        number=3,
        kind=PageKind.PHOTO,
        width_px=1632,
        height_px=1224,
        width_pt=842.0,
        height_pt=595.0,
        light=HONEST_LIGHT,
        photos=(PhotoFacts(sha256="a" * 64, width_px=3264, height_px=2448),),
    )
    return replace(page, **changes)


def lit(**changes: Any) -> Light:  # noqa: ANN401 -- any field of the light
    """Return honest light with some values changed."""
    return replace(HONEST_LIGHT, **changes)


def words(count: int, confidence: float = 95.0) -> tuple[Word, ...]:
    """Return so many words of one confidence."""
    return tuple(Word(text=f"palabra{n}", confidence=confidence, box=BOX) for n in range(count))


def written(text: str, confidence: float = 90.0) -> tuple[Word, ...]:
    """Return the words of a text, ten in a line, each with a box of its own."""
    return tuple(
        Word(
            text=word,
            confidence=confidence,
            box=Box(left=10 + n % 10 * 60, top=10 + n // 10 * 20, width=50, height=15),
        )
        for n, word in enumerate(text.split())
    )
