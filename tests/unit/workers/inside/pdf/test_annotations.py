"""Fields and notes of a page are its own once it is shown."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from numpy.typing import NDArray

from review_service.samples import files
from tests.samples import filled_forms, photo_pages
from tests.samples.pictures import opened
from workers.inside.pdf import annotations, drawing, pictures

PHOTO = opened(files.photo(files.Scene.LOOM, width_px=800))
LETTERS = [(kind, look) for kind in ("text", "choice", "free text") for look in (True, False)]


def shown(pdf: bytes) -> tuple[NDArray[np.uint8], str]:
    """Return how a file's only page is drawn, and its text."""
    with pypdfium2.PdfDocument(pdf) as document:
        annotations.prepare(document)
        page, unseen = annotations.shown(document, 1)
        assert unseen == 0
        return drawing.drawn(page), str(page.get_textpage().get_text_bounded())


@pytest.mark.parametrize(("kind", "has_look"), LETTERS)
@pytest.mark.parametrize("asks", [True, False])
def test_what_stands_in_a_field_or_note_is_drawn_and_read(
    kind: str, *, has_look: bool, asks: bool
) -> None:
    made = filled_forms.page_with(kind, has_look=has_look, asks_for_looks=asks)
    pixels, text = shown(made)
    assert text == filled_forms.VALUE
    assert (pixels < 128).sum() > 1000


def test_a_ticked_box_is_drawn() -> None:
    pixels, text = shown(filled_forms.page_with("box", has_look=True))
    assert text == ""
    assert 0.1 < (pixels < 128).mean() < 0.15


@pytest.mark.parametrize(("kind", "has_look"), LETTERS)
def test_what_is_hidden_stays_hidden(kind: str, *, has_look: bool) -> None:
    made = filled_forms.page_with(kind, has_look=has_look, is_hidden=True)
    pixels, text = shown(made)
    assert (text, pixels.min()) == ("", 255)


@pytest.mark.parametrize(("flag", "is_drawn"), [(4, True), (1, True), (32, False), (33, False)])
def test_flattening_keeps_what_is_drawn_and_only_that(flag: int, *, is_drawn: bool) -> None:
    """``Invisible`` concerns unknown kinds alone; ``NoView`` is for paper."""
    with pikepdf.open(io.BytesIO(photo_pages.stamped(PHOTO))) as pdf:
        pdf.pages[0].Annots[0].F = flag
        out = io.BytesIO()
        pdf.save(out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        before = drawing.drawn(document[0])
    after, _ = shown(out.getvalue())
    assert bool(before.min() < 128) is is_drawn
    assert float(np.abs(before.astype(int).mean() - after.astype(int).mean())) < 1


def test_a_page_without_annotations_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pdfium, "FPDFPage_Flatten")
    pixels, _ = shown(photo_pages.grid([PHOTO], across=1))
    assert pixels.min() < 128


def test_a_stamp_that_cannot_be_flattened_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = int(pdfium.FLATTEN_FAIL)
    monkeypatch.setattr(pdfium, "FPDFPage_Flatten", lambda *_: failed)
    with pypdfium2.PdfDocument(photo_pages.stamped(PHOTO)) as document:
        page, unseen = annotations.shown(document, 1)
        assert unseen == 1
        assert pictures.placed(page) == ([], 0)
