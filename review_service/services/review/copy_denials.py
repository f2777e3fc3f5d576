"""Remembers that two photos of two cases are no copies, as an officer says, and takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, CopyDenialRow
from review_service.db.shared_photos import SharedPhoto, shared_photos
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.services.case import require_seen
from review_service.services.findings.comparing import compare_together
from review_service.services.review.entitlement import require_entitled

MOST_PAIRS: Final = 100
MOST_SIGNS: Final = 500
REASON_FIELD: Final = "motivo"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPair:
    """A photo of a case and one of another, which resemble each other."""

    document_id: UUID
    page_number: int
    sha256: str
    other_id: UUID
    other_sha256: str


def deny(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    pair: PhotoPair,
    officer_id: UUID,
    reason: str,
    seen: str | None = None,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Say that two photos are no copies: neither case is alerted of that pair any more.

    Holds until it is taken back, also when checks run again. Said twice it is said once. Raises
    ``InvalidInputError`` for a reason that is too long, ``NotFoundError`` for photos that do not
    resemble each other, ``OwnCaseError`` where either case is the officer's own, and
    ``StaleStateError`` when the case was moved meanwhile.
    """
    given = " ".join(reason.split())
    if len(given) > MOST_SIGNS:
        raise InvalidInputError({REASON_FIELD: f"Escriba hasta {MOST_SIGNS} letras."})
    with uow:
        row, other = _both(uow, application_id, pair, officer_id)
        found = _pair(uow, row, pair)
        if found.is_denied:
            return
        require_seen(uow, row, seen, Sight.CASE)
        uow.session.add(
            CopyDenialRow(
                application_id=application_id,
                sha256=pair.sha256,
                other_application_id=pair.other_id,
                other_sha256=pair.other_sha256,
                reason=given,
                denied_by=officer_id,
                denied_at=uow.now,
            )
        )
        _record(uow, "copy_denied", pair, application_id, officer_id)
        _tell(uow, rulebook, row, other)
        uow.commit()


def allow(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    pair: PhotoPair,
    officer_id: UUID,
    seen: str | None = None,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Take back that two photos are no copies: both cases are alerted again.

    Raises as ``deny``; where nobody denied it nothing happens.
    """
    with uow:
        row, other = _both(uow, application_id, pair, officer_id)
        if not _pair(uow, row, pair).is_denied:
            return
        require_seen(uow, row, seen, Sight.CASE)
        uow.session.execute(sa.delete(CopyDenialRow).where(_said_of(application_id, pair)))
        _record(uow, "copy_denial_undone", pair, application_id, officer_id)
        _tell(uow, rulebook, row, other)
        uow.commit()


def _both(
    uow: UnitOfWork, application_id: UUID, pair: PhotoPair, officer_id: UUID
) -> tuple[ApplicationRow, ApplicationRow]:
    """Return both cases, locked in the order of their ids; an officer's own is out of reach."""
    rows = {}
    for case_id in sorted({application_id, pair.other_id}):
        row = uow.session.get(ApplicationRow, case_id, with_for_update={"key_share": True})
        if row is None or row.confirmed_at is None:
            raise NotFoundError(f"no such case: {case_id}")
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        rows[case_id] = row
    if len(rows) < 2:  # noqa: PLR2004 -- two photos of one case
        raise NotFoundError(f"no other case: {application_id}")
    return rows[application_id], rows[pair.other_id]


def _pair(uow: UnitOfWork, row: ApplicationRow, pair: PhotoPair) -> SharedPhoto:
    """Return what is known of a pair. Raises ``NotFoundError`` when they do not resemble."""
    for each in shared_photos(uow.session, row, most=MOST_PAIRS, with_denied=True):
        asked = (pair.document_id, pair.page_number, pair.sha256, pair.other_id, pair.other_sha256)
        there = (each.document_id, each.page_number, each.sha256, each.other_id, each.other_sha256)
        if asked == there and not each.is_exact:
            return each
    raise NotFoundError(f"no such pair of photos: {row.id}")


def _said_of(application_id: UUID, pair: PhotoPair) -> sa.ColumnElement[bool]:
    """Whether a row speaks of a pair, from either case."""
    row = CopyDenialRow
    here, there = (application_id, pair.sha256), (pair.other_id, pair.other_sha256)

    def says(one: tuple[UUID, str], other: tuple[UUID, str]) -> sa.ColumnElement[bool]:
        return sa.and_(
            row.application_id == one[0],
            row.sha256 == one[1],
            row.other_application_id == other[0],
            row.other_sha256 == other[1],
        )

    return sa.or_(says(here, there), says(there, here))


def _record(
    uow: UnitOfWork, action: str, pair: PhotoPair, application_id: UUID, officer_id: UUID
) -> None:
    """Write it into the history of both cases; the page is told in that of its own."""
    own = {"document_id": str(pair.document_id), "page": str(pair.page_number)}
    for here, there in ((application_id, pair.other_id), (pair.other_id, application_id)):
        uow.record(
            action,
            actor=actor_of(officer_id),
            subject_id=here,
            beside=str(there),
            **(own if here == application_id else {}),
        )


def _tell(uow: UnitOfWork, rulebook: Mapping[str, Any] | None, *rows: ApplicationRow) -> None:
    """Renew the findings of those that are still being reviewed."""
    reviewed = [row.id for row in rows if row.state is ApplicationState.IN_REVIEW]
    compare_together(uow, reviewed, rulebook=rulebook)
