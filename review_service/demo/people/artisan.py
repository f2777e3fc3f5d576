"""Acts as an artisan on the pages: applies with photos, and confirms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from review_service.demo.people.applicant import Applicant
from review_service.demo.people.browser import FileToSend, Page
from review_service.demo.stage.errors import StoryFailedError
from review_service.domain.documents import Theme
from review_service.domain.tracks import ARTISAN

CARD: Final = re.compile(
    r'<li class="photo[^"]*"\s+id="foto-(?P<id>[0-9a-f-]{36})".*?</li>', re.DOTALL
)
ABOUT: Final = re.compile(r'<div class="about">(.*?)</div>', re.DOTALL)
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


class Artisan(Applicant):
    """One artisan."""

    def open_renewal(self, sheet: Mapping[str, str]) -> str:
        """Open a renewal and fill in the data sheet; return what the registry had filled in."""
        renewal = {"kind": "renewal"}
        page, form = self._open_sheet(ARTISAN, asked="trade", chosen=renewal)
        prefilled = dict(form.fields)
        saved = self._browser.submit(page, form, {**sheet, **renewal})
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

    def join_directory(self) -> None:
        """Consent to the public directory, with the name."""
        page = self._browser.open(f"{self._application}/directorio")
        shown = self._browser.submit(page, page.form(action="/directorio"), {"name": "y"})
        if "Está en el directorio" not in shown.html:
            raise StoryFailedError("el directorio mostrara a quien quiso estar")

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

    def confirm(self) -> Receipt:
        """Confirm with the mail's link; return what the receipt says."""
        receipt = self._confirm()
        reference = REFERENCE.search(receipt.words)
        if reference is None or "/comprobante" not in receipt.url:
            raise StoryFailedError("al confirmar se viera el comprobante")
        return Receipt(
            application_id=self._application.rsplit("/", 1)[-1], reference=reference.group()
        )


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
