"""Labels are known as such wherever they stand, and prose is none."""

import pytest

from workers.fields.paper.labels import (
    Announces,
    first_other,
    label_of_cell,
    labels_between,
    labels_in,
    last_before,
)

LINE = "FECHA DE EMISION: VALIDO HASTA: 20/11/2017 LUGAR: LATACUNGA OFICIO NRO. 0871"


@pytest.mark.parametrize(
    ("text", "announces"),
    [
        ("FECHA DE EMISION", Announces.ISSUED),
        ("FECHA DE NACIMIENTO", Announces.OTHER),
        ("VALIDO HASTA:", Announces.UNTIL),
        ("VIGENTE DESDE EL", Announces.ISSUED),
        ("ACUERDO NO.", Announces.NUMBER),
        ("ACUERDO ANTERIOR NRO.", Announces.OTHER),
        ("OFICIO NRO.", Announces.OTHER),
        ("R.U.C. NO.", Announces.RUC),
        ("APELLIDOS Y NOMBRES / RAZON SOCIAL", Announces.HOLDER),
        ("NOMBRE DEL ARTESANO", Announces.HOLDER),
        ("ACTIVIDAD ARTESANAL", Announces.ACTIVITY),
        ("LUGAR", Announces.OTHER),
        ("COLOR DE OJOS:", Announces.OTHER),
        ("TALLADO DE FIGURAS DE MADERA", None),
        ("ROSA LEMA IZA", None),
        ("3000000012001", None),
        ("UNA LINEA LARGA DE PROSA QUE ACABA ASI:", None),
    ],
)
def test_a_cell_is_a_label_or_none(text: str, announces: Announces | None) -> None:
    assert label_of_cell(text) is announces


def test_a_text_has_its_labels_in_order() -> None:
    found = [(LINE[label.start : label.end], label.announces) for label in labels_in(LINE)]
    assert found == [
        ("FECHA DE EMISION", Announces.ISSUED),
        ("VALIDO HASTA", Announces.UNTIL),
        ("LUGAR:", Announces.OTHER),
        ("OFICIO NRO", Announces.OTHER),
    ]


def test_words_before_a_colon_announce_where_a_line_begins_and_nowhere_else() -> None:
    text = "COLOR: ROJO SE VE QUE: SI"
    assert [label.end for label in labels_in(text, [0])] == [len("COLOR:")]
    assert labels_in(text) == ()


@pytest.mark.parametrize(
    "prose",
    [
        "EL LUGAR ES AMPLIO Y LA RESOLUCION FUE FAVORABLE",
        "LOS OFICIOS DE LA CIUDAD Y SU REGISTRO",
        "HASTADO DEL CANTONAL",
    ],
)
def test_prose_holds_no_labels(prose: str) -> None:
    assert labels_in(prose, [0]) == ()


def test_labels_are_asked_for_by_place_and_kind() -> None:
    labels = labels_in(LINE)
    assert first_other(labels, 0, len(LINE), Announces.ISSUED) == labels[1]
    assert first_other(labels, 0, labels[1].start, Announces.ISSUED) is None
    assert first_other(labels, 0, 1, Announces.UNTIL) == labels[0]
    assert labels_between(labels, 1, labels[2].start) == labels[1:2]
    assert last_before(labels, labels[1].start) == labels[0]
    assert last_before(labels, 0) is None
