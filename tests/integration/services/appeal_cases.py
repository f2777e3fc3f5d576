"""Refused applications and appeals against them, made by the real services."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AppealRow, MailRow
from review_service.domain.appeals import AppealOutcome, appeal_rules
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.letters import LetterKind
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.services.appeals import deciding, lodging
from review_service.services.appeals.deciding import Proposal
from review_service.services.appeals.lodging import PaperAppeal
from review_service.services.review import reviewing
from tests.factories import RUC, SECRET, Office
from tests.integration.services import letter_cases, loop_cases, steps
from tests.integration.services.test_notices import INSTITUTION

WHY_REFUSED = "No se ve el taller en ninguna foto."
WHY_WITHDRAWN = "Se miró el caso entero."
WORDS = "El taller se ve en la segunda foto, detrás de la mesa. Pido que la miren otra vez."
REASONS = "La segunda foto muestra el taller entero: la negativa no la menciona."
ORDER = "Mirar otra vez la segunda foto y decidir sobre el taller."
RULES = appeal_rules(read_rulebook(None), on=ecuador_today())


def refuse(office: Office, officer_id: UUID, *, application_id: UUID) -> UUID:
    """Refuse a case in review, and let its letter be handed over; return the case."""
    steps.observe(office, application_id, officer_id)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        reasons=WHY_REFUSED,
        institution=INSTITUTION,
    )
    steps.hand_over(office, "refused")
    return application_id


def withdraw(office: Office, officer_id: UUID, *, ruc: str = RUC) -> UUID:
    """Return a case that was deemed withdrawn by an officer, its letter handed over."""
    application_id = loop_cases.asked(office, ruc=ruc)
    loop_cases.end_term(office, application_id)
    loop_cases.log(office, application_id)
    loop_cases.sign(office, application_id, officer_id=officer_id, words=WHY_WITHDRAWN)
    steps.hand_over(office, "withdrawn")
    return application_id


def appeal(office: Office, application_id: UUID, *, ruc: str = RUC, **more: str) -> UUID:
    """Write the letter of who is signed in with the RUC of the case; return its id."""
    reference = steps.application(office, application_id).reference
    return letter_cases.write_signed_in(
        office, LetterKind.APPEAL, ruc, about=reference, **{"body": WORDS, **more}
    )


def on_paper(office: Office, application_id: UUID, officer_id: UUID, **more: Any) -> UUID:  # noqa: ANN401 -- any field
    """Record one that came on paper today; return the id of its letter."""
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    return lodging.record_paper(
        office.writing(),
        replace(PaperAppeal(entered_on=today, words=WORDS), **more),
        application_id=application_id,
        officer_id=officer_id,
        secret_key=SECRET,
        rules=letter_cases.RULES,
    )


def let_the_days_pass(office: Office) -> None:
    """Let the last day to appeal that the letter told be long ago."""
    with office.writing() as uow:
        for mail in uow.session.scalars(sa.select(MailRow).where(MailRow.event == "refused")):
            mail.context = {**mail.context, "appeal_until": "2026-01-05"}
        uow.commit()


def ruling(outcome: AppealOutcome = AppealOutcome.ACCEPTED, *, keeps: bool = False) -> Proposal:
    """Return a whole decision."""
    order = ORDER if outcome is AppealOutcome.ACCEPTED else ""
    return Proposal(outcome=outcome, reasons=REASONS, order=order, keeps=keeps)


def decide(
    office: Office,
    letter_id: UUID,
    officer_id: UUID,
    given: Proposal | None = None,
    *,
    seen: str | None = None,
) -> None:
    """Decide as an officer."""
    deciding.decide(
        office.writing(),
        ruling() if given is None else given,
        letter_id=letter_id,
        officer_id=officer_id,
        rules=RULES,
        seat="Quito",
        seen=seen,
    )


def stored(office: Office, letter_id: UUID) -> AppealRow:
    """Return the appeal as it is stored."""
    return steps.stored(office, AppealRow, letter_id)
