"""A supervisor moves several cases at once: each as ``moving.move`` does, with one reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.chosen_cases import ChosenCase, Outcome
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.written_reasons import written_reason
from review_service.domain.zones import zone_of_sheet
from review_service.services.review import moving
from review_service.services.review.one_by_one import one_by_one


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where several cases go."""

    to: UUID | None = None
    """The officer; None for whoever's turn it is."""
    keeps_officer: bool = False
    """Whether each stays with whom it is given to now; ``to`` counts for nothing then."""
    zone: str = ""
    """Empty: each stays in its zone."""


def move_each(
    reading: UnitFactory,
    writing: UnitFactory,
    *,
    chosen: Sequence[ChosenCase],
    officer_id: UUID,
    destination: Destination,
    reason: str,
) -> tuple[Outcome, ...]:
    """Give each case away, with the versions that the page showed; return what became of each.

    Raises ``InvalidInputError`` without a reason, or where nothing was chosen to change: then no
    case was touched.
    """
    given = written_reason(reason)
    if destination.keeps_officer and not destination.zone:
        raise InvalidInputError({"para": "Elija a otra persona u otra zona."})

    def act(each: ChosenCase) -> str:
        with reading() as uow:
            row = uow.session.get(ApplicationRow, each.id)
            if row is None or row.confirmed_at is None:
                raise NotFoundError(f"no application {each.id}")
            zone = destination.zone or row.moved_zone or zone_of_sheet(row.sheet)
            to = row.assigned_to if destination.keeps_officer else destination.to
        moving.move(
            writing(),
            application_id=each.id,
            officer_id=officer_id,
            to=to,
            zone=zone,
            reason=given,
            seen=each.seen,
            seen_place=each.place,
        )
        return "Pasado."

    return one_by_one(reading, chosen, act)
