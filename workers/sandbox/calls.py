"""The calls that a sandboxed child may be asked for, by name: the one table of them.

The fork server finds a call by its name, so that the worker never imports what runs in a child.
``tests/unit/workers/sandbox/test_calls.py`` resolves every name.
"""

from enum import StrEnum
from typing import Final


class Call(StrEnum):
    """``module:function``; the function takes an open descriptor first and yields frames."""

    EXAMINE = "workers.inside.intake_check:examine"
    """The intake check of a PDF."""
    SHOW_PAGES = "workers.inside.pages:show"
    SHOW_PHOTO = "workers.inside.pages:show_photo"
    READ_PHOTO = "workers.inside.photo_words:read"
    """The words inside a photo."""
    BIND_PHOTOS = "workers.inside.assembly:bind"
    """One PDF of single photos."""
    BIND_SHEETS = "workers.inside.page_photos:bind"
    """One PDF of the photos of a paper's sheets."""
    CHECK_SIGNATURES = "workers.inside.signatures:frames"
    READ_OWN_PAPER = "workers.inside.paper_words:read"
    """A paper of our own, before it is signed."""
    LOOK_FOR_ALTERATIONS = "workers.inside.alterations:look"
    """Signs that a supporting document was altered."""
    LOOK_AGAIN = "workers.inside.second_look:read"
    """Lines of a prior agreement whose value was not read surely."""
    NAME_OCR_ENGINE = "workers.inside.prepare:about"
    TRY_TO_ESCAPE = "workers.sandbox.canary:probe"


PRELOAD: Final = (
    "workers.inside.prepare",
    "workers.inside.assembly",
    "workers.inside.page_photos",
    "workers.inside.signatures",
    "workers.inside.paper_words",
    "workers.inside.alterations",
    "workers.inside.second_look",
    "workers.sandbox.canary",
)
"""Modules that the fork server imports before it forks; with what these import, all calls."""
PREPARE: Final = ("workers.inside.prepare:prepare",)
"""Functions that the fork server runs once, after the imports."""
