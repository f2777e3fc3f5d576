"""Ends the later control of what a rule granted: an officer says what the look at it found."""

from uuid import UUID

from review_service.db.models import ApplicationRow, LaterControlRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.wording import letters_in, visible
from review_service.services.case import require_seen
from review_service.services.review.entitlement import require_entitled

MIN_NOTE_CHARACTERS = 20
"""Of a difference: who decides what follows from it must understand it."""
MAX_NOTE_CHARACTERS = 2000


def end(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    outcome: LaterOutcome,
    note: str,
    seen: str | None = None,
) -> None:
    """Store what was found; the same again of the same officer is no conflict.

    It changes nothing of the document: what follows from a difference is decided elsewhere. Raises
    ``NotFoundError`` where none was asked for, ``StaleStateError`` when a colleague ended it,
    ``InvalidInputError``, ``NotAllowedError`` and ``OwnCaseError``.
    """
    given = _require_note(outcome, note)
    with uow:
        row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
        control = uow.session.get(LaterControlRow, application_id)
        if row is None or control is None:
            raise NotFoundError(f"no later control of {application_id}")
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        if control.outcome is not None:
            said = (control.outcome, control.officer_id, control.note)
            if said == (outcome, officer_id, given):
                return
            raise StaleStateError(f"the later control of {application_id} has ended")
        require_seen(uow, row, seen, Sight.CASE)
        control.outcome, control.note = outcome, given
        control.officer_id, control.looked_at = officer_id, uow.now
        uow.record(
            "later_control_ended",
            actor=actor_of(officer_id),
            subject_id=application_id,
            outcome=outcome.value,
        )
        uow.commit()


def _require_note(outcome: LaterOutcome, note: str) -> str:
    given = visible(note)
    if outcome is LaterOutcome.DIFFERS and letters_in(given) < MIN_NOTE_CHARACTERS:
        raise InvalidInputError(
            {"note": f"Diga en {MIN_NOTE_CHARACTERS} letras o más qué no coincide."}
        )
    if len(given) > MAX_NOTE_CHARACTERS:
        raise InvalidInputError({"note": f"Escriba {MAX_NOTE_CHARACTERS} letras como máximo."})
    if problem := undrawn_problem(given, field="La nota"):
        raise InvalidInputError({"note": problem})
    return given
