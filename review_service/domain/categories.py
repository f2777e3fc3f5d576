"""The category of a MIPYME, from the people it employs and its gross sales of a year.

Where the two say different categories, sales decide, in both directions: 60 people and sales of a
microenterprise are a microenterprise. So do they from 200 people on, where people alone would say
that it is no MIPYME: COPCI art. 53, as others transcribe it, names no number of people at which
they cease to; ``by_workers`` lets a caller send such a case to an officer. The regulation, as
others transcribe it, begins the next category one dollar above a limit; here the next cent does.
Nobody employed is a microenterprise as far as people go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from review_service.domain.dated_rules import Entry, in_force, packaged_rules
from review_service.domain.errors import SettingsError
from review_service.domain.money import usd, with_points
from review_service.domain.rulebook import DatedRule, dated_rule
from review_service.domain.wording import gettext_noop

SECTION: Final = "categories"


class Category(StrEnum):
    """Size of a MIPYME, smallest first."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"

    @property
    def label(self) -> str:
        """Spanish words for screens and papers."""
        return {
            Category.MICRO: gettext_noop("Microempresa"),
            Category.SMALL: gettext_noop("Pequeña empresa"),
            Category.MEDIUM: gettext_noop("Mediana empresa"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFound:
    """The category, and what it rests on."""

    category: Category
    by_workers: Category | None
    """What the people employed alone would say; None: no MIPYME."""
    sentence: str
    """The reason. It tells people and sales: only for the holder and officers."""
    rules: tuple[DatedRule, ...]
    """The limits, and what prevails where people and sales differ; ``name`` is for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLimits:
    """Sales are above those of a medium enterprise: no MIPYME."""

    by_workers: Category | None
    """As of ``CategoryFound``."""
    sentence: str
    """The reason, what it does not touch, how to correct a slip; only for holder and officers."""
    rules: tuple[DatedRule, ...]
    """As of ``CategoryFound``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    category: Category
    workers: int
    sales_cents: int


_WHAT_STAYS: Final = (
    "Esto no cambia su RUC ni los certificados, permisos o registros que ya tiene. "
    "Si un número está mal escrito, corríjalo en la hoja de datos."
)


def categorise(
    *, workers: int, sales_cents: int, on: date, document: Mapping[str, Any] | None = None
) -> CategoryFound | OverLimits:
    """Return the category by the table in force on that day; sales decide.

    ``workers`` are the people employed, ``sales_cents`` the gross sales of a year in whole cents.
    Raises ``ValueError`` for a negative number and ``SettingsError`` for a table with a gap, an
    overlap or limits that do not ascend.
    """
    if workers < 0 or sales_cents < 0:
        raise ValueError(f"less than nothing: {workers} people, {sales_cents} cents")
    rules = packaged_rules(SECTION) if document is None else document
    table = _only(rules, "limits", on)
    limits = _limits(table)
    by_sales = next((limit for limit in limits if sales_cents <= limit.sales_cents), None)
    by_workers = next((limit.category for limit in limits if workers <= limit.workers), None)
    category = by_sales.category if by_sales else None
    reason = f"{_people(workers)} y ventas de {usd(sales_cents)} {_bounds(by_sales or limits[-1])}"
    grounds = [table]
    if category is not by_workers:
        grounds.append(_only(rules, "prevailing", on))
        reason += f"; por el número de personas {_would_be(by_workers)}, pero prevalecen las ventas"
    held = tuple(dated_rule(SECTION, entry) for entry in grounds)
    if category is None:
        sentence = f"No es una MIPYME: {reason}. {_WHAT_STAYS}"
        return OverLimits(by_workers=by_workers, sentence=sentence, rules=held)
    sentence = f"{category.label}: {reason}"
    return CategoryFound(category=category, by_workers=by_workers, sentence=sentence, rules=held)


def limits_on(
    on: date, document: Mapping[str, Any] | None = None
) -> tuple[tuple[Category, str, str], ...]:
    """Return each category with its most people and its most sales, in Spanish words."""
    rules = packaged_rules(SECTION) if document is None else document
    return tuple(
        (limit.category, _people(limit.workers), usd(limit.sales_cents))
        for limit in _limits(_only(rules, "limits", on))
    )


def _only(document: Mapping[str, Any], kind: str, day: date) -> Entry:
    found = [entry for entry in in_force(document, SECTION, day=day) if entry.get("kind") == kind]
    if len(found) != 1:
        raise SettingsError(
            f"{len(found)} entries of [[{SECTION}]] of kind {kind} hold on {day.isoformat()}"
        )
    return found[0]


def _limits(entry: Entry) -> tuple[_Limit, ...]:
    found = tuple(_limit(entry, category) for category in Category)
    for less, more in pairwise(found):
        if less.workers >= more.workers or less.sales_cents >= more.sales_cents:
            raise SettingsError(f"the limits of [[{SECTION}]] do not ascend at {more.category}")
    return found


def _limit(entry: Entry, category: Category) -> _Limit:
    told = entry.get(category.value)
    values = told if isinstance(told, Mapping) else {}
    workers, sales_usd = values.get("workers"), values.get("sales_usd")
    if type(workers) is not int or type(sales_usd) is not int:
        raise SettingsError(f"the limits of [[{SECTION}]] have no whole numbers for {category}")
    return _Limit(category=category, workers=workers, sales_cents=sales_usd * 100)


def _people(workers: int) -> str:
    if workers == 0:
        return "sin personas empleadas"
    return "1 persona" if workers == 1 else f"{with_points(workers)} personas"


def _bounds(limit: _Limit) -> str:
    return f"(hasta {_people(limit.workers)} y {usd(limit.sales_cents)})"


def _would_be(by_workers: Category | None) -> str:
    return f"sería {by_workers.label.lower()}" if by_workers else "no sería MIPYME"
