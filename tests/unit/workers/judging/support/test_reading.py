"""Words in, kind and values out: which document of the emprendedor track a paper is."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from review_service.domain.documents import SupportKind
from review_service.domain.findings import Severity
from review_service.domain.folding import capitals
from review_service.domain.reports import Box, ReadField, Word
from workers.judging.support.kinds import recognise
from workers.judging.support.lines import page_lines
from workers.judging.support.reading import LEAST_WORDS, MOST_PAGES, Reading, read

TAX = """
SRI CERTIFICADO DE CUMPLIMIENTO TRIBUTARIO
Razón social: TEJIDOS PEGUCHE S.A.S.
Número RUC: 1792060346001
El contribuyente ha cumplido con sus obligaciones tributarias
{validity}
Fecha de emisión: 10 de noviembre de 2026
Servicio de Rentas Internas RUC 1760013210001
"""
EMPLOYER = """
INSTITUTO ECUATORIANO DE SEGURIDAD SOCIAL
CERTIFICADO DE CUMPLIMIENTO DE OBLIGACIONES PATRONALES
El empleador TEJIDOS PEGUCHE S.A.S., con RUC Nro. 1792060346001, {standing}
Emitido el 10/11/2026
"""
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


def words_of(text: str, confidence: float = 95) -> list[Word]:
    """Set a text in lines of words, as OCR would box them."""
    return [
        Word(
            text=word,
            confidence=confidence,
            box=Box(left=100 + 90 * place, top=100 + 40 * row, width=80, height=20),
        )
        for row, line in enumerate(text.strip().splitlines())
        for place, word in enumerate(line.split())
    ]


def reading(text: str) -> Reading:
    return read([(1, words_of(text))])


def values(found: Reading) -> dict[str, str]:
    return {field.name: field.value for field in found.fields}


def field(found: Reading, name: str) -> ReadField:
    return next(field for field in found.fields if field.name == name)


def codes(found: Reading) -> list[str]:
    return [finding.code for finding in found.findings]


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


def test_a_ruc_whose_only_owner_is_a_public_body_is_better_than_none() -> None:
    text = TAX.format(validity="").replace("Número RUC: 1792060346001", "Sin número")
    assert values(reading(text))["ruc"] == "1760013210001"


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
    ],
)
def test_a_debt_that_the_certificate_states_is_said_with_the_cure(standing: str) -> None:
    found = reading(EMPLOYER.format(standing=standing))
    assert codes(found) == ["support_debt"]
    assert found.findings[0].severity is Severity.BAD
    assert "pida un certificado nuevo" in found.findings[0].advice


def test_a_tax_debt_is_said_too() -> None:
    text = TAX.format(validity="").replace("ha cumplido", "no ha cumplido")
    assert codes(reading(text)) == ["support_debt"]


def test_a_certificate_that_says_neither_is_a_doubt_for_the_officer_alone() -> None:
    found = reading(EMPLOYER.format(standing="consta en los archivos del instituto"))
    assert codes(found) == ["support_status_unread"]
    assert found.findings[0].advice == ""


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
    assert values(reading(text))["ruc"] == "1760013210001"
    bare = text.replace("RUC 1760013210001", "gracias")
    assert "ruc" not in values(reading(bare))


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
