"""What is left of drafts that nobody sent: nothing typed, no file, no name."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AgreementProofRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PageRow,
    PageTextRow,
)
from review_service.db.queries.applicant.history import history_of
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.payroll_terms import Hold
from review_service.domain.reports import Box, PageReport, Word
from review_service.domain.retention import RetentionKind
from review_service.services.applicant import applying
from review_service.services.findings import checking
from review_service.services.upkeep import left_drafts
from tests.factories import OTHER_RUC, RUC, Office, upload
from tests.integration.services import steps
from tests.integration.services.steps import JPEG
from tests.integration.services.test_retention import (
    YEAR,
    broken,
    delete,
    make_older,
    planned,
    released,
)


def withdrawn_draft(office: Office, *, days: int) -> UUID:
    application_id = steps.ready_draft(office, kind=ApplicationKind.RENEWAL)
    with office.writing() as uow:
        document = uow.session.scalars(
            sa.select(DocumentRow).where(DocumentRow.kind == DocumentKind.AGREEMENT)
        ).one()
        document.page_photos = [["mi casa.jpg", 10]]
        uow.commit()
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=timedelta(days=days))
    return application_id


def test_a_draft_that_its_owner_withdrew_is_emptied_without_a_notice(office: Office) -> None:
    application_id = withdrawn_draft(office, days=365)
    other = steps.ready_draft(office, ruc=OTHER_RUC)
    assert steps.rows(office, AgreementProofRow)
    assert planned(office)[RetentionKind.DRAFTS].is_due
    assert delete(office)[RetentionKind.DRAFTS] == 1
    row = steps.application(office, application_id)
    assert (row.state, row.sheet) == (ApplicationState.WITHDRAWN, {})
    assert released(office, application_id) == {True}
    assert {
        one.file_name
        for one in steps.rows(office, DocumentRow)
        if one.application_id == application_id
    } == {left_drafts.GONE}
    assert [one.page_photos for one in steps.rows(office, DocumentRow) if one.page_photos] == [
        [[left_drafts.GONE, 10]]
    ]
    assert steps.rows(office, AgreementProofRow) == []
    assert steps.rows(office, FieldRow) == []
    assert [f for f in steps.rows(office, FindingRow) if f.application_id == application_id] == []
    assert steps.application(office, other).sheet
    assert released(office, other) == {False}
    assert steps.mails(office, "draft_left") == []
    with office.reading() as uow:
        assert history_of(uow, application_id)[0].words.startswith("Se eliminó lo que tenía")
    assert broken(office) == []
    assert delete(office) == {}


def test_a_withdrawn_draft_waits_for_its_term(office: Office) -> None:
    application_id = withdrawn_draft(office, days=364)
    assert planned(office)[RetentionKind.DRAFTS].hold is None
    assert RetentionKind.DRAFTS not in delete(office)
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=YEAR)
    assert planned(office, confirmed=False)[RetentionKind.DRAFTS].hold is Hold.UNCONFIRMED
    assert delete(office, confirmed=False) == {}
    assert steps.application(office, application_id).sheet


def test_what_was_sent_and_withdrawn_later_is_no_draft(office: Office) -> None:
    application_id = steps.in_review(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=9 * YEAR)
    assert RetentionKind.DRAFTS not in planned(office)
    delete(office)
    assert steps.application(office, application_id).sheet


def test_a_check_that_ends_late_brings_no_words_back(office: Office) -> None:
    application_id = steps.ready_draft(office)
    document_id = upload(office, application_id, content=JPEG + b"late").document_id
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.id == document_id)
            .values(removed_at=uow.now, released_at=uow.now)
        )
        uow.commit()
    box = Box(left=1, top=1, width=1, height=1)
    word = Word(text="Quishpe", confidence=99, box=box)
    page = PageReport(number=1, kind=PageKind.PHOTO, width_px=1, height_px=1, words=(word,))
    checking.record_page(office.writing(), document_id, page)
    assert [row for row in steps.rows(office, PageRow) if row.document_id == document_id] == []
    assert steps.rows(office, PageTextRow) == []
