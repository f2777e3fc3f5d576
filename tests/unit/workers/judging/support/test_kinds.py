"""Which document a paper is, by its words."""

from review_service.domain.documents import SupportKind
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
