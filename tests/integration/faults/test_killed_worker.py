"""Workers killed in the middle of their work: nothing is lost, nothing is done twice."""

import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    EventRow,
    MailRow,
    PageRow,
    TaskRow,
)
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentState
from review_service.domain.work import TaskState
from review_service.services.notices import LINK_IS_OVER
from review_service.services.upkeep import invariants
from tests.integration.faults.stack import (
    OTHERS,
    Stack,
    decide_what_is_checked,
    environment,
    give_work,
    installed,
    wait_until,
)
from tests.smtp_sink import SmtpSink

KILLS, KILLS_OF_A_TRIAL = 3, 20
"""With --all, and with --trials."""
"""So that checks, papers and mail all meet their death."""
QUIET_SECONDS = 120


def expect_nothing_lost_and_nothing_doubled(stack: Stack, sink: SmtpSink) -> int:
    """Check every promise; return how many messages came twice under one Message-ID."""
    container = stack.container
    assert invariants.broken_invariants(container.reading, container.store) == []
    with container.reading() as uow:
        states = Counter(uow.session.execute(sa.select(TaskRow.state)).scalars())
        documents = uow.session.execute(sa.select(DocumentRow)).scalars().all()
        ready = set(
            uow.session.scalars(sa.select(ApplicationRow.id).where(ApplicationRow.ruc == OTHERS))
        )
        pages = Counter(uow.session.execute(sa.select(PageRow.document_id)).scalars())
        agreements = uow.session.execute(sa.select(AgreementRow)).scalars().all()
        applications = uow.session.execute(sa.select(ApplicationRow.state)).scalars().all()
        mails = uow.session.execute(sa.select(MailRow)).scalars().all()
        actions = Counter(uow.session.execute(sa.select(EventRow.action)).scalars())
    assert set(states) == {TaskState.DONE}, states
    assert {row.state for row in documents} == {DocumentState.CHECKED}
    given = [row for row in documents if not row.assembled and row.application_id not in ready]
    assert pages == {row.id: 1 for row in given}
    assert actions["document_checked"] == len(given)
    assert set(applications) == {ApplicationState.ISSUED}
    assert sorted(row.serial for row in agreements) == list(range(1, len(agreements) + 1))
    assert len(agreements) == len(applications)
    assert actions["agreement_stored"] == actions["application_issued"] == len(agreements)
    for row in agreements:
        assert row.state is AgreementState.PUBLISHED
        with container.store.open(row.storage_key or "") as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == row.sha256
    late = [mail for mail in mails if mail.last_error == LINK_IS_OVER]
    assert all(mail.sent_at is None and "link_id" in mail.context for mail in late)
    mails = [mail for mail in mails if mail not in late]
    assert all(mail.sent_at is not None and mail.failed_at is None for mail in mails)
    caught = Counter(str(mail.message["Message-ID"])[1:37] for mail in sink.mails)
    assert set(caught) == {str(mail.id) for mail in mails}
    assert actions["mail_sent"] == len(mails)
    return sum(caught.values()) - len(caught)


def work_through(stack: Stack) -> None:
    """Let everything be checked, decided, issued and mailed."""
    wait_until(stack.is_quiet, seconds=QUIET_SECONDS, what="tasks still wait")
    decide_what_is_checked(stack)
    wait_until(stack.is_quiet, seconds=QUIET_SECONDS, what="tasks still wait")


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_killed_workers_lose_nothing_and_double_nothing(
    migrated_database_url: str,
    redis_url: str,
    mail_sink: SmtpSink,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    pytestconfig: pytest.Config,
) -> None:
    kills = KILLS_OF_A_TRIAL if pytestconfig.getoption("--trials") else KILLS
    rng = random.Random(20)  # noqa: S311 -- repeatable, guards nothing
    env = environment(
        tmp_path, database_url=migrated_database_url, redis_url=redis_url, sink=mail_sink
    )
    with installed(env) as stack:
        give_work(stack, rng)
        stack.start()
        killed = kill_at_work(stack, rng, kills)
        work_through(stack)
        doubled = expect_nothing_lost_and_nothing_doubled(stack, mail_sink)
        record_property("killed_in", dict(killed))
        record_property("mails", len(mail_sink.mails))
        record_property("mails_doubled_under_one_id", doubled)
        told = f"killed in {dict(killed)}; mails {len(mail_sink.mails)}, doubled {doubled}"
        print(told)  # noqa: T201 -- the measure of this test, shown with -s


def kill_at_work(stack: Stack, rng: random.Random, kills: int) -> Counter[str]:
    """Kill a worker in the middle of a task, at random moments; return in what."""
    killed: Counter[str] = Counter()
    while killed.total() < kills:
        wait_for_work(stack, rng)
        time.sleep(rng.uniform(0, 0.2))
        for pid, kind in stack.at_work()[:1]:
            if killed[kind] >= (kills + 2) // 3:
                continue
            os.kill(pid, signal.SIGKILL)
            killed[kind] += 1
            stack.mourn(pid)
    return killed


def wait_for_work(stack: Stack, rng: random.Random) -> None:
    """Wait until a worker holds a lease; give new work when there is none left."""

    def busy() -> bool:
        if stack.is_quiet() and decide_what_is_checked(stack) == 0:
            give_work(stack, rng)
        return bool(stack.at_work())

    wait_until(busy, seconds=60, what="no worker took any work")
