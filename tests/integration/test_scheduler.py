"""The small loop: every chore at its time, and one that fails stops no other."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service import scheduler
from review_service.bootstrap import Container, Role
from review_service.db.models import AttemptRow, PulseRow
from review_service.domain.applications import ApplicationState
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import StoreError
from review_service.services.applicant import sending
from review_service.services.upkeep import mending, old_rows, sweeping
from tests.factories import RUC, SECRET, Office
from tests.integration.services import steps
from tests.process_parts import parts
from tests.waiting import LONGEST_SECONDS


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """An office whose files and database the container below uses too."""
    return office_on_sqlite


@pytest.fixture
def container(office: Office, tmp_path: Path) -> Iterator[Container]:
    """The parts of a scheduler; its queue is down, as it may be."""
    with parts(office, tmp_path, Role.SCHEDULER, RECONCILE_SECONDS="0.2") as made:
        yield made


def after(rounds: int) -> Callable[[], bool]:
    """Say stop after so many rounds."""
    left = iter(range(rounds))
    return lambda: next(left, None) is None


def sent(office: Office) -> UUID:
    application_id = steps.ready_draft(office)
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        declared=True,
        secret_key=SECRET,
    )
    steps.hand_over(office, "confirm")
    return application_id


def test_a_round_lapses_what_nobody_confirmed(office: Office, container: Container) -> None:
    application_id = sent(office)
    row = steps.application(office, application_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(hours=73))
    scheduler.run(container, stopped=after(1), tick_seconds=0)
    assert steps.state(office, application_id) is ApplicationState.DRAFT


def test_two_schedulers_do_no_harm(office: Office, container: Container) -> None:
    application_id = sent(office)
    row = steps.application(office, application_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(hours=73))
    for _ in range(2):
        scheduler.run(container, stopped=after(1), tick_seconds=0)
    assert len(steps.events(office, "application_draft")) == 1


@pytest.mark.parametrize("error", [StoreError("down", retryable=True), RuntimeError("a mistake")])
def test_a_chore_that_fails_stops_no_other(
    office: Office,
    container: Container,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    application_id = sent(office)
    row = steps.application(office, application_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(hours=73))

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(mending, "reconcile", fail)
    monkeypatch.setattr(sweeping, "sweep", fail)
    with caplog.at_level(logging.WARNING):
        scheduler.run(container, stopped=after(1), tick_seconds=0)
    assert steps.state(office, application_id) is ApplicationState.DRAFT
    expected = "chore_waits" if isinstance(error, StoreError) else "chore_failed"
    assert [record.message for record in caplog.records].count(expected) == 2


def test_a_chore_that_failed_is_told_until_it_ends_well(
    office: Office, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [RuntimeError("a mistake"), StoreError("down", retryable=True)]
    third, may_end = threading.Event(), threading.Event()

    def fail_twice(*_: object, **__: object) -> None:
        if errors:
            raise errors.pop(0)
        third.set()
        assert may_end.wait(LONGEST_SECONDS)

    told: list[bool] = []
    """At each look during the third run and after it."""

    def ended_well() -> bool:
        if third.is_set():
            told.extend("reconcile" in row.failed_or_late for row in steps.rows(office, PulseRow))
        if len(told) > 1:
            may_end.set()
        return len(told) > 1 and not told[-1]

    monkeypatch.setattr(mending, "reconcile", fail_twice)
    monkeypatch.setattr(scheduler, "PULSE_SECONDS", 0.0)
    scheduler.run(container, stopped=ended_well, tick_seconds=0.05)
    assert told[1], "an outage says nothing of what failed before"
    assert not told[-1]


def test_each_chore_waits_for_its_time(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(mending, "reconcile", lambda *_, **__: done.append("reconcile"))
    monkeypatch.setattr(sweeping, "sweep", lambda *_, **__: done.append("sweep"))
    scheduler.run(container, stopped=after(12), tick_seconds=0.05)
    assert done.count("sweep") == 1
    assert 2 <= done.count("reconcile") <= 4


def test_old_attempts_are_forgotten(office: Office) -> None:
    sent(office)
    with office.writing() as uow:
        uow.session.add_all(
            AttemptRow(key=f"{days}", window_start=uow.now - timedelta(days=days), count=1)
            for days in (1, 400)
        )
        uow.commit()
    old_rows.prune(office.reading, office.writing, read_rulebook(None))
    with office.reading() as uow:
        keys = uow.session.execute(sa.select(AttemptRow.key)).scalars().all()
    assert "1" in keys
    assert "400" not in keys


def test_the_scheduler_seals_the_trail(
    office: Office, container: Container, tmp_path: Path
) -> None:
    sent(office)
    scheduler.run(container, stopped=after(1), tick_seconds=0)
    assert len(list((tmp_path / "audit" / "seals").rglob("*.txt"))) == 1
    assert len(list((tmp_path / "files" / "seals").rglob("*.txt"))) == 1
