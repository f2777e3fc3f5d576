"""Asks who decides a case whether to do so without the answers that are still waited for.

It is advice of the form, no wall of the case (ADR 7, ADR 59): the answer may come too late or
never, and the asker alone is responsible for the decision.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import request

from review_service.db.queries.officer.consultations import open_on
from review_service.web.context import parts

FIELD: Final = "sin_respuesta"
"""Box that is ticked to decide all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Who has not answered, and whether the officer decides without them."""

    names: str
    """In words, as «L. Paz y M. López»."""
    is_ticked: bool
    problem: str = ""


def unanswered_on(application_id: UUID, *, is_decided: bool = False) -> Unanswered | None:
    """Return whose answers on a case are waited for; None when nobody's.

    With ``is_decided`` it has a problem, a sentence, unless the form of this request says to decide
    all the same.
    """
    with parts().reading() as uow:
        names = open_on(uow, [application_id]).get(application_id, ())
    if not names:
        return None
    told, is_ticked = " y ".join(names), request.form.get(FIELD) == "y"
    problem = f"{told} todavía no responde su pregunta. Marque que decide sin esperar, o espere."
    if len(names) > 1:
        problem = f"{told} todavía no responden. Marque que decide sin esperar, o espere."
    return Unanswered(
        names=told, is_ticked=is_ticked, problem=problem if is_decided and not is_ticked else ""
    )
