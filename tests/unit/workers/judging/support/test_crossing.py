"""In supporting documents too no value crosses another label, and a RUC is its owner's."""

import pytest

from review_service.domain.reports import SURE_CONFIDENCE, Box, Word
from tests.unit.workers.judging.support.papers_in_words import (
    EMPLOYER,
    TAX,
    field,
    reading,
    values,
    words_of,
)
from workers.judging.support.reading import read

STANDS = "no registra obligaciones patronales en mora"


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


ISSUED = "Fecha de emisión: 10 de noviembre de 2026"


@pytest.mark.parametrize(
    "covered",
    [
        "Dado en Quito, a los . Según la resolución de 3 de marzo de 2010",
        "Dado en Quito. Ley de 3 de marzo de 2010",
        "Dado en la ciudad de Quito; registro de 3 de marzo de 2010",
        "Fecha de emisión:\n3 de marzo de 2010 se publicó la ley",
    ],
)
def test_a_day_of_something_else_is_not_the_day_of_issue(covered: str) -> None:
    assert "issued_on" not in sure(tax().replace(ISSUED, covered))


def test_a_day_alone_under_its_label_is_read() -> None:
    text = tax().replace(ISSUED, "Fecha de emisión:\n10 de noviembre de 2026")
    assert sure(text)["issued_on"] == "2026-11-10"
    dated = tax().replace(ISSUED, "Dado en la ciudad de Quito, a los 10 días de noviembre de 2026")
    assert sure(dated)["issued_on"] == "2026-11-10"


def test_a_term_of_something_else_is_not_its_end() -> None:
    until = "Válido hasta: 10 de diciembre de 2026"
    assert "valid_until" not in sure(tax().replace(until, "Válido hasta: Plazo: 2 años"))
    assert sure(tax().replace(until, "Vigencia: 30 días"))["valid_until"] == "2026-12-10"


@pytest.mark.parametrize("whose", ["del contador", "del representante", "de la imprenta"])
def test_words_between_a_label_and_its_ruc_say_whose_it_is(whose: str) -> None:
    assert "ruc" not in sure(tax().replace("Número RUC", f"Número RUC {whose}"))


def test_two_rucs_of_which_nothing_says_whose_they_are_are_doubted_and_both_named() -> None:
    text = tax().replace("Válido", "Número RUC: 1790001563001\nVálido")
    found = field(reading(text), "ruc")
    assert found.confidence < SURE_CONFIDENCE
    assert (found.value, found.candidates) == ("1792060346001", ("1790001563001",))
    twice = tax().replace("Válido", "Número RUC: 1792060346001\nVálido")
    assert sure(twice)["ruc"] == "1792060346001"


def test_a_ruc_goes_on_from_its_label_at_the_end_of_a_line() -> None:
    text = tax().replace("Número RUC:", "El contribuyente que se nombra, con RUC Nro.\n")
    assert sure(text)["ruc"] == "1792060346001"
    form = tax().replace("Número RUC: ", "RUC:\nTEJIDOS ")
    assert "ruc" not in sure(form)


@pytest.mark.parametrize(
    "dates",
    [
        "Emitido el 10/11/2026\nFecha de emisión: 03/01/2020",
        "Fecha de corte: 10/11/2026\nEmitido el 03/01/2020",
        "Dado en Quito, a los 3 días de enero de 2020\nFecha: 10/11/2026",
        "Quito, 3 de enero de 2020\nFecha: 10/11/2026",
        "San Miguel de los Bancos, 3 de enero de 2020.\nFecha: 10/11/2026",
    ],
)
def test_a_certificate_with_two_days_of_issue_is_in_doubt_and_names_both(dates: str) -> None:
    text = EMPLOYER.format(standing=STANDS).replace("Emitido el 10/11/2026", dates)
    issued = field(reading(text), "issued_on")
    assert issued.confidence < SURE_CONFIDENCE
    assert {issued.value, *issued.candidates} == {"2026-11-10", "2020-01-03"}


def test_a_day_of_a_city_within_a_sentence_dates_no_certificate() -> None:
    text = tax().replace(
        ISSUED, "Fecha: 10/11/2026\nSegún acta suscrita en Quito, 3 de enero de 2020, consta"
    )
    issued = field(reading(text), "issued_on")
    assert (issued.value, issued.candidates) == ("2026-11-10", ())


def test_a_certificate_that_says_its_day_twice_is_sure() -> None:
    text = EMPLOYER.format(standing=STANDS) + "Fecha: 10 de noviembre de 2026"
    assert field(reading(text), "issued_on").confidence >= SURE_CONFIDENCE


def test_of_two_last_days_the_earlier_is_in_doubt() -> None:
    until = field(reading(tax() + "\nVálido hasta: 10 de febrero de 2020"), "valid_until")
    assert (until.value, until.candidates) == ("2020-02-10", ("2026-12-10",))
    assert until.confidence < SURE_CONFIDENCE


def test_a_certificate_that_names_two_holders_is_in_doubt() -> None:
    text = EMPLOYER.format(standing=STANDS) + "Razón social: OTRA EMPRESA S.A."
    holder = field(reading(text), "holder")
    assert holder.confidence < SURE_CONFIDENCE
    assert {holder.value, *holder.candidates} == {"TEJIDOS PEGUCHE S.A.S.", "OTRA EMPRESA S.A."}
