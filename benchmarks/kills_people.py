# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The honest work of ``kills.py``: artisans apply over HTTP, an officer decides, mail is read.

Whoever gets no answer, or a fault of the service, asks again, as a person does. What the service
said «yes» to is written into the ledger, and must be found at the end.
"""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
import urllib3
from attack_browser import Browser
from kills_counting import Acknowledged
from kills_stack import Parts
from officer_desk import PICTURES

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    PageRow,
    ReviewItemRow,
    SessionKind,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState, ReviewItem
from review_service.domain.documents import DocumentState, Theme
from review_service.domain.errors import OutsideError
from review_service.domain.tracks import ARTISAN, Track
from review_service.samples.files import evidence_pdf
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.e2e.mailbox import CODE
from tests.e2e.stack import OfficerAccount
from tests.factories import SHEET
from tests.integration.faults.stack import photo
from tests.smtp_sink import CaughtMail

AGAIN_SECONDS: Final = 1.0
"""How soon somebody who got no answer asks again."""
LOOK_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 900.0
"""After which a person gives up; the case then counts as lost."""
MOST_AT_ONCE: Final = 6
"""Applications that are on their way at a time."""
PDF_EVERY: Final = 4
"""Of so many artisans one sends a PDF with the photos."""
OUT_OF_ORDER: Final = "Se mide con este caso; los demás esperan a su propia medición."
"""Why a case is taken while an older one is free."""
TYPED: Final = {"Content-Type": "application/x-www-form-urlencoded"}
WAITING: Final = (DocumentState.RECEIVED, DocumentState.CHECKING)
SEE_OTHER: Final = 303
SERVER_FAULT: Final = 500
T = TypeVar("T")


class GivenUpError(Exception):
    """Somebody waited for too long."""


@dataclass(eq=False, slots=True)
class Step:
    """One request of somebody, made again until it is answered."""

    what: str
    is_answered: bool = False


@dataclass
class People:
    """Everybody of one run."""

    parts: Parts
    seed: int
    every_seconds: float
    cases: list[Acknowledged] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """What kept an application from its end."""
    _steps: set[Step] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Let one artisan after the other begin, until ``end``."""
        officer = self.parts.stack.officer()
        thread = threading.Thread(target=self._begin_all, args=(officer,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self, *, seconds: float) -> bool:
        """Let nobody begin any more, wait for those who did; False when some are not done."""
        self._over.set()
        until = time.monotonic() + seconds
        for thread in list(self._threads):
            thread.join(max(0.0, until - time.monotonic()))
        return not self.is_busy

    @property
    def is_busy(self) -> bool:
        """Whether somebody is on the way."""
        return any(thread.is_alive() for thread in list(self._threads)[1:])

    def steps(self) -> set[Step]:
        """Return the requests that wait for their answer just now."""
        with self._lock:
            return set(self._steps)

    def _begin_all(self, officer: OfficerAccount) -> None:
        chance, number = random.Random(self.seed), 0  # noqa: S311 -- repeatable
        while not self._over.is_set():
            if sum(thread.is_alive() for thread in self._threads) <= MOST_AT_ONCE:
                number += 1
                own = random.Random(f"{self.seed}-{number}")  # noqa: S311
                one = _Artisan(self, number, own, officer)
                thread = threading.Thread(target=one.go, name=f"artisan-{number}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._over.wait(chance.uniform(0.7, 1.3) * self.every_seconds)

    def until(self, happens: Callable[[], bool], what: str) -> None:
        """Wait for something; no answer of the database counts as not yet."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with suppress(OutsideError, sa.exc.DBAPIError):
                if happens():
                    return
            time.sleep(LOOK_SECONDS)
        raise GivenUpError(what)

    def ask(
        self, browser: Browser, method: str, path: str, **more: Any  # noqa: ANN401 -- of urllib3
    ) -> urllib3.BaseHTTPResponse:  # fmt: skip
        """Send a request, again and again until the service answers without a fault of its own."""
        step = Step(f"{method} {path}")
        with self._lock:
            self._steps.add(step)
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            while time.monotonic() < deadline:
                with suppress(OSError, urllib3.exceptions.HTTPError):
                    answer = browser.ask(method, path, **more)
                    if answer.status < SERVER_FAULT:
                        step.is_answered = True
                        return answer
                time.sleep(AGAIN_SECONDS)
        finally:
            with self._lock:
                self._steps.discard(step)
        raise GivenUpError(step.what)


@dataclass
class Journey(ABC):
    """One application of one person, over HTTP."""

    people: People
    number: int
    chance: random.Random
    track: ClassVar[Track] = ARTISAN

    def go(self) -> None:
        """Walk to the end; what goes wrong is written down."""
        try:
            self._go()
        except Exception as error:  # noqa: BLE001 -- told in the report
            who = f"{self.track.key} {self.number}"
            self.people.troubles.append(f"{who}: {type(error).__name__}: {error}")

    @abstractmethod
    def _go(self) -> None:
        """Walk to the end."""

    def _open(self, own: Browser, ruc: str) -> UUID:
        """Open an application; one that was opened without an answer is found again."""

        def opened() -> UUID | None:
            with self.people.parts.stack.container.reading() as uow:
                mine = sa.select(ApplicationRow.id).where(ApplicationRow.ruc == ruc)
                return uow.session.execute(mine).scalar_one_or_none()

        page = f"/solicitudes/nueva/{self.track.slug}"
        self._submit(own, page, "/solicitudes/nueva", {"kind": "new"}, lambda: opened() is not None)
        found = insist(opened)
        if found is None:
            raise GivenUpError("an application that was said to be open is not there")
        return found

    def _send_file(
        self, own: Browser, case: Acknowledged, page: str, field_name: str,
        file: tuple[str, bytes], **more: str,
    ) -> None:  # fmt: skip
        """Send one file; the same form again until it is answered."""
        first = self._form(own, page, f"{page}/subir")
        kept: dict[str, Any] = {**more, field_name: file, "upload_key": first["upload_key"]}
        fields = {**first, **kept}
        for _ in range(3):
            answer = self.people.ask(own, "POST", f"{page}/subir", fields=fields)
            if answer.status == SEE_OTHER:
                case.acknowledge_file(file[1])
                return
            # The page was older than the case: its form is taken anew for the same file.
            fields = {**self._form(own, page, f"{page}/subir"), **kept}
        raise GivenUpError("a file is not taken")

    def _submit(
        self, browser: Browser, page: str, ending: str, values: dict[str, str],
        is_done: Callable[[], bool],
    ) -> None:  # fmt: skip
        """Send a form until it is taken, or the page shows that it had been taken."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        target = ending if ending.startswith(("/solicitudes", "/revision")) else page + ending
        while time.monotonic() < deadline:
            fields = {**self._form(browser, page, ending), **values}
            answer = self.people.ask(browser, "POST", target, body=urlencode(fields), headers=TYPED)
            if answer.status == SEE_OTHER or insist(is_done):
                return
            time.sleep(AGAIN_SECONDS)
        raise GivenUpError(ending)

    def _approve(self, by: OfficerAccount, found: UUID, items: Iterable[ReviewItem]) -> None:
        """Accept each item of a case and approve it, as an officer does in the pages."""
        officer = self._browser(
            SessionKind.OFFICER,
            lambda uow: sessions.start_officer(uow, officer_id=by.id, second_factor=True),
        )
        page = f"/revision/casos/{found}"
        self._submit(
            officer, page, "/tomar", {"motivo_toma": OUT_OF_ORDER},
            lambda: self._row(found).claimed_by == by.id,
        )  # fmt: skip
        seen = self.people.ask(officer, "GET", page).data.decode()
        for picture in dict.fromkeys(PICTURES.findall(seen)):
            self.people.ask(officer, "GET", picture)
        for item in items:
            self._submit(
                officer, page, f"/puntos/{item.value}", {"veredicto": "accepted"},
                partial(self._is_accepted, found, item.value),
            )  # fmt: skip
        self._submit(
            officer, f"{page}/aprobar", f"{page}/aprobar", {},
            lambda: self._row(found).decided_by is not None,
        )  # fmt: skip

    def _is_accepted(self, found: UUID, item: str) -> bool:
        with self.people.parts.stack.container.reading() as uow:
            accepted = sa.select(ReviewItemRow.item).where(
                ReviewItemRow.application_id == found,
                ReviewItemRow.item == item,
                ReviewItemRow.verdict == "accepted",
            )
            return uow.session.execute(accepted).first() is not None

    def _form(self, browser: Browser, page: str, ending: str) -> dict[str, str]:
        """Open a page and return the hidden fields of its form."""
        answer = self.people.ask(browser, "GET", page)
        return browser.hidden_fields(answer, page, ending)

    def _mailed_code(self, address: str) -> str:
        """Wait for the mail that asks to confirm; return its code."""
        found: list[str] = []

        def come() -> bool:
            for caught in list(self.people.parts.sink.mails):
                if address in caught.recipients:
                    found.extend(confirmation_codes(caught))
            return bool(found)

        self.people.until(come, f"the mail to {address}")
        return found[-1]

    def _applicant(self, ruc: str) -> Browser:
        return self._browser(
            SessionKind.APPLICANT, lambda uow: sessions.start_applicant(uow, ruc=ruc)
        )

    def _browser(
        self, kind: SessionKind, start: Callable[[UnitOfWork], sessions.Signed]
    ) -> Browser:
        """Return a browser that is signed in."""

        def sign_in() -> str:
            with self.people.parts.stack.container.writing() as uow:
                signed = start(uow)
                uow.commit()
            return signed.token

        return Browser(self.people.parts.stack.base, None, {COOKIES[kind]: insist(sign_in)})

    def _row(self, found: UUID) -> ApplicationRow:
        with self.people.parts.stack.container.reading() as uow:
            return uow.session.get_one(ApplicationRow, found)


@dataclass
class _Artisan(Journey):
    """From the first page to the mail with the Acuerdo."""

    officer: OfficerAccount

    def _go(self) -> None:
        stack, people = self.people.parts.stack, self.people
        person = insist(stack.newcomer)
        own = self._applicant(person.ruc)
        found = self._open(own, person.ruc)
        case = Acknowledged(application=str(found), address=person.email)
        people.cases.append(case)
        page = f"/solicitudes/{found}"
        sheet = {**SHEET, "kind": "new"}
        self._submit(own, f"{page}/datos", f"{page}/datos", sheet, lambda: self._has_sheet(found))
        if self.number % PDF_EVERY:
            self._send_photos(own, case, page)
        else:
            self._send_pdf(own, case, page, found)
        self._submit(
            own, f"{page}/revisar", f"{page}/enviar", {"declared": "y"},
            lambda: self._row(found).state is not ApplicationState.DRAFT,
        )  # fmt: skip
        code = self._mailed_code(person.email)
        self._submit(
            own, f"{page}/confirmar", f"{page}/confirmar", {"code": code},
            lambda: self._row(found).confirmed_at is not None,
        )  # fmt: skip
        case.is_sent = True
        people.until(lambda: self._is_checked(found), f"the checks of {found}")
        judged = [i for i in ARTISAN.items_for(ApplicationKind.NEW) if not i.is_paper]
        self._approve(self.officer, found, judged)
        case.is_approved = True
        people.until(
            lambda: self._row(found).state is ApplicationState.ISSUED, f"the issue of {found}"
        )

    def _send_photos(self, own: Browser, case: Acknowledged, page: str) -> None:
        for theme in Theme:
            file = ("taller.jpg", photo(self.chance))
            self._send_file(own, case, f"{page}/fotos", "photos", file, theme=theme.value)

    def _send_pdf(self, own: Browser, case: Acknowledged, page: str, found: UUID) -> None:
        """Send one PDF with a photo of each theme; say what its pages show once it is checked."""
        content = evidence_pdf([photo(self.chance) for _ in Theme])
        self._send_file(own, case, f"{page}/pdf", "pdf", ("fotos.pdf", content))
        self.people.until(lambda: self._is_checked(found), f"the checks of the PDF of {found}")
        shown = {f"page-{number}": theme.value for number, theme in enumerate(Theme, 1)}
        self._submit(
            own, f"{page}/pdf", f"{page}/pdf/temas", {**shown, "confirm": "all"},
            lambda: self._is_sorted(found),
        )  # fmt: skip

    def _has_sheet(self, found: UUID) -> bool:
        return bool(self._row(found).sheet.get("trade"))

    def _is_checked(self, found: UUID) -> bool:
        with self.people.parts.stack.container.reading() as uow:
            waiting = sa.select(sa.func.count(DocumentRow.id)).where(
                DocumentRow.application_id == found, DocumentRow.state.in_(WAITING)
            )
            return uow.session.execute(waiting).scalar_one() == 0

    def _is_sorted(self, found: UUID) -> bool:
        with self.people.parts.stack.container.reading() as uow:
            sorted_pages = (
                sa.select(sa.func.count())
                .select_from(PageRow)
                .join(DocumentRow, DocumentRow.id == PageRow.document_id)
                .where(DocumentRow.application_id == found, PageRow.theme.is_not(None))
            )
            return uow.session.execute(sorted_pages).scalar_one() == len(Theme)


def confirmation_codes(caught: CaughtMail) -> list[str]:
    """Return the code of a mail that asks to confirm; nothing of another mail."""
    if "Confirme" not in str(caught.message["Subject"]):
        return []
    body = caught.message.get_body(("plain",))
    code = CODE.search(body.get_content() if body is not None else "")
    return [code.group()] if code else []


def insist(do: Callable[[], T]) -> T:
    """Do something of the tester's own with the database; again while it does not answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return do()
        except (OutsideError, sa.exc.DBAPIError):
            if time.monotonic() > deadline:
                raise
            time.sleep(AGAIN_SECONDS)
