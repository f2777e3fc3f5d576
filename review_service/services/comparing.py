"""What only the database can tell: missing themes, copies elsewhere, the register's own facts.

Its findings carry no advice and are marked ``compared``, except the missing theme: an applicant
must not be able to rehearse a forgery against the register or against other people's files.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    FindingRow,
    PageRow,
    PhotoRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.findings import Severity
from review_service.domain.sheet_comparison import CODE_PREFIX, sheet_rows
from review_service.services import prior_agreements, support_documents
from review_service.services.compared_findings import add
from review_service.services.ownership import documents_of


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
        if document.state is not DocumentState.CHECKED:
            continue
        if document.kind is DocumentKind.AGREEMENT:
            prior_agreements.compare(uow, row, document)
        elif document.kind is DocumentKind.SUPPORT:
            support_documents.compare(uow, row, document)


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
            add(
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
    add(
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
            add(uow, row, code=code, severity=Severity.DOUBT, message=each.note)
