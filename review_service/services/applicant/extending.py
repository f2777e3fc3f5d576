"""Asking for more days to correct: once for each request, before its last day is over."""

from uuid import UUID

from review_service.db.correction_loop import loop_of
from review_service.db.models import CorrectionExtensionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, InvalidTransitionError
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import gettext_noop, letters_in, visible
from review_service.services.case import owned, require_seen
from review_service.services.upkeep import clockwork

FIELD = "prorroga"
MIN_LETTERS = 10
"""«Estoy de viaje.» says why; a row of dots does not."""
MAX_CHARACTERS = 1000
TOO_SHORT = gettext_noop("Diga en una frase por qué necesita más días.")
NOT_RUNNING = gettext_noop(
    "Su plazo todavía no corre: empieza cuando salga el aviso a su correo. No hace falta una "
    "prórroga."
)
OVER = gettext_noop(
    "Su plazo ya terminó, y la prórroga se pide antes. Todavía puede enviar su corrección mientras "
    "nadie resuelva."
)
ONCE = gettext_noop("Ya pidió una prórroga. Se pide una sola vez por cada pedido de corrección.")


def ask(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, reason: str, seen: str | None = None
) -> None:
    """Ask for more days; the same words again change nothing.

    Raises ``InvalidInputError`` for the field ``prorroga``, ``InvalidTransitionError`` when nothing
    is to be corrected, ``NotFoundError``, ``StaleStateError``.
    """
    given = _reason(reason)
    with uow:
        clockwork.require_steady(uow)
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is not ApplicationState.CORRECTION_REQUESTED:
            raise InvalidTransitionError(f"nobody asked to correct {application_id}")
        require_seen(uow, row, seen, Sight.CASE)
        loop = loop_of(uow.session, row, today=ecuador_day(uow.now))
        if loop is None:
            raise InvalidTransitionError(f"nobody asked to correct {application_id}")
        if loop.extension is not None:
            if loop.extension.reason == given:
                return
            raise InvalidInputError({FIELD: ONCE})
        if loop.notified_at is None:
            raise InvalidInputError({FIELD: NOT_RUNNING})
        if loop.is_over:
            raise InvalidInputError({FIELD: OVER})
        extension = CorrectionExtensionRow(
            application_id=row.id, round=loop.round, reason=given, asked_at=uow.now
        )
        uow.session.add(extension)
        uow.session.flush()
        uow.record(
            "extension_asked",
            actor="applicant",
            subject_id=row.id,
            extension_id=str(extension.id),
        )
        uow.commit()


def _reason(text: str) -> str:
    given = visible(text)
    if letters_in(given) < MIN_LETTERS or len(given) > MAX_CHARACTERS:
        raise InvalidInputError({FIELD: TOO_SHORT})
    if problem := undrawn_problem(given, field="Su texto"):
        raise InvalidInputError({FIELD: problem})
    return given
