# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The people of ``certificates.py``: each confirms in a browser and waits as its page does."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
import urllib3
from attack_browser import Browser, any_address
from busiest_papers import PLANS, papers_of
from certificates_counting import asks_again_after, told_before

from review_service.db.models import OneUseLinkRow, SessionKind
from review_service.domain.numbering import link_code
from review_service.services import sessions
from review_service.services.applicant import sending
from review_service.web.auth import COOKIES
from tests.e2e.stack import Person, Stack
from tests.factories import open_business
from tests.ventures import open_venture, send_paper

PATIENCE_SECONDS: Final = 1200.0
"""After which a person gives up; the benchmark tells it."""
AGAIN_SECONDS: Final = 1.0
"""How soon somebody who got no answer, or a fault of the service, asks again."""
LOOK_SECONDS: Final = 0.1
"""How often one who is measured alone asks for the file."""
ANSWER_SECONDS: Final = 90.0
"""How long one answer is waited for: no longer than the proxy waits (``docker/proxy``)."""
OK, SEE_OTHER, SERVER_FAULT = 200, 303, 500
TYPED: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class NoFileError(Exception):
    """Somebody did not get the certificate."""


@dataclass(eq=False)
class Business:
    """One application that waits to be confirmed, and its holder's browser."""

    application_id: UUID
    email: str
    code: str
    browser: Browser
    form: dict[str, str] = field(default_factory=dict)
    confirmed: tuple[float, float] | None = None
    """When «Confirmar» was pressed, and when it was answered."""
    told: list[tuple[float, int]] = field(default_factory=list)
    """When the page was looked at, and how many it said come before."""
    file: bytes = b""
    got_at: float = 0.0
    repeats: Counter[str] = field(default_factory=Counter)
    """Why requests were made again, and how often."""

    @property
    def page(self) -> str:
        """Address of the application's page."""
        return f"/solicitudes/{self.application_id}"

    def open_form(self) -> None:
        """Open the page with the field for the code, as people do who read the mail."""
        target = f"{self.page}/confirmar"
        self.form = self.browser.form(target, target) | {"code": self.code}

    def confirm(self) -> None:
        """Press «Confirmar»; once more when no answer comes. Raises ``NoFileError``."""
        pressed = time.monotonic()
        body = urlencode(self.form)
        answer = self._ask("POST", f"{self.page}/confirmar", body=body, headers=TYPED)
        if answer.status != SEE_OTHER:
            raise NoFileError(f"{self.page}: «Confirmar» was answered {answer.status}")
        self.confirmed = pressed, time.monotonic()

    def fetch_at_once(self) -> float:
        """Ask for the file until it is there; return the seconds since «Confirmar»."""
        pressed, _ = self.confirmed or (time.monotonic(), 0.0)
        while time.monotonic() < pressed + PATIENCE_SECONDS:
            if self._fetch():
                return self.got_at - pressed
            time.sleep(LOOK_SECONDS)
        raise NoFileError(f"{self.page}: no certificate")

    def follow(self) -> None:
        """Look at the page, again when it asks so, until it offers the file; fetch it."""
        ends_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends_at:
            asked = time.monotonic()
            page = self._ask("GET", self.page).data.decode()
            if f"{self.page}/acuerdo.pdf" in page and self._fetch():
                return
            self.told.append((asked, told_before(page) or 0))
            time.sleep(asks_again_after(page) or AGAIN_SECONDS)
        raise NoFileError(f"{self.page}: no certificate")

    def _fetch(self) -> bool:
        answer = self._ask("GET", f"{self.page}/acuerdo.pdf")
        if answer.status != OK:
            return False
        self.file, self.got_at = answer.data, time.monotonic()
        return True

    def _ask(
        self, method: str, path: str, *, body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:  # fmt: skip
        ends_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends_at:
            try:
                answer = self.browser.ask(method, path, body=body, headers=headers)
            except (OSError, urllib3.exceptions.HTTPError) as error:
                self.repeats[f"{method} {type(error).__name__}"] += 1
            else:
                if answer.status < SERVER_FAULT:
                    return answer
                self.repeats[f"{method} {answer.status}"] += 1
            time.sleep(AGAIN_SECONDS)
        raise NoFileError(f"{method} {path}: no answer")


@dataclass
class Crowd:
    """Businesses that all press «Confirmar» at one moment and then wait, each in a thread."""

    businesses: Sequence[Business]
    began: float = 0.0
    troubles: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _go: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Let everybody press at once."""
        for business in self.businesses:
            thread = threading.Thread(target=self._one, args=(business,), daemon=True)
            thread.start()
            self._threads.append(thread)
        self.began = time.monotonic()
        self._go.set()

    def end(self) -> None:
        """Wait until everybody has the file or gave up."""
        for thread in self._threads:
            thread.join()

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has no file yet."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def all_confirmed_at(self) -> float:
        """When the last «Confirmar» was answered."""
        return max((one.confirmed[1] for one in self.businesses if one.confirmed), default=0.0)

    def _one(self, business: Business) -> None:
        self._go.wait()
        try:
            business.confirm()
            business.follow()
        except Exception as error:  # noqa: BLE001 -- told in the report
            self.troubles.append(f"{type(error).__name__}: {error}")


def prepared(stack: Stack, *, secret_key: str) -> Business:
    """Return a MIPYME that has sent its application; the mail to confirm it is on its way."""
    person = stack.newcomer()
    return _sent(stack, person, open_business(stack.office, person.ruc), secret_key)


def venture_draft(stack: Stack) -> tuple[Person, UUID]:
    """Return an emprendedor's draft with all papers in order, which the workers will read."""
    person = stack.newcomer()
    application_id = open_venture(stack.office, person.ruc)
    for each in papers_of(person, PLANS[0]):
        send_paper(stack.container, application_id, each.place, each.pdf, ruc=person.ruc)
    return person, application_id


def sent_venture(stack: Stack, draft: tuple[Person, UUID], *, secret_key: str) -> Business:
    """Send such a draft whose papers were read; the mail to confirm it is on its way."""
    return _sent(stack, *draft, secret_key)


def _sent(stack: Stack, person: Person, application_id: UUID, secret_key: str) -> Business:
    sending.send(
        stack.container.writing(),
        application_id=application_id,
        ruc=person.ruc,
        declared=True,
        secret_key=secret_key,
    )
    with stack.container.writing() as uow:
        signed = sessions.start_applicant(uow, ruc=person.ruc)
        link = sa.select(OneUseLinkRow.id).where(OneUseLinkRow.application_id == application_id)
        code = link_code(secret_key, uow.session.execute(link).scalar_one())
        uow.commit()
    pool = urllib3.PoolManager(maxsize=1, retries=False)
    cookies = {COOKIES[SessionKind.APPLICANT]: signed.token}
    browser = Browser(stack.base, any_address(), cookies, pool, ANSWER_SECONDS)
    return Business(application_id=application_id, email=person.email, code=code, browser=browser)
