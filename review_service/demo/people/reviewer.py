"""Acts as an officer on the pages: signs in with both factors, judges, approves."""

import re
import time
from collections.abc import Callable
from typing import Final

import pyotp

from review_service.demo.people.browser import Browser, Form, Page
from review_service.demo.stage.errors import StoryFailedError
from review_service.samples.accounts import Officer

CODE_SECONDS: Final = 30
MAX_CODES: Final = 4
"""Most codes tried, fewer than the service allows; other runs may have used the first."""
ISSUE_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.15
ACCEPT: Final = ("veredicto", "accepted")
PICTURE: Final = re.compile(r'"(/revision/casos/[^"]+/miniatura\.jpg)"')
PUBLISHED: Final = "Acuerdo emitido"
REASON_FIELD: Final = "motivo_toma"
OUT_OF_ORDER: Final = "Es el caso de la demostración: las demás esperan a quien la visita."


class Reviewer:
    """One officer, with a browser."""

    def __init__(self, browser: Browser, officer: Officer, *, totp_secret: str) -> None:
        self._browser = browser
        self._officer = officer
        self._totp = pyotp.TOTP(totp_secret)

    def sign_in(self) -> None:
        """Give password and one-time code; if the code was used before, wait for the next one."""
        page = self._browser.open("/revision/ingresar")
        form = page.form(action="/ingresar", having="password")
        typed = {"user_name": self._officer.user_name, "password": self._officer.password}
        page = self._browser.submit(page, form, typed)
        for attempt in range(MAX_CODES):
            # The service takes the code of the next half minute too, for clocks that are ahead.
            moment = int(time.time()) + (CODE_SECONDS if attempt else 0)
            form = page.form(action="/segundo-factor", having="code")
            page = self._browser.submit(page, form, {"code": self._totp.at(moment)}, accept=(422,))
            if page.url.endswith("/revision"):
                return
            if attempt:
                time.sleep(CODE_SECONDS - time.time() % CODE_SECONDS)
        raise StoryFailedError("la contraseña y el código abrieran la bandeja")

    def take(self, application_id: str) -> None:
        """Take the case, saying why where an older one waits; what is held already stays held."""
        page = self._case(application_id)
        taking = next((form for form in page.forms if form.action.endswith("/tomar")), None)
        if taking is not None:
            why = {REASON_FIELD: OUT_OF_ORDER} if REASON_FIELD in taking.names else {}
            self._browser.submit(page, taking, why)

    def judge_everything(self, application_id: str) -> int:
        """Open its pictures, accept every item one by one; return how many there were."""
        judged = 0
        page = self._case(application_id)
        for picture in dict.fromkeys(PICTURE.findall(page.html)):
            self._browser.open(picture)
        while form := _first_to_accept(page):
            page = self._browser.submit(page, form, dict([ACCEPT]))
            judged += 1
        return judged

    def approve(self, application_id: str) -> None:
        """Wait until all checks end, look at the preview, and approve."""
        address = f"/revision/casos/{application_id}/aprobar"
        page = self._wait(
            address, lambda page: page.url.endswith("/aprobar"), "el caso se pudiera aprobar"
        )
        self._browser.submit(page, page.form(action="/aprobar", having="version"), {})

    def wait_until_issued(self, application_id: str) -> None:
        """Wait until the paper is printed, signed, stored and published."""
        self._wait(
            f"/revision/casos/{application_id}/emitido",
            lambda page: PUBLISHED in page.words,
            "el Acuerdo quedara emitido",
        )

    def _case(self, application_id: str) -> Page:
        return self._browser.open(f"/revision/casos/{application_id}")

    def _wait(self, address: str, ready: Callable[[Page], bool], expected: str) -> Page:
        deadline = time.monotonic() + ISSUE_SECONDS
        while True:
            page = self._browser.open(address)
            if ready(page):
                return page
            if time.monotonic() > deadline:
                raise StoryFailedError(expected)
            time.sleep(POLL_SECONDS)


def _first_to_accept(page: Page) -> Form | None:
    return next((form for form in page.forms if ACCEPT in form.buttons), None)
