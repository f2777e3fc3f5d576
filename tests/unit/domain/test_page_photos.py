"""Photos of sheets keep the order that their sender gives them."""

import pytest

from review_service.domain.page_photos import (
    Change,
    PagePhoto,
    changed,
    page_photos_from,
    places,
    refused_sheet,
    told_name,
    with_new,
)
from review_service.domain.refusals import RefusalReason

PHOTOS = (PagePhoto(name="a.jpg", size_bytes=5), PagePhoto(name="b.jpg", size_bytes=7))


def test_they_stand_one_behind_the_other() -> None:
    assert places(PHOTOS) == ((0, 5), (5, 7))
    assert places(()) == ()


def test_a_row_holds_them_and_gives_them_back() -> None:
    assert page_photos_from([photo.to_json() for photo in PHOTOS]) == PHOTOS
    assert page_photos_from(None) == ()


@pytest.mark.parametrize(
    ("instead_of", "order"),
    [
        (None, (0, 1, 2, 3, 4)),
        (1, (3, 4, 1, 2)),
        (2, (0, 3, 4, 2)),
        (3, (0, 1, 3, 4)),
        (0, (0, 1, 2, 3, 4)),
        (4, (0, 1, 2, 3, 4)),
    ],
)
def test_new_ones_go_to_the_end_or_take_the_place_of_one(
    instead_of: int | None, order: tuple[int, ...]
) -> None:
    assert with_new(3, 2, instead_of=instead_of) == order


@pytest.mark.parametrize(
    ("number", "change", "order"),
    [
        (1, Change.EARLIER, (0, 1, 2)),
        (2, Change.EARLIER, (1, 0, 2)),
        (3, Change.EARLIER, (0, 2, 1)),
        (1, Change.LATER, (1, 0, 2)),
        (3, Change.LATER, (0, 1, 2)),
        (1, Change.REMOVE, (1, 2)),
        (3, Change.REMOVE, (0, 1)),
    ],
)
def test_a_press_moves_one_sheet_by_one_place_or_takes_it_out(
    number: int, change: Change, order: tuple[int, ...]
) -> None:
    assert changed(3, number, change) == order


@pytest.mark.parametrize("number", [0, 4, -1])
def test_there_is_no_other_sheet(number: int) -> None:
    with pytest.raises(ValueError, match="no such sheet"):
        changed(3, number, Change.REMOVE)


def test_the_paper_says_how_many_sheets_it_has() -> None:
    assert told_name(1) == "1 hoja fotografiada"
    assert told_name(2) == "2 hojas fotografiadas"


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_a_sheet_that_spoils_the_pdf_is_named_with_the_cure(reason: RefusalReason) -> None:
    said = refused_sheet(2, "IMG_1.jpg", reason)
    assert said.startswith("La foto de la hoja 2 («IMG_1.jpg») ")
    assert said.endswith("Fotografíe esa hoja otra vez o quítela; las demás están guardadas.")
