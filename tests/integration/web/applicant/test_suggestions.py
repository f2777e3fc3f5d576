"""Suggested themes: shown as such, counted only when a person confirms them."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import PageRow
from review_service.domain.documents import Theme
from tests.integration.web.applicant.story import draft, send_pdf
from tests.integration.web.site import Site, Visitor, finish_checks

FORM = {"page-1": "machinery", "page-2": "people", "page-3": ""}


@pytest.fixture
def application_id(site: Site, applicant: Visitor) -> UUID:
    """An open application whose PDF has three pages, two with a suggestion."""
    made = draft(site)
    send_pdf(applicant, made, "pdf")
    finish_checks(site.office, pages=3)
    for number, theme, basis in (
        (1, Theme.MACHINERY, "Mis máquinas"),
        (2, Theme.PEOPLE, "Nosotras"),
    ):
        suggest(site, number, theme, basis)
    return made


def suggest(site: Site, number: int, theme: Theme, basis: str) -> None:
    with site.office.writing() as uow:
        uow.session.execute(
            sa.update(PageRow)
            .where(PageRow.number == number)
            .values(suggested_theme=theme, suggested_from=basis)
        )
        uow.commit()


def kept(site: Site) -> dict[int, Theme | None]:
    with site.office.reading() as uow:
        return {row.number: row.theme for row in uow.session.scalars(sa.select(PageRow))}


def test_a_suggestion_stands_with_its_words_and_waits_for_a_person(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    shown = applicant.get(f"/solicitudes/{application_id}/pdf").text
    assert "Sugerido por su texto: «Mis máquinas». Confírmelo." in shown
    assert "Aceptar las 2 sugerencias y seguir" in shown
    assert len(re.findall(r'value="machinery"\s+selected', shown)) == 1
    assert kept(site) == {1: None, 2: None, 3: None}


def test_saving_without_confirming_keeps_no_suggestion(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    applicant.post(f"/solicitudes/{application_id}/pdf/temas", FORM | {"page-3": "workshop"})
    assert kept(site) == {1: None, 2: None, 3: Theme.WORKSHOP}


def test_one_tap_confirms_one_page_and_stays_there(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    path = f"/solicitudes/{application_id}/pdf"
    answer = applicant.post(f"{path}/temas", FORM | {"confirm": "2"})
    assert answer.headers["Location"] == f"{path}#pagina-2"
    assert kept(site) == {1: None, 2: Theme.PEOPLE, 3: None}
    assert "Aceptar la sugerencia y seguir" in applicant.get(path).text


def test_one_button_confirms_them_all(site: Site, applicant: Visitor, application_id: UUID) -> None:
    path = f"/solicitudes/{application_id}/pdf"
    answer = applicant.post(f"{path}/temas", FORM | {"confirm": "all"})
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/revisar"
    assert kept(site) == {1: Theme.MACHINERY, 2: Theme.PEOPLE, 3: None}
    shown = applicant.get(path).text
    assert "Guardar y seguir" in shown
    assert "Sugerido" not in shown


def test_another_choice_counts_without_a_confirmation(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    changed = FORM | {"page-1": "process", "page-2": ""}
    applicant.post(f"/solicitudes/{application_id}/pdf/temas", changed)
    assert kept(site) == {1: Theme.PROCESS, 2: None, 3: None}
    shown = applicant.get(f"/solicitudes/{application_id}/pdf").text
    assert "Sugerido" not in shown
