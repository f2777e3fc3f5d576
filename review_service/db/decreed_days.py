"""The decreed days that count for an application: of the country, and of the cantons concerned."""

from datetime import date
from typing import Final, Self

import sqlalchemy as sa

from review_service.db.models import HolidayRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.cantons import canton_key

WHOLE_COUNTRY = ""
_ALL: Final = sa.select(HolidayRow.day, HolidayRow.canton)


class DecreedDays:
    """All decreed days, read once; cantons are compared folded."""

    def __init__(self, days: dict[str, set[date]]) -> None:
        """``days`` are keyed by the folded canton, those of the whole country by empty text."""
        self._days = days

    @classmethod
    def read(cls, uow: UnitOfWork) -> Self:
        """Return what the database holds now; a unit that only reads asks once."""
        return uow.once(cls.__qualname__, lambda: cls._read(uow))

    @classmethod
    def _read(cls, uow: UnitOfWork) -> Self:
        days: dict[str, set[date]] = {}
        for day, canton in uow.rows(_ALL):
            days.setdefault(canton_key(canton), set()).add(day)
        return cls(days)

    def everywhere(self) -> frozenset[date]:
        """Return the days of any place."""
        return frozenset().union(*self._days.values())

    def of(self, *cantons: str) -> frozenset[date]:
        """Return the days of the whole country and of these cantons (COA 159)."""
        wanted = {WHOLE_COUNTRY, *map(canton_key, cantons)}
        return frozenset().union(*(self._days.get(canton, ()) for canton in wanted))
