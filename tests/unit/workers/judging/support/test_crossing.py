"""In supporting documents too no value crosses another label, and a RUC is its owner's."""

import pytest

from review_service.domain.reports import SURE_CONFIDENCE, Box, Word
from tests.unit.workers.judging.support.papers_in_words import TAX, field, reading, values, words_of
from workers.judging.support.reading import read


def sure(text: str) -> dict[str, str]:
    found = reading(text)
    return {one.name: one.value for one in found.fields if one.confidence >= SURE_CONFIDENCE}


def tax(**changed: str) -> str:
    text = TAX.format(validity="Válido hasta: 10 de diciembre de 2026")
    for old, new in changed.items():
        text = text.replace(
            {
                "holder": "TEJIDOS PEGUCHE S.A.S.",
                "ruc": "1792060346001",
                "issued": "10 de noviembre de 2026",
                "until": "10 de diciembre de 2026",
            }[old],
            new,
        )
    return text


@pytest.mark.parametrize(
    ("covered", "name"),
    [
        ("holder", "holder"),
        ("ruc", "ruc"),
        ("issued", "issued_on"),
        ("until", "valid_until"),
    ],
)
def test_a_covered_value_is_unread_and_all_others_are_read(covered: str, name: str) -> None:
    whole = sure(tax())
    assert set(whole) == {"holder", "ruc", "issued_on", "valid_until"}
    left = {key: value for key, value in whole.items() if key != name}
    assert sure(tax(**{covered: ""})) == left


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("issued", "Válido hasta: 10 de diciembre de 2026", "issued_on"),
        ("until", "Fecha de emisión: 10 de noviembre de 2026", "valid_until"),
        ("holder", "Representante legal Juan Lema", "holder"),
        ("holder", "Fecha de emisión 10 de noviembre", "holder"),
    ],
)
def test_what_another_label_announces_is_not_taken(old: str, new: str, name: str) -> None:
    assert name not in sure(tax(**{old: new}))


def test_the_same_day_for_both_is_doubted() -> None:
    found = sure(tax(until="10 de noviembre de 2026"))
    assert "issued_on" not in found
    assert "valid_until" not in found


def at(left: int, top: int, text: str) -> list[Word]:
    words = []
    for word in text.split():
        box = Box(left=left, top=top, width=12 * len(word), height=20)
        words.append(Word(text=word, confidence=95.0, box=box))
        left += box.width + 8
    return words


def test_the_heading_of_a_table_gives_each_column_its_own_day_and_ruc() -> None:
    words = [
        *at(10, 10, "SRI CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO"),
        *at(10, 50, "El contribuyente ha cumplido con sus obligaciones tributarias"),
        *at(10, 100, "RUC"),
        *at(300, 100, "Fecha de emisión"),
        *at(700, 100, "Válido hasta"),
        *at(10, 140, "1792060346001"),
        *at(300, 140, "10/11/2026"),
        *at(700, 140, "10/12/2026"),
    ]
    found = {one.name: one for one in read([(1, words)]).fields}
    assert "valid_until" not in found or found["valid_until"].value == "2026-12-10"
    assert (found["ruc"].value, found["ruc"].label) == ("1792060346001", "RUC")
    assert found["ruc"].confidence == 95.0


def test_a_term_is_no_surer_than_the_day_from_which_it_counts() -> None:
    text = TAX.format(validity="Tiene una vigencia de 30 días").replace(
        "Fecha de emisión: 10", "Quito, 10"
    )
    found = reading(text)
    issued, until = field(found, "issued_on"), field(found, "valid_until")
    assert until.value == "2026-12-10"
    assert until.confidence == issued.confidence < 95


def test_the_ruc_of_whoever_printed_or_signs_it_is_not_taken() -> None:
    text = tax(ruc="").replace("Servicio", "Contadora ANA LEMA, RUC 3000000012001\nServicio")
    assert "ruc" not in values(reading(text))
    assert "ruc" not in sure(tax(ruc="").replace("RUC 1760013210001", "1792060346001"))


def test_a_count_of_workers_on_another_line_is_not_taken() -> None:
    text = """
    ROL DE PAGOS OCTUBRE 2026
    Razón social: TEJIDOS PEGUCHE S.A.S. RUC: 1792060346001
    Cédula Empleado Cargo Sueldo
    3000000012 María Tituaña Tejedora 482,00
    Total Total de trabajadores:
    482 dólares
    """
    assert field(read([(1, words_of(text))]), "workers").value == "1"
