"""The monthly figures that are published: complaints and attentions, their definitions, totals.

A month is published in versions; the first is frozen when the month is over, and each later one is
a correction with its reason. Source: gob.ec, «Transparencia»; the service's own definitions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Final

from review_service.domain.month_groups import MonthGroups
from review_service.domain.months import Month
from review_service.domain.sightings import stamp
from review_service.domain.wording import gettext_noop

DAYS_OF_WEEK: Final = 7
LONGEST_NUMBER: Final = 12
"""Digits of a number that somebody types."""
_POINTED: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
NO_DATA: Final = "sin dato"
"""What stands where nobody published a number; never 0."""


class FigureSource(StrEnum):
    """Where the numbers of one version come from."""

    PUBLISHED = "published"
    """Published elsewhere before, and imported."""
    COUNTED = "counted"
    """Counted from this service's own rows when the month was over."""
    CORRECTED = "corrected"
    """Corrected by an officer, with a reason."""

    @property
    def label(self) -> str:
        """Spanish words for the page and the data files."""
        return _LABELS[self]


_LABELS: Final = MappingProxyType(
    {
        FigureSource.PUBLISHED: gettext_noop("Publicado antes"),
        FigureSource.COUNTED: gettext_noop("Contado por este servicio"),
        FigureSource.CORRECTED: gettext_noop("Corregido"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What was counted, in Spanish."""

    complaints: str
    attentions: str


_ATTENTIONS: Final = gettext_noop(
    "Una solicitud que recibió su respuesta en el mes: se otorgó el documento o se negó con "
    "razones. Cuenta el día de la decisión, con la hora de Ecuador. No cuentan los borradores, "
    "las solicitudes desistidas ni las visitas a la página."
)
DEFINITIONS: Final[Mapping[int, Definition]] = MappingProxyType(
    {
        1: Definition(
            complaints=gettext_noop(
                "Este servicio todavía no recibe quejas. Por eso dice «sin dato», y no 0."
            ),
            attentions=_ATTENTIONS,
        ),
        2: Definition(
            complaints=gettext_noop(
                "Una carta de la clase «queja» que recibimos en el mes, con la hora de "
                "Ecuador. La de quien no ingresó se recibe cuando confirma su correo. No cuentan "
                "las apelaciones, los pedidos sobre datos personales ni los avisos de documentos "
                "falsos. Antes de la primera carta dice «sin dato»."
            ),
            attentions=_ATTENTIONS,
        ),
    }
)
"""By version. One that was used is never changed: another way to count is a new version."""
CURRENT: Final = max(DEFINITIONS)
"""By which the service counts today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """The numbers of one month, in one version."""

    month: Month
    complaints: int | None
    """None: nobody published it."""
    attentions: int | None
    version: int | None = None
    """None while the month is not frozen."""
    source: FigureSource | None = None
    definition: int | None = None
    """Version of the definition; None of what others published."""
    origin: str = ""
    """Where imported numbers were published."""
    reason: str = ""
    """Why it was corrected."""
    author: str = ""
    """Who corrected it."""
    recorded_at: datetime | None = None
    groups: MonthGroups | None = None
    is_counting: bool = False
    """Whether the month goes on, or is not frozen yet."""
    counted_to: date | None = None
    """Last day that is counted of a month that is not frozen."""

    @property
    def stamp(self) -> str:
        """The version that a form which corrects it was made from."""
        return stamp(self.version or 0, *self.month, self.complaints, self.attentions)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the month."""
        return self.complaints is not None or self.attentions is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """The months of one year, newest first, and what those with data add up to."""

    year: int
    months: tuple[MonthFigures, ...]

    @property
    def complaints(self) -> int | None:
        """Sum of the months that have the number; None when none has."""
        return _sum(each.complaints for each in self.months)

    @property
    def attentions(self) -> int | None:
        """Sum of the months that have the number; None when none has."""
        return _sum(each.attentions for each in self.months)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of a month of it."""
        return any(each.is_known for each in self.months)


def by_year(months: Iterable[MonthFigures]) -> tuple[YearFigures, ...]:
    """Return the months, which come newest first, by their years."""
    grouped = groupby(months, key=lambda each: each.month.year)
    return tuple(YearFigures(year=year, months=tuple(some)) for year, some in grouped)


def told_until(month: Month, today: date) -> date | None:
    """Return the last day of a month up to which its numbers are told on a day; None: not yet.

    Of a month that runs whole weeks are told, to the last Sunday: rules decide at any hour and
    officers on working days, so that who watched each day would tell the tracks apart (ADR 44).
    """
    if Month.of(today) > month:
        return month.next.first - timedelta(days=1)
    sunday = today - timedelta(days=today.isoweekday() % DAYS_OF_WEEK or DAYS_OF_WEEK)
    return sunday if Month.of(sunday) == month and sunday.day >= DAYS_OF_WEEK else None


def told_number(number: int | None) -> str:
    """Return a number as people read it, «35.444», or that there is none."""
    return NO_DATA if number is None else f"{number:,}".replace(",", ".")


def typed_number(text: str) -> int:
    """Return the number that somebody typed, «1890» or «1.890». Raises ``ValueError``."""
    plain = text.strip()
    if _POINTED.fullmatch(plain):
        plain = plain.replace(".", "")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > LONGEST_NUMBER:
        raise ValueError(plain[:LONGEST_NUMBER])
    return int(plain)


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [each for each in numbers if each is not None]
    return sum(known) if known else None
