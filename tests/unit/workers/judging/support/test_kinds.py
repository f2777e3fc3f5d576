"""Which document a paper is, by its words."""

from review_service.domain.documents import SupportKind
from review_service.domain.folding import capitals
from workers.judging.support.kinds import SIGNS, recognise

EMPLOYER = "EL IESS CERTIFICA QUE EL EMPLEADOR NO REGISTRA OBLIGACIONES PATRONALES EN MORA"
PAYROLL = "NOMINA DE TRABAJADORES\nCEDULA CARGO SUELDO"


def test_the_decisive_words_and_two_more_make_a_kind() -> None:
    assert recognise(EMPLOYER) is SupportKind.EMPLOYER_CERTIFICATE
    assert recognise(PAYROLL) is SupportKind.PAYROLL


def test_the_decisive_words_alone_are_too_little() -> None:
    assert recognise("OBLIGACIONES PATRONALES") is None
    assert recognise("OBLIGACIONES PATRONALES IESS") is None


def test_without_the_decisive_words_it_is_no_kind() -> None:
    assert recognise("IESS CERTIFICA EMPLEADOR CUMPLIMIENTO REGISTRA") is None


def test_of_two_kinds_the_one_named_first_counts() -> None:
    assert recognise(f"{EMPLOYER}\n{PAYROLL}") is SupportKind.EMPLOYER_CERTIFICATE
    assert recognise(f"{PAYROLL}\n{EMPLOYER}") is SupportKind.PAYROLL


def test_every_kind_has_signs() -> None:
    assert set(SIGNS) == set(SupportKind)


APPOINTMENTS = (
    "NOMBRAMIENTO\nLa asamblea general nombra presidenta y representante legal por el periodo de",
    "REGISTRO DE DIRECTIVA\nPRESIDENTE VIGENCIA HASTA 2027 SEGUN EL ESTATUTO",
    "ACTA DE ELECCION DE LA DIRECTIVA\nASAMBLEA PRESIDENTA ACEPTO",
)
DEED = "ESCRITURA DE CONSTITUCION NOTARIA SOCIOS CAPITAL ESTATUTO"


def test_an_appointment_is_recognised_in_its_usual_forms() -> None:
    for text in APPOINTMENTS:
        assert recognise(capitals(text)) is SupportKind.APPOINTMENT
    assert recognise("NOMBRAMIENTO") is None


def test_a_deed_that_appoints_somebody_stays_a_deed() -> None:
    text = f"{DEED}\nNOMBRAMIENTO DE GERENTE Y REPRESENTANTE LEGAL PERIODO"
    assert recognise(text) is SupportKind.DEED
    appointed = f"{capitals(APPOINTMENTS[0])}\nINSCRITA LA {DEED}"
    assert recognise(appointed) is SupportKind.APPOINTMENT
