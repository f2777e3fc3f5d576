"""The agreement that we issued to a RUC: kept in mind, and put into its renewal by ourselves."""

from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import (
    IS_PUBLISHED_ACUERDO,
    AgreementRow,
    ApplicationRow,
    DocumentRow,
)
from review_service.db.named_files import agreement_file
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import OWN_PAPER_KEY, DocumentKind, DocumentState
from review_service.domain.given_names import given_name
from review_service.domain.tracks import ARTISAN, Track, track_of
from review_service.domain.work import Lane, TaskKind
from review_service.ports import FileStore
from review_service.services import stored_files
from review_service.services.case import current_round, documents_of, owned


def attach(writing: UnitFactory, store: FileStore, *, application_id: UUID, ruc: str) -> bool:
    """Put the newest paper that we issued to the RUC into its renewal, once; return whether.

    Nothing happens in another kind or state, where a prior agreement was given already, or where
    the applicant took ours out. Raises ``NotFoundError``, ``StoreError`` and ``DamagedFileError``.
    """
    with writing() as uow:
        paper = _wanted(uow, application_id, ruc)
    file = agreement_file(paper) if paper is not None else None
    if paper is None or file is None:
        return False
    key = f"staging/{uuid4()}"
    with stored_files.opened(writing, store, file) as (stream, _):
        store.put(key, stream)
    with writing() as uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if _wanted(uow, application_id, ruc) is None:
            return False
        document_id = uuid4()
        insert_if_absent(
            uow.session,
            DocumentRow,
            id=document_id,
            application_id=application_id,
            kind=DocumentKind.AGREEMENT,
            state=DocumentState.RECEIVED,
            upload_key=_key_of(paper),
            file_name=given_name(paper.number, ending="pdf"),
            size_bytes=paper.size_bytes,
            sha256=paper.sha256,
            staging_key=key,
            created_at=uow.now,
            round=current_round(uow, application_id),
            pages_checked=0,
            comment="",
            assembled=False,
        )
        row.changed_at = uow.now
        uow.enqueue(TaskKind.CHECK_DOCUMENT, document_id, lane=Lane.OCR)
        uow.record(
            "document_received",
            actor="service",
            subject_id=application_id,
            document_id=str(document_id),
            kind=DocumentKind.AGREEMENT.value,
            reason="",
            sha256=paper.sha256,
        )
        uow.commit()
    return True


def former_sheet(uow: UnitOfWork, ruc: str, *, track: Track = ARTISAN) -> DataSheet | None:
    """Return the data sheet of the newest document of a track that we issued to the RUC, if any."""
    sheet = uow.session.scalars(
        sa.select(ApplicationRow.sheet)
        .join(AgreementRow, AgreementRow.application_id == ApplicationRow.id)
        .where(
            ApplicationRow.ruc == ruc,
            ApplicationRow.track == track.key,
            AgreementRow.state == AgreementState.PUBLISHED,
        )
        .order_by(AgreementRow.numbered_at.desc(), AgreementRow.id)
        .limit(1)
    ).first()
    return None if sheet is None else DataSheet.from_json(sheet)


def _wanted(uow: UnitOfWork, application_id: UUID, ruc: str) -> AgreementRow | None:
    """Return the paper that the renewal lacks and we have."""
    row = owned(uow, application_id=application_id, ruc=ruc)
    judged = track_of(row.track).items_for(row.kind)
    if ReviewItem.PRIOR_AGREEMENT not in judged or row.state is not ApplicationState.DRAFT:
        return None
    given = (d for d in documents_of(uow, application_id) if d.kind is DocumentKind.AGREEMENT)
    if next(given, None) is not None:
        return None
    paper = uow.session.scalars(
        sa.select(AgreementRow)
        .where(AgreementRow.ruc == ruc, IS_PUBLISHED_ACUERDO)
        .order_by(AgreementRow.numbered_at.desc(), AgreementRow.id)
        .limit(1)
    ).first()
    if paper is None:
        return None
    taken_out = sa.select(DocumentRow.id).where(
        DocumentRow.application_id == application_id, DocumentRow.upload_key == _key_of(paper)
    )
    return None if uow.session.execute(taken_out).first() else paper


def _key_of(paper: AgreementRow) -> str:
    return f"{OWN_PAPER_KEY}{paper.id}"
