"""The running service and browsers on it. Nothing here is skipped: what is missing fails."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from review_service.demo.stage import preparing
from review_service.demo.story import tour
from review_service.samples import ready_files
from review_service.web.demo.acts import PREPARED
from tests.e2e.browsing import PHONE, Visitor, chromium
from tests.e2e.gallery import Gallery, hang
from tests.e2e.stack import Stack, running, second_web
from tests.servers import Server
from tests.smtp_sink import smtp_sink

MAIN_QUEUE, EMBEDDED_QUEUE = 24, 44
"""Redis databases from here on belong to the stacks of each test process."""


class OpenBrowser(Protocol):
    """Gives somebody a browser; it must have behaved when the test ends."""

    def __call__(
        self,
        stack: Stack,
        *,
        viewport: ViewportSize = PHONE,
        scripts: bool = True,
        scale: float = 1,
    ) -> Visitor:
        """Return a fresh browser with an empty profile."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one file: Playwright keeps an event loop running in this thread.

    A session's browser would still run it under the next file, where signing needs its own.
    """
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[OpenBrowser]:
    """Fresh browsers; in the end none may have asked a stranger or complained."""
    opened: list[Visitor] = []

    def open_one(
        stack: Stack, *, viewport: ViewportSize = PHONE, scripts: bool = True, scale: float = 1
    ) -> Visitor:
        visitor = Visitor(browser, stack.base, viewport=viewport, scripts=scripts, scale=scale)
        opened.append(visitor)
        return visitor

    yield open_one
    problems = [problem for visitor in opened for problem in visitor.watch.problems]
    for visitor in opened:
        visitor.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: Server,
    redis_server: Server,
    seaweedfs_server: Server,
    worker_id: str,
) -> Iterator[Stack]:
    """The service on PostgreSQL, S3, Redis and SMTP."""
    store = {
        "FILE_STORE": "s3",
        "S3_ACCESS_KEY": seaweedfs_server.user,
        "S3_BUCKET": f"e2e-{uuid4().hex}",
        "S3_ENDPOINT": seaweedfs_server.endpoint,
        "S3_SECRET_KEY": seaweedfs_server.password,
        "S3_SECURE": "0",
    }
    with (
        smtp_sink() as sink,
        running(
            tmp_path_factory.mktemp("service"),
            database_url=_empty_database(postgres_server),
            redis_url=_queue_url(redis_server, worker_id, MAIN_QUEUE),
            sink=sink,
            more=store,
        ) as started,
    ):
        yield started


@pytest.fixture(scope="module")
def embedded_stack(
    tmp_path_factory: pytest.TempPathFactory, redis_server: Server, worker_id: str
) -> Iterator[Stack]:
    """The service on SQLite and local disk, as one machine runs it."""
    folder = tmp_path_factory.mktemp("embedded")
    with (
        smtp_sink() as sink,
        running(
            folder,
            database_url=f"sqlite:///{folder}/review.db",
            redis_url=_queue_url(redis_server, worker_id, EMBEDDED_QUEUE),
            sink=sink,
        ) as started,
    ):
        yield started


def _queue_url(server: Server, worker_id: str, first: int) -> str:
    number = first + (0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1)
    return f"redis://:{server.password}@{server.endpoint}/{number}"


def _empty_database(server: Server) -> str:
    name = f"e2e_{uuid4().hex}"
    login = f"{server.user}:{server.password}@{server.endpoint}"
    with psycopg.connect(f"postgresql://{login}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://{login}/{name}"


@pytest.fixture(scope="session")
def gallery(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Gallery:
    """An application in every state; with ``--screenshots`` the queue is full."""
    folder = tmp_path_factory.mktemp("gallery")
    return hang(stack, folder, whole_queue=bool(pytestconfig.getoption("--screenshots")))


@pytest.fixture(scope="session")
def demo_gallery(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """The same cases served as the demo does, with its start page."""
    for sample in ready_files.everything(gallery.home.issued):
        (gallery.home.samples / sample.name).touch()  # named on the page; to draw them takes long
    preparing.write_start_page(gallery.stack.container, gallery.home)
    (gallery.home.issued / "Acuerdo-emitido.pdf").write_bytes(gallery.paper)
    tour.show_paper(gallery.stack.container, gallery.home)
    for act in PREPARED:
        tour.set_up(gallery.stack.container, gallery.home, act)
    with second_web(
        gallery.stack,
        tmp_path_factory.mktemp("demo"),
        {"DATA_DIR": str(gallery.home.folder), "DEMO_PAGE": "1"},
    ) as stack:
        for place, raw in enumerate(gallery.stack.mailbox.raw_mails()):
            here = raw.replace(gallery.stack.base.encode(), stack.base.encode())
            (gallery.home.mail / f"{time.time_ns():020d}-{place}.eml").write_bytes(here)
        yield replace(gallery, stack=stack)
