"""An emprendedor's application as tests look at it: its row, files, items, and what is told."""

from datetime import timedelta
from uuid import UUID

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
)
from review_service.domain.documents import SupportKind
from review_service.domain.terms import ecuador_day
from review_service.services.applicant import sending
from tests.factories import (
    RUC,
    Office,
)
from tests.ventures import OF_A_PERSON

PAYROLL, IESS, SRI = SupportKind.PAYROLL, OF_A_PERSON[0], OF_A_PERSON[1]


def row_of(office: Office, application_id: UUID) -> ApplicationRow:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def document(office: Office, document_id: UUID) -> DocumentRow:
    with office.reading() as uow:
        return uow.session.get_one(DocumentRow, document_id)


def told(office: Office, application_id: UUID) -> list[tuple[str, bool]]:
    """Return what is said of the papers before sending, and whether it prevents it."""
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=RUC
    )
    return [(one.sentence, one.blocking) for one in found if one.place == "papers"]


def old(office: Office, *, days: int = 90) -> dict[str, str]:
    with office.reading() as uow:
        return {"issued_on": (ecuador_day(uow.now) - timedelta(days=days)).isoformat()}
