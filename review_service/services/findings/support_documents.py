"""Compares a supporting document with the application: another person's, or expired."""

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, FieldRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain import support_comparison
from review_service.domain.finding_codes import FindingCode
from review_service.domain.reports import FieldOutcome, SupportField
from review_service.domain.support_comparison import ReadValue, values_of
from review_service.domain.terms import ecuador_day
from review_service.services.findings.compared_findings import add


def compare(uow: UnitOfWork, row: ApplicationRow, document: DocumentRow) -> None:
    """Replace the findings on one supporting document, inside the caller's transaction."""
    fields = uow.session.scalars(
        sa.select(FieldRow).where(FieldRow.document_id == document.id)
    ).all()
    for field in fields:
        _judge(field, row)
    if document.recognised_as is None:
        return
    values = values_of((field.name, field.value, field.confidence) for field in fields)
    for finding in support_comparison.compare(
        document.recognised_as, values, ruc=row.ruc, on=ecuador_day(uow.now)
    ):
        add(
            uow,
            row,
            code=FindingCode(finding.code),
            severity=finding.severity,
            message=finding.message,
            document_id=document.id,
        )


def _judge(field: FieldRow, row: ApplicationRow) -> None:
    """Compare RUC and name with the application; other values have no expected value."""
    read = ReadValue(value=field.value, confidence=field.confidence)
    field.outcome, field.expected = FieldOutcome.UNREADABLE, ""
    if field.name == SupportField.RUC:
        field.outcome = support_comparison.judge_ruc(read, row.ruc)
        field.expected = row.ruc
    elif field.name == SupportField.HOLDER:
        field.outcome = support_comparison.judge_holder(read, row.holder)
        field.expected = row.holder
