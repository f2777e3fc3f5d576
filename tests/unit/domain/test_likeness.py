"""When two photos resemble each other, and how that is said."""

import pytest

from review_service.domain.likeness import (
    BACK,
    FORMS,
    RADIUS,
    agreement_words,
    closeness,
    differing_bits,
    form_of,
    turned_words,
)


def test_counts_the_bits_in_which_two_hashes_differ() -> None:
    assert differing_bits(bytes(32), bytes(32)) == 0
    assert differing_bits(bytes(32), b"\xff" * 32) == 256
    assert differing_bits(b"\x01" + bytes(31), b"\x80" + bytes(31)) == 2


@pytest.mark.parametrize("form", range(FORMS))
def test_every_form_is_undone_by_another_which_it_undoes(form: int) -> None:
    assert BACK[BACK[form]] == form


def test_only_a_turned_photo_is_called_turned() -> None:
    assert turned_words(0) == ""
    assert [form for form in range(1, FORMS) if not turned_words(form)] == []


def test_closeness_tells_the_number_its_unit_and_its_limit() -> None:
    assert closeness(7, 0) == f"difieren 7 de 256 bits (límite {RADIUS})"
    assert closeness(7, 5).endswith("; está reflejada como en un espejo")


def test_agreement_tells_places_share_and_least() -> None:
    assert agreement_words(27, 0.731, 0) == (
        "coinciden 27 puntos en su lugar (73\u00a0% de los comparados, mínimo 47\u00a0%)"
    )
    assert agreement_words(27, 0.731, 5).endswith("; está reflejada como en un espejo")


@pytest.mark.parametrize(
    ("lay", "form"),
    [
        ((0.8, 0.05, 0.1, -0.05, 0.8, 0.1, 0, 0, 1), 0),
        ((0.0, 1.2, 0, -0.7, 0.0, 1, 0, 0, 1), 1),
        ((-1, 0, 1, 0, -1, 1, 0, 0, 1), 2),
        ((0, -1, 1, 1, 0, 0, 0, 0, 1), 3),
        ((1, 0, 0, 0, -1, 1, 0, 0, 1), 4),
        ((-1, 0, 1, 0, 1, 0, 0, 0, 1), 5),
        ((0, 1, 0, 1, 0, 0, 0, 0, 1), 6),
        ((0, -1, 1, -1, 0, 1, 0, 0, 1), 7),
    ],
)
def test_a_lay_says_which_form_stands_as_the_earlier_photo(
    lay: tuple[float, ...], form: int
) -> None:
    assert form_of(lay) == form
