"""The check ``blank``, on both sides of its limits."""

from review_service.domain.documents import PageKind
from tests.samples.measured import lit, photo_page
from workers.inside.picture import page_kind
from workers.judging.checks import blank


def test_says_nothing_of_a_page_that_shows_something() -> None:
    assert list(blank.check(photo_page())) == []


def test_tells_which_page_is_empty() -> None:
    (finding,) = blank.check(photo_page(kind=PageKind.BLANK, light=lit(spread=1.2)))
    assert finding.code == "page_blank"
    assert "1.2" in finding.message
    assert "página 3 está en blanco" in finding.advice


def test_speaks_of_the_photo_when_it_came_alone() -> None:
    alone = photo_page(kind=PageKind.BLANK, number=1, width_pt=0.0, light=None)
    (finding,) = blank.check(alone)
    assert finding.advice.startswith("En la foto no se ve nada")


def test_names_the_limit_that_the_sandbox_judges_by() -> None:
    assert blank.LEAST_DETAIL == page_kind.LEAST_DETAIL
    (finding,) = blank.check(photo_page(kind=PageKind.BLANK, light=lit(spread=0.4)))
    assert "3 tonos de 255 (contraste 0.4)" in finding.message
