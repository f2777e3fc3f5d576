"""The internal notes of a case, for officers only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import InternalNoteRow, OfficerRow
from review_service.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteVersion:
    """What a note said before it was corrected."""

    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """One note as it reads now, with what it said before."""

    id: UUID
    by: str
    by_id: UUID
    at: datetime
    """When this version was written."""
    body: str
    former: tuple[NoteVersion, ...]
    """The newest first; empty for a note that nobody corrected."""


def notes_of(uow: UnitOfWork, application_id: UUID) -> tuple[NoteView, ...]:
    """Return the notes of a case, the newest first, in one question."""
    rows = uow.session.execute(
        sa.select(InternalNoteRow, OfficerRow.full_name)
        .join(OfficerRow, OfficerRow.id == InternalNoteRow.written_by)
        .where(InternalNoteRow.application_id == application_id)
        .order_by(InternalNoteRow.written_at.desc(), InternalNoteRow.id)
    ).all()
    by_id = {note.id: note for note, _ in rows}
    corrected = {note.corrects for note, _ in rows}
    return tuple(
        NoteView(
            id=note.id,
            by=name,
            by_id=note.written_by,
            at=note.written_at,
            body=note.body,
            former=_former(note, by_id),
        )
        for note, name in rows
        if note.id not in corrected
    )


def _former(note: InternalNoteRow, by_id: dict[UUID, InternalNoteRow]) -> tuple[NoteVersion, ...]:
    found = []
    while note.corrects is not None:
        note = by_id[note.corrects]
        found.append(NoteVersion(at=note.written_at, body=note.body))
    return tuple(found)
