"""Short words for the applicant's screens."""

import pytest

from review_service.db.queries.applicant.files import Advice
from review_service.domain.findings import Severity
from review_service.domain.provinces import provinces
from review_service.domain.wording import in_sentence_case
from review_service.web.applicant.sheet import in_title_case, province_choice
from review_service.web.applicant.words import advice_words, look_again_ms


def advice(code: str, severity: Severity = Severity.DOUBT) -> Advice:
    return Advice(code=code, severity=severity, sentence="Tómela otra vez.", page=1)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("photo_very_dark", "Muy oscura"),
        ("photo_dark", "Oscura"),
        ("photo_soft", "Algo borrosa"),
        ("photo_blurred", "Borrosa"),
        ("photo_overexposed", "Con demasiada luz"),
        ("photo_tiny", "Muy pequeña"),
        ("something_new", "Puede mejorar"),
    ],
)
def test_says_in_a_few_words_what_is_wrong(code: str, words: str) -> None:
    assert advice_words([advice(code)]) == words


def test_the_gravest_finding_speaks() -> None:
    told = [advice("photo_dark"), advice("photo_blurred", Severity.BAD)]
    assert advice_words(told) == "Borrosa"


def test_a_note_does_not_speak() -> None:
    assert advice_words([advice("photo_dark", Severity.NOTE)]) == "Puede mejorar"


def test_writes_the_registrys_capitals_as_people_do() -> None:
    assert in_sentence_case("FABRICACION DE TEJIDOS") == "Fabricacion de tejidos"
    assert in_sentence_case("Tejidos de Otavalo") == "Tejidos de Otavalo"


def test_keeps_small_words_small_in_names_of_places() -> None:
    assert in_title_case("SAN MIGUEL DE LOS BANCOS") == "San Miguel de los Bancos"
    assert in_title_case("El Guabo") == "El Guabo"


@pytest.mark.parametrize("words", ["CAÑAR", "Canar", "cañar"])
def test_finds_the_province_in_any_spelling(words: str) -> None:
    assert province_choice(words) == "Cañar"


def test_keeps_a_province_it_does_not_know() -> None:
    assert province_choice("Zona no delimitada") == "Zona no delimitada"


def test_lists_the_twenty_four_provinces() -> None:
    assert len(set(provinces())) == 24


@pytest.mark.parametrize(
    ("before", "by_rule", "milliseconds"),
    [(0, True, 3_000), (0, False, 8_000), (20, True, 7_000), (500, True, 60_000)],
)
def test_the_more_come_before_the_later_the_page_asks_again(
    before: int,
    by_rule: bool,  # noqa: FBT001 -- a parameter
    milliseconds: int,
) -> None:
    assert look_again_ms(before, by_rule=by_rule) == milliseconds
