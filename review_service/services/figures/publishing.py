"""Publishes monthly figures: imports what others published, and freezes months that are over.

Each version of a month is a row that is only added, with an event that tells all of it (ADR 44).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import audit, figure_counts
from review_service.db.models import MonthlyFigureRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.errors import InvalidInputError
from review_service.domain.figure_list import FigureList
from review_service.domain.figures import CURRENT, FigureSource
from review_service.domain.month_groups import groups_of, to_json
from review_service.domain.months import Month, months_between
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

FIGURES: Final = UUID("0b6d5a0c-5f0e-5d7e-9c55-2d6b1f0a4404")
"""The subject of the events of all figures, by which they are found."""
EVENT: Final = "figures_recorded"
SETTLED: Final = timedelta(hours=1)
"""After the end of a month, when every decision of its last moment is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFigures:
    """What became of a file."""

    added: int
    known: int
    """Months that stood already with the same numbers."""


def import_published(uow: UnitOfWork, found: FigureList, *, operator: str) -> ImportedFigures:
    """Record months that others published; all of them or none.

    A month that is known with these numbers stays. Raises ``InvalidInputError`` for one known with
    others, one that is not over, and one that this service counts.
    """
    with uow:
        audit.lock_head(uow.session)
        known = _first_versions(uow)
        own, now = figure_counts.first_own_month(uow), Month.of(uow.now)
        added = 0
        for one in found.months:
            before = known.get(one.month)
            if before is not None:
                if before != (one.complaints, one.attentions):
                    raise _refused(
                        f"{one.month.label} ya está publicado con otros números. Corríjalo con "
                        f"«review-service figures correct {one.month.name}»."
                    )
                continue
            if one.month >= now:
                raise _refused(f"{one.month.label} todavía no termina.")
            if own is not None and one.month >= own:
                raise _refused(f"{one.month.label} lo cuenta este servicio: no se importa.")
            added += 1
            add_version(
                uow,
                MonthlyFigureRow(
                    year=one.month.year,
                    month=one.month.number,
                    version=1,
                    complaints=one.complaints,
                    attentions=one.attentions,
                    source=FigureSource.PUBLISHED,
                    origin=found.source,
                ),
                actor="operator",
                operator=operator,
            )
        uow.commit()
    return ImportedFigures(added=added, known=len(found.months) - added)


def freeze(reading: UnitFactory, writing: UnitFactory) -> int:
    """Count and freeze every own month that is over; return how many were frozen.

    None while the clock is not believed. Safe to repeat and to run twice at once. Raises
    ``RoundFailedError`` at the end when a month could not be frozen; all others are.
    """
    frozen, freezing = 0, Round("figures_not_frozen")
    with reading() as uow:
        due = _due(uow)
    for month in due:
        with freezing.one():
            frozen += _freeze(reading, writing, month)
    freezing.end()
    return frozen


def add_version(uow: UnitOfWork, row: MonthlyFigureRow, *, actor: str, **said: str) -> None:
    """Add a version of a month with the event that tells it; in the caller's transaction."""
    row.origin = row.origin or ""
    row.recorded_at = uow.now
    uow.session.add(row)
    uow.record(EVENT, actor=actor, subject_id=FIGURES, figures=facts_of(row), **said)


def facts_of(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row, or a row of its columns
    """Return what the event of a row tells: all of it, breakdowns and author by their SHA-256.

    No event holds a name.
    """
    text = json.dumps([row.breakdowns, row.author], sort_keys=True, ensure_ascii=True)
    return {
        "year": row.year,
        "month": row.month,
        "version": row.version,
        "complaints": row.complaints,
        "attentions": row.attentions,
        "source": str(row.source),
        "definition": row.definition,
        "origin": row.origin,
        "reason": row.reason,
        "officer_id": None if row.officer_id is None else str(row.officer_id),
        "recorded_at": int(row.recorded_at.timestamp() * 1_000_000),
        "others_sha256": hashlib.sha256(text.encode("ascii")).hexdigest(),
    }


def _due(uow: UnitOfWork) -> list[Month]:
    """Return the own months that are over and not frozen, oldest first."""
    own = figure_counts.first_own_month(uow)
    if own is None or not clockwork.is_steady(uow):
        return []
    last = Month.of(uow.now - SETTLED).plus(-1)
    there = _first_versions(uow)
    return [month for month in reversed(months_between(own, last)) if month not in there]


def _freeze(reading: UnitFactory, writing: UnitFactory, month: Month) -> int:
    with reading() as uow:
        attentions = list(figure_counts.attentions_of(uow, month))
        complaints = figure_counts.complaints(uow, month)
    with writing() as uow:
        audit.lock_head(uow.session)
        if month not in _due(uow):
            return 0
        add_version(
            uow,
            MonthlyFigureRow(
                year=month.year,
                month=month.number,
                version=1,
                complaints=complaints,
                attentions=len(attentions),
                source=FigureSource.COUNTED,
                definition=CURRENT,
                breakdowns=to_json(groups_of(attentions)),
            ),
            actor="scheduler",
        )
        uow.commit()
    return 1


def _first_versions(uow: UnitOfWork) -> dict[Month, tuple[int | None, int | None]]:
    table = MonthlyFigureRow
    chosen = sa.select(table.year, table.month, table.complaints, table.attentions)
    return {
        Month(row.year, row.month): (row.complaints, row.attentions)
        for row in uow.session.execute(chosen.where(table.version == 1))
    }


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError({"file": sentence[0].upper() + sentence[1:]})
