"""Stores the findings of comparisons; these are never shown to applicants."""

from uuid import UUID

from review_service.db.models import ApplicationRow, FindingRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity


def add(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    code: FindingCode,
    severity: Severity,
    message: str,
    document_id: UUID | None = None,
    item: ReviewItem | None = None,
    page: int | None = None,
) -> None:
    """Add one finding of a comparison to the case, inside the caller's transaction.

    ``item`` names what it speaks of where no document does.
    """
    uow.session.add(
        FindingRow(
            application_id=row.id,
            document_id=document_id,
            page=page,
            item=item and item.value,
            check_name="comparing",
            code=code,
            severity=severity,
            message=message,
            advice="",
            compared=True,
        )
    )
