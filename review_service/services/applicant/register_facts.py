"""Asks the SRI's register again about a draft, so that what was mended there is seen here."""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import RegistryError
from review_service.domain.looked_up import answers_in, with_answers
from review_service.domain.request_limits import MINUTE, REGISTER_ASKED
from review_service.domain.sheet_comparison import asked_at
from review_service.ports import TaxpayerRegistry
from review_service.services import attempts
from review_service.services.applicant.applying import facts_of
from review_service.services.case import owned

FRESH_SECONDS: Final = 3 * MINUTE
"""So long the pages of a draft go on with what the register said, or with its silence."""
_SILENT: Final = "register_silent"
logger = logging.getLogger(__name__)


def renew(
    uow: UnitOfWork,
    registry: TaxpayerRegistry,
    *,
    application_id: UUID,
    ruc: str,
    at_once: bool = False,
) -> bool:
    """Keep beside a draft what the register says now; whether it answered.

    Pages ask once in ``FRESH_SECONDS``, their reader ``at_once``. Where the register does not
    answer, or no longer knows the RUC, the facts of before stay. Raises ``NotFoundError`` and, only
    ``at_once``, ``TooManyAttemptsError``.
    """
    with uow.reader() as reader:
        row = owned(reader, application_id=application_id, ruc=ruc)
        if row.state is not ApplicationState.DRAFT or not (at_once or _is_due(reader, row)):
            return False
    if at_once:
        attempts.spend(uow, REGISTER_ASKED, who=str(application_id))
    try:
        known, email = registry.find(ruc), registry.registered_email(ruc)
    except RegistryError:
        logger.warning("register_silent", extra={"application_id": str(application_id)})
        known, email = None, None
    with uow:
        if known is None:
            attempts.first_time(
                uow, purpose=_SILENT, who=str(application_id), per_seconds=FRESH_SECONDS
            )
            uow.commit()
            return False
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is not ApplicationState.DRAFT:
            return False
        former = row.registry_facts.get("email", "")
        answers = answers_in(row.registry_facts)
        said = facts_of(known, email=email or former, at=uow.now)
        row.registry_facts = with_answers(said, answers)
        if email and email != former:
            uow.record("address_renewed", actor="applicant", subject_id=row.id)
        uow.commit()
    return True


def _is_due(uow: UnitOfWork, row: ApplicationRow) -> bool:
    said = asked_at(row.registry_facts) or row.created_at
    return uow.now - said >= timedelta(seconds=FRESH_SECONDS) and not attempts.happened(
        uow, purpose=_SILENT, who=str(row.id), per_seconds=FRESH_SECONDS
    )
