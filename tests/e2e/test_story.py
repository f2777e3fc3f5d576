"""The whole story with scripts: an artisan's phone, an officer's desk, anybody's doubt."""

import io
import re

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from review_service.demo.people.passerby import read_qr
from review_service.domain.documents import Theme
from review_service.samples.files import Scene
from tests.e2e import artisan, officer
from tests.e2e.artisan import CHECK_MS, card_of, follow, heading, press, section_of
from tests.e2e.browsing import DESK
from tests.e2e.conftest import OpenBrowser
from tests.e2e.samples import pdf, photo
from tests.e2e.stack import Person, Stack

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def apply_on_the_phone(page: Page, stack: Stack, person: Person) -> str:
    """Do the artisan's part; return the reference of the receipt."""
    artisan.sign_in_by_mail(page, stack, person)
    follow(page, "Empezar una solicitud")
    follow(page, "Acuerdo de artesano")
    page.get_by_role("radio", name="Es mi primer Acuerdo").check()
    press(page, "Empezar")
    _forget_something_first(page)
    artisan.fill_in_sheet(page)
    expect(heading(page, "Muéstrenos su taller")).to_be_visible()
    artisan.choose_all_photos(page, seed=7, dark=True)
    _replace_the_dark_photo(page)
    follow(page, "Guardar y seguir")
    expect(heading(page, "Revise y envíe")).to_be_visible()
    expect(page.get_by_text("Tejidos a mano")).to_be_visible()
    artisan.declare_and_send(page)
    return artisan.confirm_by_code(page, stack, person)


def _forget_something_first(page: Page) -> None:
    press(page, "Guardar y seguir")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    summary.get_by_role("link", name=re.compile("qué hace")).click()
    expect(page.get_by_label("¿Qué hace?")).to_be_focused()


def _replace_the_dark_photo(page: Page) -> None:
    dark = card_of(page, "telar.jpg")
    expect(dark.get_by_text("Muy oscura", exact=True)).to_be_visible(timeout=CHECK_MS)
    expect(page.get_by_role("status").filter(has_text="conviene repetirla")).to_be_visible()
    dark.get_by_text("Cambiar esta foto").click()
    dark.get_by_label("Otra foto en su lugar").set_input_files(
        photo(Scene.LOOM, seed=8, name="telar-con-luz.jpg")
    )
    better = card_of(page, "telar-con-luz.jpg")
    expect(better.get_by_text("Se ve bien", exact=True)).to_be_visible(timeout=CHECK_MS)
    expect(dark).to_have_count(0)
    expect(page.get_by_text("Revisando")).to_have_count(0, timeout=CHECK_MS)
    expect(section_of(page, Theme.MACHINERY).get_by_role("img", name="Foto")).to_have_count(2)


def decide_at_the_desk(page: Page, reference: str) -> str:
    """Do the officer's part with keys; return the number of the agreement."""
    row = page.get_by_role("row").filter(has_text=reference)
    expect(row).to_be_visible()
    _walk_to(row)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Qué decidir")).to_be_visible()
    position = page.get_by_role("region", name="Imagen de la página").get_by_text(
        re.compile(r"^\d+ de 8$")
    )
    expect(position).to_have_text("1 de 8")
    page.keyboard.press("j")
    expect(position).to_have_text("2 de 8")
    page.keyboard.press("k")
    expect(position).to_have_text("1 de 8")
    officer.take(page)
    officer.look_at_every_page(page)
    for key in "12345":
        page.keyboard.press(key)
        expect(page.get_by_role("button", name="Aceptar")).to_have_count(5 - int(key))
    expect(heading(page, "¿Aprobar y emitir el Acuerdo de")).to_be_visible()
    press(page, "Aprobar y emitir")
    return officer.wait_until_issued(page)


def _walk_to(row: Locator) -> None:
    """Press J from the first row on, looking each time which row it leads to."""
    page = row.page
    rows = page.locator("tr[data-row]")
    for place in range(rows.count()):
        page.keyboard.press("j")
        expect(rows.nth(place)).to_have_class(re.compile(r"\bon\b"))
        if row.evaluate("row => row.classList.contains('on')"):
            break
    expect(row.get_by_role("link")).to_be_focused()


def words_of(paper: bytes) -> str:
    """Return the printed words."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def test_from_the_phone_to_the_verified_paper(stack: Stack, open_browser: OpenBrowser) -> None:
    person = stack.newcomer("TITUAÑA QUILUMBA MARÍA")
    phone = open_browser(stack).page
    reference = apply_on_the_phone(phone, stack, person)

    desk = open_browser(stack, viewport=DESK).page
    officer.sign_in(desk, stack.officer())
    number = decide_at_the_desk(desk, reference)

    letter = stack.mailbox.next_letter(person.email, about="Acuerdo está listo")
    follow(phone, "Ver mi solicitud")
    paper = artisan.download(phone, re.compile("^Descargar mi Acuerdo"))
    assert paper.startswith(b"%PDF-")
    assert [content for _, content in letter.attachments] == [paper]

    verify_in_every_way(open_browser(stack).page, paper, number)


def verify_in_every_way(page: Page, paper: bytes, number: str) -> None:
    """Ask by QR, by number and code, with the file, and with an altered copy."""
    code = CODE.search(words_of(paper))
    assert code
    page.goto(read_qr(paper))
    _is_in_force(page, number)
    page.goto("/verificar")
    page.get_by_label("Número del documento").fill(number.lower())
    page.get_by_label("Código", exact=True).fill(code.group().lower())
    press(page, "Verificar")
    _is_in_force(page, number)
    sent = compare(page, paper)
    assert paper[:1000] not in sent, "the file left the device"
    _is_in_force(page, number)
    compare(page, altered(paper))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alterado")
    expect(page.get_by_text("fue cambiado después de firmarse")).to_be_visible()


def altered(paper: bytes) -> bytes:
    """Return the paper with one byte of its middle changed."""
    place = len(paper) // 3
    return paper[:place] + bytes([paper[place] ^ 1]) + paper[place + 1 :]


def compare(page: Page, content: bytes) -> bytes:
    """Choose the PDF on the verification page; return what the browser sent."""
    page.goto("/verificar")
    page.get_by_label("PDF del documento").set_input_files(pdf("acuerdo.pdf", content))
    with page.expect_request("**/verificar/archivo") as asked:
        press(page, "Comparar el PDF")
    return asked.value.post_data_buffer or b""


def _is_in_force(page: Page, number: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vigente")
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    expect(page.get_by_text("TITUAÑA QUILUMBA MARÍA")).to_be_visible()
