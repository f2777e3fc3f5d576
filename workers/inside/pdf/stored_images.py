"""What a PDF's image entries say that pdfium does not tell: masks, changed tones, layers.

Runs in the sandbox. A page that is one JPEG is judged from its stream, which is many times cheaper
than drawing it; that is right only where readers show the stream as it is.
"""

from typing import Any, BinaryIO, Final

import pikepdf

CHANGING: Final = ("/SMask", "/SMaskInData", "/Mask", "/ImageMask", "/OC")
"""Entries by which a reader shows something else than the stream."""
MOST_IMAGES: Final = 50
"""Of one page's resources; a page that is one photo has one."""
FAILURES: Final = (
    pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, LookupError, OSError,
)  # fmt: skip


class StoredImages:
    """The images of one file, looked at without decoding them."""

    def __init__(self, data: BinaryIO) -> None:
        self._data = data
        self._pdf: pikepdf.Pdf | None = None
        self._is_unreadable = False

    def are_shown_as_stored(self, number: int) -> bool:
        """Whether nothing changes the images of a page; False too where nobody can tell."""
        if self._is_unreadable:
            return False
        try:
            if self._pdf is None:
                self._pdf = pikepdf.open(self._data, suppress_warnings=True)
        except FAILURES:
            self._is_unreadable = True  # the newest locks ask for random numbers: not in here
            return False
        try:
            drawn: Any = self._pdf.pages[number - 1].resources.get("/XObject", {})
            items: list[Any] = [item for _, item in drawn.items()]
            return len(items) <= MOST_IMAGES and not any(map(_is_changed, items))
        except FAILURES:
            return False


def _is_changed(item: Any) -> bool:  # noqa: ANN401 -- pikepdf has no types for objects
    if any(key in item for key in CHANGING):
        return True
    decode = [float(value) for value in item.get("/Decode", [])]
    return decode != [0.0, 1.0] * (len(decode) // 2)
