"""What the rule of a MIPYME grants, and what it leaves to a person."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from review_service.domain import mipyme
from review_service.domain.categories import Category, CategoryFound
from review_service.domain.data_sheet import DataSheet
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.rule_decisions import Referral, RuleDecision, RuleQuestion

SHEET = DataSheet(
    ciiu="G471101",
    province="Imbabura",
    canton="Otavalo",
    phone="0991234567",
    employees=4,
    sales_cents=8_500_000,
    sales_year=2025,
)
FACTS: Mapping[str, Any] = {
    "name": "LEMA CONEJO ROSA",
    "status": "ACTIVO",
    "taxpayer_class": "RMP",
    "taxpayer_type": "PERSONA NATURAL",
    "started_on": "2015-03-02",
    "email": "rosa@correo.example",
    "establishments": [
        {
            "number": "001",
            "is_open": True,
            "province": "IMBABURA",
            "canton": "OTAVALO",
            "parish": "SAN LUIS",
            "ciiu": "G471101",
            "activity": "VENTA AL POR MENOR",
        }
    ],
}
ASKED = RuleQuestion(
    ruc="3000000012001",
    holder="LEMA CONEJO ROSA",
    sheet=SHEET,
    facts=FACTS,
    on=date(2026, 11, 28),
    rulebook=read_rulebook(None),
)


def answer(**changed: Any) -> RuleDecision | Referral:  # noqa: ANN401 -- fields of the sheet
    return mipyme.decide(replace(ASKED, sheet=replace(SHEET, **changed)))


def test_a_microenterprise_hears_why() -> None:
    granted = mipyme.decide(ASKED)
    assert isinstance(granted, RuleDecision)
    assert granted.category == "Microempresa"
    assert granted.rule == (
        "categories.limits@2018-12-01, applicants.mipyme.natural_ecuadorian@2018-12-01, "
        "applicants.mipyme.natural_foreign@2018-12-01"
    )
    assert granted.reasons == (
        "Microempresa: 4 personas y ventas de USD 85.000 (hasta 9 personas y USD 300.000)"
    )
    assert {rule.section for rule in granted.grounds} == {"categories", "applicants"}


def test_where_people_and_sales_say_different_things_the_rule_of_sales_is_named() -> None:
    granted = answer(employees=30)
    assert isinstance(granted, RuleDecision)
    assert granted.rule.startswith("categories.limits@2018-12-01, categories.prevailing@2018-12-01")


@pytest.mark.parametrize(
    "sheet",
    [
        replace(SHEET, sales_year=2024),
        replace(SHEET, sales_year=2025, started_this_year=True),
        replace(SHEET, sales_year=None),
    ],
)
def test_sales_of_another_year_go_to_a_person(sheet: DataSheet) -> None:
    facts = {**FACTS, "started_on": None}
    referral = mipyme.decide(replace(ASKED, sheet=sheet, facts=facts))
    assert isinstance(referral, Referral)
    assert "hoy hacen falta las de" in referral.words


@pytest.mark.parametrize("registered", [None, "", "no consta"])
def test_nobody_is_believed_to_have_begun_this_year_without_the_register(
    registered: str | None,
) -> None:
    asked = replace(ASKED, facts={**FACTS, "started_on": registered})
    began = replace(SHEET, started_this_year=True, sales_year=2026)
    referral = mipyme.decide(replace(asked, sheet=began))
    assert isinstance(referral, Referral)
    assert referral.reasons == (
        "Dice que empezó este año, y el SRI no registra desde cuándo tiene actividades.",
    )
    assert isinstance(mipyme.decide(asked), RuleDecision)


@pytest.mark.parametrize(
    ("employees", "dollars", "category"),
    [
        (0, 0, Category.MICRO),
        (9, 300_000, Category.MICRO),
        (10, 300_000, Category.MICRO),
        (9, 300_001, Category.SMALL),
        (60, 85_000, Category.MICRO),
        (49, 1_000_000, Category.SMALL),
        (2, 1_000_001, Category.MEDIUM),
        (199, 5_000_000, Category.MEDIUM),
    ],
)
def test_at_the_limits(employees: int, dollars: int, category: Category) -> None:
    granted = answer(employees=employees, sales_cents=dollars * 100)
    assert isinstance(granted, RuleDecision)
    assert granted.category == category.label
    assert granted.reasons.startswith(f"{category.label}: ")


def test_a_cent_above_the_last_limit_only_a_person_may_grant() -> None:
    referral = answer(sales_cents=500_000_001)
    assert isinstance(referral, Referral)
    assert referral.only_if_asked
    assert referral.words.startswith("No es una MIPYME")
    assert "corríjalos, o pida que lo revise una persona" in referral.instead


def test_who_must_ask_for_a_person_is_told_what_else_to_do() -> None:
    for only_if_asked, instead in ((True, ""), (False, "Corrija sus números.")):
        with pytest.raises(ValueError, match="told what else to do"):
            Referral(reasons=("No.",), only_if_asked=only_if_asked, instead=instead)


def test_so_many_people_that_sales_alone_make_it_one_go_to_a_person() -> None:
    referral = answer(employees=200)
    assert isinstance(referral, Referral)
    assert not referral.only_if_asked


@pytest.mark.parametrize(
    "sheet", [replace(SHEET, employees=None), replace(SHEET, sales_cents=None)]
)
def test_without_a_number_nothing_is_granted(sheet: DataSheet) -> None:
    asked = replace(ASKED, sheet=sheet)
    assert mipyme.decide(asked) == Referral(reasons=(mipyme.UNFINISHED,))
    assert mipyme.category_of(asked) is None


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": "OTRA PERSONA"}, "nombre"),
        ({"status": "SUSPENDIDO"}, "no consta activo"),
        ({"establishments": []}, "ninguna actividad"),
        (
            {"establishments": [{**FACTS["establishments"][0], "is_open": False}]},
            "ningún local abierto",
        ),
        ({"started_on": "2026-05-01"}, "inicio de actividades en 2026"),
        ({"taxpayer_type": "SOCIEDAD"}, "natural o jurídica"),
    ],
)
def test_what_differs_from_the_register_goes_to_a_person(
    facts: dict[str, object], said: str
) -> None:
    referral = mipyme.decide(replace(ASKED, facts={**FACTS, **facts}))
    assert isinstance(referral, Referral)
    assert not referral.only_if_asked
    assert said in referral.words


@pytest.mark.parametrize("regime", ["GEN", "RMP", "SIM", ""])
def test_the_regime_of_the_ruc_decides_nothing(regime: str) -> None:
    granted = mipyme.decide(replace(ASKED, facts={**FACTS, "taxpayer_class": regime}))
    assert isinstance(granted, RuleDecision)


def test_the_category_is_found_for_officers_too() -> None:
    found = mipyme.category_of(ASKED)
    assert isinstance(found, CategoryFound)
    assert found.category is Category.MICRO
