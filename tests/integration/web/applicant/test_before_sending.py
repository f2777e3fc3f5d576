"""Advice while the draft is open: page by page, worth little traffic, never a wall."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from review_service.db.models import DocumentRow, PageRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, PageKind, TextSource
from review_service.domain.findings import Finding, Severity
from review_service.domain.reports import PageReport
from review_service.ports import StoredFile
from review_service.services.findings import checking
from tests.integration.services import steps
from tests.integration.web.applicant.story import draft, send_pdf, send_photos
from tests.integration.web.site import JSON, Site, Visitor, finish_checks, jpeg

DARK = Finding(
    check="exposure",
    code="photo_very_dark",
    severity=Severity.BAD,
    message="Luma media 12 de 255.",
    advice="La foto salió muy oscura. Abra una puerta.",
)


def begun(site: Site) -> UUID:
    """Begin the checks of the only document, as the worker does."""
    (row,) = steps.rows(site.office, DocumentRow)
    document = checking.begin(site.office.writing(), row.id)
    assert document is not None
    return document.document_id


def come_in(
    site: Site, document_id: UUID, number: int, *findings: Finding, read: bool = False
) -> None:
    """Let one page of twenty come in."""
    page = PageReport(
        number=number,
        kind=PageKind.PHOTO,
        width_px=100,
        height_px=75,
        findings=findings,
        words_from=TextSource.OCR if read else None,
    )
    image, thumbnail = (
        StoredFile(key=f"derived/{document_id}/{number}{size}.jpg", size_bytes=1, sha256="a" * 64)
        for size in ("", "-small")
    )
    checking.record_page(
        site.office.writing(), document_id, page, image=image, thumbnail=thumbnail, of=20
    )


def state_of(visitor: Visitor, path: str, held: str = "") -> dict[str, Any]:
    answer = visitor.get(f"{path}?tiene={held}", headers=JSON)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


@pytest.mark.parametrize("page", ["pdf", "acuerdo-anterior"])
def test_each_page_shows_its_verdict_while_others_are_still_looked_at(
    site: Site, applicant: Visitor, page: str
) -> None:
    kind = ApplicationKind.NEW if page == "pdf" else ApplicationKind.RENEWAL
    application_id = draft(site, kind)
    send_pdf(applicant, application_id, page)
    document_id = begun(site)
    come_in(site, document_id, 7, DARK)
    come_in(site, document_id, 2)
    shown = applicant.get(f"/solicitudes/{application_id}/{page}").text
    assert "2 de 20 revisadas" in shown
    assert '<meta http-equiv="refresh"' in shown, "without scripts the page looks again"
    assert shown.index('id="pagina-2"') < shown.index('id="pagina-7"')
    assert "Muy oscura" in shown
    assert "Abra una puerta." in shown
    assert "Luma media" not in shown
    assert "1 de 20 páginas conviene repetirla" in shown
    assert 'href="#pagina-7"' in shown
    assert shown.count("Se ve bien") == 1


def test_a_script_gets_only_what_it_lacks(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    document_id = begun(site)
    path = f"/solicitudes/{application_id}/documentos/{document_id}/estado"
    come_in(site, document_id, 1)
    first = state_of(applicant, path)
    (card,) = first["pages"]
    mark = re.search(r'data-mark="([0-9a-f]+)"', card["html"])
    assert mark is not None
    come_in(site, document_id, 2, DARK)
    second = state_of(applicant, path, f"1.{mark.group(1)}")
    assert [page["number"] for page in second["pages"]] == [2]
    assert (second["done"], second["total"], second["settled"]) == (2, 20, False)


def test_a_page_that_is_read_later_comes_again_when_its_verdict_changes(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    send_pdf(applicant, application_id, "acuerdo-anterior")
    document_id = begun(site)
    path = f"/solicitudes/{application_id}/documentos/{document_id}/estado"
    come_in(site, document_id, 1)
    (card,) = state_of(applicant, path)["pages"]
    mark = card["html"].split('data-mark="')[1][:10]
    assert state_of(applicant, path, f"1.{mark}")["pages"] == []
    come_in(site, document_id, 1, DARK, read=True)
    assert state_of(applicant, path, f"1.{mark}")["pages"] != []


@pytest.mark.parametrize("of", ["pdf", "photo"])
def test_who_holds_the_newest_answer_gets_no_body(site: Site, applicant: Visitor, of: str) -> None:
    application_id = draft(site)
    if of == "pdf":
        send_pdf(applicant, application_id, "pdf")
        path = f"/solicitudes/{application_id}/documentos/{begun(site)}/estado"
    else:
        send_photos(applicant, application_id, jpeg())
        begun(site)
        path = f"/solicitudes/{application_id}/fotos/estado?ids="
    first = applicant.get(path, headers=JSON)
    again = applicant.get(path, headers={**JSON, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    finish_checks(site.office)
    later = applicant.get(path, headers={**JSON, "If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200


def test_a_photo_that_a_script_holds_is_not_sent_again(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = send_photos(applicant, application_id, jpeg(), as_script=True).get_json()
    (card,) = answer["cards"]
    mark = card["html"].split('data-mark="')[1][:10]
    path = f"/solicitudes/{application_id}/fotos/estado?ids={card['id']}."
    assert applicant.get(path + mark, headers=JSON).get_json()["cards"] == []
    finish_checks(site.office, findings=(DARK,))
    (fresh,) = applicant.get(path + mark, headers=JSON).get_json()["cards"]
    assert not fresh["waits"]
    assert "Muy oscura" in fresh["html"]


def test_all_of_twenty_pages_fit_into_few_kilobytes(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    document_id = begun(site)
    for number in range(1, 21):
        come_in(site, document_id, number, DARK)
    path = f"/solicitudes/{application_id}/documentos/{document_id}/estado"
    everything = applicant.get(path, headers=JSON)
    assert len(everything.data) < 60_000
    held = ",".join(
        f"{page['number']}.{page['html'].split('data-mark=')[1][1:11]}"
        for page in everything.get_json()["pages"]
    )
    assert len(applicant.get(f"{path}?tiene={held}", headers=JSON).data) < 8_000


def test_only_those_worth_another_try_are_shown_when_asked_for_worst_first(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    document_id = begun(site)
    soft = Finding(
        check="sharpness",
        code="photo_soft",
        severity=Severity.DOUBT,
        message="38 %",
        advice="Apoye el teléfono.",
    )
    for number, findings in ((1, ()), (2, (soft,)), (3, (DARK,))):
        come_in(site, document_id, number, *findings)
    path = f"/solicitudes/{application_id}/pdf"
    shown = applicant.get(f"{path}?ver=repetir").text
    assert shown.index('id="pagina-3"') < shown.index('id="pagina-2"')
    assert 'id="pagina-1"' not in shown
    assert 'id="pagina-1"' in applicant.get(path).text


def test_a_comment_stays_with_its_page_and_its_reader(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office, pages=3, findings=(DARK,))
    (row,) = steps.rows(site.office, DocumentRow)
    path = f"/solicitudes/{application_id}/documentos/{row.id}/paginas"
    answer = applicant.post(f"{path}/2/comentar", {"comment": "Se fue la luz", "page": "pdf"})
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/pdf#pagina-2"
    comments = {page.number: page.comment for page in steps.rows(site.office, PageRow)}
    assert comments == {1: "", 2: "Se fue la luz", 3: ""}
    assert (
        "Usted comentó: «Se fue la luz»" in applicant.get(f"/solicitudes/{application_id}/pdf").text
    )
    assert applicant.post(f"{path}/2/comentar", {"comment": "x" * 501}).status_code == 422
    assert applicant.post(f"{path}/9/comentar", {"comment": "x"}).status_code == 404


def test_a_better_photo_goes_up_right_beside_the_page(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office, pages=2, findings=(DARK,))
    shown = applicant.get(f"/solicitudes/{application_id}/pdf").text
    assert "Cambiar esta foto" in shown
    answer = applicant.post(
        f"/solicitudes/{application_id}/fotos/subir",
        {
            "theme": "people",
            "upload_key": "k" * 20,
            "instead_of": "2",
            "photos": (BytesIO(jpeg()), "mejor.jpg"),
        },
    )
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/fotos#people"
    assert "La página 2 sigue en su PDF" in applicant.get(answer.headers["Location"]).text


@pytest.mark.parametrize("kind", [DocumentKind.PHOTO, DocumentKind.EVIDENCE])
def test_a_doubt_is_no_wall(site: Site, applicant: Visitor, kind: DocumentKind) -> None:
    application_id = draft(site)
    if kind is DocumentKind.PHOTO:
        send_photos(applicant, application_id, jpeg())
    else:
        send_pdf(applicant, application_id, "pdf")
    finish_checks(site.office, findings=(DARK,))
    page = "fotos" if kind is DocumentKind.PHOTO else "pdf"
    assert "Enviar así" in applicant.get(f"/solicitudes/{application_id}/{page}").text
    answer = applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/confirmar"
