"""What an artisan does in a browser, by the words on the page."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from review_service.db.models import SessionKind
from review_service.domain.documents import Theme
from review_service.samples.files import Flaw, Scene
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.e2e.browsing import Visitor
from tests.e2e.samples import SCENES, photo
from tests.e2e.stack import Person, Stack

CHECK_MS = 60_000
REFERENCE = re.compile(r"AR-\d{4}-\d{6}")


def press(page: Page, words: str) -> None:
    """Press the button that says exactly that."""
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow the link that says exactly that."""
    page.get_by_role("link", name=words, exact=True).click()


def is_shown(found: Locator) -> bool:
    """Tell whether the page has it, once it was read whole: a page that just begins has nothing."""
    found.page.wait_for_load_state("load")
    return found.count() > 0


def heading(page: Page, words: str) -> Locator:
    """Return the page's heading, to be expected visible."""
    return page.get_by_role("heading", name=words, level=1)


def ask_for_link(page: Page, person: Person) -> None:
    """Type the RUC and send it."""
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).fill(person.ruc)
    press(page, "Enviar el enlace")
    expect(heading(page, "Revise su correo")).to_be_visible()


def sign_in_by_mail(page: Page, stack: Stack, person: Person) -> None:
    """Sign in with the RUC, the mail's link and its button."""
    ask_for_link(page, person)
    page.goto(stack.mailbox.next_letter(person.email).link)
    press(page, "Ingresar")
    expect(heading(page, "Mis solicitudes")).to_be_visible()


def already_signed_in(visitor: Visitor, stack: Stack, person: Person) -> Page:
    """Give the browser a session of that person; return its page."""
    with stack.container.writing() as uow:
        signed = sessions.start_applicant(uow, ruc=person.ruc)
        uow.commit()
    visitor.sign_in_as(COOKIES[SessionKind.APPLICANT], signed.token)
    return visitor.page


def start_application(page: Page, kind: str = "Es mi primer Acuerdo") -> str:
    """Open a new application; return its address."""
    page.goto("/solicitudes/nueva/artesano")
    page.get_by_role("radio", name=kind).check()
    press(page, "Empezar")
    expect(heading(page, "Datos de su taller")).to_be_visible()
    return page.url.removesuffix("/datos")


def fill_in_sheet(page: Page, trade: str = "Tejidos a mano") -> None:
    """Write what the registry does not know, and save."""
    page.get_by_label("¿Qué hace?").fill(trade)
    page.get_by_label("Dirección del taller").fill("Calle Sucre 12-40, junto a la capilla")
    page.get_by_label("Operarios").fill("2")
    page.get_by_label("Aprendices").fill("1")
    page.get_by_label("Su teléfono").fill("0991234567")
    press(page, "Guardar y seguir")


def section_of(page: Page, theme: Theme) -> Locator:
    """Return the part of the photo page about one theme."""
    return page.get_by_role("region", name=theme.heading)


def choose_photos(page: Page, theme: Theme, photos: list[FilePayload]) -> None:
    """Choose photos for a theme; with scripts they go up at once."""
    section_of(page, theme).get_by_label("Agregar fotos").set_input_files(photos)


def choose_all_photos(page: Page, *, seed: int, dark: bool = False) -> None:
    """Choose two photos under each theme, one of them dark if wanted."""
    for theme, scenes in SCENES.items():
        flaws = {Scene.LOOM: Flaw.DARK} if dark else {}
        choose_photos(
            page,
            theme,
            [photo(scene, seed=seed, flaw=flaws.get(scene, Flaw.NONE)) for scene in scenes],
        )


def card_of(page: Page, file_name: str) -> Locator:
    """Return the card of one photo."""
    return page.get_by_role("listitem").filter(
        has=page.get_by_role("img", name=re.compile(re.escape(file_name)))
    )


def declare_and_send(page: Page) -> None:
    """Declare on the review page and send."""
    page.get_by_role("checkbox", name=re.compile("^Declaro")).check()
    press(page, "Enviar solicitud")
    expect(heading(page, "Falta un paso: confirme")).to_be_visible()


def confirm_by_code(page: Page, stack: Stack, person: Person) -> str:
    """Type the mail's code; return the reference on the receipt."""
    page.get_by_label("Código", exact=True).fill(
        stack.mailbox.next_letter(person.email, about="Confirme").code
    )
    press(page, "Confirmar mi solicitud")
    expect(heading(page, "Recibimos su solicitud")).to_be_visible()
    found = REFERENCE.search(page.get_by_role("main").inner_text())
    assert found
    return found.group()


def download(page: Page, words: re.Pattern[str]) -> bytes:
    """Download what the link of these words gives."""
    with page.expect_download() as started:
        page.get_by_role("link", name=words).click()
    return Path(started.value.path()).read_bytes()
