"""Steps of the story that many tests take, and ways to look at what became of them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.base import Base
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    EventRow,
    FindingRow,
    MailRow,
    TaskRow,
)
from review_service.db.tasks import Lease
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, PageKind, Theme
from review_service.domain.paper_check import PaperSignatures
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import (
    Box,
    DocumentReport,
    PageReport,
    PhotoReport,
    ReadCode,
    ReadField,
    SignatureOutcome,
    SignatureReport,
)
from review_service.domain.work import TaskKind
from review_service.ports import StoredFile
from review_service.services import notices
from review_service.services.agreements import proving
from review_service.services.agreements.proving import Examined
from review_service.services.case import review_entries
from review_service.services.findings import cancelling, checking
from review_service.services.review import reviewing
from review_service.services.upkeep import mending
from tests.copied_cases import copied
from tests.factories import (
    RUC,
    SECRET,
    Office,
    add_officer,
    issuing_rules,
    items_of_a_person,
    open_draft,
    send_and_confirm,
    upload,
)

JPEG = b"\xff\xd8\xff\xe0" + b"not decoded here" * 20
PDF = b"%PDF-1.7\n" + b"not opened here" * 20
Row = TypeVar("Row", bound=Base)
Photos = Callable[[UUID], Sequence[str]]
UNSIGNED = SignatureReport(outcome=SignatureOutcome.ABSENT)


def own_photo(document_id: UUID) -> Sequence[str]:
    """Say that a document's only photo is like no other."""
    return [document_id.hex * 2]


def leases(office: Office, kind: TaskKind) -> list[Lease]:
    """Take every task of a kind that can be taken."""
    with office.writing() as uow:
        ids = uow.session.execute(sa.select(TaskRow.id).where(TaskRow.kind == kind)).scalars().all()
        taken = [
            tasks.take_lease(uow, task_id, owner=f"test-{task_id}", seconds=60, max_attempts=3)
            for task_id in ids
        ]
        uow.commit()
    return [lease for lease in taken if lease is not None]


def settle(
    office: Office, lease: Lease, *, error: str = "it died", scan_required: bool = False
) -> None:
    """Give up on one task."""
    mending.settle(office.writing, office.store, lease, error=error, scan_required=scan_required)


def check_all(  # noqa: PLR0913 -- each test names the few it needs
    office: Office,
    *,
    photos: Photos = own_photo,
    reason: RefusalReason | None = None,
    fields: Sequence[ReadField] = (),
    codes: Sequence[ReadCode] = (),
    signature: SignatureReport | None = UNSIGNED,
    public_host: str = "acuerdos.example",
    pages: int = 1,
    pictures: Sequence[str] = (),
) -> list[UUID]:
    """Stand in for the worker: every waiting document has the given pages, photos and fields.

    ``pictures`` says what each page shows: two pages that show the same have the same image.
    """
    done = []
    for lease in leases(office, TaskKind.CHECK_DOCUMENT):
        document = checking.begin(office.writing(), lease.subject_id)
        if document is None:
            cancelling.end(office.writing(), lease)
            continue
        for number in range(1, pages + 1):
            found = [
                PhotoReport(sha256=sha256, width_px=1, height_px=1)
                for sha256 in (photos(lease.subject_id) if number == 1 else ())
            ]
            page = PageReport(
                number=number,
                kind=PageKind.PHOTO,
                width_px=100,
                height_px=75,
                photos=tuple(found),
            )
            shown = pictures[number - 1] if pictures else ""
            checking.record_page(
                office.writing(), document.document_id, page, image=image_of(office, shown)
            )
        key = None
        if reason is None:
            key = f"originals/{lease.subject_id}"
            office.store.copy(document.staging_key, key)
        report = DocumentReport(
            kind=document.kind,
            sha256=document.sha256,
            size_bytes=1,
            reason=reason,
            page_count=pages,
            fields=tuple(fields),
            codes=tuple(codes),
            signature=signature if document.kind is DocumentKind.AGREEMENT else None,
        )
        assert checking.finish(
            office.writing(), lease, report, storage_key=key, public_host=public_host
        )
        done.append(lease.subject_id)
    return done


def read_field(name: str, value: str, *, confidence: float = 90) -> ReadField:
    """Return one value as OCR would."""
    box = Box(left=1, top=2, width=3, height=4)
    return ReadField(name=name, value=value, confidence=confidence, page=1, box=box)


def image_of(office: Office, shown: str) -> StoredFile | None:
    """Store what stands for a page image; two that show the same have the same hash."""
    if not shown:
        return None
    return office.store.put(f"derived/{uuid4()}.jpg", BytesIO(shown.encode()))


@copied
def ready_draft(
    office: Office, *, ruc: str = RUC, kind: ApplicationKind = ApplicationKind.NEW
) -> UUID:
    """Return a draft that may be sent: a sheet, four checked photos, on renewal the agreement."""
    application_id = open_draft(office, ruc, kind)
    for theme in Theme:
        upload(office, application_id, content=JPEG, ruc=ruc, theme=theme)
    if kind is ApplicationKind.RENEWAL:
        upload(office, application_id, content=PDF, ruc=ruc, kind=DocumentKind.AGREEMENT)
    check_all(office)
    return application_id


@copied
def in_review(
    office: Office, *, ruc: str = RUC, kind: ApplicationKind = ApplicationKind.NEW
) -> UUID:
    """Return a sent and confirmed application."""
    application_id = ready_draft(office, ruc=ruc, kind=kind)
    send_and_confirm(office, application_id, ruc)
    return application_id


def end(office: Office, application_id: UUID) -> None:
    """Let it have ended, so that the RUC may open another one of the track."""
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        is_granted = row.state is ApplicationState.APPROVED
        row.state = ApplicationState.ISSUED if is_granted else ApplicationState.WITHDRAWN
        uow.commit()


def accept_all(office: Office, application_id: UUID, officer_id: UUID) -> None:
    """Accept every item."""
    row = application(office, application_id)
    for item in items_of_a_person(row.kind):
        judge(office, application_id, officer_id, item)


def observe(office: Office, application_id: UUID, officer_id: UUID | None = None) -> None:
    """Observe the first of its items, from which a refusal may follow; None: a fresh officer."""
    with office.reading() as uow:
        item = review_entries(uow, application_id)[0].item
    judge(
        office,
        application_id,
        officer_id or add_officer(office, f"o{uuid4().hex[:8]}"),
        item,
        ItemVerdict.OBSERVED,
    )


def correction(
    case: UUID,
    officer_id: UUID,
    *,
    asked_at: datetime,
    answered_at: datetime | None = None,
    number: int = 1,
) -> CorrectionRow:
    """Return the row of a request to correct the workshop, for tests that set the scene by one."""
    return CorrectionRow(
        application_id=case,
        round=number,
        item=ReviewItem.WORKSHOP,
        reason="No se ve el taller.",
        instruction="Envíe otra foto.",
        reason_code="",
        legal_basis="",
        asked_by=officer_id,
        asked_at=asked_at,
        answered_at=answered_at,
        answer="",
    )


def judge(
    office: Office,
    application_id: UUID,
    officer_id: UUID,
    item: ReviewItem,
    verdict: ItemVerdict = ItemVerdict.ACCEPTED,
) -> None:
    """Give one verdict on the case as it stands."""
    reviewing.judge(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=application(office, application_id).version,
        item=item,
        verdict=verdict,
    )


def approve(office: Office, application_id: UUID, officer_id: UUID) -> str:
    """Accept everything and approve."""
    accept_all(office, application_id, officer_id)
    return reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=application(office, application_id).version,
        rules=issuing_rules(),
    )


def application(office: Office, application_id: UUID) -> ApplicationRow:
    """Return the application as it stands."""
    return stored(office, ApplicationRow, application_id)


def state(office: Office, application_id: UUID) -> ApplicationState:
    """Return where the application stands."""
    return application(office, application_id).state


def stored(office: Office, kind: type[Row], key: object) -> Row:
    """Return one row."""
    with office.reading() as uow:
        return uow.session.get_one(kind, key)


def rows(office: Office, kind: type[Row]) -> list[Row]:
    """Return every row of a table."""
    with office.reading() as uow:
        return list(uow.session.execute(sa.select(kind)).scalars())


def mails(office: Office, event: str) -> list[MailRow]:
    """Return what was written to people of one event, oldest first."""
    found = [mail for mail in rows(office, MailRow) if mail.event == event]
    return sorted(found, key=lambda mail: (mail.created_at, mail.recipient))


def events(office: Office, action: str) -> list[EventRow]:
    """Return what the trail says of one action."""
    return [event for event in rows(office, EventRow) if event.action == action]


def finding_codes(office: Office, application_id: UUID) -> list[str]:
    """Return the codes of an application's findings."""
    return sorted(
        finding.code
        for finding in rows(office, FindingRow)
        if finding.application_id == application_id
    )


def hand_over(office: Office, event: str) -> None:
    """Let the relay take every message of an event, so that its terms run."""
    with office.writing() as uow:
        for mail in uow.session.scalars(
            sa.select(MailRow)
            .where(MailRow.event == event, MailRow.sent_at.is_(None))
            .order_by(MailRow.created_at, MailRow.recipient)
        ).all():
            notices.bring_up_to_date(uow, mail, institution=None)
            notices.start(uow, mail)
            mail.sent_at = uow.now
            uow.session.flush()
        uow.commit()


def make_older(office: Office, row: Base, *columns: str, by: timedelta) -> None:
    """Let time pass for one row: its moments move back."""
    with office.writing() as uow:
        merged = uow.session.merge(row)
        for column in columns:
            setattr(merged, column, getattr(merged, column) - by)
        uow.commit()


def prove_as_it_is(office: Office, agreement_id: UUID) -> None:
    """Prove a record as if a worker had compared it: for tests that set the scene by a row."""
    with office.writing() as uow:
        record = proving.record_of(uow, agreement_id)
        examined = Examined(
            signatures=PaperSignatures(count=2, intact=2, trusted=2),
            signature_faults=(),
            content_faults=(),
            record_faults=(),
        )
        proving.prove(uow, record, examined, key=SECRET)
        uow.commit()
