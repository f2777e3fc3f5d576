"""Backup and restore of certificates: by a rule, by an officer, and what was looked at later."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from review_service.adapters.local_store import LocalFileStore
from review_service.db.models import AgreementRow, LaterControlRow, LetterPhotoRow
from review_service.db.queries.applicant.history import history_of
from review_service.db.queries.officer.queue import queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.categories import Category
from review_service.domain.file_identity import find_identifier
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.letters import DataRequest, LetterKind
from review_service.domain.numbering import verification_token
from review_service.samples.people import synthetic_ruc
from review_service.services.agreements import issuing, verifying
from review_service.services.agreements.verifying import Verdict
from review_service.services.review import later_control, reviewing
from review_service.services.review.decision_checks import ChosenCategory
from review_service.services.upkeep import backing_up
from tests.conftest import FreshDatabase
from tests.factories import (
    RUC,
    SECRET,
    Office,
    add_officer,
    add_taxpayer,
    confirm_business,
    issuing_rules,
    open_business,
    rule_parts,
)
from tests.integration.services import letter_cases, steps
from tests.integration.services.test_backing_up import (
    CIPHER,
    Place,
    at,
    content,
    files,
    promises,
    restored,
)
from tests.integration.services.test_issuing import make_press, only_lease
from tests.integration.services.whole_story import office_of
from tests.plain_paper import PlainReader

BY_OFFICER, WAITING, NEXT = (synthetic_ruc(number) for number in (30, 31, 32))
NOTE = "Las ventas del formulario 104 son otras."
SAID = "Sumó las ventas de dos años; son la mitad."


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """An installation that gave certificates in each way."""

    office: Office
    officer: UUID
    looked_at: UUID
    """Granted by a rule; an officer found a difference later."""
    granted: UUID
    """Granted by an officer."""
    waiting: UUID
    """Granted by a rule; its later control waits."""


@pytest.fixture
def certified(office: Office) -> Certified:
    """Certificates of each kind of decision, published."""
    for ruc in (BY_OFFICER, WAITING, NEXT):
        with office.writing() as uow:
            add_taxpayer(uow, ruc)
            uow.commit()
    officer = add_officer(office)
    looked_at = by_rule(office, RUC)
    later_control.end(
        office.writing(),
        application_id=looked_at,
        officer_id=officer,
        outcome=LaterOutcome.DIFFERS,
        note=NOTE,
    )
    return Certified(
        office=office,
        officer=officer,
        looked_at=looked_at,
        granted=by_officer(office, officer),
        waiting=by_rule(office, WAITING),
    )


@pytest.fixture
def elsewhere(
    database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> Iterator[Place]:
    """An empty database of the other kind, not even migrated, and an empty folder."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database_kind]
    with at(fresh_database_url(other)) as database:
        yield Place(database=database, store=LocalFileStore(tmp_path / "elsewhere"))


def by_rule(office: Office, ruc: str) -> UUID:
    """Let a rule grant a certificate, and chance choose it for later control."""
    application_id = open_business(office, ruc)
    confirm_business(office, application_id, ruc, parts=rule_parts(office, later_share=1.0))
    publish(office)
    return application_id


def by_officer(office: Office, officer: UUID) -> UUID:
    application_id = open_business(office, BY_OFFICER, sales="9.000.000")
    confirm_business(office, application_id, BY_OFFICER, wish="")
    version = steps.application(office, application_id).version
    reviewing.judge(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=version,
        item=ReviewItem.DATA_SHEET,
        verdict=ItemVerdict.ACCEPTED,
    )
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer,
        version=version,
        rules=issuing_rules(),
        chosen=ChosenCategory(category=Category.MEDIUM, reasons=SAID),
    )
    publish(office)
    return application_id


def publish(office: Office) -> None:
    press = replace(make_press(office), reader=PlainReader(good=1, count=1))
    issuing.issue(office.writing, press, only_lease(office))


def carried(certified: Certified, place: Place, folder: Path) -> Office:
    """Bring a backup of the installation to another place."""
    file = folder / "copia.age"
    saved = backing_up.backup(certified.office.database, certified.office.store, CIPHER, file)
    assert saved.missing == []
    restored(place, file)
    return office_of(place.database, place.store)


def test_certificates_later_controls_and_letters_come_back_whole(
    certified: Certified, elsewhere: Place, tmp_path: Path
) -> None:
    answered = letter_cases.received(certified.office)
    letter_cases.answer(certified.office, answered, certified.officer)
    letter_cases.write(certified.office, LetterKind.PERSONAL_DATA, request=DataRequest.ACCESS)
    letter_cases.photographed(certified.office, email="uno@correo.example")
    waits = letter_cases.received(
        certified.office, LetterKind.FALSE_DOCUMENT, email="dos@correo.example"
    )
    letter_cases.send_photo(certified.office, waits)
    before = content(certified.office.database)
    again = carried(certified, elsewhere, tmp_path)
    assert content(again.database) == before
    assert len(before["later_controls"]) == 2
    assert len(before["letters"]) == 4
    photos = [row.image_key or row.staging_key for row in steps.rows(again, LetterPhotoRow)]
    assert len(photos) == 2
    assert set(photos) <= files(again.store).keys()
    papers = steps.rows(again, AgreementRow)
    assert {paper.storage_key for paper in papers} <= files(again.store).keys()
    assert promises(elsewhere) == []


def test_who_decided_and_why_is_told_after_a_restore(
    certified: Certified, elsewhere: Place, tmp_path: Path
) -> None:
    again = carried(certified, elsewhere, tmp_path)
    granted, ruled = (
        steps.application(again, each) for each in (certified.granted, certified.waiting)
    )
    assert (granted.decided_by, granted.decided_rule) == (certified.officer, None)
    assert granted.decision_reasons == f"Mediana empresa: {SAID}"
    assert ruled.decided_by is None
    assert (ruled.decided_rule or "").startswith("categories.limits@")
    control = next(
        row
        for row in steps.rows(again, LaterControlRow)
        if row.application_id == certified.looked_at
    )
    assert (control.officer_id, control.outcome, control.note) == (
        certified.officer,
        LaterOutcome.DIFFERS,
        NOTE,
    )
    with certified.office.reading() as here, again.reading() as there:
        for each in (certified.looked_at, certified.granted, certified.waiting):
            assert history_of(there, each) == history_of(here, each)


def test_each_certificate_is_in_force_after_a_restore(
    certified: Certified, elsewhere: Place, tmp_path: Path
) -> None:
    again = carried(certified, elsewhere, tmp_path)
    papers = steps.rows(again, AgreementRow)
    assert len(papers) == 3
    for paper in papers:
        with again.store.open(paper.storage_key or "") as stream:
            raw = stream.read()
        by_file = verifying.by_file(
            again.writing(),
            sha256=hashlib.sha256(raw).hexdigest(),
            identifiers=find_identifier(raw),
            client="test",
            key=SECRET,
        )
        token = verification_token(SECRET, paper.id)
        by_code = verifying.by_token(again.writing(), token=token, client="test", key=SECRET)
        assert (by_file.verdict, by_code.verdict) == (Verdict.IN_FORCE, Verdict.IN_FORCE)


def test_the_later_control_that_waited_goes_on_and_the_series_has_no_gap(
    certified: Certified, elsewhere: Place, tmp_path: Path
) -> None:
    again = carried(certified, elsewhere, tmp_path)
    with again.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.LATER, cursor=None)
    assert [entry.id for entry in page.entries] == [certified.waiting]
    later_control.end(
        again.writing(),
        application_id=certified.waiting,
        officer_id=certified.officer,
        outcome=LaterOutcome.AS_DECLARED,
        note="",
    )
    after = by_rule(again, NEXT)
    assert steps.state(again, after) is ApplicationState.ISSUED
    numbers = sorted(
        paper.serial
        for paper in steps.rows(again, AgreementRow)
        if paper.kind is IssuedKind.CERTIFICATE
    )
    assert numbers == [1, 2, 3, 4]
    assert promises(elsewhere) == []
