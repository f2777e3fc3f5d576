"""What came before: the prior agreement as read and as registered, and the history of a RUC."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    FieldRow,
    PriorAgreementRow,
)
from review_service.db.queries.officer_pages import Material
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind
from review_service.domain.reports import AgreementField, Box, FieldOutcome

HISTORY_SIZE = 20
"""Lines shown of each kind; a RUC with more is searched for in the lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAgreement:
    """An agreement of this RUC in our register, issued here or imported."""

    number: str
    holder: str
    ruc: str
    issued_on: date
    valid_until: date
    source: str
    """Empty for one issued by this service."""
    agreement_id: UUID | None
    """Set when its PDF can be opened here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One value of the prior agreement: read on the paper, in the register, in the application."""

    name: str
    label: str
    value: date | str
    registered: date | str
    applied: str
    confidence: float
    outcome: FieldOutcome
    position: int | None
    document_id: UUID | None
    page_number: int
    box: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierApplication:
    """Another application of the same RUC."""

    id: UUID
    reference: str
    kind: ApplicationKind
    state: ApplicationState
    created_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a RUC brought before this application."""

    applications: tuple[EarlierApplication, ...]
    agreements: tuple[RegisteredAgreement, ...]


def before_of(session: Session, application: ApplicationRow) -> Before:
    """Return earlier applications and agreements of the same RUC, newest first."""
    rows = session.execute(
        sa.select(
            ApplicationRow.id, ApplicationRow.reference, ApplicationRow.kind, ApplicationRow.state,
            ApplicationRow.created_at,
        )
        .where(
            ApplicationRow.ruc == application.ruc,
            ApplicationRow.id != application.id,
            ApplicationRow.confirmed_at.is_not(None),
        )
        .order_by(ApplicationRow.created_at.desc())
        .limit(HISTORY_SIZE)
    )  # fmt: skip
    return Before(
        applications=tuple(
            EarlierApplication(
                id=row.id,
                reference=row.reference,
                kind=row.kind,
                state=row.state,
                created_on=row.created_at.date(),
            )
            for row in rows
        ),
        agreements=_registered(session, application),
    )


def values_read(
    session: Session, application: ApplicationRow, material: Material, before: Before
) -> tuple[ReadValue, ...]:
    """Return the fields of the newest prior agreement that was sent, in their printed order."""
    document = next(
        (one for one in reversed(material.documents) if one.kind is DocumentKind.AGREEMENT), None
    )
    if document is None or document.is_running:
        return ()
    rows = {
        row.name: row
        for row in session.scalars(sa.select(FieldRow).where(FieldRow.document_id == document.id))
    }
    number = rows.get(AgreementField.NUMBER)
    is_known = number is not None and number.outcome == FieldOutcome.MATCHES
    newest = None if is_known else next(iter(before.agreements), None)
    views = (
        (name, rows.get(name), getattr(newest, name) if newest else "") for name in AgreementField
    )
    return tuple(
        _value(name, row, material, application, row.expected if is_known and row else known)
        for name, row, known in views
    )


def _value(
    name: AgreementField,
    row: FieldRow | None,
    material: Material,
    application: ApplicationRow,
    registered: date | str,
) -> ReadValue:
    position = None
    if row is not None:
        place = (row.document_id, row.page)
        position = next(
            (p.position for p in material.pages if (p.document_id, p.number) == place), None
        )
    return ReadValue(
        name=name,
        label=name.label,
        value=_day_or_text(row.value) if row else "",
        registered=_day_or_text(registered),
        applied={
            AgreementField.HOLDER: application.holder,
            AgreementField.RUC: application.ruc,
        }.get(name, ""),
        confidence=row.confidence if row else 0.0,
        outcome=FieldOutcome(row.outcome) if row else FieldOutcome.UNREADABLE,
        position=position,
        document_id=row.document_id if row else None,
        page_number=row.page if row else 0,
        box=Box(**row.box) if row and row.box else None,
    )


def _day_or_text(value: date | str) -> date | str:
    """Return a day for ISO text, so that the screen can say it in words."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _registered(session: Session, application: ApplicationRow) -> tuple[RegisteredAgreement, ...]:
    issued = session.scalars(
        sa.select(AgreementRow)
        .where(
            AgreementRow.ruc == application.ruc,
            AgreementRow.application_id != application.id,
            AgreementRow.state == AgreementState.PUBLISHED,
        )
        .order_by(AgreementRow.valid_from.desc())
        .limit(HISTORY_SIZE)
    )
    imported = session.scalars(
        sa.select(PriorAgreementRow)
        .where(PriorAgreementRow.ruc == application.ruc)
        .order_by(PriorAgreementRow.issued_on.desc())
        .limit(HISTORY_SIZE)
    )
    ours = [
        RegisteredAgreement(
            number=row.number,
            holder=str(row.snapshot.get("holder", "")),
            ruc=row.ruc,
            issued_on=row.valid_from,
            valid_until=row.valid_until,
            source="",
            agreement_id=row.id,
        )
        for row in issued
    ]
    older = [
        RegisteredAgreement(
            number=row.number,
            holder=row.holder,
            ruc=row.ruc,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            source=row.source,
            agreement_id=None,
        )
        for row in imported
    ]
    return tuple(sorted(ours + older, key=lambda one: one.issued_on, reverse=True))
