"""Deletes each kind of data after its term, and says beforehand what would go and when.

The terms stand in ``domain/retention.py``. What a legal hold keeps stays, and so does everything
that proves an issued document: none of the kinds reaches it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from review_service.db.unit_of_work import UnitFactory
from review_service.domain.payroll_terms import Hold
from review_service.domain.retention import RetentionKind
from review_service.domain.terms import ecuador_day
from review_service.services.upkeep import left_drafts, old_rows, retained_files
from review_service.services.upkeep.retained_files import FILE_KINDS
from review_service.services.upkeep.rounds import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would go of one application, or of all rows of a kind."""

    kind: RetentionKind
    reference: str
    """Of the application; empty for rows of no application."""
    count: int
    on: date | None
    """First day on which it may go; None while nobody knows."""
    hold: Hold | None
    is_due: bool


def plan(reading: UnitFactory, rulebook: Mapping[str, Any]) -> Iterator[Planned]:
    """Yield all that goes some day, and what holds it; changes nothing.

    Raises ``SettingsError``.
    """
    for kind in FILE_KINDS:
        for files in retained_files.kept(reading, rulebook, kind):
            yield Planned(
                kind=kind.kind,
                reference=files.reference,
                count=files.files,
                on=files.deletion.on,
                hold=files.deletion.hold,
                is_due=files.is_due,
            )
    for draft in left_drafts.kept(reading, rulebook):
        yield Planned(
            kind=RetentionKind.DRAFTS,
            reference=draft.reference,
            count=1,
            on=draft.deletion.on,
            hold=draft.deletion.hold,
            is_due=draft.is_due,
        )
    with reading() as uow:
        today = ecuador_day(uow.now)
    for rows in old_rows.due(reading, rulebook):
        if rows.count:
            hold = None if rows.is_confirmed else Hold.UNCONFIRMED
            yield Planned(
                kind=rows.kind,
                reference="",
                count=rows.count,
                on=today,
                hold=hold,
                is_due=rows.is_due,
            )


def delete(
    reading: UnitFactory, writing: UnitFactory, rulebook: Mapping[str, Any]
) -> Mapping[RetentionKind, int]:
    """Delete what is due; return how many of each kind.

    Nothing while the clock is not believed. One kind that fails stops no other: raises
    ``RoundFailedError`` at the end, ``OutsideError`` at once.
    """
    deleted: dict[RetentionKind, int] = {}
    doing = Round("retention_failed")
    for kind in FILE_KINDS:
        with doing.one():
            deleted[kind.kind] = retained_files.delete(reading, writing, rulebook, kind)
    with doing.one():
        deleted[RetentionKind.DRAFTS] = left_drafts.tell_and_delete(reading, writing, rulebook)
    with doing.one():
        deleted |= old_rows.prune(reading, writing, rulebook)
    doing.end()
    return deleted
