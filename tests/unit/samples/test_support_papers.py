"""The sample papers of the emprendedor track say what they should, and the altered ones do not."""

import random
from html import unescape

import pypdfium2
import pytest

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from tests.samples.support_altered import WAYS, altered
from tests.samples.support_papers import (
    FOREIGN,
    KEPT,
    LAYOUTS,
    OTHERS,
    SupportPaper,
    drawn,
    genuine,
    markup,
    text_pdf,
)

TAX = SupportPaper(kind=SupportKind.TAX_CERTIFICATE, layout=1)


def rendered(content: bytes) -> bytes:
    with pypdfium2.PdfDocument(content) as document:
        return bytes(document[0].render(scale=1, grayscale=True).to_pil().tobytes())


@pytest.mark.parametrize("kind", VENTURE_PAPERS)
def test_ten_layouts_of_each_kind_name_their_holder_and_half_are_kept(kind: SupportKind) -> None:
    pages = [markup(SupportPaper(kind=kind, layout=layout)) for layout in range(LAYOUTS)]
    assert len(set(pages)) == LAYOUTS == 2 * len(KEPT)
    for page in pages:
        assert SupportPaper().holder in unescape(page)
        assert kind is SupportKind.DEED or SupportPaper().ruc in page


@pytest.mark.parametrize("name", [*OTHERS, *FOREIGN])
def test_papers_of_no_kind_name_the_applicant_too(name: str) -> None:
    page = markup(SupportPaper(kind=None, other=name))
    assert SupportPaper().ruc in page or name == "escritura_co"


@pytest.mark.parametrize("way", WAYS)
def test_each_way_changes_the_paper_that_it_starts_from(way: str) -> None:
    made = altered(TAX, way, place=0)
    assert made.wanted == TAX
    assert made.content != text_pdf(TAX)
    assert rendered(made.content) != rendered(text_pdf(TAX))


def test_an_altered_paper_shows_what_its_sender_wants() -> None:
    for way in ("replaced text", "white box", "later revision"):
        with pypdfium2.PdfDocument(altered(TAX, way, place=0).content) as document:
            assert TAX.ruc in document[0].get_textpage().get_text_bounded(), way


def test_every_fifth_drawn_paper_is_none_and_a_deed_is_of_a_company() -> None:
    papers = drawn(80, seed=1)
    assert [paper.kind for paper in papers].count(None) == 16
    rng = random.Random(1)  # noqa: S311 -- a test
    deeds = [genuine(SupportKind.DEED, 0, rng) for _ in range(20)]
    assert not any(paper.ruc.startswith("30") for paper in deeds)
