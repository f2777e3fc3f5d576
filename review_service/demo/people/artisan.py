"""Acts as an artisan on the pages: signs in, applies, sends and confirms."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from review_service.demo.people.browser import Browser, FileToSend, Page
from review_service.demo.people.mailbox import Mailbox
from review_service.demo.stage.errors import StoryFailedError
from review_service.domain.documents import Theme
from review_service.samples.people import Person

CHECK_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.15
CARD: Final = re.compile(
    r'<li class="photo[^"]*"\s+id="foto-(?P<id>[0-9a-f-]{36})".*?</li>', re.DOTALL
)
ABOUT: Final = re.compile(r'<div class="about">(.*?)</div>', re.DOTALL)
UUID_IN_PATH: Final = re.compile(r"/solicitudes/([0-9a-f-]{36})")
REFERENCE: Final = re.compile(r"AR-\d{4}-\d{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A photo on the artisan's phone."""

    theme: Theme
    name: str
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The service's receipt for a confirmed application."""

    application_id: str
    reference: str


class Artisan:
    """One artisan, with a browser and a mailbox."""

    def __init__(self, browser: Browser, mailbox: Mailbox, person: Person) -> None:
        self._browser = browser
        self._mailbox = mailbox
        self._person = person
        self._application = ""

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
        letter = self._mailbox.next_letter("/ingresar/enlace/")
        page = self._browser.open(letter.link("/ingresar/enlace/"))
        inside = self._browser.submit(
            page, page.form(action=_path_of(page), having="csrf_token"), {}
        )
        if not inside.url.endswith("/solicitudes"):
            raise StoryFailedError("el botón del enlace abriera «Mis solicitudes»")

    def open_renewal(self, sheet: Mapping[str, str]) -> str:
        """Open a renewal and fill in the data sheet; return what the registry had filled in."""
        page = self._browser.open("/solicitudes/nueva/artesano")
        form = page.form(action="/nueva", having="kind")
        opened = self._browser.submit(page, form, {"kind": "renewal"})
        found = UUID_IN_PATH.search(opened.url)
        if found is None:
            raise StoryFailedError("se abriera una solicitud nueva")
        self._application = f"/solicitudes/{found.group(1)}"
        form = opened.form(action="/datos", having="trade")
        prefilled = dict(form.fields)
        saved = self._browser.submit(opened, form, {**sheet, "kind": "renewal"})
        if not saved.url.endswith("/fotos"):
            raise StoryFailedError("los datos del taller quedaran completos")
        return f"{prefilled.get('canton', '')}, {prefilled.get('ciiu', '')}"

    def upload(self, shots: Sequence[Shot]) -> None:
        """Upload the photos under their themes, several at once."""
        page = self._browser.open(f"{self._application}/fotos")
        for theme in Theme:
            files = [("photos", _jpeg(shot)) for shot in shots if shot.theme is theme]
            if files:
                form = next(
                    form
                    for form in page.forms
                    if ("theme", theme.value) in form.fields and "replaces" not in form.names
                )
                self._browser.submit(page, form, {}, files=files)

    def wait_for_verdicts(self, *, count: int) -> Mapping[str, str]:
        """Wait until every photo was checked; return what the page says under each file name."""

        def settled(page: Page) -> bool:
            cards = CARD.findall(page.html)
            return len(cards) >= count and 'data-waits="yes"' not in _cards_only(page)

        page = self._wait(f"{self._application}/fotos", settled, "se revisaran todas las fotos")
        return {_name_on(card): _about(card) for card in _cards(page)}

    def replace(self, name: str, shot: Shot) -> None:
        """Put another photo in the place of the one with that file name."""
        page = self._browser.open(f"{self._application}/fotos")
        for match in CARD.finditer(page.html):
            if _name_on(match.group()) == name:
                form = next(form for form in page.forms if ("replaces", match["id"]) in form.fields)
                self._browser.submit(page, form, {}, files=[("photos", _jpeg(shot))])
                return
        raise StoryFailedError(f"la foto {name} estuviera en la página")

    def upload_prior_agreement(self, pdf: bytes) -> None:
        """Send the scanned agreement."""
        page = self._browser.open(f"{self._application}/acuerdo-anterior")
        form = next((form for form in page.forms if "pdf" in form.file_fields), None)
        if form is None:
            raise StoryFailedError("la página pidiera el Acuerdo anterior")
        file = FileToSend(name="acuerdo-anterior.pdf", content=pdf, content_type="application/pdf")
        self._browser.submit(page, form, {}, files=[("pdf", file)])

    def wait_for_reading(self, number: str) -> None:
        """Wait until the scan was read, and find the agreement's number in what was read."""
        page = self._wait(
            f"{self._application}/acuerdo-anterior",
            lambda page: "data-wait=" not in page.html,
            "se leyera el Acuerdo anterior",
        )
        if number not in page.words:
            raise StoryFailedError(f"se leyera el número {number} en el Acuerdo anterior")

    def send(self) -> None:
        """Review everything on one page, declare and send."""
        page = self._browser.open(f"{self._application}/revisar")
        form = page.form(action="/enviar", having="declared")
        sent = self._browser.submit(page, form, {"declared": "y"})
        if not sent.url.endswith("/confirmar"):
            raise StoryFailedError("la solicitud se pudiera enviar")

    def confirm(self) -> Receipt:
        """Confirm with the mail's link; return what the receipt says."""
        letter = self._mailbox.next_letter("/confirmar/")
        page = self._browser.open(letter.link("/confirmar/"))
        form = page.form(action=_path_of(page), having="csrf_token")
        receipt = self._browser.submit(page, form, {})
        reference = REFERENCE.search(receipt.words)
        if reference is None or "/comprobante" not in receipt.url:
            raise StoryFailedError("al confirmar se viera el comprobante")
        return Receipt(
            application_id=self._application.rsplit("/", 1)[-1], reference=reference.group()
        )

    def receive_agreement(self) -> tuple[str, bytes]:
        """Wait for the mail with the paper; return its file name and bytes."""
        letter = self._mailbox.next_letter(self._application)
        while not letter.attachments or "Acuerdo" not in letter.subject:
            letter = self._mailbox.next_letter(self._application)
        name, content = letter.attachments[0]
        if not content.startswith(b"%PDF-"):
            raise StoryFailedError("el correo trajera el Acuerdo en PDF")
        return name, content

    def _wait(self, address: str, ready: Callable[[Page], bool], expected: str) -> Page:
        deadline = time.monotonic() + CHECK_SECONDS
        while True:
            page = self._browser.open(address)
            if ready(page):
                return page
            if time.monotonic() > deadline:
                raise StoryFailedError(expected)
            time.sleep(POLL_SECONDS)


def _path_of(page: Page) -> str:
    return page.url.split("://", 1)[-1].split("/", 1)[-1]


def _cards(page: Page) -> list[str]:
    return [match.group() for match in CARD.finditer(page.html)]


def _cards_only(page: Page) -> str:
    return "".join(_cards(page))


def _name_on(card: str) -> str:
    shown = re.search(r'alt="Foto \d+: ([^"]*)"', card)
    return shown.group(1) if shown else ""


def _about(card: str) -> str:
    found = ABOUT.search(card)
    paragraphs = found.group(1).split("</p>") if found else []
    said = [" ".join(re.sub(r"<[^>]+>", " ", words).split()) for words in paragraphs]
    return ": ".join(words for words in said if words)


def _jpeg(shot: Shot) -> FileToSend:
    return FileToSend(name=shot.name, content=shot.jpeg, content_type="image/jpeg")
