"""An emprendedor at a phone's width, with and without scripts, from the RUC to the certificate."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from review_service.domain.documents import SupportKind
from review_service.domain.terms import ecuador_today
from review_service.samples.support_papers import paper
from tests.e2e import artisan
from tests.e2e.artisan import CHECK_MS, follow, heading, press
from tests.e2e.conftest import OpenBrowser
from tests.e2e.stack import Person, Stack
from tests.e2e.test_mipyme_story import PRINT, reload_until
from tests.ventures import owner_of

IESS, SRI = SupportKind.EMPLOYER_CERTIFICATE, SupportKind.TAX_CERTIFICATE


def papers_of(person: Person, folder: Path) -> dict[SupportKind, Path]:
    """Write the papers of a person who employs four."""
    owner = owner_of(person.ruc, person.name)
    made = {}
    for kind in (IESS, SRI, SupportKind.PAYROLL):
        made[kind] = folder / f"{kind.slug}.pdf"
        day = ecuador_today() - timedelta(days=2)
        made[kind].write_bytes(paper(owner, kind, issued_on=day))
    return made


def give(page: Page, place: SupportKind, file: Path, *, scripts: bool) -> None:
    """Send a file to a place of the list, and come back to the list when it was read."""
    page.get_by_role("link", name=place.label, exact=True).click()
    page.get_by_label(re.compile("PDF")).set_input_files(file)
    press(page, "Subir el PDF")
    read = page.get_by_role("heading", name="Esto pudimos leer")
    deadline = time.monotonic() + CHECK_MS / 1000
    while not scripts and not read.count() and time.monotonic() < deadline:
        time.sleep(0.3)
        page.reload()
    expect(read).to_be_visible(timeout=CHECK_MS)
    follow(page, "Listo: ver mis documentos")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_ruc_to_the_printed_certificate(
    stack: Stack, open_browser: OpenBrowser, tmp_path: Path, *, scripts: bool
) -> None:
    person = stack.newcomer()
    files = papers_of(person, tmp_path)
    page = open_browser(stack, scripts=scripts).page
    artisan.sign_in_by_mail(page, stack, person)
    follow(page, "Empezar una solicitud")
    follow(page, "Certificado RUM de emprendedor")
    press(page, "Empezar")
    page.get_by_label("¿A cuántas personas emplea?").fill("4")
    page.get_by_label("Su teléfono").fill("0991234567")
    press(page, "Guardar y seguir")
    expect(heading(page, "Sus documentos")).to_be_visible()
    give(page, IESS, files[SRI], scripts=scripts)
    expect(
        page.get_by_text("Esto parece el certificado del SRI. Va en otro lugar.")
    ).to_be_visible()
    press(page, f"Ponerlo en «{SRI.label}»")
    give(page, IESS, files[IESS], scripts=scripts)
    give(page, SupportKind.PAYROLL, files[SupportKind.PAYROLL], scripts=scripts)
    follow(page, "Seguir")
    page.get_by_role("checkbox", name="Declaro").check()
    press(page, "Enviar solicitud")
    page.get_by_label("Código", exact=True).fill(
        stack.mailbox.next_letter(person.email, about="Confirme").code
    )
    press(page, "Confirmar mi solicitud")
    expect(page.get_by_text("Su categoría: Emprendedor")).to_be_visible()
    ready = page.get_by_role("link", name=PRINT)
    if not scripts:
        reload_until(page, ready)
    expect(ready).to_be_visible(timeout=CHECK_MS)
    assert artisan.download(page, PRINT).startswith(b"%PDF-")
