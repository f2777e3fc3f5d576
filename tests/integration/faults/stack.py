"""Real workers and a real scheduler that are started again whenever they die."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from PIL import Image

from review_service.bootstrap import Container, Role, build
from review_service.db.models import ApplicationRow, DocumentRow, TaskRow, TaxpayerRow
from review_service.domain.documents import Theme
from review_service.domain.errors import DatabaseDownError
from review_service.domain.work import TaskState
from review_service.samples.people import synthetic_ruc
from review_service.services.review import reviewing
from review_service.settings import Settings
from tests.factories import (
    FORM_SECRET,
    SECRET,
    Office,
    RememberedBells,
    add_officer,
    add_taxpayer,
    issuing_rules,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.faults.test_races import approve, cases
from tests.smtp_sink import SmtpSink

ROOT = Path(__file__).parents[3]
WORKERS = 2
ATTEMPTS = 15
"""More than production's three: here somebody kills on purpose, again and again."""
APPROVED = 4
OTHERS = "1760001550001"
"""Whose cases the officers approve; it signs in nowhere here."""
PEOPLE = ("3000000012001", "1792060346001", "1790001563001")


def environment(
    folder: Path, *, database_url: str, redis_url: str, sink: SmtpSink
) -> dict[str, str]:
    """Return the settings of an installation with short clocks."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
        "SMTP_HOST": sink.host,
        "SMTP_PORT": str(sink.port),
        "SMTP_TIMEOUT_SECONDS": "3",
        "MAIL_FROM": "no-responder@rum.example.ec",
        "LEASE_SECONDS": "3",
        "RECONCILE_SECONDS": "1",
        "RETRY_SECONDS": "1",
        "MAX_ATTEMPTS": str(ATTEMPTS),
        "DEMONSTRATION": "1",
        "LOG_LEVEL": "WARNING",
    }


@dataclass
class Stack:
    """The parts of one installation and its processes."""

    container: Container
    office: Office
    env: dict[str, str]
    log: Path
    _running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _minders: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start the workers and the scheduler, each with somebody who starts it again."""
        commands = [["-m", "workers"]] * WORKERS + [["-m", "review_service.cli", "scheduler"]]
        for command in commands:
            minder = threading.Thread(target=self._mind, args=(command,), daemon=True)
            minder.start()
            self._minders.append(minder)

    def stop(self) -> None:
        """End everything."""
        self._over.set()
        for process in list(self._running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for minder in self._minders:
            minder.join(timeout=10)

    def at_work(self) -> list[tuple[int, str]]:
        """Return the processes that hold a lease just now, and on what kind of task."""
        alive = {process.pid for process in self._running}
        with self.container.reading() as uow:
            held = uow.session.execute(
                sa.select(TaskRow.lease_owner, TaskRow.kind)
                .where(TaskRow.state == TaskState.READY, TaskRow.leased_until > uow.now)
                .order_by(TaskRow.leased_until.desc())
            ).all()
        found = [(int(owner.split(":")[1]), kind.value) for owner, kind in held if owner]
        return [(pid, kind) for pid, kind in found if pid in alive]

    def mourn(self, pid: int) -> None:
        """Wait until the killed one is known to be gone."""
        gone = lambda: all(process.pid != pid for process in self._running)  # noqa: E731
        wait_until(gone, seconds=10, what="the killed worker is still there")

    def is_quiet(self) -> bool:
        """Whether no task waits or runs."""
        with self.container.reading() as uow:
            waiting = uow.session.execute(
                sa.select(sa.func.count(TaskRow.id)).where(TaskRow.state == TaskState.READY)
            ).scalar_one()
        return waiting == 0

    def _mind(self, command: Sequence[str]) -> None:
        while not self._over.is_set():
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, *command],
                    env=self.env,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._running.append(process)
            process.wait()
            # A killed worker's own children must end by themselves; what is left is ended here.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            self._running.remove(process)


@contextmanager
def installed(env: dict[str, str]) -> Iterator[Stack]:
    """Give an installation on a migrated database with a few taxpayers; nothing runs yet."""
    container = build(Settings.from_env(env), Role.OPERATOR)
    container.store.prepare()
    with container.writing() as uow:
        for number, ruc in enumerate(PEOPLE):
            add_taxpayer(uow, ruc, email=f"persona{number}@correo.example")
        uow.commit()
    office = Office(
        database=container.database,
        store=container.store,
        registry=container.registry,  # type: ignore[arg-type]
        notices=RememberedBells(),
    )
    folder = Path(env["DATA_DIR"])
    stack = Stack(container=container, office=office, env=env, log=folder / "processes.log")
    try:
        yield stack
    finally:
        stack.stop()
        container.database.engine.dispose()


def photo(rng: random.Random) -> bytes:
    """Return a small photo like no other."""
    image = Image.frombytes("RGB", (32, 24), rng.randbytes(32 * 24 * 3)).resize((320, 240))
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def give_work(stack: Stack, rng: random.Random) -> None:
    """Let each person send four photos and confirm, and officers approve some other cases."""
    approved = cases(stack.office, APPROVED, ruc=OTHERS)
    officer_id = add_officer(stack.office, f"o{time.monotonic_ns()}")
    for application_id in approved:
        approve(stack.office, application_id, officer_id)
    for _ in PEOPLE:
        ruc = _newcomer(stack.office, rng)
        application_id = open_draft(stack.office, ruc)
        for theme in Theme:
            upload(stack.office, application_id, content=photo(rng), ruc=ruc, theme=theme)
        send_and_confirm(stack.office, application_id, ruc)


def _newcomer(office: Office, rng: random.Random) -> str:
    """Put somebody into the registry who has no application yet; return the RUC."""
    with office.writing() as uow:
        known = set(uow.session.scalars(sa.select(TaxpayerRow.ruc)))
        ruc = next(
            found
            for number in iter(lambda: rng.randrange(100, 900), None)
            if (found := synthetic_ruc(number)) not in known
        )
        add_taxpayer(uow, ruc, email=f"persona{ruc}@correo.example")
        uow.commit()
    return ruc


def decide_what_is_checked(stack: Stack) -> int:
    """Approve every case whose checks have ended; return how many."""
    from tests.integration.services import steps  # noqa: PLC0415 -- the steps know this office

    with stack.container.reading() as uow:
        open_documents = sa.select(DocumentRow.application_id).where(
            DocumentRow.state.in_(("received", "checking"))
        )
        ids: Sequence[UUID] = (
            uow.session.execute(
                sa.select(ApplicationRow.id).where(
                    ApplicationRow.state == "in_review", ApplicationRow.id.not_in(open_documents)
                )
            )
            .scalars()
            .all()
        )
    officer_id = add_officer(stack.office, f"o{time.monotonic_ns()}")
    for application_id in ids:
        steps.accept_all(stack.office, application_id, officer_id)
        reviewing.approve(
            stack.office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=steps.application(stack.office, application_id).version,
            rules=issuing_rules(),
        )
    return len(ids)


def wait_until(happens: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for something; an answer that the database is away counts as not yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(DatabaseDownError):
            if happens():
                return
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s: {what}")
