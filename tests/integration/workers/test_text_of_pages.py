"""The words of evidence pages as they leave the sandbox."""

from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind, TextSource, Theme
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport
from review_service.samples import files as samples
from workers.inspecting.binding import assemble
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")


def inspected(folder: Path, data: bytes, kind: DocumentKind) -> DocumentReport:
    path = folder / "document"
    path.write_bytes(data)
    return inspect(path, kind=kind, limits=UploadLimits())


def bound(folder: Path) -> bytes:
    """Return the PDF that the service itself makes of two photos, with headings as text."""
    files = []
    for index, theme in enumerate((Theme.WORKSHOP, Theme.MACHINERY)):
        path = folder / f"{index}.jpg"
        path.write_bytes(samples.photo(list(samples.Scene)[index], seed=index))
        files.append((path, theme))
    return assemble(files)


def test_captions_of_a_page_of_photos_come_with_boxes_on_its_image(tmp_path: Path) -> None:
    report = inspected(tmp_path, bound(tmp_path), DocumentKind.EVIDENCE)
    assert report.reason is None
    for page, theme in zip(report.pages, (Theme.WORKSHOP, Theme.MACHINERY), strict=True):
        assert page.words_from is TextSource.LAYER
        assert set(theme.heading.split()) <= {word.text for word in page.words}
        for word in page.words:
            assert 0 <= word.box.left < word.box.left + word.box.width <= page.width_px
            assert 0 <= word.box.top < word.box.top + word.box.height <= page.height_px


def test_a_page_without_a_text_layer_has_no_words_and_no_source(tmp_path: Path) -> None:
    pdf = samples.evidence_pdf([samples.photo(samples.Scene.LOOM)])
    (page,) = inspected(tmp_path, pdf, DocumentKind.EVIDENCE).pages
    assert (page.words, page.words_from) == ((), None)


def test_a_prior_agreement_is_read_from_its_pixels_not_from_its_text(tmp_path: Path) -> None:
    report = inspected(tmp_path, samples.scanned_agreement(seed=3), DocumentKind.AGREEMENT)
    assert {page.words_from for page in report.pages} == {TextSource.OCR}


def test_each_page_of_photos_is_suggested_the_theme_of_its_heading(tmp_path: Path) -> None:
    report = inspected(tmp_path, bound(tmp_path), DocumentKind.EVIDENCE)
    assert [page.suggested_theme for page in report.pages] == [Theme.WORKSHOP, Theme.MACHINERY]
    assert report.pages[0].suggested_from.startswith(Theme.WORKSHOP.heading)


def test_a_photo_without_words_is_suggested_nothing(tmp_path: Path) -> None:
    pdf = samples.evidence_pdf([samples.photo(samples.Scene.LOOM)])
    (page,) = inspected(tmp_path, pdf, DocumentKind.EVIDENCE).pages
    assert (page.suggested_theme, page.suggested_from) == (None, "")
