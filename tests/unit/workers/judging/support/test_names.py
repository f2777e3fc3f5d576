"""Where the name of a document's holder ends: by its words, and by where its lines stand."""

from collections.abc import Sequence

import pytest

from review_service.domain.documents import SupportKind
from review_service.domain.reports import SURE_CONFIDENCE, Box, ReadField, Word
from workers.judging.support.lines import page_lines
from workers.judging.support.names import holder

NAME = "TEJIDOS PEGUCHE S.A.S."
LETTER, HEIGHT, LEADING, LEFT, WIDTH = 10, 20, 30, 100, 600
"""Pixels: a line holds 60 letters."""
BETWEEN = 1.6
"""How far below each other paragraphs stand, in distances of lines."""
OTHERS = (
    "Los comparecientes declaran conocer el contenido de este documento y lo firman ante mí en dos "
    "ejemplares del mismo tenor y valor."
)


def paragraph(text: str, top: float, *, left: int = LEFT, width: int = WIDTH) -> list[Word]:
    """Set a text into lines as wide as said, as programs do."""
    words: list[Word] = []
    at = left
    for text_of_word in text.split():
        size = LETTER * len(text_of_word)
        if at > left and at + size > left + width:
            at, top = left, top + LEADING
        box = Box(left=at, top=round(top), width=size, height=HEIGHT)
        words.append(Word(text=text_of_word, confidence=95.0, box=box))
        at += size + LETTER
    return words


def page(*paragraphs: str, between: float = BETWEEN) -> list[Word]:
    words: list[Word] = []
    top = 100.0
    for text in paragraphs:
        words += paragraph(text, top)
        top = words[-1].box.top + between * LEADING
    return words


def read(words: Sequence[Word]) -> ReadField:
    found = holder([page_lines(1, words)], SupportKind.DEED)
    assert found is not None
    return found


def is_sure(found: ReadField) -> bool:
    return found.confidence >= SURE_CONFIDENCE


@pytest.mark.parametrize("after", ["Capital: ochocientos dólares.", "Salcedo, 3 de mayo de 2019"])
def test_a_name_ends_with_its_paragraph(after: str) -> None:
    found = read(page(OTHERS, f"Compañía denominada {NAME}", after, OTHERS))
    assert (found.value, is_sure(found)) == (NAME, True)


@pytest.mark.parametrize(
    "before", ["", "se encuentra al día, y que ella", "que ha pedido este papel ya"]
)
def test_a_name_goes_on_where_its_line_was_full(before: str) -> None:
    text = f"Certifica que {before} la compañía denominada {NAME}, con domicilio aquí, cumple."
    found = read(page(OTHERS, text, OTHERS))
    assert (found.value, is_sure(found)) == (NAME, True)


def test_a_full_line_that_ends_its_paragraph_leaves_a_doubt() -> None:
    line = f"Aquí se forma la compañía denominada {NAME}"
    found = read(page(OTHERS, line, "Salcedo, tres de mayo", OTHERS))
    assert not is_sure(found)


def test_a_short_line_close_to_the_next_leaves_a_doubt() -> None:
    words = page(OTHERS, f"Compañía denominada {NAME}", "Salcedo, tres de mayo", between=1.0)
    assert not is_sure(read(words))


def test_a_name_whose_end_no_line_shows_leaves_a_doubt() -> None:
    text = f"En este papel se dice que una empresa {NAME} gracias por venir hasta aquí hoy"
    assert not is_sure(read(page(OTHERS, text, OTHERS)))


def cells(label: str, value: str, top: float, *, beside: int = 250) -> list[Word]:
    """Set a row of a form whose values begin so far right of the labels' left."""
    left = LEFT + beside
    return [*paragraph(label, top), *paragraph(value, top, left=left, width=WIDTH - beside)]


@pytest.mark.parametrize("label", ["Razón social:", "Razón social"])
@pytest.mark.parametrize("beside", [170, 250])
def test_in_a_form_a_name_ends_with_its_row(label: str, beside: int) -> None:
    rows = [*cells(label, NAME, 100, beside=beside), *cells("Estado", "ACTIVO", 130)]
    found = read([*rows, *paragraph(OTHERS, 200)])
    assert (found.value, is_sure(found)) == (NAME, True)


def test_a_name_that_is_broken_within_its_cell_leaves_a_doubt() -> None:
    long = "COOPERATIVA DE PRODUCCION ARTESANAL DE TEJIDOS PEGUCHE"
    words = [*cells("Razón social:", long, 100), *paragraph(OTHERS, 300)]
    assert not is_sure(read(words))


def test_a_name_ends_before_the_next_column() -> None:
    words = [*paragraph(f"Empresa: {NAME}", 100), *paragraph("Mes: mayo", 100, left=LEFT + 450)]
    found = read([*words, *paragraph(OTHERS, 200)])
    assert (found.value, is_sure(found)) == (NAME, True)


def test_a_name_that_is_broken_beside_another_column_leaves_a_doubt() -> None:
    first, second = paragraph(f"Empresa: {NAME}", 100), paragraph("Y COMPAÑIA", 100 + LEADING)
    words = [*first, *paragraph("Mes: mayo", 100, left=LEFT + 450), *second]
    assert not is_sure(read([*words, *paragraph(OTHERS, 200)]))


def test_words_further_apart_than_words_leave_a_doubt() -> None:
    words = [*paragraph(f"Contribuyente {NAME}", 100), *paragraph("Quito", 100, left=LEFT + 410)]
    assert not is_sure(read([*words, *paragraph(OTHERS, 200)]))


def test_a_word_before_a_colon_is_another_label_and_leaves_a_doubt() -> None:
    words = [*paragraph(f"Empresa: {NAME} Mes: mayo", 100), *paragraph(OTHERS, 200)]
    assert not is_sure(read(words))


def test_a_cell_that_begins_above_its_label_leaves_a_doubt() -> None:
    value = paragraph(
        "COOPERATIVA DE PRODUCCION DE TEJIDOS PEGUCHE", 100, left=LEFT + 250, width=350
    )
    words = [*value, *paragraph("Razón social:", value[-1].box.top), *paragraph(OTHERS, 300)]
    assert not is_sure(read(words))
