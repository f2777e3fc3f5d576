"""Cases that a supervisor may give to somebody: whose they are, and who could have them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow
from review_service.db.queries.officer.claims import presence_of
from review_service.db.queries.officer.colleagues import told_apart, who_may
from review_service.db.queries.officer.decisions import confirmed, names_of
from review_service.db.sightings import case_stamp, moved_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.claims import Claim
from review_service.domain.roles import Permission
from review_service.domain.zones import zone_of_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Movable:
    """One case, whose it is now, and who could have it."""

    id: UUID
    reference: str
    holder: str
    stamp: str
    """Version of the case; the form carries it."""
    zone: str
    own_zone: str
    """That of its canton."""
    assigned_to: UUID | None
    place: str
    """Whose it is and of which zone; the form says what it saw."""
    claim: Claim | None
    """Who has it open now."""
    officers: tuple[tuple[UUID, str], ...]
    """Who may review it: id, name and unit."""


def movable(uow: UnitOfWork, application_id: UUID) -> Movable:
    """Return the case with its choices. Raises ``NotFoundError``."""
    row = confirmed(uow, application_id)
    own = zone_of_sheet(row.sheet)
    presence = presence_of(uow, [row.id])
    officers = who_may(uow, frozenset({Permission.REVIEW}), rucs=(row.ruc,))
    return Movable(
        id=row.id,
        reference=row.reference,
        holder=row.holder,
        stamp=case_stamp(row),
        zone=row.moved_zone or own,
        own_zone=own,
        assigned_to=row.assigned_to,
        place=moved_stamp(row),
        claim=presence[row.id].claim if row.id in presence else None,
        officers=told_apart(officers),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovableCase:
    """One of several cases that are given away together."""

    id: UUID
    reference: str
    holder: str
    zone: str
    assigned_name: str
    """Of the officer whom it is given to now; empty for nobody."""
    stamp: str
    place: str
    """Versions of the case and of whose it is; the form carries both."""


def movable_cases(uow: UnitOfWork, ids: Collection[UUID]) -> tuple[MovableCase, ...]:
    """Return those of these cases that are there, by their references."""
    rows = uow.session.scalars(
        sa.select(ApplicationRow)
        .where(ApplicationRow.id.in_(ids), ApplicationRow.confirmed_at.is_not(None))
        .order_by(ApplicationRow.reference)
    ).all()
    names = names_of(uow.session, (row.assigned_to for row in rows))
    return tuple(
        MovableCase(
            id=row.id,
            reference=row.reference,
            holder=row.holder,
            zone=row.moved_zone or zone_of_sheet(row.sheet),
            assigned_name=names.get(row.assigned_to, "") if row.assigned_to else "",
            stamp=case_stamp(row),
            place=moved_stamp(row),
        )
        for row in rows
    )


def reviewers(uow: UnitOfWork) -> tuple[tuple[UUID, str], ...]:
    """Return who may review cases, whosever they are: id, name and unit."""
    may = who_may(uow, frozenset({Permission.REVIEW}), rucs=())
    return told_apart(may)
