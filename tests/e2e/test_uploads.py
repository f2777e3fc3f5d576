"""Uploads that break off, and files that nobody should send."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from review_service.db.models import DocumentRow, SessionRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.limits import MEBIBYTE
from review_service.domain.refusals import RefusalReason
from review_service.domain.wrong_files import refused_by_head
from review_service.samples.files import Scene
from tests.e2e import artisan
from tests.e2e.artisan import CHECK_MS, heading, press, section_of
from tests.e2e.browsing import Visitor
from tests.e2e.conftest import OpenBrowser
from tests.e2e.samples import evidence_pdf, file, jpeg, pdf, photo
from tests.e2e.stack import Person, Stack
from tests.factories import open_draft
from tests.samples.hostile import jpeg_with_size
from tests.samples.hostile_bombs import bombs

BROKEN = "net::ERR_"


def lose_the_answer(route: Route) -> None:
    """Let everything arrive and break the connection before the answer."""
    route.fetch()
    route.abort("connectionreset")


@pytest.fixture
def person(stack: Stack) -> Person:
    """Somebody with a draft."""
    return stack.newcomer()


@pytest.fixture
def draft(stack: Stack, person: Person) -> UUID:
    """Somebody's draft without files."""
    return open_draft(stack.office, ruc=person.ruc)


@pytest.fixture
def phone(stack: Stack, person: Person, open_browser: OpenBrowser) -> Visitor:
    """Somebody's phone, signed in."""
    visitor = open_browser(stack)
    artisan.already_signed_in(visitor, stack, person)
    return visitor


def test_a_pdf_whose_answer_is_lost_is_kept_once(stack: Stack, draft: UUID, phone: Visitor) -> None:
    phone.watch.expected.append(BROKEN)
    page = phone.page
    page.goto(f"/solicitudes/{draft}/pdf")
    page.route("**/pdf/subir", lose_the_answer, times=1)
    page.get_by_label("PDF con las fotos").set_input_files(pdf("fotos.pdf", evidence_pdf(seed=202)))
    press(page, "Subir el PDF")
    expect(page.get_by_role("combobox")).to_have_count(4, timeout=CHECK_MS)
    assert _files_of(stack, draft) == ["fotos.pdf"]


def test_a_session_that_ends_before_the_upload_says_so(
    stack: Stack, person: Person, draft: UUID, phone: Visitor
) -> None:
    phone.watch.expected.append("401")
    page = phone.page
    page.goto(f"/solicitudes/{draft}/fotos")
    with stack.container.writing() as uow:
        uow.session.execute(
            sa.update(SessionRow).where(SessionRow.ruc == person.ruc).values(ended_at=uow.now)
        )
        uow.commit()
    artisan.choose_photos(page, Theme.WORKSHOP, [photo(Scene.FACADE, seed=203)])
    expect(page.get_by_text("Su sesión terminó", exact=True)).to_be_visible()
    expect(page.get_by_text("Esta foto todavía no está en su solicitud")).to_be_visible()
    assert _files_of(stack, draft) == []


def test_a_photo_that_is_too_large_is_refused_before_it_is_sent(
    stack: Stack, draft: UUID, phone: Visitor, tmp_path: Path
) -> None:
    page = phone.page
    page.goto(f"/solicitudes/{draft}/fotos")
    large = tmp_path / "grande.jpg"
    large.write_bytes(jpeg(Scene.FACADE))
    os.truncate(large, 15 * MEBIBYTE + 1)
    section_of(page, Theme.WORKSHOP).get_by_label("Agregar fotos").set_input_files(large)
    expect(page.get_by_text("Pesa más de 15 MB")).to_be_visible()
    assert _files_of(stack, draft) == []


def test_a_pdf_over_the_limit_is_a_clear_page_without_scripts(
    stack: Stack, person: Person, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    renewal = open_draft(stack.office, ruc=person.ruc, kind=ApplicationKind.RENEWAL)
    page = artisan.already_signed_in(open_browser(stack, scripts=False), stack, person)
    page.goto(f"/solicitudes/{renewal}/acuerdo-anterior")
    large = tmp_path / "acuerdo.pdf"
    large.write_bytes(b"%PDF-1.7\n")
    os.truncate(large, 22 * MEBIBYTE)
    page.get_by_label("Acuerdo anterior en PDF").set_input_files(large)
    press(page, "Subir el PDF")
    expect(page.get_by_text("20 MB").first).to_be_visible()
    page.goto(f"/solicitudes/{renewal}/datos")
    expect(heading(page, "Datos de su taller")).to_be_visible()


def _locked() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(evidence_pdf(seed=1))) as opened:
        opened.save(out, encryption=pikepdf.Encryption(user="secreta", owner="duena"))
    return out.getvalue()


def _without_pages() -> bytes:
    out = BytesIO()
    with pikepdf.new() as empty:
        empty.save(out)
    return out.getvalue()


BAD_PDFS: tuple[tuple[str, Callable[[], bytes], tuple[RefusalReason, ...]], ...] = (
    ("empty", lambda: b"", (RefusalReason.EMPTY_FILE,)),
    (
        "renamed page",
        lambda: b"<!doctype html><script>alert(1)</script>",
        (RefusalReason.NOT_A_PDF,),
    ),
    ("locked", _locked, (RefusalReason.PASSWORD,)),
    ("truncated", lambda: evidence_pdf(seed=2)[:60_000], (RefusalReason.DAMAGED,)),
    ("without pages", _without_pages, (RefusalReason.NO_PAGES,)),
    (
        "bomb",
        lambda: next(bombs()).data,
        (RefusalReason.TOO_COSTLY, RefusalReason.DAMAGED, RefusalReason.IMAGE_TOO_LARGE),
    ),
)


def test_bad_pdfs_are_refused_in_words_and_a_good_one_still_works(
    draft: UUID, phone: Visitor
) -> None:
    page = phone.page
    page.goto(f"/solicitudes/{draft}/pdf")
    for name, make, reasons in BAD_PDFS:
        _choose_pdf(page, f"{name}.pdf", make())
        expect(page.get_by_text(f"No pudimos aceptar «{name}.pdf»")).to_be_visible(timeout=CHECK_MS)
        words = page.get_by_role("main").inner_text()
        first = refused_by_head(make(), kind=DocumentKind.EVIDENCE, file_name=f"{name}.pdf")
        said = [first.sentence] if first else [reason.sentence for reason in reasons]
        assert any(sentence in words for sentence in said), f"{name}: {words}"
    _choose_pdf(page, "bueno.pdf", evidence_pdf(seed=204))
    expect(page.get_by_role("combobox")).to_have_count(4, timeout=CHECK_MS)


def _choose_pdf(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(pdf(name, content))
    page.get_by_role("button", name="el PDF").first.click()


def test_bad_photos_are_refused_in_words_beside_the_good_ones(
    stack: Stack, draft: UUID, phone: Visitor
) -> None:
    page = phone.page
    page.goto(f"/solicitudes/{draft}/fotos")
    bad = [
        file("pagina.jpg", b"<!doctype html><title>no</title>", "image/jpeg"),
        file("gigante.jpg", jpeg_with_size(30_000, 30_000), "image/jpeg"),
        file("cortada.jpg", jpeg(Scene.FACADE)[:2000], "image/jpeg"),
    ]
    good = photo(Scene.WORKSHOP, seed=205)
    artisan.choose_photos(page, Theme.WORKSHOP, [*bad, good])
    part = section_of(page, Theme.WORKSHOP)
    expect(part.get_by_text("No se pudo aceptar")).to_have_count(len(bad), timeout=CHECK_MS)
    expect(part.get_by_text("Se ve bien", exact=True)).to_have_count(1, timeout=CHECK_MS)
    expect(part.get_by_text("«pagina.jpg» no es una foto JPG o PNG")).to_be_visible()
    for reason in (RefusalReason.IMAGE_TOO_LARGE, RefusalReason.DAMAGED):
        expect(part.get_by_text(reason.sentence)).to_be_visible()
    page.goto(f"/solicitudes/{draft}/revisar")
    expect(page.get_by_text("«pagina.jpg» no se pudo aceptar")).to_be_visible()
    with stack.container.reading() as uow:
        states = uow.session.scalars(
            sa.select(DocumentRow.state).where(DocumentRow.application_id == draft)
        ).all()
    assert sorted(states) == [DocumentState.CHECKED, *[DocumentState.REFUSED] * len(bad)]


def test_a_refused_replacement_brings_the_former_photo_back_onto_the_page(
    draft: UUID, phone: Visitor
) -> None:
    page = phone.page
    page.goto(f"/solicitudes/{draft}/fotos")
    artisan.choose_photos(page, Theme.WORKSHOP, [photo(Scene.WORKSHOP, seed=206)])
    part = section_of(page, Theme.WORKSHOP)
    expect(part.get_by_text("Se ve bien", exact=True)).to_have_count(1, timeout=CHECK_MS)
    former = part.locator("li[data-id]").first.get_attribute("id")
    cut = file("cortada.jpg", jpeg(Scene.FACADE)[:2000], "image/jpeg")
    part.get_by_text("Cambiar, mover o quitar").click()
    part.get_by_label("Otra foto en su lugar").set_input_files(cut)
    expect(part.get_by_text("La foto anterior sigue en su solicitud")).to_be_visible(
        timeout=CHECK_MS
    )
    expect(page.locator(f"#{former}")).to_be_visible()
    expect(page.get_by_text("La anterior sigue en su solicitud")).to_be_visible()
    refused = part.locator("li.bad")
    refused.get_by_text("Cambiar esta foto").click()
    better = photo(Scene.WORKSHOP, seed=207)
    refused.get_by_label("Otra foto en su lugar").set_input_files(better)
    expect(part.get_by_text("No se pudo aceptar")).to_have_count(0, timeout=CHECK_MS)
    expect(page.locator(f"#{former}")).to_have_count(0, timeout=CHECK_MS)
    expect(part.get_by_text("Se ve bien", exact=True)).to_have_count(1, timeout=CHECK_MS)
    page.reload()
    expect(part.locator("li[data-id]")).to_have_count(1)


def test_the_sheet_of_an_older_window_keeps_its_words_and_shows_the_newer(
    draft: UUID, phone: Visitor
) -> None:
    phone.watch.expected.append("409")
    older, address = phone.page, f"/solicitudes/{draft}/datos"
    older.goto(address)
    newer = older.context.new_page()
    newer.goto(address)
    newer.get_by_label("¿Qué hace?").fill("Guitarras de concierto")
    press(newer, "Guardar y seguir")
    expect(heading(newer, "Muéstrenos su taller")).to_be_visible()
    older.get_by_label("¿Qué hace?").fill("Sombreros de paja toquilla")
    press(older, "Guardar y seguir")
    expect(heading(older, "Esto cambió mientras usted lo veía")).to_be_visible()
    expect(older.get_by_text("Guitarras de concierto")).to_be_visible()
    expect(older.get_by_text("Sombreros de paja toquilla")).to_be_visible()
    press(older, "Guardar lo mío")
    expect(heading(older, "Muéstrenos su taller")).to_be_visible()
    older.goto(address)
    expect(older.get_by_label("¿Qué hace?")).to_have_value("Sombreros de paja toquilla")


def _files_of(stack: Stack, application_id: UUID) -> list[str]:
    with stack.container.reading() as uow:
        return list(
            uow.session.scalars(
                sa.select(DocumentRow.file_name).where(DocumentRow.application_id == application_id)
            )
        )
