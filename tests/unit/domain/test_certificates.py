"""Tests of the facts of a certificate that dated rules give."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from review_service.domain.categories import Category
from review_service.domain.certificates import (
    certificate_number,
    certificate_until,
    legal_basis,
)
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.grounds import grounds_of, unconfirmed_grounds
from review_service.domain.identifiers import number_parts
from review_service.domain.issued_documents import VerificationMarks
from review_service.domain.paper_check import values_to_show
from review_service.domain.rulebook import NOT_YET_RESTED_ON
from tests.agreement_samples import DAY, MARKS, make_certificate
from tests.factories import RUC, confirmed_rulebook

RULES = read_rulebook(None)


def test_the_number_has_its_year_and_place_and_is_read_as_such() -> None:
    number = certificate_number(RULES, acronym="MPCEI", sequence=7, day=DAY)
    assert number == "RUM-2026-000007"
    parts = number_parts(number)
    assert parts is not None
    assert (parts.year, parts.serial) == (2026, 7)


def test_it_holds_one_year_from_date_to_date() -> None:
    assert certificate_until(RULES, start=date(2026, 11, 20)) == date(2027, 11, 20)
    assert certificate_until(RULES, start=date(2028, 2, 29)) == date(2029, 2, 28)


def test_it_names_the_norms_in_their_order() -> None:
    first, second = legal_basis(RULES, day=DAY)
    assert ("53" in first, "56" in second) == (True, True)


def test_a_day_without_rules_gives_no_certificate() -> None:
    with pytest.raises(SettingsError, match="certificate_validity"):
        certificate_until(RULES, start=date(2018, 11, 30))


def test_each_statement_rests_on_a_rule() -> None:
    grounds = grounds_of(make_certificate(), RULES)
    assert {ground.section for ground in grounds} == {
        "ministries",
        "certificate_numbering",
        "legal_basis",
        "places",
        "certificate_validity",
        "categories",
        "applicants",
    }
    assert [ground for ground in grounds if ground.rule is None] == []


def test_what_no_rule_says_has_no_rule() -> None:
    longer = make_certificate(valid_until=make_certificate().valid_until + timedelta(days=1))
    other = replace(make_certificate(), number="RUM-26-7", legal_basis=("Otra ley",))
    without = {
        ground.section
        for snapshot in (longer, other)
        for ground in grounds_of(snapshot, RULES)
        if ground.rule is None
    }
    assert without == {"certificate_validity", "certificate_numbering", "legal_basis"}


def test_confirmed_rules_leave_nothing_unconfirmed() -> None:
    certificate = make_certificate()
    assert unconfirmed_grounds(certificate, RULES, day=DAY)
    assert unconfirmed_grounds(certificate, confirmed_rulebook(), day=DAY) == ()


@pytest.mark.parametrize("category", list(Category))
def test_a_category_rests_on_its_table_and_on_who_may_apply(category: Category) -> None:
    certificate = make_certificate(category=category.label, ruc=RUC)
    rested = [
        (ground.section, ground.key, ground.says)
        for ground in grounds_of(certificate, RULES)
        if ground.section in {"categories", "applicants"}
    ]
    assert rested == [
        ("categories", "limits", category.label),
        ("categories", "prevailing", category.label),
        ("applicants", "mipyme.natural_ecuadorian", "puede solicitar"),
        ("applicants", "mipyme.natural_foreign", "puede solicitar"),
    ]


@pytest.mark.parametrize(
    "section",
    ["ministries", "certificate_numbering", "certificate_validity", "legal_basis", "places",
     "categories", "applicants"],
)  # fmt: skip
def test_one_unconfirmed_rule_behind_the_certificate_is_found(section: str) -> None:
    document = confirmed_rulebook()
    for entry in document[section]:
        entry["confirmed_by"] = "unconfirmed"
    found = unconfirmed_grounds(make_certificate(), document, day=DAY)
    assert {ground.section for ground in found} == {section}
    assert section not in NOT_YET_RESTED_ON


def test_a_category_that_no_table_gives_rests_on_nothing() -> None:
    other = make_certificate(category="Gran empresa")
    without = [ground for ground in grounds_of(other, RULES) if ground.rule is None]
    assert [(ground.section, ground.says) for ground in without] == [("categories", "Gran empresa")]
    later = {**RULES, "categories": [], "applicants": []}
    without = [ground for ground in grounds_of(make_certificate(), later) if ground.rule is None]
    assert {ground.section for ground in without} == {"categories", "applicants"}


def test_a_company_rests_on_the_cell_of_companies() -> None:
    keys = [g.key for g in grounds_of(make_certificate(), RULES) if g.section == "applicants"]
    assert keys == ["mipyme.legal_private"]


def test_the_paper_must_show_the_category_and_neither_workers_nor_sales() -> None:
    marks: VerificationMarks = MARKS
    shown = values_to_show(make_certificate(), marks)
    assert shown["la categoría"] == "Microempresa"
    assert not {"el oficio", "la dirección del taller"} & shown.keys()
