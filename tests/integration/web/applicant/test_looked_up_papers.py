"""What an emprendedor reads of papers that the State holds, and which are still asked for."""

from pathlib import Path
from uuid import UUID

import pytest

from review_service.domain.documents import SupportKind
from tests.factories import Office
from tests.integration.services.steps import PDF
from tests.integration.web.applicant.test_support_papers import main_of, send_pdf
from tests.integration.web.site import Site, Visitor, make_site
from tests.looked_up import bring_list, institution_file, line
from tests.ventures import OF_A_PERSON, give_paper, open_venture

IESS, SRI, PAYROLL = OF_A_PERSON


def looking_up(office: Office, folder: Path, comes_from: str, *kinds: SupportKind) -> Site:
    file = institution_file(folder, comes_from, *kinds)
    return make_site(office, folder, INSTITUTION_FILE=str(file))


def list_of(site: Site) -> tuple[Visitor, str]:
    """Return a signed-in applicant and the address of the list of papers."""
    application_id = open_venture(site.office)
    return site.applicant(), f"/solicitudes/{application_id}/documentos"


@pytest.mark.parametrize("comes_from", ["looked_up", "either"])
def test_what_is_held_is_told_with_its_source_and_not_asked_for(
    office: Office, tmp_path: Path, comes_from: str
) -> None:
    site = looking_up(office, tmp_path, comes_from, SRI)
    bring_list(office, tmp_path, [line(office, SRI)])
    applicant, path = list_of(site)
    shown = main_of(applicant.get(path).text)
    assert "Ya lo tenemos" in shown
    assert "Lo tiene SRI, del" in shown
    assert "referencia sri-1. Consultado el" in shown
    assert "COA, artículo 141" in shown
    assert shown.count("Falta</span>") == 2
    assert f'href="{path}/sri"' not in shown
    page = main_of(applicant.get(f"{path}/sri").text)
    assert "Lo tiene SRI" in page
    assert 'name="pdf"' not in page
    assert send_pdf(applicant, f"{path}/iess", PDF, "iess.pdf") == 303


def test_with_all_held_nothing_is_asked_for_and_it_can_be_sent(
    office: Office, tmp_path: Path
) -> None:
    site = looking_up(office, tmp_path, "looked_up", *OF_A_PERSON)
    bring_list(office, tmp_path, [line(office, kind) for kind in OF_A_PERSON])
    applicant, path = list_of(site)
    shown = main_of(applicant.get(path).text)
    assert "No tiene que enviar ninguno" in shown
    assert "Falta</span>" not in shown
    review = main_of(applicant.get(path.replace("/documentos", "/revisar")).text)
    assert "Falta" not in review


def test_a_source_that_is_down_is_told_and_waited_for(office: Office, tmp_path: Path) -> None:
    site = looking_up(office, tmp_path, "looked_up", SRI)
    applicant, path = list_of(site)
    for kind in (IESS, PAYROLL):
        give_paper(office, _draft(path), kind)
    shown = main_of(applicant.get(path).text)
    assert "No responde" in shown
    assert "el SRI no respondió" in shown
    assert "Ver si ya respondió" in shown
    review = main_of(applicant.get(path.replace("/documentos", "/revisar")).text)
    assert "Ahora no responde el SRI" in review


def test_with_either_a_source_that_is_down_lets_the_applicant_send_it(
    office: Office, tmp_path: Path
) -> None:
    site = looking_up(office, tmp_path, "either", SRI)
    applicant, path = list_of(site)
    shown = main_of(applicant.get(path).text)
    assert "el SRI no respondió. Puede enviarlo usted." in shown
    assert shown.count("Falta</span>") == 3
    assert send_pdf(applicant, f"{path}/sri", PDF, "sri.pdf") == 303


def test_nothing_held_is_told(office: Office, tmp_path: Path) -> None:
    site = looking_up(office, tmp_path, "looked_up", SRI)
    bring_list(office, tmp_path, [line(office, SRI, ruc="1790001564001")])
    applicant, path = list_of(site)
    shown = main_of(applicant.get(path).text)
    assert "No consta" in shown
    assert "el SRI no lo tiene" in shown
    assert "lo mira una persona" in shown


def test_debts_are_told_with_whom_to_see(office: Office, tmp_path: Path) -> None:
    site = looking_up(office, tmp_path, "looked_up", SRI)
    bring_list(office, tmp_path, [line(office, SRI, ESTADO="CON DEUDAS")])
    applicant, path = list_of(site)
    shown = main_of(applicant.get(path).text)
    assert "obligaciones pendientes" in shown
    assert "arréglelo con SRI" in shown


def test_health_says_loudly_which_list_is_missing(office: Office, tmp_path: Path) -> None:
    site = looking_up(office, tmp_path, "looked_up", SRI)
    visitor = site.visitor()
    answer = visitor.get("/salud").get_json()
    assert (answer["papers"], answer["status"]) == ("unlisted", "degraded")
    bring_list(office, tmp_path, [line(office, SRI)])
    assert visitor.get("/salud").get_json()["papers"] == "ok"


def test_health_is_content_where_nothing_is_looked_up(site: Site) -> None:
    assert site.visitor().get("/salud").get_json()["papers"] == "ok"


def _draft(path: str) -> UUID:
    return UUID(path.split("/")[2])
