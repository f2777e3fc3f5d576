"""The ready PDF with its themes, and the prior agreement with what was read of it."""

import re
from pathlib import Path

import pytest

from review_service.domain.applications import ApplicationKind
from review_service.domain.limits import MEBIBYTE
from review_service.domain.refusals import RefusalReason
from tests.factories import Office
from tests.integration.web.applicant.story import draft, send_pdf
from tests.integration.web.site import (
    JSON,
    Site,
    Visitor,
    finish_checks,
    make_site,
    pdf,
    read_field,
)

FIELDS = (read_field("number", "MPCEI-MDT-2023-000117"), read_field("valid_until", "2026-11-20"))


def test_a_ready_pdf_shows_its_pages_and_asks_what_each_shows(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/pdf"
    assert send_pdf(applicant, application_id, "pdf").headers["Location"] == path
    waiting = applicant.get(path).text
    assert "Revisando «papel.pdf»" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    finish_checks(site.office, pages=3)
    shown = applicant.get(path).text
    assert "Ya subió un PDF con fotos" in applicant.get(f"/solicitudes/{application_id}/fotos").text
    assert shown.count("miniatura.jpg") == 3
    assert 'name="page-3"' in shown


def test_the_themes_of_the_pages_are_kept(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office, pages=2)
    data = {"page-1": "workshop", "page-2": "", "page-99": "people", "page-x": "people"}
    answer = applicant.post(f"/solicitudes/{application_id}/pdf/temas", data)
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/revisar"
    shown = applicant.get(f"/solicitudes/{application_id}/pdf").text
    assert len(re.findall(r'value="workshop"\s+selected', shown)) == 1
    review = applicant.get(f"/solicitudes/{application_id}/revisar").text
    assert "1 · El lugar donde trabaja" in review
    assert "2 · Otra cosa" in review


def test_themes_without_a_pdf_are_refused(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = applicant.post(f"/solicitudes/{application_id}/pdf/temas", {"page-1": "people"})
    assert answer.status_code == 422


def test_the_page_asks_how_far_the_checks_are(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    waiting = applicant.get(f"/solicitudes/{application_id}/pdf").text
    path = waiting.split('data-wait="')[1].split('"')[0]
    assert applicant.get(path, headers=JSON).get_json()["settled"] is False
    finish_checks(site.office, pages=3)
    answer = applicant.get(path, headers=JSON).get_json()
    assert (answer["settled"], answer["done"], answer["total"]) == (True, 3, 3)


def test_a_new_pdf_replaces_the_one_before(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    send_pdf(applicant, application_id, "pdf", pdf("another"))
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert shown.count("papel.pdf") == 1


@pytest.mark.parametrize("page", ["pdf", "acuerdo-anterior"])
def test_the_page_names_the_pdf_that_stands(site: Site, applicant: Visitor, page: str) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    path = f"/solicitudes/{application_id}/{page}"
    send_pdf(applicant, application_id, page, name="anterior.pdf")
    assert "Seguimos con" not in applicant.get(path).text
    finish_checks(site.office)
    send_pdf(applicant, application_id, page, pdf("another"), name="nuevo.pdf")
    shown = applicant.get(path).text
    assert "Seguimos con «anterior.pdf» hasta que este pase la revisión." in shown
    finish_checks(site.office, reason=RefusalReason.DAMAGED)
    shown = applicant.get(path).text
    assert "No pudimos aceptar «nuevo.pdf»" in shown
    assert "En su solicitud sigue «anterior.pdf»" in shown
    assert "«anterior.pdf», 1 página" in shown


def test_the_pdf_can_be_taken_out(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office)
    shown = applicant.get(f"/solicitudes/{application_id}/pdf").text
    path = shown.split("/quitar")[0].rsplit('"', 1)[1] + "/quitar"
    answer = applicant.post(path, {"page": "pdf"})
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/pdf"
    assert "Si ya juntó sus fotos" in applicant.get(answer.headers["Location"]).text


def test_what_is_no_pdf_is_refused_with_the_cure(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf", b"<html>no</html>")
    assert "no es un PDF" in applicant.get(f"/solicitudes/{application_id}/pdf").text


def test_a_form_without_a_file_says_so(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = applicant.post(f"/solicitudes/{application_id}/pdf/subir", {"upload_key": "k" * 20})
    assert answer.status_code == 422
    assert 'href="#pdf"' in answer.text


def test_a_script_is_told_where_to_go_on(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = applicant.post(
        f"/solicitudes/{application_id}/pdf/subir", {"upload_key": "k" * 20}, headers=JSON
    )
    assert answer.status_code == 422
    assert answer.get_json()["message"] == "Elija el archivo PDF."


def test_each_kind_of_pdf_has_its_own_limit_and_sentence(office: Office, tmp_path: Path) -> None:
    site = make_site(
        office,
        tmp_path,
        EVIDENCE_MAX_BYTES=str(2 * MEBIBYTE),
        AGREEMENT_MAX_BYTES=str(MEBIBYTE),
    )
    applicant = site.applicant()
    application_id = draft(site, ApplicationKind.RENEWAL)
    big = pdf().ljust(4 * MEBIBYTE, b" ")
    evidence = send_pdf(applicant, application_id, "pdf", big)
    assert evidence.status_code == 413
    assert "El PDF puede pesar hasta 2 MB." in evidence.text
    agreement = send_pdf(applicant, application_id, "acuerdo-anterior", big)
    assert agreement.status_code == 413
    assert "Acuerdo anterior puede pesar hasta 1 MB." in agreement.text


def test_shows_what_was_read_of_the_prior_agreement(site: Site, applicant: Visitor) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    send_pdf(applicant, application_id, "acuerdo-anterior")
    finish_checks(site.office, pages=2, fields=FIELDS)
    shown = applicant.get(f"/solicitudes/{application_id}/acuerdo-anterior").text
    assert "¿Es correcto?" in shown
    assert "MPCEI-MDT-2023-000117" in shown
    assert "20 de noviembre de 2026" in shown
    assert "no consta" not in shown
    assert "differs" not in shown


def test_says_when_nothing_could_be_read(site: Site, applicant: Visitor) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    send_pdf(applicant, application_id, "acuerdo-anterior")
    finish_checks(site.office)
    shown = applicant.get(f"/solicitudes/{application_id}/acuerdo-anterior").text
    assert "No pudimos leer sus datos" in shown
