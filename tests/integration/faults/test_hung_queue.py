"""A queue that hangs for a minute: the worker goes on by the table, and ends only when told to."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from review_service.db.models import MailRow
from tests.factories import RUC
from tests.integration.faults.stack import ROOT, Stack, environment, installed, wait_until
from tests.integration.services import steps
from tests.integration.services.test_registering import ask
from tests.servers import Server, ServerRoom, start_redis
from tests.smtp_sink import SmtpSink

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]

HUNG_SECONDS = 60.0
"""Longer than RQ's own worker waited before it left with exit code 0."""
SOON_SECONDS = 20.0


@pytest.fixture
def queue(room: ServerRoom) -> Iterator[Server]:
    """A Redis that this test stops."""
    folder = room.folder / uuid4().hex[:8]
    folder.mkdir()
    server = start_redis(folder)
    yield server
    server.kill(signal.SIGCONT)
    server.stop()


def start_worker(stack: Stack) -> "subprocess.Popen[bytes]":
    with stack.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "workers"],
            env=stack.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=log,
        )


def mailed(stack: Stack) -> int:
    return sum(row.sent_at is not None for row in steps.rows(stack.office, MailRow))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_worker_outlives_a_queue_that_hangs_and_ends_only_when_told(
    migrated_database_url: str, queue: Server, mail_sink: SmtpSink, tmp_path: Path
) -> None:
    url = f"redis://:{queue.password}@{queue.endpoint}/0"
    env = environment(tmp_path, database_url=migrated_database_url, redis_url=url, sink=mail_sink)
    with installed(env) as stack:
        worker = start_worker(stack)
        try:
            ask(stack.office, RUC)
            wait_until(lambda: mailed(stack) == 1, seconds=60, what="the worker did not begin")
            queue.kill(signal.SIGSTOP)
            ask(stack.office, RUC)
            wait_until(lambda: mailed(stack) == 2, seconds=SOON_SECONDS, what="nobody looked")
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(HUNG_SECONDS)
            ask(stack.office, RUC)
            wait_until(lambda: mailed(stack) == 3, seconds=SOON_SECONDS, what="nobody looked")
            queue.kill(signal.SIGCONT)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(SOON_SECONDS) == 0
        finally:
            worker.kill()
            worker.wait()
