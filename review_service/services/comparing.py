"""What only the database can tell: missing themes, copies elsewhere, the register's own facts.

Its findings carry no advice and are marked ``compared``, except the missing theme: an applicant
must not be able to rehearse a forgery against the register or against other people's files.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PageRow,
    PhotoRow,
    PriorAgreementRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.findings import Severity
from review_service.domain.numbering import clean_number
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, FieldOutcome
from review_service.domain.sheet_comparison import CODE_PREFIX, sheet_rows
from review_service.domain.wording import told_value
from review_service.services.ownership import documents_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An agreement as our register has it."""

    number: str
    ruc: str
    holder: str
    issued_on: date
    valid_until: date


def compare(uow: UnitOfWork, application_id: UUID) -> None:
    """Make the compared findings of one application anew, inside the caller's transaction.

    Cases in review that show one of its photos are compared anew too: the copy may be the one that
    came first.
    """
    row = uow.session.get(ApplicationRow, application_id)
    if row is None:
        return
    uow.session.flush()
    # One order for everybody, so that two comparisons of the same cases never deadlock.
    for each in sorted([row, *_sharing(uow, row)], key=lambda case: case.id):
        _find_all(uow, each)


def _sharing(uow: UnitOfWork, row: ApplicationRow) -> Sequence[ApplicationRow]:
    """Return the other cases in review that show a photo of this one."""
    shown = (
        sa.select(PhotoRow.sha256, DocumentRow.application_id)
        .join(PageRow, PageRow.id == PhotoRow.page_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(DocumentRow.removed_at.is_(None))
        .subquery()
    )
    mine = sa.select(shown.c.sha256).where(shown.c.application_id == row.id)
    return (
        uow.session.execute(
            sa.select(ApplicationRow).where(
                ApplicationRow.id.in_(
                    sa.select(shown.c.application_id).where(shown.c.sha256.in_(mine))
                ),
                ApplicationRow.id != row.id,
                ApplicationRow.state == ApplicationState.IN_REVIEW,
            )
        )
        .scalars()
        .all()
    )


def _find_all(uow: UnitOfWork, row: ApplicationRow) -> None:
    """Make one application's compared findings anew."""
    uow.session.execute(
        sa.delete(FindingRow).where(
            FindingRow.application_id == row.id, FindingRow.compared.is_(True)
        )
    )
    documents = [document for document in documents_of(uow, row.id) if not document.assembled]
    _find_missing_themes(uow, row, documents)
    _find_copies(uow, row, documents)
    _compare_sheet(uow, row)
    for document in documents:
        if document.kind is DocumentKind.AGREEMENT and document.state is DocumentState.CHECKED:
            _compare_agreement(uow, row, document)


def themes_shown(uow: UnitOfWork, documents: Sequence[DocumentRow]) -> set[Theme]:
    """Return the themes that the given photos and pages are sorted under."""
    shown = {document.theme for document in documents if document.kind is DocumentKind.PHOTO}
    evidence = [document.id for document in documents if document.kind is DocumentKind.EVIDENCE]
    if evidence:
        shown.update(
            uow.session.execute(
                sa.select(PageRow.theme).where(PageRow.document_id.in_(evidence)).distinct()
            ).scalars()
        )
    return {theme for theme in shown if theme is not None}


def _find_missing_themes(
    uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]
) -> None:
    good = [document for document in documents if document.state is not DocumentState.REFUSED]
    shown = themes_shown(uow, good)
    for theme in Theme:
        if theme not in shown:
            _add(
                uow,
                row,
                code=f"theme_missing_{theme.value}",
                severity=Severity.DOUBT,
                message=f"Falta «{theme.label.lower()}»: ninguna foto está bajo ese tema.",
            )


def _find_copies(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]) -> None:
    own = [document.id for document in documents]
    mine = (
        sa.select(PhotoRow.sha256, PageRow.document_id, PageRow.number)
        .join(PageRow, PageRow.id == PhotoRow.page_id)
        .where(PageRow.document_id.in_(own))
    )
    for photo in uow.session.execute(mine).all():
        others = uow.session.execute(
            sa.select(ApplicationRow.reference, ApplicationRow.ruc, PageRow.document_id)
            .join(DocumentRow, DocumentRow.application_id == ApplicationRow.id)
            .join(PageRow, PageRow.document_id == DocumentRow.id)
            .join(PhotoRow, PhotoRow.page_id == PageRow.id)
            .where(
                PhotoRow.sha256 == photo.sha256,
                DocumentRow.removed_at.is_(None),
                # What nobody has sent yet is nobody's business but the applicant's.
                sa.or_(ApplicationRow.id == row.id, ApplicationRow.confirmed_at.is_not(None)),
                sa.or_(PageRow.document_id != photo.document_id, PageRow.number != photo.number),
            )
            .order_by(ApplicationRow.reference)
            .limit(5)
        ).all()
        for other in others:
            _say_copy(uow, row, photo=photo, other=other)


def _say_copy(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    photo: sa.Row[str, UUID, int],
    other: sa.Row[str, str, UUID],
) -> None:
    if other.ruc != row.ruc:
        severity, code = Severity.BAD, "photo_of_other_applicant"
        message = f"La misma foto está en {other.reference}, de otro RUC."
    elif other.reference != row.reference:
        severity, code = Severity.NOTE, "photo_of_earlier_application"
        message = f"La misma foto está en {other.reference}, del mismo solicitante."
    elif other.document_id == photo.document_id:
        return  # the inspection of the document says it by itself
    else:
        severity, code = Severity.DOUBT, "photo_repeated"
        message = "La misma foto está dos veces en esta solicitud."
    _add(
        uow,
        row,
        code=code,
        severity=severity,
        message=message,
        document_id=photo.document_id,
        page=photo.number,
    )


def _compare_sheet(uow: UnitOfWork, row: ApplicationRow) -> None:
    sheet = DataSheet.from_json(row.sheet)
    for each in sheet_rows(holder=row.holder, sheet=sheet, facts=row.registry_facts):
        if each.differs:
            code = f"{CODE_PREFIX}{each.name}_differs"
            _add(uow, row, code=code, severity=Severity.DOUBT, message=each.note)


def _compare_agreement(uow: UnitOfWork, row: ApplicationRow, document: DocumentRow) -> None:
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
        _add(
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
            _add(
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
            _add(
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


def _add(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    code: str,
    severity: Severity,
    message: str,
    document_id: UUID | None = None,
    page: int | None = None,
) -> None:
    uow.session.add(
        FindingRow(
            application_id=row.id,
            document_id=document_id,
            page=page,
            check_name="comparing",
            code=code,
            severity=severity,
            message=message,
            advice="",
            compared=True,
        )
    )
