"""Asks registers again for the pages of a draft, and says what came of it when somebody pressed."""

from uuid import UUID

from flask import flash

from review_service.domain.errors import TooManyAttemptsError
from review_service.services.applicant import looked_up, register_facts
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.languages import gettext


def renew_facts(application_id: UUID, *, at_once: bool = False) -> None:
    """Keep beside a draft what the register says now; quietly, unless it was asked ``at_once``."""
    try:
        answered = register_facts.renew(
            parts().writing(),
            parts().registry,
            application_id=application_id,
            ruc=applicant_ruc(),
            at_once=at_once,
        )
    except TooManyAttemptsError:
        flash(
            gettext("Ya se consultó varias veces: siga con estos datos, o vuelva en una hora."),
            "doubt",
        )
        return
    renew_papers(application_id, at_once=at_once)
    if at_once and answered:
        flash(
            gettext("Consultamos otra vez al SRI: los datos de esta página son de ahora."), "good"
        )
    elif at_once:
        flash(gettext("El SRI no respondió: siguen los datos de antes."), "doubt")


def renew_papers(application_id: UUID, *, at_once: bool = False) -> None:
    """Keep beside a draft what institutions say of the papers that a rule has looked up."""
    looked_up.renew(
        parts().writing(),
        parts().papers,
        application_id=application_id,
        ruc=applicant_ruc(),
        rulebook=parts().rulebook,
        at_once=at_once,
    )
