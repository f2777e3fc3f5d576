"""Does the same with several cases, each in its own transaction; one that fails stops no other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.chosen_cases import ChosenCase, Outcome
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    NotHeldError,
    OutsideError,
    OwnCaseError,
    ReviewServiceError,
    StaleStateError,
)

_WORDS: Final[tuple[tuple[type[ReviewServiceError], str], ...]] = (
    (OwnCaseError, "Es una solicitud suya: la atiende otra persona."),
    (NotAllowedError, "Su rol no lo permite."),
    (NotFoundError, "Ese caso ya no está."),
    (NotHeldError, "Usted no tiene el caso, o lo tiene otra persona: ábralo y tómelo."),
    (StaleStateError, "Cambió desde que usted lo vio: ábralo y mire cómo está."),
    (InvalidTransitionError, "Cambió desde que usted lo vio: ábralo y mire cómo está."),
    (OutsideError, "El servicio no respondió: inténtelo otra vez con este caso."),
)
"""Why nothing was done, by the error, the narrower first."""
_OTHERWISE: Final = "No se pudo: ábralo e inténtelo ahí."


def one_by_one(
    reading: UnitFactory, chosen: Sequence[ChosenCase], act: Callable[[ChosenCase], str]
) -> tuple[Outcome, ...]:
    """Let ``act`` do its work with each case, in order; it returns what was done, a sentence.

    ``act`` is one transaction and raises ``ReviewServiceError`` where nothing was done. Every other
    error is a fault of the program and ends the round.
    """
    known = _known(reading, [each.id for each in chosen])
    outcomes = []
    for each in chosen:
        reference, holder = known.get(each.id, ("", ""))
        try:
            words, is_done = act(each), True
        except ReviewServiceError as error:
            words, is_done = why_not(error), False
        outcomes.append(
            Outcome(id=each.id, reference=reference, holder=holder, is_done=is_done, words=words)
        )
    return tuple(outcomes)


def why_not(error: ReviewServiceError) -> str:
    """Return why nothing was done with a case, a sentence for the officer."""
    if isinstance(error, InvalidInputError):
        return " ".join(error.problems.values())
    return next((words for kind, words in _WORDS if isinstance(error, kind)), _OTHERWISE)


def _known(reading: UnitFactory, ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """Return reference and holder of the cases that officers see."""
    with reading() as uow:
        rows = uow.session.execute(
            sa.select(ApplicationRow.id, ApplicationRow.reference, ApplicationRow.holder).where(
                ApplicationRow.id.in_(ids), ApplicationRow.confirmed_at.is_not(None)
            )
        ).all()
    return {row.id: (row.reference, row.holder) for row in rows}
