"""Workers tell what protects them; who ends is forgotten, who falls silent stays for a day."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from review_service.bootstrap import Container, Role
from review_service.db.models import WorkerRow
from review_service.domain.protection import AntivirusMode, WorkerSeen
from review_service.services.upkeep import watching
from review_service.settings import Settings
from tests.factories import FORM_SECRET, SECRET, Office, attend
from tests.integration.services import steps
from workers.inspecting.document import start_sandbox, stop_sandbox
from workers.tasks.heartbeat import Heartbeat


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    """End the sandbox that a worker of these tests proves."""
    yield
    stop_sandbox()


def seen(office: Office) -> tuple[WorkerSeen, ...]:
    return watching.watch(office.reading()).workers


def row_of(office: Office, worker_id: UUID) -> WorkerRow:
    return steps.stored(office, WorkerRow, worker_id)


def test_a_heartbeat_renews_its_own_worker_alone(office: Office) -> None:
    first, other = attend(office), attend(office)
    for worker_id in (first, other):
        steps.make_older(office, row_of(office, worker_id), "seen_at", by=timedelta(hours=1))
        steps.make_older(office, row_of(office, worker_id), "started_at", by=timedelta(hours=2))
    attend(office, worker_id=first)
    by_id = {worker.id: worker for worker in seen(office)}
    assert by_id[first].seen_at - by_id[other].seen_at > timedelta(minutes=59)
    assert by_id[first].seen_at - by_id[first].started_at > timedelta(minutes=119)


def test_who_was_silent_for_a_day_is_forgotten(office: Office) -> None:
    old, older = attend(office), attend(office)
    for worker_id, hours in ((old, 23), (older, 25)):
        steps.make_older(office, row_of(office, worker_id), "seen_at", by=timedelta(hours=hours))
    new = attend(office)
    assert {worker.id for worker in seen(office)} == {old, new}


def test_since_when_the_scanner_answers_is_kept_until_it_changes(office: Office) -> None:
    def beat(worker_id: UUID | None, answer: str) -> UUID:
        return attend(
            office,
            worker_id=worker_id,
            antivirus=AntivirusMode.REQUIRED,
            antivirus_answer=answer,
        )

    worker_id = beat(None, "ClamAV 1.4.6/1")
    began = row_of(office, worker_id).antivirus_since
    beat(worker_id, "ClamAV 1.4.6/2")
    assert row_of(office, worker_id).antivirus_since == began
    beat(worker_id, "")
    ended = row_of(office, worker_id).antivirus_since
    assert ended is not None
    assert began is not None
    assert ended > began


def test_a_worker_tells_what_its_canary_proved_and_leaves_when_it_ends(office: Office) -> None:
    settings = Settings.from_env(
        {"SECRET_KEY": FORM_SECRET, "VERIFICATION_KEY": SECRET, "DEMONSTRATION": "1"}
    )
    worker = Container(
        settings=settings,
        role=Role.WORKER,
        database=office.database,
        queue=office.notices,
        store=office.store,
        registry=office.registry,
        papers=office.papers,
    )
    report = start_sandbox()
    heart = Heartbeat(worker, lanes="ocr", every_seconds=0.1)
    heart.beat()
    with heart:
        (told,) = seen(office)
        assert told.protection.missing == report.missing
        assert told.protection.escaped == report.escaped
        assert told.protection.landlock > 0
        assert told.protection.ocr_engine == "tesserocr"
        assert told.protection.antivirus is AntivirusMode.OFF
        assert told.lanes == "ocr"
    assert seen(office) == ()
