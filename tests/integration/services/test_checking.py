"""What the worker found is written down page by page; a repeat or a late one changes nothing."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from review_service.db.models import DocumentRow, FieldRow, FindingRow, PageRow, PhotoRow, TaskRow
from review_service.db.tasks import Lease
from review_service.domain.documents import DocumentKind, DocumentState, PageKind, Theme
from review_service.domain.errors import NotFoundError, OutsideError
from review_service.domain.file_tickets import WhyOriginal
from review_service.domain.findings import Finding, Severity
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import Box, DocumentReport, PageReport, PhotoReport, Word
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import StoredFile
from review_service.samples.people import synthetic_ruc
from review_service.services.findings import assembling, checking
from review_service.services.review import handing_out
from tests.factories import OTHER_RUC, Office, add_officer, add_taxpayer, open_draft, upload
from tests.integration.services import steps

THIRD = synthetic_ruc(20)


def begun(office: Office, kind: DocumentKind = DocumentKind.PHOTO) -> Lease:
    """Upload one file and begin its check."""
    content = steps.JPEG if kind is DocumentKind.PHOTO else steps.PDF
    upload(office, open_draft(office), content=content, kind=kind)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    assert checking.begin(office.writing(), lease.subject_id) is not None
    return lease


def blurred(page: int | None = None) -> Finding:
    return Finding(
        check="sharpness",
        code="photo_blurred",
        severity=Severity.DOUBT,
        message="Nitidez 40 %, mínimo 100 %.",
        advice="La foto está movida.",
        page=page,
    )


def page(number: int = 1, *, findings: tuple[Finding, ...] = (), photos: int = 1) -> PageReport:
    word = Word(text="Ñandú", confidence=91.26, box=Box(left=1, top=2, width=3, height=4))
    return PageReport(
        number=number,
        kind=PageKind.PHOTO,
        width_px=800,
        height_px=600,
        sharpness=40.0,
        photos=tuple(
            PhotoReport(sha256=f"{place}" * 64, width_px=8, height_px=6) for place in range(photos)
        ),
        findings=findings,
        words=(word,),
    )


def record(office: Office, lease: Lease, report: PageReport) -> None:
    image = StoredFile(key="derived/a.jpg", size_bytes=1, sha256="a" * 64)
    checking.record_page(office.writing(), lease.subject_id, report, image=image)


def report(
    *, reason: RefusalReason | None = None, findings: tuple[Finding, ...] = ()
) -> DocumentReport:
    return DocumentReport(
        kind=DocumentKind.PHOTO,
        sha256="a" * 64,
        size_bytes=1,
        reason=reason,
        page_count=2,
        findings=findings,
        fields=(steps.read_field("number", "X-1"),),
    )


def finish(office: Office, lease: Lease, made: DocumentReport) -> bool:
    key = None if made.reason else f"originals/{uuid4()}"
    return checking.finish(office.writing(), lease, made, storage_key=key)


def test_a_document_in_its_check_shows_the_pages_that_are_done(office: Office) -> None:
    lease = begun(office)
    record(office, lease, page(1, findings=(blurred(),)))
    record(office, lease, page(2))
    row = steps.stored(office, DocumentRow, lease.subject_id)
    assert (row.state, row.pages_checked) == (DocumentState.CHECKING, 2)
    first = min(steps.rows(office, PageRow), key=lambda one: one.number)
    assert (first.theme, first.width_px, first.image_key) == (Theme.WORKSHOP, 800, "derived/a.jpg")
    assert first.words == [["Ñandú", 91.3, 1, 2, 3, 4]]
    assert [(one.page, one.code) for one in steps.rows(office, FindingRow)] == [
        (1, "photo_blurred")
    ]


def test_a_page_written_again_takes_the_place_of_the_former(office: Office) -> None:
    lease = begun(office)
    record(office, lease, page(1, findings=(blurred(), blurred()), photos=3))
    record(office, lease, page(1, findings=(blurred(),), photos=2))
    assert len(steps.rows(office, PageRow)) == 1
    assert len(steps.rows(office, PhotoRow)) == 2
    assert len(steps.rows(office, FindingRow)) == 1


def test_the_verdict_ends_the_task_with_it(office: Office) -> None:
    lease = begun(office)
    record(office, lease, page(1, findings=(blurred(),)))
    assert finish(office, lease, report(findings=(blurred(2), blurred())))
    row = steps.stored(office, DocumentRow, lease.subject_id)
    assert (row.state, row.page_count, row.staging_key) == (DocumentState.CHECKED, 2, None)
    assert sorted(str(one.page) for one in steps.rows(office, FindingRow)) == ["1", "2", "None"]
    assert [one.value for one in steps.rows(office, FieldRow)] == ["X-1"]
    assert [one.state for one in steps.rows(office, TaskRow)] == [TaskState.DONE]
    assert len(steps.events(office, "document_checked")) == 1


def test_a_refused_document_keeps_its_reason_and_no_bytes(office: Office) -> None:
    lease = begun(office)
    assert finish(office, lease, report(reason=RefusalReason.DAMAGED))
    row = steps.stored(office, DocumentRow, lease.subject_id)
    assert (row.state, row.refusal, row.storage_key) == (
        DocumentState.REFUSED,
        RefusalReason.DAMAGED,
        None,
    )


def test_a_repeat_changes_nothing(office: Office) -> None:
    lease = begun(office)
    finish(office, lease, report())
    assert checking.begin(office.writing(), lease.subject_id) is None
    assert finish(office, lease, report(reason=RefusalReason.DAMAGED)) is False
    record(office, lease, page(1))
    assert steps.rows(office, PageRow) == []
    assert steps.stored(office, DocumentRow, lease.subject_id).state is DocumentState.CHECKED


def test_who_lost_the_lease_writes_no_verdict(office: Office) -> None:
    late = begun(office)
    (task,) = steps.rows(office, TaskRow)
    steps.make_older(office, task, "leased_until", by=timedelta(seconds=61))
    (second,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    assert finish(office, late, report(reason=RefusalReason.DAMAGED)) is False
    assert steps.stored(office, DocumentRow, late.subject_id).state is DocumentState.CHECKING
    assert finish(office, second, report())


def test_there_is_nothing_to_check_of_a_document_that_is_not_there(office: Office) -> None:
    assert checking.begin(office.writing(), uuid4()) is None
    checking.record_page(office.writing(), uuid4(), page())
    with office.writing() as uow:
        checking.give_up(uow, uuid4(), "originals/nothing")
        uow.commit()
    assert steps.rows(office, PageRow) == []


def test_photos_are_bound_in_the_order_of_the_themes(office: Office) -> None:
    application_id = open_draft(office)
    for theme in (Theme.PROCESS, Theme.WORKSHOP, Theme.PEOPLE, Theme.WORKSHOP):
        upload(office, application_id, content=steps.JPEG, theme=theme)
    with pytest.raises(OutsideError):
        assembling.photos_to_assemble(office.reading(), application_id)
    steps.check_all(office)
    upload(office, application_id, content=b"<html>", theme=Theme.MACHINERY)
    found = assembling.photos_to_assemble(office.reading(), application_id)
    assert [photo.theme.value for photo in found] == ["workshop", "workshop", "people", "process"]


def test_a_bound_pdf_takes_the_place_of_the_former_and_needs_no_check(office: Office) -> None:
    application_id = steps.in_review(office)
    (lease,) = steps.leases(office, TaskKind.ASSEMBLE_EVIDENCE)
    stored = StoredFile(key="originals/bound", size_bytes=9, sha256="b" * 64)
    assembling.keep(office.writing(), lease, stored)
    assembling.keep(office.writing(), lease, stored)
    (made,) = [row for row in steps.rows(office, DocumentRow) if row.assembled]
    assert (made.kind, made.state, made.application_id) == (
        DocumentKind.EVIDENCE,
        DocumentState.CHECKED,
        application_id,
    )
    assert [task for task in steps.rows(office, TaskRow) if task.subject_id == made.id] == []


def test_an_original_is_handed_out_with_a_line_in_the_trail(office: Office) -> None:
    with office.writing() as uow:
        add_taxpayer(uow, THIRD)
        uow.commit()
    application_id = steps.in_review(office)
    other = steps.in_review(office, ruc=OTHER_RUC)
    draft = steps.ready_draft(office, ruc=THIRD)
    officer_id = add_officer(office)
    by_case = {
        row.application_id: row.id for row in steps.rows(office, DocumentRow) if row.storage_key
    }
    ticket = handing_out.ask_original(
        office.writing(),
        application_id=application_id,
        document_id=by_case[application_id],
        officer_id=officer_id,
        why=WhyOriginal.DETAIL,
    )
    given = handing_out.original(office.writing(), ticket)
    assert office.store.size(given.file.key) == len(steps.JPEG)
    (event,) = steps.events(office, "original_downloaded")
    assert (event.actor, event.subject_id) == (f"officer:{officer_id}", application_id)
    for case, document_id in (
        (application_id, by_case[other]),
        (draft, by_case[draft]),
        (application_id, uuid4()),
    ):
        with pytest.raises(NotFoundError):
            handing_out.ask_original(
                office.writing(),
                application_id=case,
                document_id=document_id,
                officer_id=officer_id,
                why=WhyOriginal.DETAIL,
            )
        wrong = replace(ticket, id=uuid4(), application_id=case, document_id=document_id)
        with pytest.raises(NotFoundError):
            handing_out.original(office.writing(), wrong)
    assert len(steps.events(office, "original_downloaded")) == 1
