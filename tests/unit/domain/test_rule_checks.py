"""Rules that could not number, date or word a document are refused when a process starts."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from review_service.domain.certificates import certificate_number
from review_service.domain.correction_reasons import catalogue
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.institution import institution_on
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.not_applicable import offered
from review_service.domain.payroll_terms import deletion_days
from review_service.domain.renewals import opens_on
from review_service.domain.rule_checks import require_usable
from tests.factories import confirmed_rulebook

TODAY = date(2026, 11, 28)


def rules() -> dict[str, Any]:
    return deepcopy(dict(read_rulebook(None)))


def refusal(document: Mapping[str, Any]) -> str:
    """Return why rules are refused; empty for those that can be used."""
    try:
        require_usable(document, day=TODAY)
    except SettingsError as error:
        return str(error)
    return ""


def test_the_packaged_rules_and_confirmed_ones_can_be_used() -> None:
    assert refusal(read_rulebook(None)) == ""
    assert refusal(confirmed_rulebook()) == ""


@pytest.mark.parametrize("section", ["numbering", "certificate_numbering"])
@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("X-{sequence:06d}", "no nombra {year}"),
        ("X-{year}", "no nombra {sequence}"),
        ("X-{year}-{sequence}-{foo}", "nombra {foo}, que no existe"),
        ("X-{year}-{sequence}-{}", "nombra {}, que no existe"),
        ("X-{year}-{sequence}-{year.real}", "que no existe"),
        ("X-{year}-{sequence", "llave suelta"),
        ("X-{year}-{sequence:c}", "escribe {sequence:c}"),
        ("X-{year}-{sequence!s:.2}", "escribe {sequence:.2}"),
        ("X-{year:.2f}-{sequence}", "escribe {year:.2f}"),
        ("X-{year}-{sequence:,}", "escribe {sequence:,}"),
        ("X-{year}\n{sequence}", "no cabe en una línea"),
        ("X" * 70 + "-{year}-{sequence}", "no cabe en una línea"),
        ("", "no nombra {year}"),
        (2026, "no tiene template"),
        (None, "no tiene template"),
    ],
)
def test_a_template_gives_each_document_its_own_number(
    section: str, template: object, why: str
) -> None:
    document = rules()
    document[section][0]["template"] = template
    told = refusal(document)
    assert why in told
    assert told.startswith(f"En las reglas, [[{section}]] del 2018-12-01 (forma del número")


@pytest.mark.parametrize(
    "template",
    [
        "RUM-{year}-{sequence:06d}",
        "{acronym}-RUM-{year}-{sequence}",
        "{sequence:04d}/{year:04d} RUM",
        "Cert. {year}{sequence:08d}",
    ],
)
def test_numbers_of_accepted_templates_are_all_different(template: str) -> None:
    document = rules()
    document["certificate_numbering"][0]["template"] = template
    assert refusal(document) == ""
    numbers = {
        certificate_number(document, acronym="MPCEI", sequence=sequence, day=date(year, 11, 28))
        for year in (2026, 2027, 2060)
        for sequence in (1, 2, 11, 20, 202, 2026, 20262, 111_111)
    }
    assert len(numbers) == 24
    of_acuerdos = {
        institution_on(TODAY, document).number(year=2026, sequence=sequence)
        for sequence in range(1, 30)
    }
    assert not numbers & of_acuerdos


@pytest.mark.parametrize(
    "template",
    [
        "MPCEI-MDEMO-{year}-{sequence:06d}",
        "mpcei mdemo {year}/{sequence}",
        "{acronym}-MDT-{year}-{sequence:06d}",
        "AR-{year}-{sequence:06d}",
        "Acuerdo N.º {year}-{sequence}",
        "{year}-{sequence:06d}",
    ],
)
def test_a_certificates_number_is_that_of_no_acuerdo_nor_application(template: str) -> None:
    document = rules()
    document["certificate_numbering"][0]["template"] = template
    assert "no se distingue" in refusal(document)


def test_it_differs_from_the_acuerdos_of_former_ministries_too() -> None:
    document = rules()
    document["certificate_numbering"][0]["template"] = "MPCEIP-MDT-{year}-{sequence}"
    assert "«MPCEIPMDT»" in refusal(document)


@pytest.mark.parametrize("section", ["validity", "certificate_validity"])
@pytest.mark.parametrize("years", [0, -1, 101, True, "3", 1.5, None])
def test_a_validity_is_a_whole_number_of_years(section: str, years: object) -> None:
    document = rules()
    document[section][0]["years"] = years
    assert f"dice years = {years}; debe ser de 1 a 100" in refusal(document)


@pytest.mark.parametrize(
    "section", ["considerations", "benefits", "obligations", "places", "legal_basis"]
)
@pytest.mark.parametrize("text", ["", "  \n", None, 5])
def test_a_text_is_not_empty(section: str, text: object) -> None:
    document = rules()
    document[section][0]["text"] = text
    assert "no tiene texto" in refusal(document)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"valid_from": "2018-12-01"}, "necesita fechas"),
        ({"valid_from": None}, "necesita fechas"),
        ({"valid_to": "2030-01-01"}, "necesita fechas"),
        ({"valid_to": date(2018, 11, 30)}, "termina antes de empezar"),
    ],
)
def test_a_rule_begins_and_ends_on_days(days: dict[str, object], why: str) -> None:
    document = rules()
    document["legal_basis"][0].update(days)
    assert why in refusal(document)


def test_what_is_no_list_of_entries_is_refused() -> None:
    assert "no es una lista" in refusal({**rules(), "legal_basis": "Artículo 53"})


def test_a_legal_basis_may_begin_later_where_another_holds_until_then() -> None:
    document = rules()
    first, second = document["legal_basis"]
    second["valid_from"] = date(2027, 3, 1)
    assert refusal(document) == ""
    first["valid_to"] = date(2027, 2, 28)
    assert refusal(document) == ""
    first["valid_to"] = date(2027, 2, 27)
    assert refusal(document) == (
        "En las reglas, [[legal_basis]] (base legal del certificado) no tiene ninguna entrada para "
        "el 2027-02-28."
    )


@pytest.mark.parametrize(
    "section", ["certificate_numbering", "certificate_validity", "legal_basis"]
)
def test_certificates_can_be_made_on_each_day_from_today(section: str) -> None:
    document = rules()
    for entry in document[section]:
        entry["valid_from"] = date(2026, 11, 29)
    assert f"[[{section}]]" in refusal(document)
    assert "2026-11-28" in refusal(document)
    assert f"[[{section}]]" in refusal({**rules(), section: []})


@pytest.mark.parametrize(
    "section", ["certificate_numbering", "certificate_validity", "legal_basis"]
)
def test_two_rules_of_one_place_and_day_are_refused(section: str) -> None:
    document = rules()
    document[section].append({**document[section][0], "valid_from": date(2027, 1, 1)})
    told = refusal(document)
    assert f"[[{section}]]" in told
    assert "2027-01-01" in told


@pytest.mark.parametrize("days", [-1, 367, True, "30", None])
def test_a_window_of_renewal_is_a_number_of_days_up_to_a_year(days: object) -> None:
    document = rules()
    document["renewal_windows"][0]["days"] = days
    assert f"dice days = {days}; debe ser de 0 a 366" in refusal(document)


@pytest.mark.parametrize("days", [0, 366])
def test_a_window_may_be_none_or_a_whole_year(days: int) -> None:
    document = rules()
    document["renewal_windows"][0]["days"] = days
    assert refusal(document) == ""
    end = date(2028, 1, 1)
    opens = opens_on(document, IssuedKind.AGREEMENT, end, day=TODAY)
    assert (end - opens).days == days


def test_a_window_is_of_a_kind_of_document() -> None:
    document = rules()
    document["renewal_windows"][0]["kind"] = "acuerdo"
    assert "dice kind = acuerdo; debe ser agreement o certificate" in refusal(document)


def test_each_kind_has_one_window_on_each_day_from_today() -> None:
    document = rules()
    agreement, certificate = document["renewal_windows"]
    agreement["valid_to"] = date(2027, 2, 28)
    assert refusal(document) == (
        "En las reglas, [[renewal_windows]] (plazo para renovar) no tiene ninguna entrada de "
        "kind = 'agreement' para el 2027-03-01."
    )
    later = {**agreement, "valid_from": date(2027, 3, 1), "valid_to": None}
    document["renewal_windows"] = [agreement, certificate, later]
    assert refusal(document) == ""
    document["renewal_windows"].append(certificate)
    assert "dos entradas de kind = 'certificate'" in refusal(document)


@pytest.mark.parametrize("days", [-1, 3661, True, "140", None])
def test_the_days_of_a_payroll_are_a_number(days: object) -> None:
    document = rules()
    document["payroll_deletion"][0]["days"] = days
    assert "debe ser de 0 a 3660" in refusal(document)


@pytest.mark.parametrize("days", [0, 3660])
def test_a_payroll_may_go_at_once_or_after_ten_years(days: int) -> None:
    document = rules()
    document["payroll_deletion"][0]["days"] = days
    assert refusal(document) == ""
    assert deletion_days(document, ended_on=TODAY, today=TODAY) == days


def test_a_payroll_has_its_days_on_each_day_from_today() -> None:
    document = rules()
    document["payroll_deletion"][0]["valid_to"] = date(2027, 3, 1)
    assert "[[payroll_deletion]]" in refusal(document)
    assert "2027-03-02" in refusal(document)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"term": ""}, "term"),
        ({"of": []}, "payroll"),
        ({"of": ["payroll", "deed"]}, "twice"),
        ({"valid_to": date(2027, 3, 1)}, "2027-03-02"),
    ],
)
def test_the_page_of_personal_data_tells_every_kind_on_each_day(
    changed: dict[str, Any], told: str
) -> None:
    document = rules()
    [payroll] = [one for one in document["data_uses"] if one["kind"] == "payroll"]
    payroll.update(changed)
    said = refusal(document)
    assert "datos personales" in said
    assert told in said


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"theme": "poem"}, "dice theme = 'poem'"),
        ({"reasons": []}, "necesita reasons"),
        ({"valid_from": "2026"}, "necesita fechas"),
    ],
)
def test_a_theme_that_may_not_apply_names_a_theme_and_its_reasons(
    changed: dict[str, Any], told: str
) -> None:
    document = rules()
    document["not_applicable_themes"][0].update(changed)
    assert told in refusal(document)


@pytest.mark.parametrize(
    ("ends", "is_usable"), [(date(2026, 12, 31), True), (date(2027, 1, 1), False), (None, False)]
)
def test_of_one_theme_two_rules_do_not_hold_at_once(ends: date | None, *, is_usable: bool) -> None:
    document = rules()
    former = document["not_applicable_themes"][0]
    document["not_applicable_themes"].append({**former, "valid_from": date(2027, 1, 1)})
    if ends is not None:
        former["valid_to"] = ends
    told = refusal(document)
    assert (told == "") is is_usable
    assert ("empieza antes de que termine la otra de people" in told) is not is_usable


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"applies_to": "kitchen"}, "debe ser uno de: photos, papers, data_sheet"),
        ({"reason": "{file} no se ve bien."}, "puede nombrar {part}, {theme}"),
        ({"valid_from": "2026"}, "necesita fechas"),
    ],
)
def test_a_reason_for_a_correction_can_be_used(changed: dict[str, Any], told: str) -> None:
    document = rules()
    document["correction_reasons"][0].update(changed)
    assert told in refusal(document)


def test_one_code_does_not_say_two_things_at_once() -> None:
    document = rules()
    former = document["correction_reasons"][0]
    document["correction_reasons"].append({**former, "valid_from": date(2027, 1, 1)})
    assert "termine la otra de photo_blurred" in refusal(document)
    former["valid_to"] = date(2026, 12, 31)
    assert refusal(document) == ""


def test_an_institution_may_have_no_catalogue_of_reasons() -> None:
    document = rules()
    document["correction_reasons"] = []
    assert refusal(document) == ""
    assert catalogue(on=TODAY, document=document) == ()


def test_an_institution_may_let_no_theme_be_left_out() -> None:
    document = rules()
    document["not_applicable_themes"] = []
    assert refusal(document) == ""
    assert not offered(on=TODAY, document=document)
