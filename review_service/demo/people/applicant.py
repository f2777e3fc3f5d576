"""What every applicant does on the pages: signs in, declares, confirms, receives the paper."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

from review_service.demo.people.browser import Browser, Form, Page
from review_service.demo.people.mailbox import Mailbox
from review_service.demo.stage.errors import StoryFailedError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.tracks import Track
from review_service.samples.people import Person

WAIT_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.15
UUID_IN_PATH: Final = re.compile(r"/solicitudes/([0-9a-f-]{36})")
CHANGED: Final = "Mis datos cambiaron"
"""The button of who holds a document and asks for another before its window."""
PRINT: Final = "Imprimir certificado"


class Applicant:
    """One person who applies, with a browser and a mailbox."""

    def __init__(self, browser: Browser, mailbox: Mailbox, person: Person) -> None:
        self._browser = browser
        self._mailbox = mailbox
        self._person = person
        self._application = ""
        """The path of the application's page, once it is open."""

    def ask_for_link(self) -> str:
        """Type the RUC; return the masked address that the page shows."""
        page = self._browser.open("/ingresar")
        form = page.form(action="/ingresar", having="ruc")
        sent = self._browser.submit(page, form, {"ruc": self._person.ruc})
        shown = re.search(r"\S+•••@\S+[a-z]", sent.words)
        if shown is None:
            raise StoryFailedError("la página dijera a qué correo se envió el enlace")
        return shown.group()

    def sign_in(self) -> None:
        """Open the mail's link and press the button of its page."""
        inside = self._press_mailed_link("/ingresar/enlace/")
        if not inside.url.endswith("/solicitudes"):
            raise StoryFailedError("el botón del enlace abriera «Mis solicitudes»")

    def send(self) -> None:
        """Review everything on one page, declare and send."""
        page = self._browser.open(f"{self._application}/revisar")
        form = page.form(action="/enviar", having="declared")
        sent = self._browser.submit(page, form, {"declared": "y"})
        if not sent.url.endswith("/confirmar"):
            raise StoryFailedError("la solicitud se pudiera enviar")

    def receive(self, kind: IssuedKind) -> tuple[str, bytes]:
        """Wait for the mail with the paper; return its file name and bytes."""
        while True:
            letter = self._mailbox.next_letter(self._application)
            for name, content in letter.attachments:
                if name.startswith(f"{kind.file_word}-"):
                    if not content.startswith(b"%PDF-"):
                        raise StoryFailedError(f"el correo trajera el {kind.short_label} en PDF")
                    return name, content

    def wait_until_issued(self) -> None:
        """Wait until the own page offers the certificate to print."""
        self._wait(
            self._application, lambda page: PRINT in page.words, "el certificado quedara emitido"
        )

    def _open_sheet(
        self, track: Track, *, asked: str, chosen: Mapping[str, str]
    ) -> tuple[Page, Form]:
        """Open an application of the track; return the page and form of its data sheet.

        ``asked`` is a field of that form, ``chosen`` what is chosen before it is opened.
        """
        page = self._browser.open(f"/solicitudes/nueva/{track.slug}")
        form = page.form(action="/nueva", having="via")
        if CHANGED in page.words:
            chosen = {**chosen, "cambiaron": "1"}
        opened = self._browser.submit(page, form, chosen)
        found = UUID_IN_PATH.search(opened.url)
        if found is None:
            raise StoryFailedError("se abriera una solicitud nueva")
        self._application = f"/solicitudes/{found.group(1)}"
        return opened, opened.form(action="/datos", having=asked)

    def _confirm(self) -> Page:
        """Confirm with the mail's link; return the page that says so."""
        return self._press_mailed_link("/confirmar/")

    def _press_mailed_link(self, path: str) -> Page:
        """Open the link to that path in the next mail that has one; press the page's button."""
        letter = self._mailbox.next_letter(path)
        page = self._browser.open(letter.link(path))
        form = page.form(action=_path_of(page), having="csrf_token")
        return self._browser.submit(page, form, {})

    def _wait(self, address: str, ready: Callable[[Page], bool], expected: str) -> Page:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            page = self._browser.open(address)
            if ready(page):
                return page
            if time.monotonic() > deadline:
                raise StoryFailedError(expected)
            time.sleep(POLL_SECONDS)


def _path_of(page: Page) -> str:
    return page.url.split("://", 1)[-1].split("/", 1)[-1]
