"""Letters to the service for the gallery: one to be confirmed, one open, one answered."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from playwright.sync_api import Page

from review_service.domain.letters import MOST_ABOUT, MOST_NAME, LetterKind
from review_service.domain.numbering import link_token
from tests.e2e.gallery import Gallery
from tests.factories import SECRET
from tests.integration.services import letter_cases

Reach = Callable[[Page, Gallery], None]
PAGES: Final[Mapping[str, str]] = {
    "cartas": "/quejas",
    **{f"carta-{kind.slug}": f"/quejas/nueva/{kind.slug}" for kind in LetterKind},
    "carta-enlace-vencido": "/quejas/carta/nada",
    "cartas-ingles": "/quejas?lang=en",
    "carta-apelacion-ingles": "/quejas/nueva/apelacion?lang=en",
}
"""Public pages that need nothing before them."""


def at_letter(state: str) -> Reach:
    """Reach the page of a new letter: ``unconfirmed``, ``open``, ``answered`` or ``warning``."""

    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(f"/quejas/carta/{link_token(SECRET, _letter(gallery, state))}")

    return reach


def at_desk(state: str) -> Reach:
    """Reach a letter on the officers' desk."""

    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(f"/revision/cartas/{_letter(gallery, state)}")

    return reach


def previewed(page: Page, gallery: Gallery) -> None:
    """Reach the answer as it will be sent."""
    at_desk("open")(page, gallery)
    page.get_by_label("Respuesta").fill(letter_cases.ANSWER)
    page.get_by_role("button", name="Ver la respuesta antes de enviarla").click()


def tray(page: Page, gallery: Gallery) -> None:
    """Reach the tray with two letters in it, one of them of a name that breaks nowhere."""
    _letter(gallery, "open")
    _letter(gallery, "open", name="Ñ" * MOST_NAME, about="9" * MOST_ABOUT)
    page.goto("/revision/cartas")


def _letter(gallery: Gallery, state: str, **more: str) -> UUID:
    office = gallery.stack.office
    place = gallery.stack.newcomer().ruc[:10]
    letter_id = letter_cases.write(
        office,
        LetterKind.FALSE_DOCUMENT if state == "warning" else LetterKind.COMPLAINT,
        email=f"rosa.{place}@correo.example",
        **more,
    )
    if state != "unconfirmed":
        letter_cases.confirm(office, letter_id)
    if state == "answered":
        letter_cases.answer(office, letter_id, gallery.colleague.id)
    return letter_id
