"""Signs a visitor in as a person of the tour, without a mailed link, password or code.

There is no other such way in, and this one exists only with the demo's pages.
"""

from contextlib import suppress
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import OfficerRow
from review_service.domain.actors import actor_of
from review_service.domain.errors import (
    NotFoundError,
    NotHeldError,
    OwnCaseError,
    StaleStateError,
)
from review_service.samples.accounts import VISITOR_OFFICER
from review_service.samples.people import TOUR_PEOPLE
from review_service.services import sessions
from review_service.services.review import claiming
from review_service.services.sessions import Signed
from review_service.web.context import parts

TOUR_RUCS: Final = frozenset(person.ruc for person in TOUR_PEOPLE)
"""The only ones that anybody is signed in with."""
OUT_OF_ORDER: Final = "Es el caso del recorrido: las demás esperan a quien mire la bandeja."
"""Why it is taken before older ones."""


def as_applicant(ruc: str) -> Signed:
    """Open a session for a person of the tour. Raises ``NotFoundError`` for any other RUC."""
    if ruc not in TOUR_RUCS:
        raise NotFoundError("no person of the tour has that RUC")
    with parts().writing() as uow:
        signed = sessions.start_applicant(uow, ruc=ruc)
        uow.record("signed_in", actor="applicant")
        uow.commit()
    return signed


def as_officer(*, holding: UUID) -> Signed:
    """Open a whole session for the visitors' officer, who takes the case of the act if it is free.

    Raises ``NotFoundError`` without an officer.
    """
    chosen = sa.select(OfficerRow.id).where(
        OfficerRow.user_name == VISITOR_OFFICER.user_name, OfficerRow.active
    )
    with parts().writing() as uow:
        officer_id = uow.session.execute(chosen).scalar_one_or_none()
        if officer_id is None:
            raise NotFoundError("there is no officer for visitors")
        signed = sessions.start_officer(uow, officer_id=officer_id, second_factor=True)
        uow.record("officer_signed_in", actor=actor_of(officer_id), subject_id=officer_id)
        uow.commit()
    with suppress(NotHeldError, OwnCaseError, StaleStateError):  # its page says so
        claiming.take(
            parts().writing(), application_id=holding, officer_id=officer_id, reason=OUT_OF_ORDER
        )
    return signed
