"""Ways to the pages on which a case is asked to be corrected, refused, or decided too late."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from review_service.domain.applications import ItemVerdict, ReviewItem
from tests.e2e.artisan import heading, press
from tests.e2e.gallery import Gallery
from tests.integration.services import steps


def asking(page: Page, gallery: Gallery) -> None:
    """Ask for a correction of one point."""
    gallery.take("dark")
    page.goto(gallery.desk("dark", "/correccion"))
    asked = page.get_by_role("group", name="Máquinas y herramientas")
    asked.get_by_role("checkbox").check()


def asking_nothing(page: Page, gallery: Gallery) -> None:
    """Ask for a correction of nothing, which is told so."""
    gallery.take("dark")
    page.goto(gallery.desk("dark", "/correccion"))
    press(page, "Ver la carta antes de enviarla")
    expect(page.get_by_role("alert")).to_be_visible()


def correction_letter(page: Page, gallery: Gallery) -> None:
    """Read the letter of a correction before it is sent."""
    asking(page, gallery)
    asked = page.get_by_role("group", name="Máquinas y herramientas")
    asked.get_by_label("Qué encontró").fill("En la foto de la máquina no se distingue nada.")
    asked.get_by_label("Qué debe hacer").fill("Tome la foto otra vez de día, con luz a su espalda.")
    press(page, "Ver la carta antes de enviarla")
    expect(page.get_by_role("article", name="Carta")).to_be_visible()


@contextmanager
def _observed(gallery: Gallery) -> Iterator[None]:
    """Let a point of the case stand observed, for this page alone."""
    gallery.take("dark")
    office, case, by = gallery.stack.office, gallery.ids["dark"], gallery.officer.id
    steps.observe(office, case, by)
    yield
    steps.judge(office, case, by, ReviewItem.WORKSHOP, ItemVerdict.PENDING)


def refusing(page: Page, gallery: Gallery) -> None:
    """Begin to refuse a case in which a point stands observed."""
    with _observed(gallery):
        page.goto(gallery.desk("dark", "/negar"))


def refusal_letter(page: Page, gallery: Gallery) -> None:
    """Read the letter of a refusal before it is sent."""
    with _observed(gallery):
        page.goto(gallery.desk("dark", "/negar"))
        page.get_by_label("Motivos").fill(
            "Las fotos muestran un almacén de productos terminados, no un taller."
        )
        press(page, "Ver la carta antes de enviarla")
        expect(page.get_by_role("article", name="Carta")).to_be_visible()


def somebody_else(page: Page, gallery: Gallery) -> None:
    """Approve what somebody else refused while the page stood open."""
    gallery.take("approvable")
    page.goto(gallery.desk("approvable", "/aprobar"))
    page.evaluate(
        "address => { document.querySelector('main form').action = address; }",
        gallery.desk("refused", "/aprobar"),
    )
    press(page, "Aprobar y emitir")
    expect(heading(page, "Otra persona actuó antes")).to_be_visible()
