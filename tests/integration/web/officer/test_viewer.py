"""All pages of a case at once, and two pages side by side: what stands there and who may."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow, EventRow
from review_service.domain.documents import Theme
from review_service.domain.roles import OfficerRole
from tests.factories import OTHER_RUC, Office
from tests.integration.web.officer.desk_cases import (
    ALL_THEMES,
    DARK,
    Shot,
    WebOffice,
    add_reviewer,
    put_case,
    sign_in,
    take,
)
from tests.integration.web.officer.test_case import document_ids
from tests.integration.web.officer.test_copies import first_photo, resemble, shots

SHEET = re.compile(r'<ol class="contact-sheet".*?</ol>', re.DOTALL)


def beside(browser: FlaskClient, case: UUID, place: str) -> str:
    """Return the part of the page that shows pages, asked for with that one beside the first."""
    page = browser.get(f"/revision/casos/{case}?pagina=1&junto={place}").text
    return page[page.index('id="vista"') : page.index('aria-label="Qué decidir"')]


def test_the_contact_sheet_has_each_page_with_its_findings_and_verdict(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    dark = Shot(theme=Theme.PEOPLE, findings=(DARK,))
    case = put_case(office, shots=(ALL_THEMES[0], dark, *ALL_THEMES[2:]))
    take(office, case, officer_id)
    stamp = re.search(
        r'puntos/workshop".*?name="version" value="([^"]+)"',
        browser.get(f"/revision/casos/{case}").text,
        re.DOTALL,
    )
    assert stamp is not None
    form = {"veredicto": "accepted", "version": stamp[1]}
    assert browser.post(f"/revision/casos/{case}/puntos/workshop", data=form).status_code == 303
    page = browser.get(f"/revision/casos/{case}?pagina=2&hojas=1").text
    (sheet,) = SHEET.findall(page)
    entries = sheet.split("<li ")[1:]
    assert len([each for each in entries if "miniatura.jpg" in each]) == len(ALL_THEMES)
    assert "Página 1: El taller" in sheet
    assert "Aceptado" in sheet[: sheet.index("Página 2")]
    assert DARK.message in sheet
    assert sheet.count("Sin alertas") == len(ALL_THEMES) - 1
    assert "/1.jpg" not in page, "no page comes in full"
    assert "data-leaf=" not in page[page.index('id="vista"') : page.index("Qué decidir")]
    assert "Volver a la página 2" in page


def test_another_page_of_the_case_stands_beside(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    documents = document_ids(office, case)
    view = beside(browser, case, f"{documents[2]}.1")
    assert f"/paginas/{documents[0]}/1.jpg" in view
    assert f"/paginas/{documents[2]}/1.jpg" in view
    assert "<figcaption>Página 1: " in view
    assert re.search(rf'value="{documents[2]}.1"\s+selected', view)
    assert f"pagina=2&amp;junto={documents[2]}.1" in view, "turning the page keeps it there"


def test_what_was_replaced_stands_beside_what_took_its_place(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, shots=(ALL_THEMES[0], *ALL_THEMES))
    former, *_ = document_ids(office, case)
    with office.writing() as uow:
        uow.session.get_one(DocumentRow, former).removed_at = uow.now
        uow.commit()
    page = browser.get(f"/revision/casos/{case}").text
    assert f"pagina=1&amp;junto={former}.1" in page
    assert "Antes de corregir" in beside(browser, case, f"{former}.1")


def test_a_copy_stands_beside_and_the_look_is_written_down_in_its_case(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    (document, *_) = document_ids(office, other)
    assert first_photo(office, other) is not None
    page = browser.get(f"/revision/casos/{case}").text
    assert f"pagina=1&amp;junto={document}.1" in page, "the copy is the first choice"
    view = beside(browser, case, f"{document}.1")
    assert f"/casos/{other}/paginas/{document}/1.jpg" in view
    with office.reading() as uow:
        (event,) = uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "photos_compared")
        )
    assert (event.subject_id, event.actor) == (other, f"officer:{officer_id}")
    assert event.details == {"beside": str(case)}


@pytest.mark.parametrize("place", ["", "x.1", "{stranger}.1", "{stranger}", "{own}.9", "{draft}.1"])
def test_nothing_else_stands_beside(browser: FlaskClient, office: Office, place: str) -> None:
    stranger = put_case(office, ruc=OTHER_RUC)
    case = put_case(office)
    own, removed, *_ = document_ids(office, case)
    with office.writing() as uow:
        # Taken out while it was still a draft: nobody ever sent it.
        row = uow.session.get_one(DocumentRow, removed)
        row.removed_at = row.created_at
        uow.commit()
    known = {"stranger": document_ids(office, stranger)[0], "own": own, "draft": removed}
    view = beside(browser, case, place.format(**known))
    assert "two-pages" not in view
    assert f"/paginas/{own}/1.jpg" in view


def test_who_may_not_read_files_sees_no_page_beside(web: WebOffice, office: Office) -> None:
    add_reviewer(web, "auditoria", role=OfficerRole.AUDITOR)
    browser = sign_in(web, "auditoria")
    case = put_case(office)
    documents = document_ids(office, case)
    answer = browser.get(f"/revision/casos/{case}?junto={documents[1]}.1&hojas=1")
    assert answer.status_code == 200
    page = answer.text
    assert "miniatura.jpg" not in page
    assert "/1.jpg" not in page
