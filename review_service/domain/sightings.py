"""What a form was made from: a write that saw another case than the present one is told so.

A form carries one short text, the version: the case's own version and a digest of what the write
would overwrite. It is compared under the lock of the write (``services/case.py``). A verdict on
one item does not make a page of another stale; a move of the case makes all pages stale.
"""

import hashlib
import json
from enum import StrEnum
from typing import Final

DIGEST_CHARACTERS: Final = 20
"""80 bits: two looks at one case do not meet by chance."""


class Sight(StrEnum):
    """The part of a case that a write concerns."""

    CASE = "case"
    """Its state only."""
    SHEET = "sheet"
    """The data sheet and the kind of application."""
    FILE = "file"
    """One file: its theme, its comments, the themes of its pages, and what is sent in its place."""
    THEME = "theme"
    """What is said of one theme of the photos in place of them."""
    PLACE = "place"
    """The one PDF of a kind."""
    DRAFT = "draft"
    """All that the applicant sends: sheet, files, and what is said of themes."""
    ITEM = "item"
    """One item to judge: its verdict and its evidence."""
    LOOP = "loop"
    """An open request for corrections: its notice and term, more days, attempts to tell."""
    REVIEW = "review"
    """All items with their verdicts and their evidence."""


def stamp(version: int, *facts: object) -> str:
    """Return the version of what the facts show; ``version`` is that of the case."""
    told = json.dumps(facts, default=str, sort_keys=True)
    return f"{version}.{hashlib.sha256(told.encode()).hexdigest()[:DIGEST_CHARACTERS]}"


def case_version(text: str) -> int:
    """Return the case's own version in a form's version; -1 for what no page of ours says."""
    number, _, digest = text.partition(".")
    is_ours = digest and number.isascii() and number.isdigit()
    return int(number[:9]) if is_ours else -1
