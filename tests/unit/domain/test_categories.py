"""The category of a MIPYME: each limit on both sides, every combination, one result for each."""

import itertools
import random
from datetime import date

import pytest

from review_service.domain.categories import Category, CategoryFound, OverLimits, categorise
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.rulebook import Certainty

TODAY = date(2026, 11, 20)
LIMITS = "categories.limits@2018-12-01"
PREVAILING = "categories.prevailing@2018-12-01"
MICRO, SMALL, MEDIUM = Category.MICRO, Category.SMALL, Category.MEDIUM
BY_WORKERS = {
    0: MICRO, 1: MICRO, 8: MICRO, 9: MICRO, 10: SMALL, 11: SMALL, 48: SMALL, 49: SMALL,
    50: MEDIUM, 51: MEDIUM, 198: MEDIUM, 199: MEDIUM, 200: None, 201: None, 10**9: None,
}  # fmt: skip
BY_SALES = {
    0: MICRO, 1: MICRO, 29_999_999: MICRO, 30_000_000: MICRO, 30_000_001: SMALL,
    99_999_999: SMALL, 100_000_000: SMALL, 100_000_001: MEDIUM, 499_999_999: MEDIUM,
    500_000_000: MEDIUM, 500_000_001: None, 10**14: None,
}  # fmt: skip
"""In cents."""


def found_category(found: CategoryFound | OverLimits) -> Category | None:
    return found.category if isinstance(found, CategoryFound) else None


@pytest.mark.parametrize(("workers", "sales_cents"), list(itertools.product(BY_WORKERS, BY_SALES)))
def test_sales_decide_in_every_combination(workers: int, sales_cents: int) -> None:
    found = categorise(workers=workers, sales_cents=sales_cents, on=TODAY)
    expected = BY_SALES[sales_cents]
    assert isinstance(found, OverLimits) is (expected is None)
    assert found_category(found) is expected
    assert found.by_workers is BY_WORKERS[workers]
    agree = BY_WORKERS[workers] is expected
    assert [rule.name for rule in found.rules] == ([LIMITS] if agree else [LIMITS, PREVAILING])
    assert ("prevalecen las ventas" in found.sentence) is not agree


def test_every_pair_has_exactly_one_result_and_more_sales_never_a_smaller_one() -> None:
    rng = random.Random(10)  # noqa: S311 -- repeatable, guards nothing
    order = [MICRO, SMALL, MEDIUM, None]
    for _ in range(2_000):
        workers = rng.choice([rng.randrange(260), rng.randrange(10**6)])
        sales = [rng.choice([rng.randrange(6 * 10**8), rng.randrange(10**14)]) for _ in "ab"]
        less, more = (
            order.index(found_category(categorise(workers=workers, sales_cents=each, on=TODAY)))
            for each in sorted(sales)
        )
        assert less <= more


@pytest.mark.parametrize(
    ("workers", "sales_cents", "sentence"),
    [
        (
            4,
            8_500_000,
            "Microempresa: 4 personas y ventas de USD 85.000 (hasta 9 personas y USD 300.000)",
        ),
        (1, 0, "Microempresa: 1 persona y ventas de USD 0 (hasta 9 personas y USD 300.000)"),
        (
            0,
            8_500_050,
            (
                "Microempresa: sin personas empleadas y ventas de USD 85.000,50 "
                "(hasta 9 personas y USD 300.000)"
            ),
        ),
        (
            49,
            100_000_000,
            (
                "Pequeña empresa: 49 personas y ventas de USD 1.000.000 "
                "(hasta 49 personas y USD 1.000.000)"
            ),
        ),
        (
            50,
            100_000_001,
            (
                "Mediana empresa: 50 personas y ventas de USD 1.000.000,01 "
                "(hasta 199 personas y USD 5.000.000)"
            ),
        ),
        (
            60,
            8_500_000,
            (
                "Microempresa: 60 personas y ventas de USD 85.000 "
                "(hasta 9 personas y USD 300.000); "
                "por el número de personas sería mediana empresa, pero prevalecen las ventas"
            ),
        ),
        (
            0,
            50_000_000,
            (
                "Pequeña empresa: sin personas empleadas y ventas de USD 500.000 "
                "(hasta 49 personas y USD 1.000.000); "
                "por el número de personas sería microempresa, pero prevalecen las ventas"
            ),
        ),
        (
            1_200,
            8_500_000,
            (
                "Microempresa: 1.200 personas y ventas de USD 85.000 "
                "(hasta 9 personas y USD 300.000); "
                "por el número de personas no sería MIPYME, pero prevalecen las ventas"
            ),
        ),
    ],
)
def test_the_reason_is_one_sentence(workers: int, sales_cents: int, sentence: str) -> None:
    assert categorise(workers=workers, sales_cents=sales_cents, on=TODAY).sentence == sentence


@pytest.mark.parametrize(
    ("workers", "beginning"),
    [
        (
            250,
            (
                "No es una MIPYME: 250 personas y ventas de USD 5.000.000,01 "
                "(hasta 199 personas y USD 5.000.000). "
            ),
        ),
        (
            4,
            (
                "No es una MIPYME: 4 personas y ventas de USD 5.000.000,01 "
                "(hasta 199 personas y USD 5.000.000); "
                "por el número de personas sería microempresa, pero prevalecen las ventas. "
            ),
        ),
    ],
)
def test_above_the_limits_it_says_so_what_stays_and_how_to_correct(
    workers: int, beginning: str
) -> None:
    found = categorise(workers=workers, sales_cents=500_000_001, on=TODAY)
    assert found.sentence == (
        f"{beginning}Esto no cambia su RUC ni los certificados, permisos o registros que ya tiene. "
        "Si un número está mal escrito, corríjalo en la hoja de datos."
    )


def test_how_sure_each_rule_is_goes_along() -> None:
    agreed = categorise(workers=4, sales_cents=1, on=TODAY)
    assert [rule.certainty for rule in agreed.rules] == [Certainty.SECONDARY]
    contrary = categorise(workers=200, sales_cents=1, on=TODAY)
    assert [rule.certainty for rule in contrary.rules] == [Certainty.SECONDARY] * 2
    assert not any(rule.is_confirmed(TODAY) for rule in contrary.rules)


@pytest.mark.parametrize(("workers", "sales_cents"), [(-1, 0), (0, -1)])
def test_less_than_nothing_is_no_business(workers: int, sales_cents: int) -> None:
    with pytest.raises(ValueError, match="-1"):
        categorise(workers=workers, sales_cents=sales_cents, on=TODAY)


def test_each_day_has_its_own_table() -> None:
    limits, prevailing = read_rulebook(None)["categories"]
    before = {**limits, "valid_to": date(2026, 12, 31)}
    later = {**limits, "micro": {"workers": 5, "sales_usd": 400}, "valid_from": date(2027, 1, 1)}
    document = {"categories": [before, later, prevailing]}
    old, new = (
        categorise(workers=6, sales_cents=40_001, on=day, document=document)
        for day in (date(2026, 12, 31), date(2027, 1, 1))
    )
    assert (found_category(old), found_category(new)) == (MICRO, SMALL)
    assert [rule.name for rule in new.rules] == ["categories.limits@2027-01-01"]


def test_the_day_before_the_first_table_is_said_loudly() -> None:
    assert categorise(workers=1, sales_cents=1, on=date(2018, 12, 1)).rules
    with pytest.raises(SettingsError, match="categories"):
        categorise(workers=1, sales_cents=1, on=date(2018, 11, 30))


@pytest.mark.parametrize("kept", [0, 1])
def test_a_table_without_one_of_its_two_entries_is_said_loudly(kept: int) -> None:
    half = {"categories": [read_rulebook(None)["categories"][kept]]}
    with pytest.raises(SettingsError, match="0 entries"):
        categorise(workers=60, sales_cents=1, on=TODAY, document=half)


def test_two_tables_on_one_day_are_said_loudly() -> None:
    limits, prevailing = read_rulebook(None)["categories"]
    twice = {"categories": [limits, limits, prevailing]}
    with pytest.raises(SettingsError, match="2 entries"):
        categorise(workers=1, sales_cents=1, on=TODAY, document=twice)


@pytest.mark.parametrize(
    "changes",
    [
        {"small": {"workers": 9, "sales_usd": 1_000_000}},
        {"small": {"workers": 49, "sales_usd": 300_000}},
        {"micro": {"workers": 9, "sales_usd": 300_000.0}},
        {"micro": {"workers": True, "sales_usd": 300_000}},
        {"micro": {"workers": 9}},
        {"micro": 9},
        {"medium": None},
    ],
)
def test_limits_that_do_not_ascend_in_whole_numbers_are_said_loudly(
    changes: dict[str, object],
) -> None:
    limits, prevailing = read_rulebook(None)["categories"]
    document = {"categories": [{**limits, **changes}, prevailing]}
    with pytest.raises(SettingsError, match="limits"):
        categorise(workers=1, sales_cents=1, on=TODAY, document=document)
