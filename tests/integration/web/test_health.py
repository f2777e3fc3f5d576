"""Health answers in time whatever hangs, and sees within a minute what stands still."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from review_service.adapters.rq_queue import RqJobQueue
from review_service.adapters.s3_store import S3FileStore
from review_service.db.database import Database
from review_service.db.models import ClockRow, PulseRow, WorkerRow
from review_service.db.models.pulses import THE_CLOCK
from review_service.settings import S3Settings
from review_service.web import create_app, health, probing
from tests.factories import Office, attend, beat
from tests.integration.services import steps
from tests.integration.services.test_notices import let_pass, sent
from tests.integration.web.site import Site, Visitor, make_site
from tests.servers import LOOPBACK

SOON_SECONDS = 20.0
"""Less than what hangs would take, more than a busy machine adds to the 1.5 s that health waits."""
TRIES = 5


@pytest.fixture
def silent_port() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server((LOOPBACK, 0), backlog=50) as server:
        yield server.getsockname()[1]


def silent_parts(port: int, office: Office) -> dict[str, Any]:
    """Return a database, a store and a queue that never answer."""
    s3 = S3Settings(
        endpoint=f"{LOOPBACK}:{port}",
        access_key="a",
        secret_key="b",
        bucket="t-silent",
        secure=False,
        region="us-east-1",
    )
    return {
        "database": Database(f"postgresql://a:b@{LOOPBACK}:{port}/a", office.notices),
        "store": S3FileStore(s3),
        "queue": RqJobQueue(f"redis://{LOOPBACK}:{port}/0"),
    }


@pytest.mark.parametrize(
    "hanging",
    [["database"], ["store"], ["queue"], ["database", "store", "queue"]],
    ids="+".join,
)
def test_health_waits_for_no_part_that_hangs(
    office: Office,
    tmp_path: Path,
    silent_port: int,
    hanging: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "ANSWER_SECONDS", probing.ANSWER_SECONDS)
    site = make_site(office, tmp_path)
    attend(office)
    parts = {
        name: part for name, part in silent_parts(silent_port, office).items() if name in hanging
    }
    browser = create_app(replace(site.container, **parts)).test_client()
    for _ in range(TRIES):
        began = time.monotonic()
        answer = browser.get("/salud")
        assert time.monotonic() - began < SOON_SECONDS
        told = answer.get_json()
        down = [name for name in ("database", "store", "queue") if told[name] == "down"]
        assert set(down) >= set(hanging)
        if down == hanging:
            assert answer.status_code == (200 if hanging == ["queue"] else 503)
            return
    pytest.fail("a part that answers was told as down each time")


def test_health_is_told_within_two_seconds() -> None:
    assert probing.ANSWER_SECONDS < 2.0


def test_a_scheduler_that_lives_is_ok(site: Site, visitor: Visitor) -> None:
    attend(site.office)
    told = visitor.get("/salud").get_json()
    assert (told["status"], told["scheduler"], told["clock"]) == ("ok", "ok", "ok")


@pytest.mark.parametrize(("seconds", "word"), [(40, "ok"), (60, "down")])
def test_a_scheduler_that_died_is_seen_within_a_minute(
    site: Site, visitor: Visitor, seconds: int, word: str
) -> None:
    attend(site.office)
    (pulse,) = steps.rows(site.office, PulseRow)
    steps.make_older(site.office, pulse, "seen_at", by=timedelta(seconds=seconds))
    answer = visitor.get("/salud")
    assert answer.get_json()["scheduler"] == word
    assert answer.get_json()["status"] == ("ok" if word == "ok" else "degraded")
    assert answer.status_code == 200


@pytest.mark.parametrize(("seconds", "workers"), [(40, 1), (60, 0)])
def test_a_worker_that_died_is_seen_within_a_minute(
    site: Site, visitor: Visitor, seconds: int, workers: int
) -> None:
    attend(site.office)
    (worker,) = steps.rows(site.office, WorkerRow)
    steps.make_older(site.office, worker, "seen_at", by=timedelta(seconds=seconds))
    assert visitor.get("/salud").get_json()["workers"] == workers


def test_a_job_of_the_scheduler_that_failed_or_hangs_is_told(site: Site, visitor: Visitor) -> None:
    attend(site.office)
    beat(site.office, failed_or_late=("sweep",))
    told = visitor.get("/salud").get_json()
    assert (told["status"], told["scheduler"]) == ("degraded", "late")


def test_a_clock_that_leapt_is_told(site: Site, visitor: Visitor) -> None:
    attend(site.office)
    with site.office.writing() as uow:
        uow.session.get_one(ClockRow, THE_CLOCK).noted_at -= timedelta(days=400)
        uow.commit()
    beat(site.office)
    told = visitor.get("/salud").get_json()
    assert (told["status"], told["clock"]) == ("degraded", "held")


def test_who_asks_often_makes_the_parts_write_no_more(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(office.store, "ping", lambda: asked.append("store"))
    visitor = make_site(office, tmp_path).visitor()
    for _ in range(5):
        assert visitor.get("/salud").status_code == 200
    assert asked == ["store"]


def test_notices_that_nobody_could_hand_over_are_counted(site: Site, visitor: Visitor) -> None:
    attend(site.office)
    application_id = sent(site.office)
    told = visitor.get("/salud").get_json()
    assert (told["undelivered_notices"], told["status"]) == (0, "ok")
    let_pass(site.office, application_id, timedelta(days=4))
    told = visitor.get("/salud").get_json()
    assert (told["undelivered_notices"], told["status"]) == (1, "degraded")
