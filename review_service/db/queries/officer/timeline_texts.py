"""What was written at the events of a case: notes, requests, questions, reasons of other rows.

The audit trail names them; their words stand in rows of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AppealRow,
    ConsultationRow,
    ContactAttemptRow,
    CorrectionExtensionRow,
    CorrectionRow,
    InternalNoteRow,
)
from review_service.db.queries.officer.timeline_words import DECIDED_APPEAL, GIVES_REASON
from review_service.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTexts:
    """The texts of one case's events; each row by the id that the event names."""

    notes: Mapping[str, InternalNoteRow]
    attempts: Mapping[str, ContactAttemptRow]
    asked_days: Mapping[str, CorrectionExtensionRow]
    questions: Mapping[str, ConsultationRow]
    corrections: tuple[CorrectionRow, ...]
    appeals: Mapping[str, AppealRow]

    @classmethod
    def read(cls, uow: UnitOfWork, application_id: UUID, *, is_appealed: bool) -> "EventTexts":
        """Return the texts of a case; those of appeals only where one was decided."""
        session = uow.session
        appeals = sa.select(AppealRow).where(AppealRow.application_id == application_id)
        return cls(
            notes={
                str(row.id): row
                for row in session.scalars(
                    sa.select(InternalNoteRow).where(
                        InternalNoteRow.application_id == application_id
                    )
                )
            },
            attempts={
                str(row.id): row
                for row in session.scalars(
                    sa.select(ContactAttemptRow).where(
                        ContactAttemptRow.application_id == application_id
                    )
                )
            },
            asked_days={
                str(row.id): row
                for row in session.scalars(
                    sa.select(CorrectionExtensionRow).where(
                        CorrectionExtensionRow.application_id == application_id
                    )
                )
            },
            questions={
                str(row.id): row
                for row in session.scalars(
                    sa.select(ConsultationRow).where(
                        ConsultationRow.application_id == application_id
                    )
                )
            },
            corrections=tuple(
                session.scalars(
                    sa.select(CorrectionRow).where(CorrectionRow.application_id == application_id)
                )
            ),
            appeals={str(row.letter_id): row for row in session.scalars(appeals)}
            if is_appealed
            else {},
        )

    def of(self, action: str, details: Mapping[str, Any], at: datetime) -> tuple[str, ...]:
        """Return what was written at an event, by its action, details and moment."""
        if action == "application_correction_requested":
            asked = (row for row in self.corrections if row.asked_at == at)
            return tuple(f"{row.item.label}: {row.instruction}" for row in asked)
        if action == "application_in_review":
            answered = (row for row in self.corrections if row.answered_at == at and row.answer)
            return tuple(f"{row.item.label}: {row.answer}" for row in answered)
        texts = self._of_one_row(action, details) or (
            (str(details.get("reason") or ""),) if action in GIVES_REASON else ()
        )
        return tuple(text for text in texts if text)

    def _of_one_row(self, action: str, details: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the texts of the row that an event names; none where it names none."""
        note = self.notes.get(str(details.get("note_id")))
        attempt = self.attempts.get(str(details.get("attempt_id")))
        days = self.asked_days.get(str(details.get("extension_id")))
        question = self.questions.get(str(details.get("consultation_id")))
        appeal = self.appeals.get(str(details.get("letter_id")))
        texts: Mapping[str, tuple[str | None, ...]] = {
            "note_written": (note.body,) if note else (),
            "note_corrected": (note.body,) if note else (),
            "contact_attempted": (attempt.note,) if attempt else (),
            "extension_asked": (days.reason,) if days else (),
            "extension_refused": (days.answer,) if days else (),
            "colleague_asked": (question.question,) if question else (),
            "colleague_answered": (question.answer,) if question else (),
            DECIDED_APPEAL: (appeal.reasons, appeal.review_order) if appeal else (),
        }
        return tuple(text for text in texts.get(action, ()) if text)
