"""The prior agreement as it was read, beside our register and the application."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    PriorAgreementRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.findings import Severity
from review_service.domain.numbering import clean_number
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, FieldOutcome
from review_service.domain.wording import told_value
from review_service.services.compared_findings import add


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An agreement as our register has it."""

    number: str
    ruc: str
    holder: str
    issued_on: date
    valid_until: date


def compare(uow: UnitOfWork, row: ApplicationRow, document: DocumentRow) -> None:
    """Judge what was read of one prior agreement, inside the caller's transaction."""
    fields = {
        field.name: field
        for field in uow.session.execute(
            sa.select(FieldRow).where(FieldRow.document_id == document.id)
        ).scalars()
    }
    number = fields.get("number")
    known = _known(uow, clean_number(number.value)) if number else None
    if known is None:
        for field in fields.values():
            field.outcome, field.expected = FieldOutcome.UNREADABLE, ""
        _judge_field(fields.get("ruc"), row.ruc)
        _judge_field(fields.get("holder"), row.holder)
        add(
            uow,
            row,
            code="prior_agreement_unknown",
            severity=Severity.DOUBT,
            message="El número del Acuerdo anterior no consta en nuestro registro."
            if number
            else "No se pudo leer el número del Acuerdo anterior.",
            document_id=document.id,
        )
    else:
        if number is not None:
            number.outcome, number.expected = FieldOutcome.MATCHES, known.number
        _judge_field(fields.get("ruc"), known.ruc)
        _judge_field(fields.get("holder"), known.holder)
        _judge_field(fields.get("issued_on"), known.issued_on.isoformat())
        _judge_field(fields.get("valid_until"), known.valid_until.isoformat())
        if known.ruc != row.ruc:
            add(
                uow,
                row,
                code="prior_agreement_of_other",
                severity=Severity.BAD,
                message="Según nuestro registro, ese Acuerdo es de otro RUC.",
                document_id=document.id,
            )
    _say_differences(uow, row, document, list(fields.values()))


def _say_differences(
    uow: UnitOfWork, row: ApplicationRow, document: DocumentRow, fields: Sequence[FieldRow]
) -> None:
    for field in fields:
        if field.outcome == FieldOutcome.DIFFERS:
            label = AgreementField(field.name).label
            add(
                uow,
                row,
                code=f"prior_agreement_{field.name}_differs",
                severity=Severity.BAD,
                message=(
                    f"{label}: el papel dice «{told_value(field.value)}», "
                    f"el registro «{told_value(field.expected)}»."
                ),
                document_id=document.id,
                page=field.page,
            )


def _judge_field(field: FieldRow | None, expected: str) -> None:
    if field is None:
        return
    field.expected = expected
    if _plain(field.value) == _plain(expected):
        field.outcome = FieldOutcome.MATCHES
    else:
        is_sure = field.confidence >= SURE_CONFIDENCE
        field.outcome = FieldOutcome.DIFFERS if is_sure else FieldOutcome.UNREADABLE


def _known(uow: UnitOfWork, number: str) -> _Known | None:
    issued = uow.session.execute(
        sa.select(AgreementRow).where(AgreementRow.number == number)
    ).scalar_one_or_none()
    if issued is not None:
        return _Known(
            number=issued.number,
            ruc=issued.ruc,
            holder=issued.snapshot["holder"],
            issued_on=issued.valid_from,
            valid_until=issued.valid_until,
        )
    prior = uow.session.get(PriorAgreementRow, number)
    if prior is None:
        return None
    return _Known(
        number=prior.number,
        ruc=prior.ruc,
        holder=prior.holder,
        issued_on=prior.issued_on,
        valid_until=prior.valid_until,
    )


def _plain(text: str) -> str:
    """Fold case, accents and spacing, which OCR and registers write differently."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(folded.upper().split())
