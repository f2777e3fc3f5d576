"""«Revisar» while a file is still being read: which, how far, and that it goes on by itself."""

import re
from uuid import UUID

from review_service.db.models import DocumentRow
from review_service.domain.documents import DocumentState, SupportKind
from tests.factories import OTHER_RUC, RUC, upload
from tests.integration.services import steps
from tests.integration.web.applicant.story import complete, draft, send_pdf
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg
from tests.ventures import give_paper, open_venture, ready_venture

PAYROLL = SupportKind.PAYROLL
MISSING = "falta esto"
NO_NEED = "No tiene que esperar"


def shown(applicant: Visitor, application_id: UUID) -> str:
    page = applicant.get(f"/solicitudes/{application_id}/revisar").text
    return " ".join(re.sub(r"</?span[^>]*>", "", page).split())


def send(applicant: Visitor, application_id: UUID) -> tuple[int, str]:
    answer = applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    return answer.status_code, " ".join(answer.text.split())


def unread_payroll(site: Site, ruc: str = RUC) -> tuple[UUID, UUID]:
    """Return a draft that lacks nothing but the reading of its payroll, and that payroll."""
    office = site.office
    application_id = ready_venture(office) if ruc == RUC else open_venture(office, ruc)
    sent = upload(
        office,
        application_id,
        content=steps.PDF + b"%otra" + application_id.bytes,
        kind=PAYROLL.document_kind,
        file_name="nomina de octubre.pdf",
        ruc=ruc,
    )
    return application_id, sent.document_id


def test_it_says_which_paper_is_read_and_asks_again_by_itself(
    site: Site, applicant: Visitor
) -> None:
    application_id, payroll = unread_payroll(site)
    page = shown(applicant, application_id)
    assert "Todavía leemos un archivo" in page
    assert "«nomina de octubre.pdf» (Nómina de trabajadores): espera su turno" in page
    assert MISSING not in page
    assert NO_NEED not in page
    address = f"/solicitudes/{application_id}/revisar"
    assert f'<meta http-equiv="refresh" content="5;url={address}">' in page
    assert f'href="{address}">Ver si ya terminó</a>' in page
    assert f'data-wait="/solicitudes/{application_id}/documentos/{payroll}/estado"' in page


def test_it_says_how_many_files_come_before(site: Site, applicant: Visitor) -> None:
    unread_payroll(site, OTHER_RUC)
    application_id, payroll = unread_payroll(site)
    assert "espera su turno; antes se lee 1 archivo" in shown(applicant, application_id)
    with site.office.writing() as uow:
        uow.session.get_one(DocumentRow, payroll).state = DocumentState.CHECKING
        uow.commit()
    assert "(Nómina de trabajadores): leyendo" in shown(applicant, application_id)


def test_it_counts_the_pages(site: Site, applicant: Visitor) -> None:
    application_id, payroll = unread_payroll(site)
    with site.office.writing() as uow:
        row = uow.session.get_one(DocumentRow, payroll)
        row.page_count, row.pages_checked = 5, 2
        uow.commit()
    assert "(Nómina de trabajadores): 2 de 5 páginas leídas" in shown(applicant, application_id)


def test_who_presses_send_meanwhile_is_told_the_same(site: Site, applicant: Visitor) -> None:
    application_id, _ = unread_payroll(site)
    status, page = send(applicant, application_id)
    assert status == 422
    assert "Todavía no se pudo enviar: leemos un archivo" in page
    assert MISSING not in page
    assert f'content="5;url=/solicitudes/{application_id}/revisar"' in page


def test_what_is_missing_besides_stands_apart(site: Site, applicant: Visitor) -> None:
    application_id = open_venture(site.office)
    give_paper(site.office, application_id, SupportKind.TAX_CERTIFICATE)
    upload(site.office, application_id, content=steps.PDF, kind=PAYROLL.document_kind)
    page = shown(applicant, application_id)
    assert "Todavía leemos un archivo" in page
    problems = page.partition("Antes de enviar, falta esto")[2].partition("</ul>")[0]
    assert re.findall(r">([^<]+)</a>", problems) == ["Falta el certificado del IESS: agréguelo."]


def test_once_it_is_read_nothing_of_it_is_left(site: Site, applicant: Visitor) -> None:
    application_id = ready_venture(site.office)
    page = shown(applicant, application_id)
    assert "Todavía leemos" not in page
    assert 'http-equiv="refresh"' not in page
    assert send(applicant, application_id)[0] == 303


def test_the_pages_of_an_artisans_pdf_are_waited_for_too(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_pdf(applicant, application_id, "pdf")
    page = shown(applicant, application_id)
    assert "Todavía leemos un archivo" in page
    assert NO_NEED not in page
    finish_checks(site.office)
    assert "Todavía leemos" not in shown(applicant, application_id)


def test_single_photos_are_not_waited_for(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    upload(site.office, application_id, content=jpeg(), file_name="otra.jpg")
    page = shown(applicant, application_id)
    assert NO_NEED in page
    assert "Todavía leemos" not in page
    assert 'http-equiv="refresh"' not in page
