"""Whose a RUC is."""

import pytest

from workers.fields.paper.owners import is_of_other, is_of_public_body


@pytest.mark.parametrize(
    ("ruc", "is_public"),
    [("1760013210001", True), ("1792060346001", False), ("3000000012001", False), ("17600", False)],
)
def test_a_public_body_is_known_by_its_number(ruc: str, *, is_public: bool) -> None:
    assert is_of_public_body(ruc) is is_public


@pytest.mark.parametrize(
    ("before", "is_anothers"),
    [
        ("MINISTERIO DE INDUSTRIAS ", True),
        ("IMPRENTA DEL NORTE, ", True),
        ("REPRESENTANTE LEGAL JUAN PEREZ, CON ", True),
        ("EL MINISTERIO OTORGA A ROSA LEMA, CON ", False),
        ("ROSA LEMA, CON ", False),
        ("EL INSTITUTO CERTIFICA QUE EL EMPLEADOR TEJIDOS S.A., CON ", False),
        ("SEGUN LA CAMARA; ROSA LEMA, CON ", False),
        ("LO DICE LA NOTARIA PUBLICA. ROSA LEMA, CON ", False),
        ("", False),
    ],
)
def test_the_nearer_word_says_whose_a_ruc_is(before: str, *, is_anothers: bool) -> None:
    assert is_of_other(before) is is_anothers
