"""An officer asks a named colleague about a case in hand; the colleague answers in words.

The case stays with the asker, who may decide it without the answer (ADR 59). The applicant is
never shown any of it.
"""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.consultations import UNANSWERED
from review_service.db.models import ApplicationRow, ConsultationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import AWAITING_DECISION, ApplicationState
from review_service.domain.consultations import (
    COLLEAGUE,
    answer_text,
    needed_day,
    question_text,
)
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.services.case import require_seen
from review_service.services.review.claiming import require_held
from review_service.services.review.entitlement import is_entitled, require_entitled
from review_service.services.upkeep import clockwork


def ask(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    colleague_id: UUID | None,
    question: str,
    needed_by: str,
    seen: str | None = None,
) -> None:
    """Ask a colleague who may review the case; ``needed_by`` is a day, ISO 8601.

    The same question of the same officer to the same colleague, while it is open, is none. Raises
    ``InvalidInputError`` for the fields of the form and while the colleague has an open question
    of this case, ``NotHeldError`` unless the officer holds the case, ``StaleStateError``,
    ``NotFoundError``, ``NotAllowedError`` and ``OwnCaseError``.
    """
    with uow:
        row = _case(uow, application_id, officer_id, seen)
        if row.state is not ApplicationState.IN_REVIEW:
            raise StaleStateError(f"application {application_id} is {row.state.value}")
        require_held(uow, row, officer_id=officer_id, seen=seen)
        problems = _wrong_colleague(uow, row, officer_id, colleague_id)
        text, day = "", ecuador_day(uow.now)
        try:
            text = question_text(question)
        except InvalidInputError as error:
            problems |= error.problems
        try:
            day = needed_day(needed_by, today=day)
        except InvalidInputError as error:
            problems |= error.problems
        if problems or colleague_id is None:
            raise InvalidInputError(problems)
        former = uow.session.scalars(
            sa.select(ConsultationRow).where(
                ConsultationRow.application_id == row.id,
                ConsultationRow.asked_of == colleague_id,
                *UNANSWERED,
            )
        ).one_or_none()
        if former is not None:
            if (former.asked_by, former.question) == (officer_id, text):
                return
            raise InvalidInputError(
                {
                    COLLEAGUE: "Esa persona todavía no responde otra pregunta sobre este caso. "
                    "Espere su respuesta, o retire esa pregunta."
                }
            )
        asked = ConsultationRow(
            application_id=row.id,
            asked_by=officer_id,
            asked_of=colleague_id,
            question=text,
            needed_by=day,
            asked_at=uow.now,
        )
        uow.session.add(asked)
        uow.session.flush()
        _record(
            uow,
            "colleague_asked",
            officer_id,
            asked,
            asked_of=str(colleague_id),
            needed_by=day.isoformat(),
        )
        uow.commit()


def answer(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    consultation_id: UUID,
    officer_id: UUID,
    text: str,
    seen: str | None = None,
) -> None:
    """Answer a question that the officer was asked; the case stays with whoever holds it.

    The same answer again is none. Raises ``InvalidInputError`` for the field ``respuesta``,
    ``NotAllowedError`` for a question to somebody else, ``StaleStateError`` when it was answered
    otherwise or withdrawn, or the case was decided; ``NotFoundError`` and ``OwnCaseError``.
    """
    given = answer_text(text)
    with uow:
        _undecided(uow, application_id, officer_id, seen)
        asked = _question(uow, application_id, consultation_id)
        if asked.asked_of != officer_id:
            raise NotAllowedError(f"question {consultation_id} is not to officer {officer_id}")
        if asked.answer == given:
            return
        _require_open(asked)
        asked.answer, asked.answered_at = given, uow.now
        _record(uow, "colleague_answered", officer_id, asked)
        uow.commit()


def remind(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    consultation_id: UUID,
    officer_id: UUID,
    seen: str | None = None,
) -> bool:
    """Remind the colleague of an own question; False when that was done today already.

    The colleague's next digest tells of it, also before it is late. Raises ``NotAllowedError`` for
    another officer's question, ``StaleStateError``, ``NotFoundError``, ``OwnCaseError``.
    """
    with uow:
        _undecided(uow, application_id, officer_id, seen)
        asked = _own_question(uow, application_id, consultation_id, officer_id)
        _require_open(asked)
        if asked.reminded_at is not None and ecuador_day(asked.reminded_at) == ecuador_day(uow.now):
            return False
        asked.reminded_at = uow.now
        _record(uow, "colleague_reminded", officer_id, asked, asked_of=str(asked.asked_of))
        uow.commit()
        return True


def withdraw(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    consultation_id: UUID,
    officer_id: UUID,
    seen: str | None = None,
) -> None:
    """Take back an own question that was not answered; once more changes nothing.

    Raises as ``remind``.
    """
    with uow:
        _undecided(uow, application_id, officer_id, seen)
        asked = _own_question(uow, application_id, consultation_id, officer_id)
        if asked.withdrawn_at is not None:
            return
        _require_open(asked)
        asked.withdrawn_at = uow.now
        _record(uow, "question_withdrawn", officer_id, asked, asked_of=str(asked.asked_of))
        uow.commit()


def _case(
    uow: UnitOfWork, application_id: UUID, officer_id: UUID, seen: str | None
) -> ApplicationRow:
    clockwork.require_steady(uow)
    row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
    if row is None or row.confirmed_at is None:
        raise NotFoundError(f"no such case: {application_id}")
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
    require_seen(uow, row, seen, Sight.CASE)
    return row


def _undecided(uow: UnitOfWork, application_id: UUID, officer_id: UUID, seen: str | None) -> None:
    row = _case(uow, application_id, officer_id, seen)
    if row.state not in AWAITING_DECISION:
        raise StaleStateError(f"application {application_id} is {row.state.value}")


def _wrong_colleague(
    uow: UnitOfWork, row: ApplicationRow, officer_id: UUID, colleague_id: UUID | None
) -> dict[str, str]:
    if colleague_id is None:
        return {COLLEAGUE: "Elija a quién pregunta."}
    if colleague_id == officer_id:
        return {COLLEAGUE: "Elija a otra persona: usted ya tiene el caso."}
    if not is_entitled(uow, row, officer_id=colleague_id, permission=Permission.REVIEW):
        return {COLLEAGUE: "Esa persona no puede mirar este caso: elija otra."}
    return {}


def _question(uow: UnitOfWork, application_id: UUID, consultation_id: UUID) -> ConsultationRow:
    found = uow.session.get(ConsultationRow, consultation_id)
    if found is None or found.application_id != application_id:
        raise NotFoundError(f"no question {consultation_id} on {application_id}")
    return found


def _own_question(
    uow: UnitOfWork, application_id: UUID, consultation_id: UUID, officer_id: UUID
) -> ConsultationRow:
    found = _question(uow, application_id, consultation_id)
    if found.asked_by != officer_id:
        raise NotAllowedError(f"question {consultation_id} is not of officer {officer_id}")
    return found


def _require_open(asked: ConsultationRow) -> None:
    if asked.answered_at is not None or asked.withdrawn_at is not None:
        raise StaleStateError(f"question {asked.id} is open no longer")


def _record(
    uow: UnitOfWork, action: str, officer_id: UUID, asked: ConsultationRow, **details: str
) -> None:
    uow.record(
        action,
        actor=actor_of(officer_id),
        subject_id=asked.application_id,
        consultation_id=str(asked.id),
        **details,
    )
