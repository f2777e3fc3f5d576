"""A forger must not be able to rehearse: what is compared changes nothing that an applicant gets.

One story is told twice, on two databases: once another applicant has the same photos and the
register knows the prior Acuerdo otherwise, once not. Every page, every answer to a script, every
header that matters and every mail must be the same, letter for letter, at each step.
"""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from itertools import count, zip_longest
from pathlib import Path
from uuid import UUID

import pypdf
import pytest
import sqlalchemy as sa

from review_service.adapters.mail_templates import TemplateComposer
from review_service.db.models import (
    AgreementProofRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PhotoRow,
    PriorAgreementRow,
    ResemblanceRow,
)
from review_service.db.sightings import file_stamps, place_stamps, sighting
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.findings import Severity
from review_service.domain.institution import institution_on
from review_service.domain.reports import SignatureOutcome
from review_service.domain.sightings import Sight
from review_service.domain.work import TaskKind
from review_service.services import notifying
from review_service.services.notifying import PostOffice
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import (
    OTHER_RUC,
    SECRET,
    Office,
    add_officer,
    make_office,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.web.site import JSON, Site, Visitor, jpeg, make_site

PLAIN, PLANTED = "plain", "planted"
OWN, OTHERS = "a" * 64, "b" * 64
NUMBER = "MPCEIP-MDT-2023-000077"
SECRET_WORDS = "NADIE DEBE LEER ESTO"
FIELDS = (
    steps.read_field("number", NUMBER),
    steps.read_field("holder", "TITUAÑA QUILUMBA MARIA"),
    steps.read_field("valid_until", "2026-11-20"),
)
CHANGING = (
    (r'(name=\\?"(?:csrf_token|kept_for)\\?"\s+value|data-mark)=\\?"[^"\\]+', r"\1=–"),
    (r"\b(\d+)\.[0-9a-f]{20}\b", r"\1.–"),
    (r"\b\d{2}h\d{2}\b", "00h00"),
    (r"T\d{2}:\d{2}(:\d{2})?", "T00:00"),
    (r"/(ingresar/enlace|confirmar)/[\w-]{20,}", r"/\1/–"),
    (r"\b\d{6}\b|\b\d{3} \d{3}\b", "000000"),
    (r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}\b", "0000-0000"),
)
"""What differs between any two visits: tokens, versions of forms, which hold the ids of files,
moments, one-use codes, references of errors."""
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Collected:
    """A relay that keeps what it gets."""

    mails: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        """Keep it."""
        self.mails.append(message)


@dataclass
class Telling:
    """Everything that one applicant got, in order, with what differs by chance left out."""

    told: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def add(self, what: str, text: str) -> None:
        """Remember a text; ids are numbered as they first appear."""
        for pattern, instead in CHANGING:
            text = re.sub(pattern, instead, text)
        self.told[self._plain(what)] = self._plain(text)

    def _plain(self, text: str) -> str:
        return UUID_TEXT.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        if found.group() not in self._names:
            self._names[found.group()] = f"id-{next(self._numbers)}"
        return self._names[found.group()]


def plant(office: Office, application_id: UUID) -> None:
    """Write down what the search for copies and the comparison could ever find, and more."""
    with office.writing() as uow:
        photos = uow.session.execute(sa.select(PhotoRow).order_by(PhotoRow.page_id)).scalars().all()
        for position, photo in enumerate(photos):
            photo.pdq_forms, photo.pdq_quality = bytes(256), 100
            photo.index_position = position
        uow.session.flush()
        for later in range(1, len(photos)):
            uow.session.add(
                ResemblanceRow(earlier_position=0, later_position=later, distance=3, turned=0)
            )
        uow.commit()
    plant_findings(office, application_id)


def plant_findings(office: Office, application_id: UUID) -> None:
    """Put compared findings, with advice even, on every file, and a comparison on every field."""
    with office.writing() as uow:
        of_it = sa.select(DocumentRow).where(DocumentRow.application_id == application_id)
        for document in uow.session.execute(of_it).scalars().all():
            uow.session.add(
                FindingRow(
                    application_id=application_id,
                    document_id=document.id,
                    page=1,
                    check_name="comparing",
                    code="photo_of_other_applicant",
                    severity=Severity.BAD,
                    message=SECRET_WORDS,
                    advice=SECRET_WORDS,
                    compared=True,
                )
            )
            fields = sa.update(FieldRow).where(FieldRow.document_id == document.id)
            uow.session.execute(fields.values(outcome="differs", expected=SECRET_WORDS))
            proof = uow.session.get(AgreementProofRow, document.id)
            if proof is not None:
                proof.signature, proof.signer = SignatureOutcome.ALTERED, SECRET_WORDS
        uow.commit()


def versions(office: Office, application_id: UUID) -> list[object]:
    """Return the version of each part of a case that a form of the applicant carries."""
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        parts = [
            sighting(uow.session, row, each) for each in (Sight.SHEET, Sight.DRAFT, Sight.CASE)
        ]
        files, places = file_stamps(uow.session, row), place_stamps(uow.session, row)
    return [parts, files, places]


def register(office: Office) -> None:
    """Let the register know the prior Acuerdo as somebody else's."""
    with office.writing() as uow:
        uow.session.add(
            PriorAgreementRow(
                number=NUMBER,
                ruc=OTHER_RUC,
                holder=SECRET_WORDS,
                activity="Otra",
                issued_on=date(2020, 1, 1),
                valid_until=date(2023, 1, 1),
                source="test",
                imported_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
        uow.commit()


def others_case(office: Office, sha256: str) -> None:
    application_id = open_draft(office, OTHER_RUC)
    for theme in Theme:
        upload(office, application_id, content=jpeg(), ruc=OTHER_RUC, theme=theme)
    steps.check_all(office, photos=lambda _: [sha256])
    send_and_confirm(office, application_id, OTHER_RUC)


def addresses(site: Site, application_id: UUID) -> Iterator[tuple[str, str]]:
    """Yield each route that an applicant may open, by its rule and filled."""
    with site.office.reading() as uow:
        documents = [
            str(found)
            for found in uow.session.execute(
                sa.select(DocumentRow.id)
                .where(DocumentRow.application_id == application_id)
                .order_by(DocumentRow.created_at, DocumentRow.id)
            ).scalars()
        ]
    for rule in sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not rule.rule.startswith("/solicitudes") or "GET" not in (rule.methods or ()):
            continue
        path = rule.rule.replace("<uuid:application_id>", str(application_id))
        path = path.replace("<int:number>", "1")
        if "<uuid:document_id>" not in path:
            yield path, rule.rule
            continue
        for place, document_id in enumerate(documents):
            yield path.replace("<uuid:document_id>", document_id), f"{rule.rule} {place}"


def look_everywhere(
    telling: Telling, site: Site, visitor: Visitor, application_id: UUID, step: str
) -> None:
    for path, rule in addresses(site, application_id):
        for manner, headers in (("page", {}), ("script", JSON)):
            asked = (
                f"{path}?ids={','.join(_ids(site, application_id))}"
                if "fotos/estado" in path
                else path
            )
            answer = visitor.get(asked, headers=headers)
            text = _text(answer.data, answer.mimetype or "")
            location = answer.headers.get("Location", "")
            telling.add(f"{step} {manner} {rule}", f"{answer.status_code} {location}\n{text}")


def _ids(site: Site, application_id: UUID) -> list[str]:
    with site.office.reading() as uow:
        found = uow.session.execute(
            sa.select(DocumentRow.id)
            .where(DocumentRow.application_id == application_id)
            .order_by(DocumentRow.created_at, DocumentRow.id)
        )
        return [str(each) for each in found.scalars()]


def _text(data: bytes, kind: str) -> str:
    if kind == "application/pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if kind == "application/json":
        told = json.loads(data)
        # Its keys stand in the order of ids that are drawn by lot.
        told["numbers"] = sorted(told.get("numbers", {}).items(), key=lambda entry: entry[1])
        return json.dumps(told, indent=1)
    return data.decode(errors="replace") if kind.startswith("text") else repr(data)


def deliver(office: Office) -> list[EmailMessage]:
    collected = Collected()
    institution = institution_on(date(2026, 11, 20))
    post = PostOffice(
        mailer=collected,
        composer=TemplateComposer(sender="x@rum.example.ec", institution=institution),
        store=office.store,
        public_url="http://localhost",
        secret_key=SECRET,
    )
    for lease in steps.leases(office, TaskKind.SEND_MAIL):
        notifying.deliver(office.writing, post, lease)
    return collected.mails


def story(office: Office, folder: Path, *, planted: bool) -> Telling:
    """Tell it once, from the draft to the correction."""
    site, telling = make_site(office, folder), Telling()
    others_case(office, OWN if planted else OTHERS)
    if planted:
        register(office)
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    for theme in Theme:
        upload(office, application_id, content=jpeg(), theme=theme)
    upload(office, application_id, content=steps.PDF, kind=DocumentKind.AGREEMENT)
    visitor = site.applicant()
    look_everywhere(telling, site, visitor, application_id, "running")
    steps.check_all(office, photos=lambda _: [OWN], fields=FIELDS)
    if planted:
        plant(office, application_id)
    look_everywhere(telling, site, visitor, application_id, "draft")
    send_and_confirm(office, application_id)
    if planted:
        plant_findings(office, application_id)
    look_everywhere(telling, site, visitor, application_id, "sent")
    officer_id = add_officer(office)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        items=(
            CorrectionItem(
                item=ReviewItem.WORKSHOP, reason="No se ve el taller.", instruction="Otra foto."
            ),
        ),
    )
    look_everywhere(telling, site, visitor, application_id, "correcting")
    for place, mail in enumerate(deliver(office)):
        body = "\n".join(
            part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
        )
        telling.add(f"mail {place}", f"{mail['To']} {mail['Subject']}\n{body}")
    return telling


@pytest.fixture
def tell(
    fresh_database_url: FreshDatabase, tmp_path: Path, database_kind: str
) -> Iterator[Callable[[str], Telling]]:
    """Tell the story on a database of its own."""
    offices = []

    def once(which: str) -> Telling:
        folder = tmp_path / which
        folder.mkdir()
        office = make_office(fresh_database_url(database_kind, prepare=migrate_to_head), folder)
        offices.append(office)
        return story(office, folder, planted=which == PLANTED)

    yield once
    for office in offices:
        office.database.engine.dispose()


def test_what_is_compared_changes_no_version_of_an_applicants_form(
    tmp_path: Path, migrated_database_url: str
) -> None:
    office = make_office(migrated_database_url, tmp_path)
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    for theme in Theme:
        upload(office, application_id, content=jpeg(), theme=theme)
    upload(office, application_id, content=steps.PDF, kind=DocumentKind.AGREEMENT)
    steps.check_all(office, photos=lambda _: [OWN], fields=FIELDS)
    before = versions(office, application_id)
    register(office)
    plant(office, application_id)
    assert versions(office, application_id) == before
    office.database.engine.dispose()


def expect_enough_is_left(told: Mapping[str, str]) -> None:
    """What is left out as chance leaves enough to see one word, one number, one more card."""
    (page,) = [
        text
        for what, text in told.items()
        if what.startswith("draft page") and "Esto pudimos leer" in text
    ]
    assert NUMBER.removesuffix("000077") in page
    assert "TITUAÑA QUILUMBA MARIA" in page
    assert "20 de noviembre de 2026" in page


def test_what_is_compared_changes_nothing_that_an_applicant_gets(
    tell: Callable[[str], Telling],
) -> None:
    without, planted = tell(PLAIN).told, tell(PLANTED).told
    assert list(planted) == list(without)
    different = {
        what: [
            (was, became)
            for was, became in zip_longest(without[what].split("\n"), planted[what].split("\n"))
            if was != became
        ]
        for what in without
        if without[what] != planted[what]
    }
    assert different == {}
    assert not [what for what, text in planted.items() if SECRET_WORDS in text]
    assert sum(text.startswith("200") for text in planted.values()) > 30, "pages were really seen"
    assert sum(what.startswith("mail") for what in planted) >= 3
    expect_enough_is_left(planted)


def test_the_end_of_the_checks_of_a_draft_waits_for_no_comparison(office: Office) -> None:
    """Nothing is compared while it is a draft: its time tells nobody what there is to find."""
    others_case(office, OWN)
    register(office)
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    upload(office, application_id, content=jpeg())
    upload(office, application_id, content=steps.PDF, kind=DocumentKind.AGREEMENT)
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    sa.event.listen(office.database.engine, "before_cursor_execute", listen)
    steps.check_all(office, photos=lambda _: [OWN], fields=FIELDS)
    sa.event.remove(office.database.engine, "before_cursor_execute", listen)
    assert asked
    foreign = ("prior_agreements", "resemblances", "taxpayers", "registered_emails")
    assert [one for one in asked if any(f" {table}" in one for table in foreign)] == []
    compared = [
        row for row in steps.rows(office, FindingRow) if row.application_id == application_id
    ]
    assert [row for row in compared if row.compared] == []
