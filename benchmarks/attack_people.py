# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""The people of ``attack.py``: honest applicants, and the attacker with what an attacker knows."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from attack_moves import Target
from load_people import session_of

from review_service.db.models import (
    AgreementRow,
    PaperProofRow,
    TaskRow,
)
from review_service.domain.documents import Theme
from review_service.domain.numbering import verification_token
from review_service.domain.work import TaskState
from review_service.samples import files as samples
from tests.e2e.stack import Stack
from tests.factories import SECRET, open_draft, send_and_confirm, upload
from tests.integration.faults.stack import photo
from tests.integration.faults.test_races import approve, cases
from tests.samples.hostile_bombs import bombs
from tests.samples.large_pictures import jpeg, progressive_jpeg

SENDERS: Final = 80
"""So many that none has more photos than an application may have."""
ISSUED_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An applicant with a session and a draft."""

    ruc: str
    cookie: str
    application_id: UUID

    @property
    def application(self) -> str:
        """The id as text."""
        return str(self.application_id)


@dataclass
class People:
    """Everybody of one run."""

    honest: list[Person]
    token: str
    """Of the QR of a published Acuerdo."""
    victim: Person
    sent: Person
    officer_name: str
    officer_cookie: str
    files: Path
    _next: Iterator[Person] = field(init=False)
    _chance: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with the first sender."""
        self._next = cycle(self.honest)

    def any_reader(self) -> Person:
        """Return an honest applicant."""
        with self._lock:
            return self._chance.choice(self.honest)

    def next_sender(self) -> tuple[Person, bytes]:
        """Return the honest applicant whose upload comes next, and a photo like no other."""
        with self._lock:
            return next(self._next), photo(self._chance)

    def target(self, stack: Stack) -> Target:
        """Return what the attacker knows; each attack has an applicant and a draft of its own."""
        attacker = _person(stack)
        return Target(
            base=stack.base,
            ruc=self.victim.ruc,
            application=self.victim.application,
            officer=self.officer_name,
            cookie=attacker.cookie,
            own=attacker.application,
            sent=self.sent.application,
            sent_cookie=self.sent.cookie,
            officer_cookie=self.officer_cookie,
            files=str(self.files),
        )

    @staticmethod
    def waiting(stack: Stack) -> int:
        """Return how many tasks are due or at work."""
        with stack.container.reading() as uow:
            due = sa.select(sa.func.count()).where(
                TaskRow.state == TaskState.READY, TaskRow.run_after <= uow.now
            )
            return int(uow.session.execute(due).scalar_one())


def prepare(stack: Stack) -> People:
    """Put everybody and the attacker's files in place."""
    officer = stack.officer()
    sent, victim = _person(stack), _person(stack)
    for person in (sent, victim):
        for theme in Theme:
            content = photo(random.Random(theme.value))  # noqa: S311 -- a picture
            upload(
                stack.office, person.application_id, content=content, ruc=person.ruc, theme=theme
            )
        send_and_confirm(stack.office, person.application_id, person.ruc)
    return People(
        token=_published(stack),
        honest=[_person(stack) for _ in range(SENDERS)],
        victim=victim,
        sent=sent,
        officer_name=officer.user_name,
        officer_cookie=_session(stack, officer_id=officer.id),
        files=_files(stack.logs.parent / "to-send"),
    )


def _published(stack: Stack) -> str:
    """Let the service issue an Acuerdo; return the token of its QR once it is proven."""
    ruc = stack.newcomer().ruc
    (application_id,) = cases(stack.office, 1, ruc=ruc)
    approve(stack.office, application_id, stack.officer().id)
    found = sa.select(PaperProofRow.agreement_id).join(
        AgreementRow, AgreementRow.id == PaperProofRow.agreement_id
    )
    until = time.monotonic() + ISSUED_SECONDS
    while time.monotonic() < until:
        with stack.container.reading() as uow:
            agreement_id = uow.session.execute(found).scalar_one_or_none()
        if agreement_id is not None:
            return verification_token(SECRET, agreement_id)
        time.sleep(0.5)
    raise RuntimeError("no Acuerdo was published")


def _person(stack: Stack) -> Person:
    ruc = stack.newcomer().ruc
    return Person(
        ruc=ruc, cookie=_session(stack, ruc=ruc), application_id=open_draft(stack.office, ruc)
    )


def _session(stack: Stack, *, ruc: str | None = None, officer_id: UUID | None = None) -> str:
    """Write a session down; return what its cookie says."""
    with stack.container.writing() as uow:
        token = session_of(uow, ruc=ruc, officer_id=officer_id)
        uow.commit()
    return token


def _files(folder: Path) -> Path:
    """Write what the attacker sends: a photo, a PDF of twenty, and bombs of both kinds."""
    (folder / "pdf").mkdir(parents=True)
    (folder / "photo").mkdir()
    photos = samples.photo_set(count=20, width_px=samples.SMALL)
    (folder / "photo.jpg").write_bytes(samples.photo_set(count=1, width_px=4000)[0].jpeg)
    (folder / "evidence.pdf").write_bytes(samples.evidence_pdf([each.jpeg for each in photos]))
    for number, sample in enumerate(bombs()):
        (folder / "pdf" / f"{number}.pdf").write_bytes(sample.data)
    (folder / "photo" / "a.jpg").write_bytes(jpeg(14_000, 14_000))
    (folder / "photo" / "b.jpg").write_bytes(progressive_jpeg(7_000, 7_000))
    return folder
