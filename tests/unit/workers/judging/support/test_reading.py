"""Words in, kind and values out: which document of the emprendedor track a paper is."""

import random
from collections.abc import Sequence

import pytest

from review_service.domain.documents import SupportKind
from review_service.domain.findings import Severity
from review_service.domain.folding import capitals
from review_service.domain.reports import Box, Word
from tests.unit.workers.judging.support.papers_in_words import (
    EMPLOYER,
    TAX,
    codes,
    field,
    reading,
    values,
    words_of,
)
from workers.judging.support.kinds import recognise
from workers.judging.support.lines import page_lines
from workers.judging.support.reading import LEAST_WORDS, MOST_PAGES, read

PAYROLL = """
ROL DE PAGOS {period}
Razón social: TEJIDOS PEGUCHE S.A.S. RUC: 1792060346001
Cédula Empleado Cargo Sueldo
3000000012 María Tituaña Tejedora 482,00
3000000020 Luis Lema Tornero 492,00
{total}
"""
DEED = """
ESCRITURA PÚBLICA DE CONSTITUCIÓN DE COMPAÑÍA
En la ciudad de Otavalo, hoy {day}, ante mí, Notaria Segunda, comparecen los
socios y constituyen la compañía denominada TEJIDOS PEGUCHE S.A.S., con domicilio
en Otavalo y capital de ochocientos dólares
"""


def test_a_tax_certificate_is_read_and_the_sris_own_ruc_is_not_taken() -> None:
    found = reading(TAX.format(validity="Este certificado es válido hasta el 2026-12-10"))
    assert found.kind is SupportKind.TAX_CERTIFICATE
    assert values(found) == {
        "ruc": "1792060346001",
        "holder": "TEJIDOS PEGUCHE S.A.S.",
        "issued_on": "2026-11-10",
        "valid_until": "2026-12-10",
    }
    assert codes(found) == []


@pytest.mark.parametrize(
    ("validity", "until"),
    [
        ("Tiene una vigencia de 30 días", "2026-12-10"),
        ("vigencia de treinta (30) días", "2026-12-10"),
        ("válido por sesenta días", "2027-01-09"),
        ("validez de 3 meses", "2027-02-10"),
        ("vigencia: un año", "2027-11-10"),
        ("Vence el 31/12/2026", "2026-12-31"),
        ("caduca el 5 de enero del 2027", "2027-01-05"),
    ],
)
def test_validity_is_read_as_a_day_or_counted_from_the_day_of_issue(
    validity: str, until: str
) -> None:
    assert values(reading(TAX.format(validity=validity)))["valid_until"] == until


@pytest.mark.parametrize(
    "validity", ["", "vigencia de treinta (60) días", "válido hasta el 31 de junio de 2026"]
)
def test_a_validity_that_is_absent_or_contradicts_itself_is_not_guessed(validity: str) -> None:
    assert "valid_until" not in values(reading(TAX.format(validity=validity)))


def test_the_ruc_of_a_public_body_is_nobodys_who_applies() -> None:
    text = TAX.format(validity="").replace("Número RUC: 1792060346001", "Sin número")
    assert "ruc" not in values(reading(text))


def test_the_names_in_a_payroll_are_not_taken_for_its_employer() -> None:
    text = PAYROLL.format(period="OCTUBRE 2026", total="")
    text = text.replace("Razón social: TEJIDOS PEGUCHE S.A.S. RUC", "RUC")
    text += "Apellidos y nombres Tituaña María"
    found = reading(text)
    assert found.kind is SupportKind.PAYROLL
    assert "holder" not in values(found)


def test_workers_are_read_as_the_payroll_says_it() -> None:
    text = PAYROLL.format(period="OCTUBRE 2026", total="Total de trabajadores: 14")
    found = reading(text)
    assert found.kind is SupportKind.PAYROLL
    assert field(found, "workers").value == "14"
    assert field(found, "workers").confidence == 95


def test_workers_are_counted_by_their_cedulas_otherwise_and_with_less_confidence() -> None:
    found = reading(PAYROLL.format(period="OCTUBRE 2026", total=""))
    assert field(found, "workers").value == "2"
    assert field(found, "workers").confidence < 95


def test_a_payroll_without_a_date_ends_with_its_month() -> None:
    found = reading(PAYROLL.format(period="FEBRERO 2028", total=""))
    assert values(found)["issued_on"] == "2028-02-29"


@pytest.mark.parametrize(
    ("day", "iso"),
    [
        ("diez de noviembre del dos mil veintiséis", "2026-11-10"),
        ("treinta y uno de enero de dos mil treinta", "2030-01-31"),
        ("2 de marzo de 2019", "2019-03-02"),
    ],
)
def test_a_notary_writes_days_in_words(day: str, iso: str) -> None:
    found = reading(DEED.format(day=day))
    assert found.kind is SupportKind.DEED
    assert values(found) == {"holder": "TEJIDOS PEGUCHE S.A.S.", "issued_on": iso}


@pytest.mark.parametrize(
    "text",
    [
        "FACTURA de TEJIDOS PEGUCHE RUC 1792060346001 hilo de lana IVA autorización del SRI total",
        "Planilla eléctrica de consumo del mes de octubre 2026 total a pagar veinte dólares",
        "REGISTRO ÚNICO DE CONTRIBUYENTES SRI obligaciones tributarias declaración de IVA y renta",
        "Por la presente certifico que la señora trabaja bien y recomiendo su taller a todo mundo",
    ],
)
def test_another_paper_is_not_taken_for_one_of_these(text: str) -> None:
    found = reading(text)
    assert (found.kind, found.fields, codes(found)) == (None, (), ["support_unknown"])
    assert "escritura de constitución" in found.findings[0].advice


def test_a_certificate_is_what_its_heading_says_whatever_it_mentions() -> None:
    text = EMPLOYER.format(standing="no registra mora") + "según la nómina de trabajadores"
    assert reading(text).kind is SupportKind.EMPLOYER_CERTIFICATE


def test_too_few_words_are_told_as_unread() -> None:
    few = " ".join(["palabra"] * (LEAST_WORDS - 1))
    assert codes(reading(few)) == ["support_unread"]
    assert codes(reading(f"{few} más")) == ["support_unknown"]
    assert codes(read([])) == ["support_unread"]


def test_only_the_first_pages_are_looked_at() -> None:
    tax = words_of(TAX.format(validity=""))
    filler = [(number, words_of("uno dos tres")) for number in range(1, MOST_PAGES + 1)]
    assert read([*filler[:-1], (MOST_PAGES, tax)]).kind is SupportKind.TAX_CERTIFICATE
    assert read([*filler, (MOST_PAGES + 1, tax)]).kind is None


def test_words_come_in_any_order_and_a_field_knows_its_place() -> None:
    words = words_of(TAX.format(validity=""))
    random.Random(3).shuffle(words)  # noqa: S311 -- a test
    ruc = field(read([(1, words)]), "ruc")
    assert (ruc.page, ruc.box) == (1, Box(left=280, top=180, width=80, height=20))


def test_lines_are_made_by_height_and_folded() -> None:
    page = page_lines(1, words_of("Señora Ñusta\nvive aquí"))
    assert page.folded == "SENORA NUSTA\nVIVE AQUI\n"
    assert capitals("áÉñ") == "AEN"


def test_a_kind_needs_more_than_its_name() -> None:
    assert recognise("NOMINA") is None
    assert recognise("NOMINA DE TRABAJADORES SUELDO") is SupportKind.PAYROLL


def _noise(rng: random.Random) -> Sequence[Word]:
    signs = "RUC 1792 / 31 de FEBRERO . : - ( ) día MIL válido VIGENCIA 99999 Ñ \u202e \x00 ½ ٣"
    text = " ".join(rng.choice(signs.split(" ")) for _ in range(200))
    return words_of(text + "\n" + TAX.format(validity=text))


def test_no_text_breaks_the_reader() -> None:
    rng = random.Random(11)  # noqa: S311 -- a test
    for _ in range(100):
        for read_field in read([(1, _noise(rng))]).fields:
            assert 0 <= read_field.confidence <= 100


@pytest.mark.parametrize(
    ("year", "is_read"), [("1949", False), ("1950", True), ("2099", True), ("9999", False)]
)
def test_a_year_that_nobody_could_mean_is_misread(year: str, *, is_read: bool) -> None:
    text = TAX.format(validity="vigencia de 3660 días").replace("de 2026", f"de {year}")
    assert ("issued_on" in values(reading(text))) is is_read
    payroll = reading(PAYROLL.format(period=f"FEBRERO {year}", total=""))
    assert ("issued_on" in values(payroll)) is is_read


def test_a_term_too_long_to_be_meant_is_left_out() -> None:
    for term in ("999 meses", "90 años"):
        assert "valid_until" not in values(reading(TAX.format(validity=f"vigencia de {term}")))


def test_a_number_that_is_no_ruc_is_passed_over() -> None:
    text = TAX.format(validity="").replace("RUC: 1792060346001", "RUC: 1792060346000")
    assert "ruc" not in values(reading(text))
    also = text.replace("Servicio de", "Contribuyente con RUC 1790001563001\nServicio de")
    assert values(reading(also))["ruc"] == "1790001563001"


def test_a_name_that_a_sentence_breaks_over_two_lines_is_read_whole() -> None:
    text = EMPLOYER.format(standing="no registra mora").replace("PEGUCHE S", "PEGUCHE\nS")
    assert values(reading(text))["holder"] == "TEJIDOS PEGUCHE S.A.S."
    alone = "certifica que el empleador TEJIDOS PEGUCHE\ngracias por su visita al instituto"
    text = EMPLOYER.replace(
        "El empleador TEJIDOS PEGUCHE S.A.S., con RUC Nro. 1792060346001,", alone
    )
    assert values(reading(text))["holder"] == "TEJIDOS PEGUCHE"


def test_what_follows_a_label_but_is_no_name_is_left_out() -> None:
    text = TAX.format(validity="").replace("TEJIDOS PEGUCHE S.A.S.", "12 de octubre")
    assert "holder" not in values(reading(text))


def test_a_payroll_that_says_too_many_is_counted() -> None:
    text = PAYROLL.format(period="OCTUBRE 2026", total="Total de trabajadores: 10001")
    assert field(reading(text), "workers").value == "2"
    nobody = text.replace("3000000012", "x").replace("3000000020", "y")
    assert "workers" not in values(reading(nobody))


def test_a_certificate_must_name_who_issues_it() -> None:
    text = TAX.format(validity="").replace("SRI", "").replace("Rentas Internas", "Impuestos")
    assert codes(reading(text)) == ["support_issuer_unread"]


@pytest.mark.parametrize("name", ["SUNAT", "DIAN", "República del Perú", "República de Colombia"])
def test_a_paper_of_another_country_is_told(name: str) -> None:
    found = reading(DEED.format(day="2 de marzo de 2019") + name)
    assert codes(found) == ["support_foreign"]
    assert "Ecuador" in found.findings[0].advice


def test_a_holder_ends_where_another_sentence_begins() -> None:
    text = TAX.format(validity="").replace("Razón social:", "Apellidos y nombres / Razón social")
    assert values(reading(text))["holder"] == "TEJIDOS PEGUCHE S.A.S."
    greeting = "Estimado contribuyente: la oficina saluda\n" + TAX.format(validity="")
    assert values(reading(greeting))["holder"] == "TEJIDOS PEGUCHE S.A.S."
    deed = DEED.format(day="2 de marzo de 2019").replace("S.A.S., con", "S.A.S. tiene")
    assert values(reading(deed))["holder"] == "TEJIDOS PEGUCHE S.A.S."


def test_nothing_is_taken_from_an_appointment_and_one_of_another_form_is_only_noted() -> None:
    usual = (
        "NOMBRAMIENTO\nLa asamblea de la asociación nombra presidenta y representante legal por\n"
        "el periodo de dos años. RUC 1792060346001"
    )
    found = read([(1, words_of(usual))], place=SupportKind.APPOINTMENT)
    assert (found.kind, found.fields, found.findings) == (SupportKind.APPOINTMENT, (), ())
    other = (
        "Acta por la que todos eligen a la señora Rosa Lema para que firme por el grupo ante\nquien"
    )
    noted = read([(1, words_of(other))], place=SupportKind.APPOINTMENT)
    [finding] = noted.findings
    assert (noted.kind, finding.severity, finding.advice) == (None, Severity.NOTE, "")
    [doubt] = read([(1, words_of(other))], place=SupportKind.DEED).findings
    assert doubt.severity is Severity.DOUBT
    assert "Nombramiento" not in doubt.message
