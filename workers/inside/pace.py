"""How long the pictures of one page may be judged, so that every page of a child gets its turn.

Runs in the sandbox.
"""

import time
from dataclasses import dataclass
from typing import Final

KEPT_SHARE: Final = 0.8
"""Of the CPU time of a child that it may plan with: a page takes longer than it seemed."""
MOST_OF_PAGE: Final = 0.5
"""Of the CPU time that one page has before it is given up, after which no picture is begun."""
RESERVED_OF_PAGE: Final = 0.075
"""The same that is kept for each page to come: it has to be drawn, and a few photos judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """CPU seconds that one child has."""

    budget_seconds: float
    """For all its pages, those already done included."""
    page_seconds: float
    """For one page, at most."""

    def until(self, pages_left: int) -> float:
        """Return the CPU time of this process after which no more pictures of a page are judged.

        ``pages_left`` counts the page that is about to begin. Whatever the others leave is its
        own, its even share at least.
        """
        spent = time.process_time()
        left = self.budget_seconds * KEPT_SHARE - spent
        reserved = RESERVED_OF_PAGE * self.page_seconds * (pages_left - 1)
        wanted = max(left / pages_left, left - reserved)
        return spent + max(0.0, min(wanted, MOST_OF_PAGE * self.page_seconds))
