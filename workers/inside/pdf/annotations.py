"""A page as readers show it: with the values of its form and its notes. Runs in the sandbox.

pdfium draws notes but no fields of forms, and tells the words and pictures of neither. A page that
has any is flattened in memory first: what readers draw over it becomes part of it.
"""

from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

UNSEEN_KINDS: Final = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
"""Kinds of annotation that show nothing of their own."""
MOST_LOOKED_AT: Final = 500
"""Annotations of one page that are looked into; a page with more is flattened whatever they are."""
MOST_OBJECTS: Final = 50
"""Objects of one annotation that are looked into for pictures."""
LOOKED_AT_SCALE: Final = 0.05
"""Of a drawing that nobody looks at: pdfium makes the looks that annotations lack while it draws,
and flattens only those that have one."""


def prepare(pdf: pypdfium2.PdfDocument) -> None:
    """Let pdfium make the looks that fields of a form lack; before any page is opened.

    No script runs: the library is built without an engine for them.
    """
    if pdf.get_formtype() != pdfium.FORMTYPE_NONE:
        pdf.init_forms()


def shown(pdf: pypdfium2.PdfDocument, number: int) -> tuple[pypdfium2.PdfPage, int]:
    """Return a page with all that its annotations and fields show as its own, drawn as before.

    ``number`` begins at 1. The second value is 1 where an annotation holds a picture and the page
    could not be flattened: nobody judges that picture then.
    """
    page = pdf[number - 1]
    seen = _Seen.of(page)
    if not seen.any:
        return page, 0
    if seen.is_without_look:
        page.render(scale=LOOKED_AT_SCALE, may_draw_forms=False)
    done = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    if done == pdfium.FLATTEN_SUCCESS:
        page.close()
        return pdf[number - 1], 0
    return page, int(done == pdfium.FLATTEN_FAIL and seen.has_picture)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the annotations of a page may show."""

    any: bool
    is_without_look: bool
    """Whether one may be drawn without a look of its own in the file."""
    has_picture: bool

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> "_Seen":
        count = int(pdfium.FPDFPage_GetAnnotCount(page))
        if count > MOST_LOOKED_AT:
            return cls(any=True, is_without_look=True, has_picture=True)
        notes = [found for index in range(max(0, count)) if (found := _look_at(page, index))]
        return cls(
            any=bool(notes),
            is_without_look=not all(note.has_look for note in notes),
            has_picture=any(note.has_picture for note in notes),
        )


@dataclass(frozen=True, slots=True)
class _Note:
    """One annotation that may be drawn."""

    has_look: bool
    has_picture: bool


def _look_at(page: pypdfium2.PdfPage, index: int) -> _Note | None:
    """Return what one annotation may show, None for one that shows nothing."""
    note = pdfium.FPDFPage_GetAnnot(page, index)
    if not note:
        return None
    try:
        _as_drawn(note)
        has_look = bool(pdfium.FPDFAnnot_HasKey(note, b"AP"))
        if pdfium.FPDFAnnot_GetSubtype(note) in UNSEEN_KINDS and not has_look:
            return None
        return _Note(has_look=has_look, has_picture=_holds_picture(note))
    finally:
        pdfium.FPDFPage_CloseAnnot(note)


def _as_drawn(note: Any) -> None:  # noqa: ANN401 -- a pdfium handle
    """Let flattening keep what is drawn, and only that.

    It drops what is ``Invisible``, which concerns unknown kinds alone, and keeps ``NoView``.
    """
    flags = pdfium.FPDFAnnot_GetFlags(note)
    wanted = flags & ~pdfium.FPDF_ANNOT_FLAG_INVISIBLE
    if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW:
        wanted |= pdfium.FPDF_ANNOT_FLAG_HIDDEN
    if wanted != flags:
        pdfium.FPDFAnnot_SetFlags(note, wanted)


def _holds_picture(note: Any) -> bool:  # noqa: ANN401 -- a pdfium handle
    """Whether an annotation draws an image, or a form that may hold one."""
    count = min(MOST_OBJECTS, int(pdfium.FPDFAnnot_GetObjectCount(note)))
    drawn = (pdfium.FPDFAnnot_GetObject(note, each) for each in range(max(0, count)))
    wanted = {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM}
    return any(item and pdfium.FPDFPageObj_GetType(item) in wanted for item in drawn)
