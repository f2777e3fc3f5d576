"""How to get to each page, and as whom; ``pages`` lists them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from playwright.sync_api import Page, expect

from review_service.db.models import LinkPurpose
from review_service.samples import people
from review_service.services.agreements import listing
from review_service.web.demo.acts import Act
from tests.e2e import (
    second_addresses,
)
from tests.e2e.artisan import follow, heading, press
from tests.e2e.gallery import Gallery
from tests.e2e.samples import pdf
from tests.e2e.stack import PASSWORD

Reach = Callable[[Page, Gallery], None]


class Audience(StrEnum):
    """Whose session the browser needs."""

    ANYBODY = "anybody"
    APPLICANT = "applicant"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page in one state."""

    name: str
    """Also the name of its picture."""
    reach: Reach
    audience: Audience = Audience.ANYBODY
    owner: str = ""
    """Whose application, by its name in the gallery."""
    is_dense: bool = False
    """Drawn with the officers' dense sheet."""
    is_pictured: bool = True
    """Whether the documentation shows it."""


def at(path: str) -> Reach:
    """Reach a page by its address."""

    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto(path)

    return reach


def own(name: str, part: str = "") -> Reach:
    """Reach a part of an application as its owner."""

    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(gallery.address(name, part))

    return reach


def desk(name: str, part: str = "") -> Reach:
    """Reach a part of a case as an officer who has taken it, if it is in review."""

    def reach(page: Page, gallery: Gallery) -> None:
        gallery.take(name)
        page.goto(gallery.desk(name, part))

    return reach


def untaken(page: Page, gallery: Gallery) -> None:
    """Reach a case that nobody has taken, while an older one waits."""
    gallery.free("dark")
    page.goto(gallery.desk("dark"))


def taken_by_colleague(page: Page, gallery: Gallery) -> None:
    """Reach a case that L. Paz has taken."""
    gallery.take("dark", gallery.colleague)
    page.goto(gallery.desk("dark"))


def public(name: str, reach: Reach) -> Sight:
    """Describe a page that needs no session."""
    return Sight(name=name, reach=reach)


def applicant(name: str, owner: str, reach: Reach) -> Sight:
    """Describe a page of an applicant."""
    return Sight(name=name, reach=reach, audience=Audience.APPLICANT, owner=owner)


def officer(name: str, reach: Reach) -> Sight:
    """Describe a page of an officer."""
    return Sight(name=name, reach=reach, audience=Audience.OFFICER, is_dense=True)


def unpictured(name: str, reach: Reach) -> Sight:
    """Describe a page of an officer that the documentation does not show."""
    return replace(officer(name, reach), is_pictured=False)


def unpictured_own(name: str, owner: str, reach: Reach) -> Sight:
    """Describe a page of an applicant that the documentation does not show."""
    return replace(applicant(name, owner, reach), is_pictured=False)


def two_pages(page: Page, gallery: Gallery) -> None:
    gallery.take("dark")
    page.goto(gallery.desk("dark"))
    page.get_by_role("link", name="Dos páginas").click()
    expect(page.locator("#vista .view")).to_have_count(2)


def original(page: Page, gallery: Gallery) -> None:
    gallery.take("dark")
    page.goto(gallery.desk("dark"))
    page.locator(".files").get_by_role("link").first.click()
    expect(heading(page, "Pedir el archivo original")).to_be_visible()


def refused(ruc: str) -> Reach:
    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto("/ingresar")
        page.get_by_label("RUC", exact=True).fill(ruc)
        press(page, "Enviar el enlace")
        expect(page.get_by_text("Qué hacer.")).to_be_visible()
        expect(page.get_by_label("RUC", exact=True)).to_have_value(ruc)

    return reach


def wrong_ruc(page: Page, _gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).fill("30000000120")
    press(page, "Enviar el enlace")
    expect(page.get_by_role("alert")).to_be_visible()


def link_sent(page: Page, gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).fill(gallery.stack.newcomer().ruc)
    press(page, "Enviar el enlace")
    expect(heading(page, "Revise su correo")).to_be_visible()


def wrong_code(page: Page, gallery: Gallery) -> None:
    link_sent(page, gallery)
    page.get_by_label("Código", exact=True).fill("000000")
    press(page, "Ingresar")
    expect(page.get_by_role("alert")).to_be_visible()


def link(purpose: LinkPurpose, name: str, *, expired: bool = False, used: bool = False) -> Reach:
    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(gallery.fresh_link(purpose, name, expired=expired, used=used))

    return reach


def used_link(page: Page, gallery: Gallery) -> None:
    path = gallery.fresh_link(LinkPurpose.SIGN_IN, "draft")
    page.goto(path)
    press(page, "Ingresar")
    page.goto(path)


def second(name: str) -> Reach:
    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(second_addresses.path_of(gallery.stack.office, gallery.ids[name]))

    return reach


def sheet_with_problems(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("empty", "/datos"))
    page.get_by_label("¿Qué hace?").fill("")
    page.get_by_label("Su teléfono").fill("12")
    press(page, "Guardar y seguir")
    expect(page.get_by_role("alert")).to_be_visible()


def undeclared(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("renewal", "/revisar"))
    press(page, "Enviar solicitud")
    expect(page.get_by_role("alert")).to_be_visible()


def nothing_chosen(page: Page, _gallery: Gallery) -> None:
    page.goto("/verificar")
    press(page, "Verificar")
    expect(page.get_by_role("alert")).to_be_visible()


def verified(name: str, *, in_english: bool = False) -> Reach:
    def reach(page: Page, gallery: Gallery) -> None:
        page.goto(gallery.scanned(name) + ("?lang=en" if in_english else ""))

    return reach


def unknown(page: Page, _gallery: Gallery) -> None:
    page.goto("/verificar")
    page.get_by_label("Número del documento").fill("MPCEI-MDT-2026-009999")
    page.get_by_label("Código", exact=True).fill("AAAA-BBBB-CCCC")
    press(page, "Verificar")
    expect(page.get_by_text("No encontramos un documento")).to_be_visible()


def altered(page: Page, gallery: Gallery) -> None:
    page.goto("/verificar")
    changed = gallery.paper.replace(b"\n%%EOF", b"\n%cambiado\n%%EOF")
    page.get_by_label("PDF del documento").set_input_files(pdf("acuerdo.pdf", changed))
    press(page, "Comparar el PDF")
    expect(page.get_by_text("fue cambiado después de firmarse")).to_be_visible()


def wrong_password(page: Page, gallery: Gallery) -> None:
    page.goto("/revision/ingresar")
    page.get_by_label("Usuario").fill(gallery.stack.officer().user_name)
    page.get_by_label("Contraseña").fill("no es esta clave")
    press(page, "Continuar")
    expect(page.get_by_role("alert")).to_be_visible()


def second_factor(page: Page, gallery: Gallery) -> None:
    page.goto("/revision/ingresar")
    page.get_by_label("Usuario").fill(gallery.stack.officer().user_name)
    page.get_by_label("Contraseña").fill(PASSWORD)
    press(page, "Continuar")
    expect(heading(page, "Escriba su código")).to_be_visible()


def search(words: str) -> Reach:
    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto(f"/revision?q={words}")

    return reach


def prior_page(page: Page, gallery: Gallery) -> None:
    gallery.take("differs")
    page.goto(gallery.desk("differs", "?pagina=6&texto=1"))


def prior_values(page: Page, gallery: Gallery) -> None:
    gallery.take("differs")
    page.goto(gallery.desk("differs"))
    page.get_by_role("link", name=re.compile("^Emitido, recorte")).click()
    expect(page.locator("#marca")).to_be_visible()
    page.locator("#acuerdo-anterior").scroll_into_view_if_needed()


def comparing(page: Page, gallery: Gallery) -> None:
    """Wait for the search, which nobody else waits for, and open what it found."""
    found = page.get_by_role("link", name=re.compile("^Comparar la página"))
    for _ in range(60):
        page.goto(gallery.desk("resembles"))
        if found.count():
            break
        page.wait_for_timeout(500)
    found.first.click()
    expect(heading(page, "Comparar fotos")).to_be_visible()


def found_word(page: Page, _gallery: Gallery) -> None:
    page.goto("/revision/textos?q=acuerdo")
    page.locator(".hits h2 a").first.click()
    expect(page.get_by_text("marcada")).to_be_visible()


def stale_form(page: Page, _gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.evaluate(
        "() => { for (const box of document.getElementsByName('csrf_token')) box.value = 'x'; }"
    )
    page.get_by_label("RUC", exact=True).fill(people.VISITOR_NEW.ruc)
    press(page, "Enviar el enlace")
    expect(page.get_by_text("Qué hacer.")).to_be_visible()


def too_large(page: Page, _gallery: Gallery) -> None:
    page.goto("/ingresar")
    page.get_by_label("RUC", exact=True).evaluate(
        "box => { box.maxLength = 9e6; box.value = '3'.repeat(2e6); }"
    )
    press(page, "Enviar el enlace")
    expect(page.get_by_text("Qué hacer.")).to_be_visible()


def offline(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("draft", "/fotos"))
    page.context.set_offline(True)
    expect(page.get_by_text("No hay conexión.")).to_be_visible()


def start_with_problem(page: Page, _gallery: Gallery) -> None:
    page.goto("/solicitudes/nueva/artesano")
    press(page, "Empezar")
    expect(page.get_by_role("alert")).to_be_visible()


def asked_photos(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("correct", "/corregir"))
    follow(page, "Cambiar las fotos")
    expect(page.get_by_text("Quien revisa le pidió")).to_be_visible()


def newest_mail(page: Page, _gallery: Gallery) -> None:
    page.goto("/demo/correos")
    page.get_by_role("main").get_by_role(
        "link", name=re.compile("Acuerdo está listo")
    ).first.click()


def in_the_directory(page: Page, gallery: Gallery) -> None:
    """Let somebody with an Acuerdo in force be found."""
    listing.consent(
        gallery.stack.office.writing(),
        application_id=gallery.ids["issued"],
        ruc=gallery.owners["issued"],
        shows_name=True,
        shows_phone=True,
    )
    page.goto("/directorio?q=")
    expect(page.locator(".card")).to_have_count(1)


def act(act: Act) -> Reach:
    """Begin an act of the demo's tour."""

    def reach(page: Page, _gallery: Gallery) -> None:
        page.goto("/demo")
        page.locator(f'.acts form[action$="/{act.value}"] button').click()
        expect(page.get_by_role("complementary")).to_be_visible()

    return reach
