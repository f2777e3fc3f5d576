"""The whole story through the services, on both databases, with the real paper and signature."""

import hashlib
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import demonstration_keys
from review_service.adapters.mail_templates import TemplateComposer
from review_service.db import tasks
from review_service.db.models import AgreementRow, ApplicationRow, DocumentRow, MailRow, TaskRow
from review_service.db.tasks import Lease
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.documents import DocumentKind, PageKind, Theme
from review_service.domain.file_identity import find_identifier
from review_service.domain.numbering import spaced, verification_code, verification_token
from review_service.domain.reports import DocumentReport, PageReport, PhotoReport
from review_service.domain.work import TaskKind
from review_service.services import notifying
from review_service.services.agreements import issuing, verifying
from review_service.services.agreements.issuing import Press
from review_service.services.agreements.verifying import Verdict
from review_service.services.findings import checking
from review_service.services.notifying import PostOffice
from review_service.services.review import reviewing
from review_service.services.upkeep import invariants
from tests.factories import (
    SECRET,
    Office,
    add_officer,
    issuing_rules,
    items_of_a_person,
    open_draft,
    send_and_confirm,
    upload,
)
from workers.inspecting.own_paper import SandboxPaperReader

JPEG = b"\xff\xd8\xff\xe0" + b"not decoded here" * 20


class KeptMail:
    """A ``Mailer`` that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        """Keep the message."""
        self.kept.append(message)


def lease_of(office: Office, kind: TaskKind) -> list[Lease]:
    """Take every ready task of a kind."""
    with office.writing() as uow:
        ids = uow.session.execute(sa.select(TaskRow.id).where(TaskRow.kind == kind)).scalars().all()
        leases = [
            tasks.take_lease(uow, task_id, owner=f"test-{task_id}", seconds=60, max_attempts=3)
            for task_id in ids
        ]
        uow.commit()
    return [lease for lease in leases if lease is not None]


def check_everything(office: Office) -> None:
    """Stand in for the worker: every document is one good page."""
    for lease in lease_of(office, TaskKind.CHECK_DOCUMENT):
        document = checking.begin(office.writing(), lease.subject_id)
        assert document is not None
        page = PageReport(
            number=1,
            kind=PageKind.PHOTO,
            width_px=100,
            height_px=75,
            photos=(PhotoReport(sha256=str(lease.subject_id).ljust(64), width_px=1, height_px=1),),
        )
        checking.record_page(office.writing(), document.document_id, page)
        key = f"originals/{lease.subject_id}"
        office.store.copy(document.staging_key, key)
        report = DocumentReport(
            kind=document.kind, sha256=document.sha256, size_bytes=1, page_count=1
        )
        assert checking.finish(office.writing(), lease, report, storage_key=key)


def approve(office: Office, application_id: UUID, officer_id: UUID) -> str:
    """Accept every item and approve."""
    with office.reading() as uow:
        version = uow.session.get_one(ApplicationRow, application_id).version
    for item in items_of_a_person():
        reviewing.judge(
            office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=version,
            item=item,
            verdict=ItemVerdict.ACCEPTED,
        )
    return reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version,
        rules=issuing_rules(),
    )


def test_an_application_ends_in_a_signed_and_verifiable_agreement(
    office: Office, tmp_path: Path
) -> None:
    application_id = open_draft(office)
    bystander = open_draft(office, ruc="1792060346001")
    for position, theme in enumerate(Theme):
        upload(office, application_id, content=JPEG + bytes([position]), theme=theme)
    check_everything(office)
    send_and_confirm(office, application_id)
    number = approve(office, application_id, add_officer(office))

    rules = issuing_rules()
    keys = demonstration_keys(tmp_path / "keys", ministries=rules.institution.ministries)
    press = Press(
        renderer=WeasyPrintRenderer(),
        signer=keys.signer(),
        store=office.store,
        reader=SandboxPaperReader(authorities=lambda: (keys.authority,)),
        verification_key=SECRET,
        public_url=rules.public_url,
    )
    (lease,) = lease_of(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, press, lease)

    mailer = KeptMail()
    post_office = PostOffice(
        mailer=mailer,
        composer=TemplateComposer(sender="rum@ministerio.example", institution=rules.institution),
        store=office.store,
        public_url=rules.public_url,
        secret_key=SECRET,
    )
    for mail in lease_of(office, TaskKind.SEND_MAIL):
        notifying.deliver(office.writing, post_office, mail)

    with office.reading() as uow:
        application = uow.session.get_one(ApplicationRow, application_id)
        agreement = uow.session.execute(sa.select(AgreementRow)).scalar_one()
        assert application.state is ApplicationState.ISSUED
        assert uow.session.get_one(ApplicationRow, bystander).state is ApplicationState.DRAFT
        unsent = uow.session.scalars(sa.select(MailRow.event).where(MailRow.sent_at.is_(None)))
        assert list(unsent) == ["confirm"], "its link was used before the relay was asked"
        assert agreement.storage_key is not None
    assert number == agreement.number
    assert len(mailer.kept) == 2
    paper = next(mailer.kept[-1].iter_attachments()).get_content()

    def answer_for(content: bytes) -> Verdict:
        return verifying.by_file(
            office.writing(),
            sha256=hashlib.sha256(content).hexdigest(),
            identifiers=find_identifier(content),
            client="test",
            key=SECRET,
        ).verdict

    token = verification_token(SECRET, agreement.id)
    code = spaced(verification_code(SECRET, agreement.id)).lower()
    found = verifying.by_token(office.writing(), token=token, client="test", key=SECRET)
    assert found.verdict is Verdict.IN_FORCE
    assert found.agreement is not None
    assert found.agreement.holder == "TITUAÑA QUILUMBA MARIA"
    assert found.agreement.masked_ruc == "3000••••••001"
    assert (
        verifying.by_number_and_code(
            office.writing(), number=number, code=code, client="test", key=SECRET
        ).verdict
        is Verdict.IN_FORCE
    )
    assert answer_for(paper) is Verdict.IN_FORCE
    assert answer_for(paper + b"\n") is Verdict.ALTERED
    assert answer_for(b"%PDF-1.7 something else") is Verdict.UNKNOWN
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_repeated_upload_is_one_document(office: Office) -> None:
    application_id = open_draft(office)
    first = upload(office, application_id, content=JPEG, upload_key="same")
    second = upload(office, application_id, content=JPEG, upload_key="same")
    other = upload(office, application_id, content=JPEG, upload_key="other")
    assert first.document_id == second.document_id
    assert other.document_id != first.document_id
    with office.reading() as uow:
        assert len(uow.session.execute(sa.select(DocumentRow)).scalars().all()) == 2


def test_a_file_that_is_no_pdf_is_refused_and_written_down(office: Office) -> None:
    application_id = open_draft(office)
    received = upload(
        office, application_id, content=b"<html>", kind=DocumentKind.EVIDENCE, file_name="a.pdf"
    )
    assert received.refusal is not None
    assert received.refusal.value == "not_a_pdf"
