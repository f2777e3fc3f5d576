"""Asks the dated table which supporting papers an application needs today."""

from collections.abc import Mapping
from typing import Any

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.data_sheet import DataSheet
from review_service.domain.needed_papers import Asked, NeededPaper, needed_papers
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import track_of


def needed_of(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> tuple[NeededPaper, ...]:
    """Return the papers that the application needs, in the order of the page; none on some tracks.

    Without a rulebook the packaged rules hold. Raises ``SettingsError`` for a table with a gap.
    """
    if not track_of(row.track).asks_papers:
        return ()
    asked = Asked(
        track=row.track,
        ruc=row.ruc,
        holder=row.holder,
        facts=row.registry_facts,
        sheet=DataSheet.from_json(row.sheet),
        on=ecuador_day(uow.now),
    )
    return needed_papers(asked, rulebook)
