"""Queue, database, relay and store going down under load: what was acknowledged is not lost."""

import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO, cast

import pytest
from redis import Redis

from review_service.adapters.s3_store import S3FileStore
from review_service.db.models import DocumentRow, TaskRow
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import DatabaseDownError, OutsideError, StoreError
from review_service.services.applicant import receiving
from review_service.services.applicant.receiving import Upload
from review_service.services.upkeep import invariants
from review_service.settings import S3Settings
from tests.conftest import migrate_to_head
from tests.factories import RUC, make_office, open_draft, upload
from tests.integration.faults.stack import (
    PEOPLE,
    Stack,
    environment,
    give_work,
    installed,
    photo,
    wait_until,
)
from tests.integration.faults.test_killed_worker import (
    expect_nothing_lost_and_nothing_doubled,
    work_through,
)
from tests.integration.services import steps
from tests.servers import Server, crash_postgres, start_postgres, start_redis, start_seaweedfs
from tests.smtp_sink import TAKEN, SmtpSink

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for servers that this test breaks: short, because sockets live in it."""
    folder = Path(mkdtemp(prefix="rs-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def meanwhile(stack: Stack, do: Callable[[random.Random], None], *, every: float) -> Iterator[None]:
    """Do something again and again while the block runs."""
    over = threading.Event()
    rng = random.Random(7)  # noqa: S311 -- repeatable, guards nothing

    def keep_doing() -> None:
        while not over.wait(rng.uniform(0, 2 * every)):
            do(rng)

    thread = threading.Thread(target=keep_doing, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=60)
    assert stack.env


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_queue_that_forgets_and_dies_loses_nothing(
    migrated_database_url: str, short_folder: Path, mail_sink: SmtpSink, tmp_path: Path
) -> None:
    queue = start_redis(short_folder)
    url = f"redis://:{queue.password}@{queue.endpoint}/0"
    env = environment(tmp_path, database_url=migrated_database_url, redis_url=url, sink=mail_sink)

    def forget(_rng: random.Random) -> None:
        with suppress(Exception), Redis.from_url(url) as connection:
            connection.flushall()

    try:
        with installed(env) as stack:
            stack.start()
            with meanwhile(stack, forget, every=0.3):
                give_work(stack, random.Random(1))  # noqa: S311 -- repeatable
                time.sleep(3)
            queue.kill(signal.SIGKILL)
            queue.wait()
            give_work(stack, random.Random(2))  # noqa: S311 -- repeatable
            time.sleep(3)
            queue = start_redis(short_folder, port=queue.port, password=queue.password)
            work_through(stack)
            assert expect_nothing_lost_and_nothing_doubled(stack, mail_sink) == 0
    finally:
        queue.stop()


def test_a_database_that_crashes_under_load_loses_nothing_acknowledged(
    short_folder: Path, redis_url: str, mail_sink: SmtpSink, tmp_path: Path
) -> None:
    server = start_postgres(short_folder, durable=True)
    url = f"postgresql://{server.user}:{server.password}@{server.endpoint}/postgres"
    migrate_to_head(url)
    env = environment(tmp_path, database_url=url, redis_url=redis_url, sink=mail_sink)
    rng = random.Random(3)  # noqa: S311 -- repeatable, guards nothing
    servers: list[Server] = [server]
    acknowledged: list[object] = []
    try:
        with installed(env) as stack:
            drafts = {ruc: open_draft(stack.office, ruc) for ruc in PEOPLE}
            stack.start()

            def send(_rng: random.Random) -> None:
                ruc = rng.choice(PEOPLE)
                with suppress(OutsideError):
                    received = upload(
                        stack.office,
                        drafts[ruc],
                        content=photo(rng),
                        ruc=ruc,
                        theme=rng.choice(list(Theme)),
                    )
                    acknowledged.append(received.document_id)

            with meanwhile(stack, send, every=0.1):
                for _ in range(3):
                    time.sleep(rng.uniform(1, 2))
                    servers.append(crash_postgres(servers[-1], short_folder))
                time.sleep(1)
            wait_until(stack.is_quiet, seconds=90, what="tasks still wait")
            kept = {row.id: row for row in steps.rows(stack.office, DocumentRow)}
            assert len(acknowledged) > 5
            assert set(acknowledged) <= set(kept)
            assert {row.state.value for row in kept.values()} == {"checked"}
            assert (
                invariants.broken_invariants(stack.container.reading, stack.container.store) == []
            )
    finally:
        servers[-1].stop()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_relay_that_refuses_for_a_while_gets_every_message_in_the_end(
    migrated_database_url: str, redis_url: str, mail_sink: SmtpSink, tmp_path: Path
) -> None:
    env = environment(
        tmp_path, database_url=migrated_database_url, redis_url=redis_url, sink=mail_sink
    )
    mail_sink.answer_to_message = "451 4.3.0 later, please"
    with installed(env) as stack:
        stack.start()
        give_work(stack, random.Random(4))  # noqa: S311 -- repeatable
        wait_until(lambda: waiting_mails(stack) >= 3, seconds=60, what="nobody was refused")
        assert mail_sink.mails == []
        mail_sink.answer_to_message = TAKEN
        work_through(stack)
        assert expect_nothing_lost_and_nothing_doubled(stack, mail_sink) == 0


def waiting_mails(stack: Stack) -> int:
    """Return how many messages wait because the relay refused them for now."""
    with suppress(DatabaseDownError):
        return sum(
            row.outages > 0 and row.attempts == 0 for row in steps.rows(stack.office, TaskRow)
        )
    return 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_store_that_dies_in_the_middle_of_an_upload_acknowledges_nothing(
    migrated_database_url: str, short_folder: Path, tmp_path: Path
) -> None:
    server = start_seaweedfs(short_folder)
    store = S3FileStore(
        S3Settings(
            endpoint=server.endpoint,
            access_key=server.user,
            secret_key=server.password,
            bucket="outage",
            secure=False,
            region="us-east-1",
        )
    )
    office = make_office(migrated_database_url, tmp_path, store)
    application_id = open_draft(office)
    content = b"%PDF-1.7\n" + bytes(20_000_000)

    class Fatal(BytesIO):
        """A stream in whose middle the store dies."""

        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > len(content) // 2:
                server.kill(signal.SIGKILL)
            return super().read(size)

    try:
        with pytest.raises(StoreError) as raised:
            receiving.receive(
                office.writing,
                store,
                limits=office.limits,
                application_id=application_id,
                ruc=RUC,
                upload=Upload(
                    kind=DocumentKind.EVIDENCE,
                    theme=None,
                    upload_key="fatal",
                    file_name="fotos.pdf",
                    stream=cast(BinaryIO, Fatal(content)),
                ),
            )
        assert raised.value.retryable is True
        assert steps.rows(office, DocumentRow) == []
        assert steps.rows(office, TaskRow) == []
    finally:
        server.stop()
        office.database.engine.dispose()
