"""Whose application was deemed withdrawn appeals from its page, and goes on where it stood."""

from uuid import UUID

import pytest

from review_service.domain.roles import OfficerRole
from tests.factories import add_officer
from tests.integration.services import appeal_cases, loop_cases, steps
from tests.integration.web.applicant.story import confirmed
from tests.integration.web.applicant.test_appeals import lodge
from tests.integration.web.site import Site, Visitor


@pytest.fixture
def withdrawn(site: Site, applicant: Visitor) -> UUID:
    case = confirmed(site, applicant)
    loop_cases.ask(site.office, case)
    loop_cases.end_term(site.office, case)
    loop_cases.resolve(site.office, case)
    steps.hand_over(site.office, "withdrawn")
    return case


def test_it_is_lodged_from_the_page_and_an_accepted_one_leads_to_the_correction(
    site: Site, applicant: Visitor, withdrawn: UUID
) -> None:
    letter_id, receipt = lodge(site, applicant, withdrawn)
    assert "Recibimos su recurso" in applicant.get(receipt).text
    path = f"/solicitudes/{withdrawn}"
    page = applicant.get(path).text
    assert "Usted apeló esta decisión" in page
    assert "Presentar apelación" not in page, "one decision is appealed once"
    supervisor = add_officer(site.office, "jefa", role=OfficerRole.SUPERVISOR)
    appeal_cases.decide(site.office, letter_id, supervisor)
    page = applicant.get(path).text
    for words in (
        "Su solicitud sigue, con un plazo nuevo para corregir.", appeal_cases.ORDER,
        "Ver qué corregir", "le pedimos otra vez la corrección",
    ):  # fmt: skip
        assert words in page
    assert "con un plazo nuevo para corregir" in applicant.get(receipt).text


def test_who_withdrew_by_own_wish_is_told_of_no_appeal(site: Site, applicant: Visitor) -> None:
    case = confirmed(site, applicant)
    path = f"/solicitudes/{case}"
    applicant.post(f"{path}/retirar", {}, page=f"{path}/retirar")
    assert "apel" not in applicant.get(path).text.lower().split("<main")[1].split("</main")[0]
