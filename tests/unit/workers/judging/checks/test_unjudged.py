"""The check ``unjudged``: what nobody judged is said."""

from review_service.domain.documents import DocumentKind, PageKind
from tests.samples.measured import photo_page
from workers.judging import checks
from workers.judging.checks import unjudged


def test_says_how_many_pictures_were_not_judged_and_why() -> None:
    (found,) = unjudged.check(photo_page(too_small=12, too_many=3))
    assert (found.code, found.page) == ("pictures_not_judged", 3)
    assert "15 imágenes" in found.message
    assert "12 por su tamaño" in found.message
    assert "3 por ser demasiadas" in found.message
    assert "Envíe sus fotos más grandes" in found.advice


def test_speaks_of_one_picture_as_of_one() -> None:
    (found,) = unjudged.check(photo_page(too_many=1))
    assert "1 imagen de la página" in found.message
    assert "tamaño" not in found.message


def test_says_nothing_where_every_picture_was_judged() -> None:
    assert list(unjudged.check(photo_page())) == []


def test_a_page_of_text_is_told_too() -> None:
    page = photo_page(kind=PageKind.TEXT, photos=(), too_small=2)
    found = checks.of_page(page, kind=DocumentKind.EVIDENCE)
    assert [one.code for one in found] == ["pictures_not_judged"]
