"""Cases as officers meet them, made by the real services; the worker's part is stood in for."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pyotp
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from review_service.db import tasks
from review_service.db.models import ApplicationRow, DocumentRow, OfficerRow, TaskRow
from review_service.db.tasks import Lease
from review_service.domain.applications import ApplicationKind, ItemVerdict, ReviewItem
from review_service.domain.documents import DocumentKind, PageKind, Theme
from review_service.domain.findings import Finding, Severity
from review_service.domain.issued_documents import IssuedSnapshot
from review_service.domain.reports import (
    Box,
    DocumentReport,
    PageReport,
    PhotoReport,
    ReadCode,
    ReadField,
    SignatureOutcome,
    SignatureReport,
    Word,
)
from review_service.domain.roles import OfficerRole
from review_service.domain.signing import Objection
from review_service.domain.work import TaskKind
from review_service.samples.people import synthetic_ruc
from review_service.services.agreements import issuing
from review_service.services.agreements.issuing import Press
from review_service.services.applicant import applying
from review_service.services.findings import checking
from review_service.services.review import claiming, reviewing
from review_service.services.upkeep import officers
from tests.asked_statements import asked_of
from tests.copied_cases import copied
from tests.factories import (
    RUC,
    SECRET,
    SHEET,
    Office,
    issuing_rules,
    items_of_a_person,
    send_and_confirm,
    upload,
)
from tests.integration.web.site import make_site
from tests.plain_paper import PlainPaper, PlainReader

PASSWORD = "una clave larga para las pruebas 7"
WIDTH, HEIGHT = 200, 150
DARK = Finding(
    check="exposure",
    code="photo_dark",
    severity=Severity.DOUBT,
    message="Foto oscura: brillo medio 21 de 255 (mínimo 60).",
    advice="La foto está muy oscura. Abra una puerta o encienda la luz y tómela otra vez.",
)


UNSIGNED = SignatureReport(outcome=SignatureOutcome.ABSENT)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One photo of a case and what the checks say of it."""

    theme: Theme
    jpeg: bytes = b""
    sha256: str = ""
    findings: tuple[Finding, ...] = ()
    comment: str = ""


ALL_THEMES = tuple(Shot(theme=each) for each in Theme)
"""One good photo of each theme."""


@dataclass(frozen=True, kw_only=True)
class ScannedPage:
    """One page of a prior agreement."""

    jpeg: bytes
    width_px: int
    height_px: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A prior agreement and what was read on it."""

    pages: tuple[ScannedPage, ...]
    fields: tuple[ReadField, ...] = ()
    codes: tuple[ReadCode, ...] = ()
    signature: SignatureReport | None = UNSIGNED


@dataclass
class WebOffice:
    """An office with the web process before it."""

    office: Office
    app: Flask
    officers: dict[str, str] = field(default_factory=dict)
    """User name to TOTP secret."""


def make_web(office: Office, folder: Path, **environment: str) -> WebOffice:
    """Build the web process around an office."""
    app = make_site(office, folder, **{"PUBLIC_URL": "http://localhost:8000", **environment}).app
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    return WebOffice(office=office, app=app)


def add_reviewer(
    web: WebOffice,
    user_name: str = "randrade",
    full_name: str = "R. Andrade",
    *,
    role: OfficerRole = OfficerRole.ISSUER,
    number: str | None = None,
) -> UUID:
    """Make a real account with password and second factor."""
    added = officers.add(
        web.office.writing(),
        user_name=user_name,
        full_name=full_name,
        unit="Zonal 1",
        password=PASSWORD,
        role=role,
        number=number or synthetic_ruc(900 + len(web.officers)),
    )
    web.officers[user_name] = added.totp_secret
    return added.officer_id


def give_password(web: WebOffice, user_name: str = "randrade") -> FlaskClient:
    """Return a browser that gave the password only."""
    client = web.app.test_client()
    answer = client.post("/revision/ingresar", data={"user_name": user_name, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client


def sign_in(web: WebOffice, user_name: str = "randrade") -> FlaskClient:
    """Return a browser that gave both factors; a code works once, so its step is forgotten."""
    with web.office.writing() as uow:
        uow.session.execute(sa.update(OfficerRow).values(totp_last_step=0))
        uow.commit()
    client = give_password(web, user_name)
    code = pyotp.TOTP(web.officers[user_name]).now()
    answer = client.post("/revision/segundo-factor", data={"code": code})
    assert answer.status_code == 303, answer.text
    return client


def jpeg(color: tuple[int, int, int] = (180, 160, 120)) -> bytes:
    """Return a small plain picture."""
    out = BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), color).save(out, "JPEG")
    return out.getvalue()


@copied
def put_case(
    office: Office,
    *,
    ruc: str = RUC,
    shots: Sequence[Shot] = ALL_THEMES,
    scan: Scan | None = None,
    sheet: Mapping[str, str] | None = None,
    checked: bool = True,
) -> UUID:
    """Return a confirmed application with its pages; a scan makes it a renewal."""
    kind = ApplicationKind.RENEWAL if scan else ApplicationKind.NEW
    application_id = applying.open_application(
        office.writing(), registry=office.registry, ruc=ruc, kind=kind
    )
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**SHEET, **(sheet or {})},
        kind=kind,
    )
    documents: dict[UUID, Shot | Scan] = {
        _received(office, application_id, ruc=ruc, shot=shot, serial=serial): shot
        for serial, shot in enumerate(shots)
    }
    if scan:
        received = upload(
            office,
            application_id,
            ruc=ruc,
            content=b"%PDF-1.7 " + uuid4().bytes + b"%%EOF",
            kind=DocumentKind.AGREEMENT,
            file_name="acuerdo anterior.pdf",
        )
        documents[received.document_id] = scan
    if checked:
        check_documents(office, documents)
    send_and_confirm(office, application_id, ruc)
    if not checked:
        return application_id
    _comment(office, documents)
    return application_id


def check_documents(office: Office, documents: Mapping[UUID, "Shot | Scan"]) -> None:
    """Do what the worker would: pages, findings and fields of each document."""
    for lease in leases_of(office, TaskKind.CHECK_DOCUMENT):
        if lease.subject_id not in documents:
            continue
        document = checking.begin(office.writing(), lease.subject_id)
        assert document is not None
        material = documents[lease.subject_id]
        pages = _pages_of(material)
        for page, picture in pages:
            image, thumbnail = (
                office.store.put(f"pages/{uuid4().hex}.jpg", BytesIO(picture)) for _ in range(2)
            )
            checking.record_page(
                office.writing(),
                document.document_id,
                page,
                image=image,
                thumbnail=thumbnail,
            )
        original = f"originals/{lease.subject_id}"
        office.store.copy(document.staging_key, original)
        report = DocumentReport(
            kind=document.kind,
            sha256=document.sha256,
            size_bytes=1,
            page_count=len(pages),
            fields=material.fields if isinstance(material, Scan) else (),
            codes=material.codes if isinstance(material, Scan) else (),
            signature=material.signature if isinstance(material, Scan) else None,
        )
        assert checking.finish(
            office.writing(), lease, report, storage_key=original, public_host="localhost:8000"
        )


def take(office: Office, application_id: UUID, officer_id: UUID) -> None:
    """Let the officer hold a case, as who presses «Tomar» and says why it comes before others."""
    claiming.take(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        reason="La prueba trata de este caso y no de los que llegaron antes.",
    )


def accept_everything(office: Office, application_id: UUID, officer_id: UUID) -> None:
    """Accept every item of a case."""
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        version, kind = row.version, row.kind
    for item in items_of_a_person(kind):
        judge(office, application_id, officer_id, item=item, version=version)


def judge(
    office: Office,
    application_id: UUID,
    officer_id: UUID,
    *,
    item: ReviewItem,
    version: int,
    verdict: ItemVerdict = ItemVerdict.ACCEPTED,
) -> None:
    """Say one word on one item."""
    reviewing.judge(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version,
        item=item,
        verdict=verdict,
    )


def approve(office: Office, application_id: UUID, officer_id: UUID) -> str:
    """Accept everything and approve; return the number."""
    accept_everything(office, application_id, officer_id)
    return reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version_of(office, application_id),
        rules=issuing_rules(),
    )


def version_of(office: Office, application_id: UUID) -> int:
    """Return the version of a case as it stands."""
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).version


def leases_of(office: Office, kind: TaskKind) -> list[Lease]:
    """Take every ready task of a kind."""
    with office.writing() as uow:
        ids = uow.session.scalars(sa.select(TaskRow.id).where(TaskRow.kind == kind)).all()
        leases = [
            tasks.take_lease(uow, task_id, owner=f"test-{task_id}", seconds=60, max_attempts=3)
            for task_id in ids
        ]
        uow.commit()
    return [lease for lease in leases if lease is not None]


def line(text: str, *, left: int, top: int, height: int = 12, confidence: float = 92) -> list[Word]:
    """Return the words of one line of print."""
    words = []
    for part in text.split():
        width = round(height * 0.55 * len(part))
        box = Box(left=left, top=top, width=width, height=height)
        words.append(Word(text=part, confidence=confidence, box=box))
        left += width + round(height * 0.4)
    return words


def _received(office: Office, application_id: UUID, *, ruc: str, shot: Shot, serial: int) -> UUID:
    content = (shot.jpeg or jpeg()) + uuid4().bytes
    return upload(
        office,
        application_id,
        ruc=ruc,
        content=content,
        theme=shot.theme,
        file_name=f"foto {serial + 1}.jpg",
    ).document_id


def _pages_of(material: Shot | Scan) -> list[tuple[PageReport, bytes]]:
    if isinstance(material, Scan):
        return [
            (
                PageReport(
                    number=number,
                    kind=PageKind.SCAN,
                    width_px=page.width_px,
                    height_px=page.height_px,
                    words=page.words,
                ),
                page.jpeg,
            )
            for number, page in enumerate(material.pages, start=1)
        ]
    picture = material.jpeg or jpeg()
    with Image.open(BytesIO(picture), formats=("JPEG",)) as image:
        width, height = image.size
    page = PageReport(
        number=1,
        kind=PageKind.PHOTO,
        width_px=width,
        height_px=height,
        photos=(
            PhotoReport(
                sha256=material.sha256 or uuid4().hex * 2, width_px=width, height_px=height
            ),
        ),
        findings=material.findings,
    )
    return [(page, picture)]


def _comment(office: Office, documents: Mapping[UUID, Shot | Scan]) -> None:
    with office.writing() as uow:
        for document_id, material in documents.items():
            if isinstance(material, Shot) and material.comment:
                uow.session.get_one(DocumentRow, document_id).comment = material.comment
        uow.commit()


class PlainSigner:
    """A signer that objects to nothing and leaves the paper as it is."""

    demonstration = False

    def objections(self, snapshot: IssuedSnapshot) -> list[Objection]:
        """Object to nothing."""
        del snapshot
        return []

    def is_demonstration(self, snapshot: IssuedSnapshot) -> bool:
        """Say what the test says."""
        del snapshot
        return self.demonstration

    def sign(self, pdf: bytes, *, snapshot: IssuedSnapshot) -> bytes:
        """Return it as it is."""
        del snapshot
        return pdf


def ask_original(
    browser: FlaskClient, case: UUID, document: UUID, *, why: str = "detail"
) -> TestResponse:
    """Ask for an original as an officer does, with a reason; return where its ticket leads."""
    address = f"/revision/casos/{case}/documentos/{document}/original"
    found = re.search(r'name="version" value="([^"]+)"', browser.get(address).text)
    assert found is not None
    return browser.post(address, data={"para_que": why, "version": found[1]})


def publish_everything(office: Office, *, signatures: int = 2) -> None:
    """Do what the worker would: every numbered paper, signed so often, is made and published."""
    press = Press(
        renderer=PlainPaper(),
        signer=PlainSigner(),
        store=office.store,
        reader=PlainReader(good=signatures, count=signatures),
        verification_key=SECRET,
        public_url="http://localhost:8000",
    )
    for lease in leases_of(office, TaskKind.ISSUE_AGREEMENT):
        issuing.issue(office.writing, press, lease)


def counted(office: Office, word: str = "") -> AbstractContextManager[list[str]]:
    """Give the statements on the database, while they are made; with a word, those that have it."""
    return asked_of(office.database.engine, word)
