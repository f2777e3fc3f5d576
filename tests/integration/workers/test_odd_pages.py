"""What officers see, and what is judged, is what other readers show."""

import io
from pathlib import Path

import pytest
from PIL import Image

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.samples import files
from tests.samples import filled_forms, odd_pages, readers
from tests.samples.odd_pages import OddPage
from tests.samples.pictures import opened
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
PHOTO = opened(files.photo(files.Scene.LOOM, width_px=800))
PAGES = list(odd_pages.all_pages(PHOTO))
MOST_APART = 5.0
"""Black dots of a fax fall otherwise into a page image of another size."""
READERS_AGREE = 6.0
"""Inks and calibrated colours are shown otherwise by pdfium and by poppler."""
EVERY = 5
"""All pages take a minute: ``benchmarks/pages.py`` compares them."""


def image_of(folder: Path, data: bytes) -> Image.Image:
    path = folder / "received.pdf"
    path.write_bytes(data)
    report = inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits())
    assert report.reason is None
    image = report.pages[0].image
    assert image is not None
    return Image.open(io.BytesIO(image))


@pytest.mark.parametrize("page", PAGES[::EVERY], ids=lambda page: page.name)
def test_a_page_is_seen_as_other_readers_show_it(tmp_path: Path, page: OddPage) -> None:
    ours = readers.look(image_of(tmp_path, page.data))
    by_pdfium, by_poppler = readers.by_pdfium(page.data), readers.by_poppler(page.data)
    assert readers.apart(ours, by_pdfium) <= MOST_APART
    if readers.apart(by_pdfium, by_poppler) <= READERS_AGREE:
        assert readers.apart(ours, by_poppler) <= READERS_AGREE + MOST_APART


@pytest.mark.parametrize("field", filled_forms.KINDS)
@pytest.mark.parametrize("has_look", [True, False])
def test_a_form_is_seen_as_other_readers_show_it(
    tmp_path: Path, field: str, *, has_look: bool
) -> None:
    made = filled_forms.page_with(field, has_look=has_look)
    ours = readers.look(image_of(tmp_path, made))
    assert readers.apart(ours, readers.by_pdfium(made)) <= MOST_APART
    assert readers.apart(ours, readers.by_poppler(made)) <= READERS_AGREE + MOST_APART
    assert ours.min() < 200


@pytest.mark.parametrize("kind", [DocumentKind.AGREEMENT, DocumentKind.SUPPORT])
@pytest.mark.parametrize("field", ["text", "choice", "free text"])
def test_what_stands_in_the_form_of_a_paper_is_read(
    tmp_path: Path, kind: DocumentKind, field: str
) -> None:
    path = tmp_path / "received.pdf"
    path.write_bytes(filled_forms.page_with(field, has_look=False))
    (page,) = inspect(path, kind=kind, limits=UploadLimits()).pages
    assert filled_forms.VALUE in "".join(word.text for word in page.words)
