"""How many photos of one document are compared with those of others: a hostile file has no end."""

from dataclasses import dataclass, replace
from typing import Any, Final

from workers.facts.page import PageFacts

MOST_HASHED: Final = 400
"""Photos of one document that have a hash: ten on each of 40 pages. The search for photos like
them takes time in proportion (ADR 9)."""
_NOTHING: Final[dict[str, Any]] = {
    "pdq_forms": (),
    "pdq_views": (),
    "pdq_grid": (),
    "pdq_quality": None,
    "features": b"",
}


@dataclass(slots=True)
class HashedPhotos:
    """Counts the photos of one document that have a hash."""

    left: int = MOST_HASHED

    def within(self, page: PageFacts) -> PageFacts:
        """Return the page without the hashes that are too many; it says how many those are."""
        kept, over = [], 0
        for photo in page.photos:
            if photo.pdq_forms and self.left <= 0:
                over += 1
                kept.append(replace(photo, **_NOTHING))
            else:
                self.left -= bool(photo.pdq_forms)
                kept.append(photo)
        return replace(page, photos=tuple(kept), too_many=page.too_many + over) if over else page
