"""Drafts of emprendedores with their papers, as if the checks had read them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

from review_service.bootstrap import Container
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import PageKind, SupportKind, TextSource
from review_service.domain.findings import Finding
from review_service.domain.reports import (
    Box,
    DocumentReport,
    PageReport,
    ReadField,
    SupportField,
    Word,
)
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import EMPRENDEDOR
from review_service.domain.work import TaskKind
from review_service.samples import trades
from review_service.samples.people import Person, Size
from review_service.services.agreements import issuing
from review_service.services.applicant import applying, receiving
from review_service.services.applicant.receiving import Upload
from review_service.services.findings import checking
from tests.factories import RUC, Office, upload
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press, only_lease
from tests.plain_paper import PlainReader

HOLDER = "TITUAÑA QUILUMBA MARIA"
"""Of ``RUC``."""
VENTURE_SHEET = {
    "ciiu": "C139209",
    "employees": "4",
    "province": "Imbabura",
    "canton": "Otavalo",
    "phone": "0991234567",
    "notice_email": "",
}
OF_A_PERSON = (
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.TAX_CERTIFICATE,
    SupportKind.PAYROLL,
)
"""What somebody sends who is no company and employs people."""


def owner_of(ruc: str, name: str, *, employees: int = 4) -> Person:
    """Return whose name stands on papers of ``samples.support_papers``; of «VENTURE_SHEET»."""
    return Person(
        ruc=ruc,
        name=name,
        trade=trades.WOOL,
        province="IMBABURA",
        canton="OTAVALO",
        parish="SAN LUIS",
        size=Size(employees=employees, sales=""),
    )


def open_venture(office: Office, ruc: str = RUC, **changed: str) -> UUID:
    """Return an emprendedor's draft with a complete data sheet and no papers."""
    application_id = applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=ruc,
        kind=ApplicationKind.NEW,
        track=EMPRENDEDOR,
    )
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**VENTURE_SHEET, **changed},
        kind=ApplicationKind.NEW,
    )
    return application_id


def ready_venture(office: Office, ruc: str = RUC, **changed: str) -> UUID:
    """Return a draft whose papers are all in order."""
    application_id = open_venture(office, ruc, **changed)
    for kind in OF_A_PERSON:
        give_paper(office, application_id, kind, ruc=ruc)
    return application_id


def publish(office: Office) -> None:
    """Let the one certificate that waits be printed, signed and published."""
    press = replace(make_press(office), reader=PlainReader(good=1, count=1))
    issuing.issue(office.writing, press, only_lease(office))


def give_paper(  # noqa: PLR0913 -- each test names the few it needs
    office: Office,
    application_id: UUID,
    place: SupportKind,
    *,
    ruc: str = RUC,
    recognised_as: SupportKind | None = None,
    values: Mapping[str, str] | None = None,
    findings: Sequence[Finding] = (),
    words: Sequence[str] = (),
    shows: str = "",
) -> UUID:
    """Send a paper to a place and let the checks end; ``values`` replace those in order.

    With ``shows`` its page has pictures, of which that is all.
    """
    received = upload(
        office,
        application_id,
        ruc=ruc,
        content=steps.PDF + uuid4().bytes,
        kind=place.document_kind,
        file_name=f"{place.slug}.pdf",
    )
    lease = next(
        each
        for each in steps.leases(office, TaskKind.CHECK_DOCUMENT)
        if each.subject_id == received.document_id
    )
    document = checking.begin(office.writing(), lease.subject_id)
    assert document is not None
    key = f"originals/{lease.subject_id}"
    office.store.copy(document.staging_key, key)
    page = PageReport(
        number=1,
        kind=PageKind.TEXT,
        width_px=1240,
        height_px=1754,
        words=tuple(_word(text, place) for place, text in enumerate(words)),
        words_from=TextSource.LAYER,
    )
    checking.record_page(
        office.writing(),
        document.document_id,
        page,
        image=steps.image_of(office, shows),
        thumbnail=steps.image_of(office, shows),
    )
    report = DocumentReport(
        kind=document.kind,
        sha256=document.sha256,
        size_bytes=1,
        page_count=1,
        pages=(page,),
        fields=_fields(office, recognised_as or place, ruc=ruc, changed=values or {}),
        findings=tuple(findings),
        recognised_as=recognised_as or place,
    )
    assert checking.finish(office.writing(), lease, report, storage_key=key)
    return lease.subject_id


def send_paper(
    container: Container,
    application_id: UUID,
    place: SupportKind,
    pdf: bytes,
    *,
    ruc: str,
    name: str = "documento.pdf",
) -> None:
    """Send a paper to its place as the pages do; running workers read it."""
    receiving.receive(
        container.writing,
        container.store,
        limits=container.limits,
        application_id=application_id,
        ruc=ruc,
        upload=Upload(
            kind=place.document_kind,
            theme=None,
            upload_key=uuid4().hex,
            file_name=name,
            stream=BytesIO(pdf),
        ),
    )


def _fields(
    office: Office, kind: SupportKind, *, ruc: str, changed: Mapping[str, str]
) -> tuple[ReadField, ...]:
    with office.reading() as uow:
        issued = ecuador_day(uow.now) - timedelta(days=3)
    told = {
        SupportField.RUC.value: ruc,
        SupportField.HOLDER.value: HOLDER,
        SupportField.ISSUED_ON.value: issued.isoformat(),
        SupportField.WORKERS.value: "4" if kind is SupportKind.PAYROLL else "",
        **changed,
    }
    return tuple(steps.read_field(name, text, confidence=95) for name, text in told.items() if text)


def _word(text: str, place: int) -> Word:
    box = Box(left=60 + 90 * (place % 10), top=100 + 30 * (place // 10), width=80, height=20)
    return Word(text=text, confidence=99.0, box=box)
