"""An emprendedor's pages: the data sheet, the papers with what is wrong in them, to the end."""

import re
from io import BytesIO
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.web import kept
from tests.factories import RUC, confirm_business, open_business
from tests.integration.services.steps import JPEG, PDF
from tests.integration.services.test_placing_papers import in_correction
from tests.integration.web.site import JSON, Site, Visitor
from tests.integration.web.test_versions import walked
from tests.ventures import OF_A_PERSON, VENTURE_SHEET, give_paper, open_venture, ready_venture

NEW = "/solicitudes/nueva"
IESS, SRI, PAYROLL = OF_A_PERSON


def row(site: Site, application_id: UUID) -> ApplicationRow:
    with site.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def files(site: Site) -> list[DocumentRow]:
    with site.office.reading() as uow:
        return list(uow.session.scalars(sa.select(DocumentRow)))


def main_of(shown: str) -> str:
    return " ".join(shown.partition("<main")[2].split())


def send_pdf(applicant: Visitor, page: str, content: bytes, name: str) -> int:
    answer = applicant.post(
        f"{page}/subir",
        {"upload_key": "una-clave-de-pdf", "pdf": (BytesIO(content), name)},
        page=page,
    )
    return answer.status_code


def test_from_the_choice_to_the_list_of_papers(applicant: Visitor) -> None:
    assert f'href="{NEW}/emprendedor"' in applicant.get(NEW).text
    answer = applicant.post(NEW, {"via": "emprendedor"}, page=f"{NEW}/emprendedor")
    path = answer.headers["Location"].removesuffix("/datos")
    shown = applicant.get(f"{path}/datos").text
    assert set(re.findall(r'(?:input|select)[^>]*?name="([a-z_]+)"', shown)) - {
        "csrf_token", "kept_for", "version"
    } == set(VENTURE_SHEET)  # fmt: skip
    answer = applicant.post(f"{path}/datos", VENTURE_SHEET, page=f"{path}/datos")
    assert answer.headers["Location"] == f"{path}/documentos"
    shown = main_of(applicant.get(f"{path}/documentos").text)
    assert [slug for slug in ("escritura", "iess", "sri", "nomina") if f'id="{slug}"' in shown] == [
        "iess", "sri", "nomina",
    ]  # fmt: skip
    assert shown.count("Falta</span>") == 3
    assert "SRI en línea" in shown


def test_a_paper_is_received_and_what_was_read_is_shown(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    path = f"/solicitudes/{application_id}/documentos"
    assert send_pdf(applicant, f"{path}/sri", PDF, "cumplimiento.pdf") == 303
    assert "Leyendo…" in applicant.get(path).text
    assert "Revisando «cumplimiento.pdf»" in applicant.get(f"{path}/sri").text
    give_paper(site.office, application_id, IESS)
    shown = main_of(applicant.get(f"{path}/iess").text)
    assert "Esto pudimos leer" in shown
    assert RUC in shown
    assert "Listo: ver mis documentos" in shown


def test_a_photo_of_a_sheet_is_taken_too(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    page = f"/solicitudes/{application_id}/documentos/nomina"
    answer = applicant.post(
        f"{page}/hojas",
        {"upload_key": "una-clave-de-fotos", "hojas": (BytesIO(JPEG), "hoja.jpg")},
        page=page,
    )
    assert answer.headers["Location"] == f"{page}#resumen"
    [document] = files(site)
    assert document.kind is DocumentKind.PAYROLL
    assert document.page_photos


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "Elija el archivo PDF."), (JPEG, "Voy a fotografiar las hojas")],
    ids=["nothing", "photo"],
)
def test_a_wrong_file_gets_its_own_sentence(
    site: Site, applicant: Visitor, content: bytes, told: str
) -> None:
    application_id = open_venture(site.office)
    page = f"/solicitudes/{application_id}/documentos/sri"
    field = {"pdf": (BytesIO(content), "foto.jpg" if content else "")}
    answer = applicant.post(
        f"{page}/subir", {"upload_key": "una-clave-mas", **field}, page=page, follow_redirects=True
    )
    assert told in answer.text


def test_what_is_wrong_in_a_paper_is_told_at_once(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    path = f"/solicitudes/{application_id}/documentos"
    give_paper(site.office, application_id, IESS, values={"issued_on": "2024-01-05"})
    misplaced = give_paper(site.office, application_id, PAYROLL, recognised_as=SRI)
    shown = main_of(applicant.get(path).text)
    assert "Ya caducó el certificado del IESS." in shown
    assert "Esto parece el certificado del SRI. Va en otro lugar." in shown
    before_sending = main_of(applicant.get(f"/solicitudes/{application_id}/revisar").text)
    assert before_sending.count("Mire esto") == 2
    assert "En «Nómina de trabajadores»: esto parece el certificado del SRI." in before_sending
    assert "sale enseguida" not in before_sending
    assert "la mira una persona en 1 a 3 días hábiles" in before_sending
    answer = applicant.post(f"{path}/{misplaced}/a-su-lugar", page=path)
    assert answer.headers["Location"] == f"{path}#sri"
    kinds = {each.id: each.kind for each in files(site)}
    assert kinds[misplaced] is DocumentKind.TAX_CERTIFICATE
    assert "Lo pusimos en" in applicant.get(path).text


def test_a_paper_to_correct_is_no_photo(site: Site, applicant: Visitor) -> None:
    application_id = in_correction(site.office)
    path = f"/solicitudes/{application_id}/corregir"
    shown = main_of(applicant.get(path).text)
    assert shown.count("Cambiar el documento") == 2
    give_paper(site.office, application_id, SRI, shows="nuevo")
    changed = main_of(applicant.get(path).text)
    assert "Usted lo cambió o lo quitó" in changed
    assert "las fotos" not in shown + changed
    assert 'class="thumbs tall"' in changed


def test_nobody_employed_needs_one_press(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    path = f"/solicitudes/{application_id}/documentos"
    assert "No tengo empleados" in applicant.get(path).text
    answer = applicant.post(f"{path}/sin-empleados", page=path)
    assert answer.headers["Location"] == path
    shown = main_of(applicant.get(path).text)
    assert 'id="nomina"' not in shown
    assert "La nómina no hace falta: dijo que no emplea a nadie." in shown


def test_a_paper_that_is_not_asked_for_may_be_taken_out(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office, employees="0")
    payroll = give_paper(site.office, application_id, PAYROLL)
    path = f"/solicitudes/{application_id}/documentos"
    assert "quite la nómina si ya no trabaja nadie" in main_of(applicant.get(path).text)
    shown = main_of(applicant.get(f"{path}/nomina").text)
    assert f"{path}/{payroll}/quitar" in shown
    applicant.post(f"{path}/{payroll}/quitar", {"page": "documento-nomina"}, page=f"{path}/nomina")
    assert 'id="nomina"' not in main_of(applicant.get(path).text)
    needed = give_paper(site.office, application_id, SRI)
    assert f"{needed}/quitar" not in applicant.get(f"{path}/sri").text


def test_before_sending_nobody_hears_whether_the_rule_will_grant(
    site: Site, applicant: Visitor
) -> None:
    application_id = ready_venture(site.office)
    in_order = main_of(applicant.get(f"/solicitudes/{application_id}/revisar").text)
    give_paper(site.office, application_id, SRI, values={"holder": "OTRA PERSONA CUALQUIERA"})
    doubtful = main_of(applicant.get(f"/solicitudes/{application_id}/revisar").text)
    hidden = re.compile(r'name="(?:version|csrf_token)" value="[^"]+"')
    assert hidden.sub("", in_order) == hidden.sub("", doubtful)
    assert "sale enseguida si todo en sus documentos está claro" in in_order


def test_after_confirming_it_waits_to_be_printed_or_says_who_looks(
    site: Site, applicant: Visitor
) -> None:
    granted = ready_venture(site.office)
    confirm_business(site.office, granted)
    assert row(site, granted).state is ApplicationState.APPROVED
    shown = main_of(applicant.get(f"/solicitudes/{granted}").text)
    assert "Certificado RUM · Emprendedor" in shown


def test_other_tracks_have_no_such_pages(site: Site, applicant: Visitor) -> None:
    application_id = open_business(site.office)
    for page in ("documentos", "documentos/sri"):
        answer = applicant.get(f"/solicitudes/{application_id}/{page}")
        assert answer.status_code == 303
    unknown = applicant.get(f"/solicitudes/{application_id}/documentos/pasaporte")
    assert unknown.status_code == 404


def test_a_script_learns_where_to_go_on(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    page = f"/solicitudes/{application_id}/documentos/{SupportKind.TAX_CERTIFICATE.slug}"
    answer = applicant.post(
        f"{page}/subir",
        {"upload_key": "una-clave-de-script", "pdf": (BytesIO(PDF), "a.pdf")},
        page=page,
        headers=JSON,
    )
    assert answer.json == {"next": page}


@pytest.mark.parametrize("form", ["sri/subir", "sri/hojas", "{paper}/a-su-lugar", "sin-empleados"])
def test_a_form_made_from_another_case_is_told_so(
    site: Site, applicant: Visitor, form: str
) -> None:
    application_id = open_venture(site.office)
    paper = give_paper(site.office, application_id, IESS, recognised_as=SRI)
    before = {each.id: (each.kind, each.removed_at) for each in files(site)}
    page = f"/solicitudes/{application_id}/documentos"
    answer = applicant.post(
        f"{page}/{form.format(paper=paper)}",
        {
            "version": "1.00000000000000000000",
            "upload_key": "una-clave-vieja",
            "pdf": (BytesIO(PDF), "a.pdf"),
            "hojas": (BytesIO(JPEG), "a.jpg"),
        },
        page=page,
    )
    assert answer.status_code == 409
    assert {each.id: (each.kind, each.removed_at) for each in files(site)} == before
    assert row(site, application_id).sheet["employees"] == 4


def test_every_form_of_the_papers_carries_the_version_of_its_page(
    site: Site, applicant: Visitor
) -> None:
    application_id = open_venture(site.office)
    give_paper(site.office, application_id, IESS, recognised_as=SRI)
    give_paper(site.office, application_id, PAYROLL)
    pages = ["/documentos", *(f"/documentos/{kind.slug}" for kind in OF_A_PERSON)]
    assert list(walked(applicant, application_id, pages)) == []


def test_words_of_a_form_of_papers_lead_back_to_its_page(site: Site) -> None:
    application_id = open_venture(site.office)
    with site.app.test_request_context():
        values = {"application_id": application_id, "paper": "sri"}
        assert kept.page_of("applicant.upload_paper", values, {}).endswith("/documentos/sri")
        page = kept.page_of("applicant.employs_nobody", {"application_id": application_id}, {})
        assert page.endswith("/documentos")
