"""Cells and words that stand beside a label, and those that only seem to."""

from tests.samples.laid_out import laid_out
from workers.fields.prior.beside import (
    above_value,
    announcing,
    below_value,
    follows,
    is_heading,
    is_on_one_line,
    label_between,
    label_text,
    right_value,
)
from workers.fields.prior.text import PageText, page_text

ROWS = ((10, 10, "RUC:"), (300, 10, "3000000012001"), (10, 50, "LUGAR:"), (300, 50, "Quito"))


def page(*pieces: tuple[int, int, str]) -> PageText:
    return page_text(1, laid_out(*pieces))


def test_a_value_belongs_to_the_label_on_its_left() -> None:
    text = page(*ROWS)
    ruc, number, lugar, quito = text.cells
    assert right_value(text, ruc) is number
    assert below_value(text, ruc) is None
    assert above_value(text, lugar) is None
    assert announcing(text, quito) is lugar
    assert (label_text(ruc), label_text(lugar)) == ("RUC", "LUGAR")


def test_what_begins_with_a_label_is_no_value() -> None:
    text = page((10, 10, "ACTIVIDAD:"), (300, 10, "Lugar: Quito"), (10, 50, "RUC: 3000000012001"))
    activity = text.cells[0]
    assert right_value(text, activity) is None
    assert below_value(text, activity) is None


def test_a_value_without_a_label_on_its_left_belongs_to_the_nearest_over_it() -> None:
    text = page((10, 10, "ACTIVIDAD ARTESANAL"), (290, 10, "LUGAR"), (225, 50, "Latacunga"))
    activity, lugar, value = text.cells
    assert below_value(text, activity) is None
    assert below_value(text, lugar) is value
    assert announcing(text, value) is not None
    only = page((10, 10, "Rosa Lema"), (10, 50, "Nombre del artesano"))
    assert above_value(only, only.cells[1]) is only.cells[0]


def test_words_follow_a_label_where_no_gap_is() -> None:
    text = page((10, 10, "Caduca el 20 de mayo"), (600, 10, "y más"))
    end = len("CADUCA EL")
    assert follows(text, end, text.folded.index("MAYO"))
    assert not follows(text, end, text.folded.index("MAS"))
    assert label_between(text, 0, end) == "Caduca el"


def test_a_heading_is_a_cell_of_labels_alone() -> None:
    text = page((10, 10, "FECHA DE EMISIÓN VÁLIDO HASTA"), (10, 50, "Caduca el 20 de mayo"))
    place = text.folded.index("VALIDO")
    assert is_heading(text, place, place + len("VALIDO HASTA"))
    place = text.folded.index("CADUCA")
    assert not is_heading(text, place, place + len("CADUCA EL"))
    assert not is_on_one_line(text, len("FECHA"), place)
    assert is_on_one_line(text, 0, len("FECHA"))


def test_values_of_a_form_that_touch_each_other_are_each_its_own_labels() -> None:
    text = page(
        (10, 10, "OFICIO Nro."),
        (280, 10, "ACUERDO No."),
        (600, 10, "TRÁMITE"),
        (10, 50, "MIPRO-SCA-2015-0871-O MIPRO-2014-0087"),
        (600, 50, "2231"),
    )
    office, own, _, both, number = text.cells
    assert len(both.words) == 2
    found = [below_value(text, label) for label in (office, own)]
    assert [cell.folded for cell in found if cell] == ["MIPRO-SCA-2015-0871-O", "MIPRO-2014-0087"]
    assert below_value(text, text.cells[2]) is number


def test_how_far_below_its_label_a_value_may_stand() -> None:
    """Digits are lower than letters: 50 pixels of a form are 3.1 times theirs."""
    for down, is_found in ((86, True), (87, False)):
        text = page((10, 10, "RUC"), (10, down, "3000000012001"))
        assert (below_value(text, text.cells[0]) is not None) is is_found
