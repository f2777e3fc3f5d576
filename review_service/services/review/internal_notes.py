"""Writes an officer's note on a case for other officers; the applicant is never shown it."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, InternalNoteRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import NotAllowedError, NotFoundError, StaleStateError
from review_service.domain.internal_notes import note_text
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.services.case import require_seen
from review_service.services.review.entitlement import require_entitled


def write(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    body: str,
    corrects: UUID | None = None,
    seen: str | None = None,
) -> None:
    """Add a note, or a newer version of an own one; the same again of the same officer is none.

    Nobody needs to hold the case. Raises ``InvalidInputError``, ``NotFoundError``,
    ``NotAllowedError`` for a colleague's note, ``OwnCaseError``, and ``StaleStateError`` when the
    case was moved or the note was corrected meanwhile.
    """
    given = note_text(body)
    with uow:
        row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
        if row is None or row.confirmed_at is None:
            raise NotFoundError(f"no such case: {application_id}")
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        if _is_there(uow, application_id, officer_id, given, corrects):
            return
        require_seen(uow, row, seen, Sight.CASE)
        if corrects is not None:
            _require_own_newest(uow, application_id, officer_id, corrects)
        note = InternalNoteRow(
            application_id=application_id,
            body=given,
            written_by=officer_id,
            written_at=uow.now,
            corrects=corrects,
        )
        uow.session.add(note)
        uow.session.flush()
        uow.record(
            "note_written" if corrects is None else "note_corrected",
            actor=actor_of(officer_id),
            subject_id=application_id,
            note_id=str(note.id),
        )
        uow.commit()


def _is_there(
    uow: UnitOfWork, application_id: UUID, officer_id: UUID, body: str, corrects: UUID | None
) -> bool:
    """Whether the newest note of the case is this very one: a second click, a lone retry."""
    newest = uow.session.scalars(
        sa.select(InternalNoteRow)
        .where(InternalNoteRow.application_id == application_id)
        .order_by(InternalNoteRow.written_at.desc(), InternalNoteRow.id)
        .limit(1)
    ).one_or_none()
    same = (officer_id, body, corrects)
    return newest is not None and (newest.written_by, newest.body, newest.corrects) == same


def _require_own_newest(
    uow: UnitOfWork, application_id: UUID, officer_id: UUID, note_id: UUID
) -> None:
    former = uow.session.get(InternalNoteRow, note_id)
    if former is None or former.application_id != application_id:
        raise NotFoundError(f"no note {note_id} on {application_id}")
    if former.written_by != officer_id:
        raise NotAllowedError(f"note {note_id} is not of officer {officer_id}")
    newer = sa.select(InternalNoteRow.id).where(InternalNoteRow.corrects == note_id)
    if uow.session.execute(newer).first() is not None:
        raise StaleStateError(f"note {note_id} was corrected")
