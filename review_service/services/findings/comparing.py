"""Findings that need the database: missing themes, copies elsewhere, the register's facts.

Its findings carry no advice and are marked ``compared``, except the missing theme: an applicant
must not be able to rehearse a forgery against the register or against other people's files.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    FindingRow,
    PageRow,
)
from review_service.db.shared_photos import sharing_cases
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.not_applicable import said_in
from review_service.domain.sheet_comparison import CODE_PREFIX, sheet_rows
from review_service.domain.tracks import track_of
from review_service.services.case import documents_of
from review_service.services.findings import photo_copies, prior_agreements, support_documents
from review_service.services.findings.compared_findings import add


def compare(
    uow: UnitOfWork, application_id: UUID, *, rulebook: Mapping[str, Any] | None = None
) -> None:
    """Replace the comparison findings of one application, inside the caller's transaction.

    Papers of other institutions are held to ``rulebook``, the dated rules of the installation; to
    the packaged ones when None. Cases in review that show one of its photos, or nearly, are
    compared anew too: the copy may be the one that came first.
    """
    compare_together(uow, [application_id], rulebook=rulebook)


def compare_together(
    uow: UnitOfWork,
    application_ids: Iterable[UUID],
    *,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Do the same for several applications; a case that two of them concern is compared once."""
    uow.session.flush()
    concerned: dict[UUID, ApplicationRow] = {}
    for application_id in application_ids:
        row = uow.session.get(ApplicationRow, application_id)
        if row is not None:
            sharing = sharing_cases(uow.session, application_id)
            concerned |= {each.id: each for each in (row, *sharing)}
    # One order for everybody, so that two comparisons of the same cases never deadlock.
    for _, each in sorted(concerned.items()):
        _find_all(uow, each, rulebook)


def _find_all(uow: UnitOfWork, row: ApplicationRow, rulebook: Mapping[str, Any] | None) -> None:
    """Replace the comparison findings of one application."""
    uow.session.execute(
        sa.delete(FindingRow).where(
            FindingRow.application_id == row.id, FindingRow.compared.is_(True)
        )
    )
    documents = [document for document in documents_of(uow, row.id) if not document.assembled]
    if track_of(row.track).shows_photos:
        _find_missing_themes(uow, row, documents)
    photo_copies.say(uow, row, documents)
    _compare_sheet(uow, row)
    support_documents.compare_answers(uow, row, rulebook=rulebook)
    for document in documents:
        if document.state is not DocumentState.CHECKED:
            continue
        if document.kind is DocumentKind.AGREEMENT:
            prior_agreements.compare(uow, row, document)
        elif document.kind.is_support:
            support_documents.compare(uow, row, document, rulebook=rulebook)


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
    shown, said = themes_shown(uow, good), said_in(row.not_applicable)
    for theme in Theme:
        if theme in shown:
            continue
        name = theme.label.lower()
        if theme in said:
            code = FindingCode(f"theme_not_applicable_{theme.value}")
            message = f"Sin fotos de «{name}»: dice que no aplica."
        else:
            code = FindingCode(f"theme_missing_{theme.value}")
            message = f"Falta «{name}»: ninguna foto está bajo ese tema."
        add(uow, row, code=code, severity=Severity.DOUBT, message=message)


def _compare_sheet(uow: UnitOfWork, row: ApplicationRow) -> None:
    sheet = DataSheet.from_json(row.sheet)
    asked = track_of(row.track).questions
    for each in sheet_rows(holder=row.holder, sheet=sheet, facts=row.registry_facts, asked=asked):
        if each.differs:
            code = FindingCode(f"{CODE_PREFIX}{each.name}_differs")
            add(uow, row, code=code, severity=Severity.DOUBT, message=each.note)
