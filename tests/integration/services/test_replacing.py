"""A refused replacement destroys nothing: new first, then old out, whatever the checks say."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import DocumentRow
from review_service.db.queries.applicant.files import files_of
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState, PageKind, Theme
from review_service.domain.errors import NotAllowedError
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport, PageReport
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying, sending
from review_service.services.findings import cancelling, checking
from tests.factories import RUC, Office, add_officer, open_draft, send_and_confirm, upload
from tests.integration.services import steps
from tests.integration.services import test_swapped_evidence as attack
from tests.integration.services.steps import JPEG, PDF
from tests.ventures import open_venture

DAMAGED = RefusalReason.DAMAGED
PAPER = DocumentKind.TAX_CERTIFICATE
PDF_KINDS = [DocumentKind.EVIDENCE, DocumentKind.AGREEMENT, PAPER]
KINDS = [*PDF_KINDS, DocumentKind.PHOTO]


def draft(office: Office, kind: DocumentKind = DocumentKind.PHOTO) -> UUID:
    """Return a draft that takes such a file."""
    if kind is PAPER:
        return open_venture(office)
    return open_draft(office, kind=ApplicationKind.RENEWAL)


def send(
    office: Office,
    application_id: UUID,
    kind: DocumentKind,
    note: str,
    replaces: UUID | None = None,
) -> UUID:
    content = (JPEG if kind is DocumentKind.PHOTO else PDF) + note.encode()
    sent = upload(
        office,
        application_id,
        content=content,
        kind=kind,
        file_name=note,
        replaces=replaces if kind is DocumentKind.PHOTO else None,
    )
    return sent.document_id


def end_checks(office: Office, outcomes: dict[UUID, RefusalReason | None]) -> None:
    """End the checks of these files in the given order; all have begun when they were sent."""
    leases = {lease.subject_id: lease for lease in steps.leases(office, TaskKind.CHECK_DOCUMENT)}
    for document_id, reason in outcomes.items():
        with office.writing() as uow:
            document = uow.session.get_one(DocumentRow, document_id)
            document.state = DocumentState.CHECKING
            uow.commit()
        page = PageReport(number=1, kind=PageKind.PHOTO, width_px=100, height_px=75)
        checking.record_page(office.writing(), document_id, page)
        key = None if reason else f"originals/{document_id}"
        if key:
            office.store.copy(document.staging_key or "", key)
        report = DocumentReport(
            kind=document.kind,
            sha256=document.sha256,
            size_bytes=1,
            reason=reason,
            page_count=1,
            signature=steps.UNSIGNED if document.kind is DocumentKind.AGREEMENT else None,
            recognised_as=document.kind.sent_as,
        )
        is_wanted = cancelling.is_wanted(office.reading(), document_id)
        ended = checking.finish(office.writing(), leases[document_id], report, storage_key=key)
        assert ended is is_wanted


def standing(office: Office, application_id: UUID) -> set[UUID]:
    """Return what an officer would find: present and accepted."""
    with office.reading() as uow:
        return set(
            uow.session.scalars(
                sa.select(DocumentRow.id).where(
                    DocumentRow.application_id == application_id,
                    DocumentRow.removed_at.is_(None),
                    DocumentRow.state == DocumentState.CHECKED,
                )
            )
        )


def blocking(office: Office, application_id: UUID, place: str) -> list[str]:
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=RUC
    )
    return [one.sentence for one in found if one.blocking and one.place == place]


@pytest.mark.parametrize("kind", PDF_KINDS)
def test_a_file_still_being_checked_is_not_lost_to_one_that_the_checks_refuse_later(
    office: Office, kind: DocumentKind
) -> None:
    application_id = draft(office, kind)
    good, bad = (send(office, application_id, kind, note) for note in ("good", "bad"))
    end_checks(office, {bad: DAMAGED, good: None})
    assert standing(office, application_id) == {good}


@pytest.mark.parametrize("kind", PDF_KINDS)
@pytest.mark.parametrize("newer_first", [True, False])
def test_the_newer_of_two_good_files_stands_whichever_ends_first(
    office: Office, kind: DocumentKind, *, newer_first: bool
) -> None:
    application_id = draft(office, kind)
    older, newer = (send(office, application_id, kind, note) for note in ("older", "newer"))
    order = (newer, older) if newer_first else (older, newer)
    end_checks(office, dict.fromkeys(order))
    assert standing(office, application_id) == {newer}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_refused_replacement_leaves_the_accepted_file_and_says_so(
    office: Office, kind: DocumentKind, *, at_once: bool
) -> None:
    application_id = draft(office, kind)
    former = send(office, application_id, kind, "former")
    end_checks(office, {former: None})
    if at_once:
        refused = upload(
            office, application_id, content=b"<html>", kind=kind, replaces=former
        ).document_id
    else:
        refused = send(office, application_id, kind, "refused", former)
        end_checks(office, {refused: DAMAGED})
    assert standing(office, application_id) == {former}
    with office.reading() as uow:
        files = files_of(uow, application_id)
    shown = next(one for one in files.all if one.id == refused)
    stands = files.former_of(shown)
    assert stands is not None
    assert stands.id == former


def test_the_photo_that_replaces_a_refused_one_replaces_the_former_too(office: Office) -> None:
    application_id = draft(office)
    former = send(office, application_id, DocumentKind.PHOTO, "former")
    end_checks(office, {former: None})
    refused = send(office, application_id, DocumentKind.PHOTO, "refused", former)
    end_checks(office, {refused: DAMAGED})
    third = send(office, application_id, DocumentKind.PHOTO, "third", refused)
    assert standing(office, application_id) == {former}
    assert steps.stored(office, DocumentRow, refused).removed_at is not None
    end_checks(office, {third: None})
    assert standing(office, application_id) == {third}


@pytest.mark.parametrize("newer_first", [True, False])
def test_two_photos_sent_in_place_of_one_do_not_both_stand(
    office: Office, *, newer_first: bool
) -> None:
    application_id = draft(office)
    former = send(office, application_id, DocumentKind.PHOTO, "former")
    bystander = send(office, application_id, DocumentKind.PHOTO, "bystander")
    end_checks(office, {former: None, bystander: None})
    one, two = (
        send(office, application_id, DocumentKind.PHOTO, note, former) for note in ("one", "two")
    )
    end_checks(office, dict.fromkeys((two, one) if newer_first else (one, two)))
    assert standing(office, application_id) == {two, bystander}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_whose_checks_died_takes_no_accepted_files_place(
    office: Office, kind: DocumentKind
) -> None:
    application_id = draft(office, kind)
    former = send(office, application_id, kind, "former")
    end_checks(office, {former: None})
    dying = send(office, application_id, kind, "dying", former)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    steps.settle(office, lease)
    assert standing(office, application_id) == {former}
    row = steps.stored(office, DocumentRow, dying)
    assert (row.state, row.refusal) == (DocumentState.REFUSED, RefusalReason.TOO_COSTLY)


def test_a_file_whose_checks_died_is_kept_where_no_other_stands(office: Office) -> None:
    application_id = draft(office)
    only = send(office, application_id, DocumentKind.EVIDENCE, "only")
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    steps.settle(office, lease)
    assert standing(office, application_id) == {only}


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (DocumentKind.PHOTO, "photos"),
        (DocumentKind.EVIDENCE, "photos"),
        (DocumentKind.AGREEMENT, "prior_agreement"),
    ],
)
def test_one_may_send_with_the_file_that_stands_and_is_told_which(
    office: Office, kind: DocumentKind, place: str
) -> None:
    application_id = draft(office)
    if kind is not DocumentKind.AGREEMENT:
        send(office, application_id, DocumentKind.AGREEMENT, "acuerdo")
    if kind is DocumentKind.AGREEMENT:
        send(office, application_id, DocumentKind.PHOTO, "foto")
    former = send(office, application_id, kind, "el bueno")
    steps.check_all(office)
    refused = send(office, application_id, kind, "el malo", former)
    end_checks(office, {refused: DAMAGED})
    assert blocking(office, application_id, place) == []
    told = sending.problems_before_sending(office.reading(), application_id=application_id, ruc=RUC)
    assert "«el malo» no se pudo aceptar. Seguimos con «el bueno», que ya nos envió." in {
        one.sentence for one in told
    }
    send_and_confirm(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    (mail,) = [mail for mail in steps.mails(office, "received") if "files" in mail.context]
    assert "el malo" not in {file["name"] for file in mail.context["files"]}


def test_in_a_correction_a_refused_photo_opens_no_way_to_what_nobody_asked_for(
    office: Office,
) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    kept = next(row.id for row in steps.rows(office, DocumentRow) if row.theme is Theme.WORKSHOP)
    attack.ask(office, application_id, officer_id, attack.ASKED)
    with office.writing() as uow:  # as a refused attempt of before the request would stand
        refused = DocumentRow(
            application_id=application_id,
            kind=DocumentKind.PHOTO,
            state=DocumentState.REFUSED,
            refusal=DAMAGED,
            theme=Theme.PROCESS,
            upload_key="of the past",
            file_name="taller.jpg",
            size_bytes=1,
            sha256="",
            created_at=uow.now,
            replaces=kept,
        )
        uow.session.add(refused)
        uow.commit()
        refused_id = refused.id
    for former in (kept, refused_id):
        with pytest.raises(NotAllowedError):
            upload(office, application_id, content=JPEG, theme=Theme.PROCESS, replaces=former)


def test_a_removed_replacement_leaves_the_former_too(office: Office) -> None:
    application_id = draft(office)
    former = send(office, application_id, DocumentKind.PHOTO, "former")
    end_checks(office, {former: None})
    new = send(office, application_id, DocumentKind.PHOTO, "new", former)
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=new
    )
    end_checks(office, {new: None})
    assert standing(office, application_id) == {former}
