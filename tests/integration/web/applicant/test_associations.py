"""The pages of an organisation of artisans: what it is, its representative's paper, sharing."""

import re
from io import BytesIO
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.documents import DocumentKind
from tests.associations import (
    NAMED,
    UNNAMED,
    give_appointment,
    make_organisation,
    open_association,
)
from tests.factories import OTHER_RUC, SHEET, open_draft
from tests.integration.services.steps import JPEG, PDF
from tests.integration.web.site import Site, Visitor
from tests.integration.web.test_versions import walked


def main_of(shown: str) -> str:
    return " ".join(shown.partition("<main")[2].split())


@pytest.fixture
def association(site: Site) -> Visitor:
    """The browser of a legal person."""
    make_organisation(site.office)
    return site.applicant(OTHER_RUC)


def sheet_of(site: Site, application_id: UUID) -> dict[str, object]:
    with site.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).sheet


def test_its_sheet_says_what_the_register_says(site: Site, association: Visitor) -> None:
    application_id = open_draft(site.office, OTHER_RUC)
    shown = main_of(association.get(f"/solicitudes/{application_id}/datos").text)
    assert "Según el SRI: <strong>asociación de artesanos</strong>" in shown
    assert 'name="organisation"' not in shown
    assert 'name="members"' not in shown


def test_where_the_register_says_nothing_it_is_asked_and_kept(
    site: Site, association: Visitor
) -> None:
    make_organisation(site.office, UNNAMED)
    application_id = open_draft(site.office, OTHER_RUC)
    page = f"/solicitudes/{application_id}/datos"
    assert main_of(association.get(page).text).count('name="organisation"') == 5
    answer = association.post(page, SHEET, page=page)
    assert answer.status_code == 422
    assert "Diga si es una asociación, un gremio" in answer.text
    answer = association.post(page, {**SHEET, "organisation": "guild"}, page=page)
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/fotos"
    assert sheet_of(site, application_id)["organisation"] == "guild"
    assert re.search(r'value="guild"\s+checked', association.get(page).text)
    assert "Gremio de artesanos" in association.get(f"/solicitudes/{application_id}/revisar").text


def test_what_it_said_is_told_in_words_where_somebody_else_saved_first(
    site: Site, association: Visitor
) -> None:
    make_organisation(site.office, UNNAMED)
    application_id = open_draft(site.office, OTHER_RUC)
    page = f"/solicitudes/{application_id}/datos"
    [stale] = set(re.findall(r'name="version" value="([^"]+)"', association.get(page).text))
    association.post(page, {**SHEET, "organisation": "union"}, page=page)
    answer = association.post(page, {**SHEET, "organisation": "guild", "version": stale}, page=page)
    assert answer.status_code == 409
    shown = main_of(answer.text)
    assert "Gremio de artesanos" in shown
    assert "Unión de artesanos" in shown


def test_other_workshops_are_typed_a_line_each_and_shown_before_sending(
    site: Site, association: Visitor
) -> None:
    application_id = open_draft(site.office, OTHER_RUC)
    page = f"/solicitudes/{application_id}/datos"
    wrong = {**SHEET, "workshops": "Sucre 12-40, Otavalo\r\nCalle Bolívar 3"}
    answer = association.post(page, wrong, page=page)
    assert answer.status_code == 422
    assert "En «Calle Bolívar 3» escriba al final una coma y el cantón" in answer.text
    assert 'href="#workshops"' in answer.text
    assert re.search(r"<textarea[^>]*aria-invalid[^>]*>Sucre 12-40, Otavalo", answer.text)
    right = {**SHEET, "workshops": "Sucre 12-40, Otavalo\r\nCalle Bolívar 3, Ibarra"}
    assert association.post(page, right, page=page).status_code == 303
    kept = "Sucre 12-40, Otavalo, Imbabura\nCalle Bolívar 3, Ibarra, Imbabura"
    assert sheet_of(site, application_id)["workshops"] == kept
    assert kept in association.get(page).text
    review = main_of(association.get(f"/solicitudes/{application_id}/revisar").text)
    assert "Otros talleres" in review
    assert "Calle Bolívar 3, Ibarra, Imbabura" in review


def test_an_artisan_is_asked_nothing_of_it(site: Site, applicant: Visitor) -> None:
    application_id = open_draft(site.office)
    shown = main_of(applicant.get(f"/solicitudes/{application_id}/datos").text)
    assert "Su organización" not in shown
    assert 'name="shared_with"' in shown
    assert 'name="workshops"' not in shown
    assert "Documentos" not in shown
    for page in ("documentos", "documentos/nombramiento"):
        answer = applicant.get(f"/solicitudes/{application_id}/{page}")
        assert answer.status_code == 303


def test_a_wrong_ruc_is_told_in_its_field_and_kept(site: Site, applicant: Visitor) -> None:
    application_id = open_draft(site.office)
    page = f"/solicitudes/{application_id}/datos"
    answer = applicant.post(page, {**SHEET, "shared_with": "mi vecina"}, page=page)
    assert answer.status_code == 422
    assert "un RUC tiene 13 números" in answer.text
    answer = applicant.post(page, {**SHEET, "shared_with": f"RUC {OTHER_RUC}"}, page=page)
    assert answer.status_code == 303
    assert sheet_of(site, application_id)["shared_with"] == OTHER_RUC
    assert "Comparte el taller con" in applicant.get(f"/solicitudes/{application_id}/revisar").text


def test_the_appointment_has_its_place_and_its_page(site: Site, association: Visitor) -> None:
    application_id = open_association(site.office)
    path = f"/solicitudes/{application_id}/documentos"
    photos = association.get(f"/solicitudes/{application_id}/fotos").text
    assert f'href="{path}"' in photos
    shown = main_of(association.get(path).text)
    assert re.findall(r'class="card" id="([a-z]+)"', shown) == ["nombramiento"]
    assert "Falta</span>" in shown
    page = f"{path}/nombramiento"
    assert "dice quién representa a la organización" in association.get(page).text
    answer = association.post(
        f"{page}/subir",
        {"upload_key": "una-clave-de-pdf", "pdf": (BytesIO(PDF), "acta.pdf")},
        page=page,
    )
    assert answer.headers["Location"] == page
    assert "Revisando «acta.pdf»" in association.get(page).text
    review = main_of(association.get(f"/solicitudes/{application_id}/revisar").text)
    assert "Nombramiento del representante" in review
    assert "su certificado sale enseguida" not in review


def test_photos_of_its_sheets_are_taken_too(site: Site, association: Visitor) -> None:
    application_id = open_association(site.office)
    page = f"/solicitudes/{application_id}/documentos/nombramiento"
    answer = association.post(
        f"{page}/hojas",
        {"upload_key": "una-clave-de-fotos", "hojas": (BytesIO(JPEG), "hoja.jpg")},
        page=page,
    )
    assert answer.headers["Location"] == f"{page}#resumen"
    with site.office.reading() as uow:
        kinds = uow.session.scalars(
            sa.select(DocumentRow.kind).where(DocumentRow.page_photos.is_not(None))
        ).all()
    assert kinds == [DocumentKind.APPOINTMENT]


def test_what_an_officer_notes_the_applicant_does_not_hear(
    site: Site, association: Visitor
) -> None:
    application_id = open_association(site.office)
    give_appointment(site.office, application_id, words=("NOMBRAMIENTO", "de", "otra"))
    for page in ("documentos", "documentos/nombramiento", "revisar"):
        shown = main_of(association.get(f"/solicitudes/{application_id}/{page}").text)
        assert "no se encontró" not in shown
        assert "Mire esto" not in shown


def test_every_form_of_its_papers_carries_the_version_of_its_page(
    site: Site, association: Visitor
) -> None:
    application_id = open_association(site.office)
    give_appointment(site.office, application_id)
    pages = ["/datos", "/documentos", "/documentos/nombramiento", "/revisar"]
    assert list(walked(association, application_id, pages)) == []


def test_a_new_application_shows_the_organisations_name(site: Site, association: Visitor) -> None:
    application_id = open_association(site.office)
    assert NAMED in association.get(f"/solicitudes/{application_id}/revisar").text
