"""What a certificate says of debts and good standing, and that the IESS knows no employee."""

from dataclasses import replace

import pytest

from review_service.domain.documents import SupportKind
from review_service.domain.findings import Severity
from tests.unit.workers.judging.support.papers_in_words import (
    EMPLOYER,
    TAX,
    codes,
    field,
    reading,
    values,
    words_of,
)
from workers.judging.support.reading import read


@pytest.mark.parametrize(
    "standing",
    [
        "no registra obligaciones patronales en mora",
        "NO MANTIENE planillas impagas",
        "ha cumplido con sus obligaciones patronales y no tiene valores pendientes",
    ],
)
def test_a_certificate_of_good_standing_has_no_finding(standing: str) -> None:
    assert codes(reading(EMPLOYER.format(standing=standing))) == []


@pytest.mark.parametrize(
    "standing",
    [
        "registra obligaciones patronales en mora",
        "SÍ registra planillas impagas",
        "no ha cumplido con sus obligaciones patronales",
        "se encuentra con valores pendientes de pago",
        "no está al día en el pago de sus obligaciones",
        "no se halla al día",
        "no ha dado cumplimiento a sus obligaciones",
        "ha cumplido con sus avisos de entrada; sin embargo registra obligaciones en mora",
        "cumple con los avisos. No obstante, mantiene obligaciones pendientes",
        "no tiene convenio y registra mora con el instituto; cumple los demás avisos",
    ],
)
def test_a_debt_that_the_certificate_states_is_said_with_the_cure(standing: str) -> None:
    found = reading(EMPLOYER.format(standing=standing))
    assert codes(found) == ["support_debt"]
    assert found.findings[0].severity is Severity.BAD
    assert "pida un certificado nuevo" in found.findings[0].advice


@pytest.mark.parametrize(
    "standing",
    [
        "debe estar al día para obtener este certificado",
        "póngase al día y vuelva",
        "lo tendrá cuando pague, para estar al día con el instituto",
    ],
)
def test_how_to_come_to_good_standing_is_no_good_standing(standing: str) -> None:
    assert codes(reading(EMPLOYER.format(standing=standing))) == ["support_status_unread"]


def test_another_paper_behind_a_certificate_lends_it_nothing() -> None:
    old = TAX.format(validity="").replace("Fecha de emisión:", "Quito,").replace("2026", "2024")
    fresh = EMPLOYER.format(standing="ha cumplido con sus obligaciones").replace(
        "Emitido el", "Fecha de emisión"
    )
    alone = values(reading(old))
    for behind in (fresh, TAX.format(validity="válido hasta el 2026-12-10")):
        found = read([(1, words_of(old)), (2, words_of(behind))])
        assert found.kind is SupportKind.TAX_CERTIFICATE
        assert values(found) == alone
    unsaid = old.replace("ha cumplido con sus obligaciones", "consta con obligaciones")
    found = read([(1, words_of(unsaid)), (2, words_of(fresh))])
    assert codes(found) == ["support_status_unread"]
    debt = EMPLOYER.format(standing="registra obligaciones en mora")
    assert codes(read([(1, words_of(old)), (2, words_of(debt))])) == ["support_debt"]


def test_a_tax_debt_is_said_too() -> None:
    text = TAX.format(validity="").replace("ha cumplido", "no ha cumplido")
    assert codes(reading(text)) == ["support_debt"]


def test_a_certificate_that_says_neither_is_a_doubt_for_the_officer_alone() -> None:
    found = reading(EMPLOYER.format(standing="consta en los archivos del instituto"))
    assert codes(found) == ["support_status_unread"]
    assert found.findings[0].advice == ""


@pytest.mark.parametrize("climb", [-0.05, -0.02, 0.0, 0.02, 0.05])
def test_a_tilted_line_stays_one_line_and_keeps_its_no(climb: float) -> None:
    text = TAX.format(validity="").replace("ha cumplido", "no ha cumplido")
    tilted = [
        replace(
            word,
            box=replace(word.box, top=word.box.top + 200 + round(climb * word.box.left)),
        )
        for word in words_of(text)
    ]
    assert codes(read([(1, tilted)])) == ["support_debt"]


NOBODY = """
INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL certificado de obligaciones patronales
El contribuyente TEJIDOS PEGUCHE S.A.S., con RUC Nro. 1792060346001, {says}
Emitido el 10/11/2026
"""


@pytest.mark.parametrize(
    "says",
    [
        "no se encuentra registrado como empleador en el IESS",
        "no consta registrada como empleadora",
        "no consta como patrono",
        "NO REGISTRA TRABAJADORES en relación de dependencia",
        "no tiene afiliados bajo relación de dependencia",
    ],
)
def test_the_iess_says_that_nobody_works_for_the_holder(says: str) -> None:
    found = reading(NOBODY.format(says=says))
    assert found.kind is SupportKind.EMPLOYER_CERTIFICATE
    assert field(found, "workers").value == "0"
    assert codes(found) == []


@pytest.mark.parametrize(
    "says",
    [
        "no registra obligaciones patronales en mora",
        "no registra trabajadores en mora",
        "no tiene empleados pendientes de afiliación y no registra mora patronal",
    ],
)
def test_nothing_else_says_that_nobody_works_there(says: str) -> None:
    assert "workers" not in values(reading(NOBODY.format(says=says)))


def test_a_debt_outweighs_that_nobody_works_there() -> None:
    says = "no registra trabajadores y registra obligaciones patronales en mora"
    assert codes(reading(NOBODY.format(says=says))) == ["support_debt"]


def test_a_debt_that_the_iess_only_thinks_of_is_none() -> None:
    says = "no registra mora patronal. Si existieren obligaciones pendientes, se cobrarán"
    assert codes(reading(NOBODY.format(says=says))) == []


@pytest.mark.parametrize(
    "standing",
    [
        "nunca ha cumplido con sus obligaciones",
        "jamás ha estado al día",
        "ha cumplido parcialmente con sus obligaciones patronales",
        "ha cumplido con sus obligaciones patronales, excepto las planillas de 2020",
        "está al día solo hasta 2019",
        "ha cumplido con sus obligaciones patronales hasta el año 2018",
    ],
)
def test_good_standing_that_is_denied_or_of_a_part_is_not_read_as_such(standing: str) -> None:
    assert codes(reading(EMPLOYER.format(standing=standing))) == ["support_status_unread"]


@pytest.mark.parametrize("until", ["hasta la presente fecha", "hasta la fecha de emisión"])
def test_good_standing_up_to_the_day_of_issue_is_good_standing(until: str) -> None:
    assert (
        codes(reading(EMPLOYER.format(standing=f"ha cumplido con sus obligaciones {until}"))) == []
    )
