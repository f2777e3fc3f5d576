"""Appeals as the applicant sees them: lodged from the application, decided, what remains."""

import re
from uuid import UUID

import pytest

from review_service.db.models import AppealRow
from review_service.domain.appeals import AppealOutcome
from review_service.domain.roles import OfficerRole
from review_service.domain.wording import long_date
from tests.factories import add_officer
from tests.integration.services import appeal_cases, letter_cases, steps
from tests.integration.services.appeal_cases import ORDER, REASONS, WORDS
from tests.integration.web.applicant.story import confirmed
from tests.integration.web.site import Site, Visitor


@pytest.fixture
def refused(site: Site, applicant: Visitor) -> UUID:
    case = confirmed(site, applicant)
    return appeal_cases.refuse(site.office, add_officer(site.office), application_id=case)


@pytest.fixture
def supervisor(site: Site) -> UUID:
    return add_officer(site.office, "jefa", role=OfficerRole.SUPERVISOR)


def lodge(site: Site, applicant: Visitor, case: UUID) -> tuple[UUID, str]:
    """Appeal as a person does; return the id of the letter and the address of its page."""
    page = applicant.get(f"/solicitudes/{case}").text
    [address] = re.findall(r'href="([^"]+)">Presentar apelación', page)
    form = applicant.get(address).text
    [about] = re.findall(r'name="about"[^>]*value="([^"]+)"', form)
    sent = applicant.post("/quejas/nueva/apelacion", {"about": about, "body": WORDS}, page=address)
    assert sent.status_code == 303
    [row] = steps.rows(site.office, AppealRow)
    return row.letter_id, sent.headers["Location"]


def test_it_is_lodged_from_the_refused_application_and_says_by_when_it_is_decided(
    site: Site, applicant: Visitor, refused: UUID
) -> None:
    letter_id, address = lodge(site, applicant, refused)
    letter = letter_cases.letter(site.office, letter_id)
    assert letter.due_on is not None
    receipt = applicant.get(address).text
    assert "Recibimos su recurso" in receipt
    assert str(letter.number) in receipt
    assert "una persona que no tomó la decisión" in receipt
    page = applicant.get(f"/solicitudes/{refused}").text
    assert f"Usted apeló esta decisión: recurso {letter.number}" in page
    assert long_date(letter.due_on) in page
    assert "Presentar apelación" not in page, "one decision is appealed once"
    assert "Usted presentó un recurso contra la decisión." in page


def test_a_rejected_one_says_why_on_what_it_rests_and_what_remains(
    site: Site, applicant: Visitor, refused: UUID, supervisor: UUID
) -> None:
    letter_id, address = lodge(site, applicant, refused)
    given = appeal_cases.ruling(AppealOutcome.REJECTED)
    appeal_cases.decide(site.office, letter_id, supervisor, given)
    for page in (applicant.get(address).text, applicant.get(f"/solicitudes/{refused}").text):
        assert "Negamos su recurso. La decisión que apeló se mantiene." in page
        assert REASONS in page
        assert "vía judicial" in page
        assert "219" in page
        assert "Funcionaria jefa" not in page
    assert "Decidimos su recurso" in applicant.get(address).text


def test_an_accepted_one_shows_the_order_and_the_application_in_review(
    site: Site, applicant: Visitor, refused: UUID, supervisor: UUID
) -> None:
    letter_id, address = lodge(site, applicant, refused)
    appeal_cases.decide(site.office, letter_id, supervisor)
    page = applicant.get(f"/solicitudes/{refused}").text
    assert "<h1>En revisión</h1>" in page
    assert "Aceptamos su recurso. Su solicitud vuelve a revisión." in page
    assert ORDER in page
    assert "Su solicitud volvió a revisión por el recurso." in page
    assert "Decisión sobre su recurso" in page
    assert ORDER in applicant.get(address).text


def test_a_second_refusal_offers_the_appeal_again(
    site: Site, applicant: Visitor, refused: UUID, supervisor: UUID
) -> None:
    letter_id, _ = lodge(site, applicant, refused)
    appeal_cases.decide(site.office, letter_id, supervisor)
    appeal_cases.refuse(site.office, supervisor, application_id=refused)
    page = applicant.get(f"/solicitudes/{refused}").text
    assert "Presentar apelación" in page
    assert "Usted apeló esta decisión" not in page


def test_a_late_one_says_that_it_came_late(site: Site, applicant: Visitor, refused: UUID) -> None:
    appeal_cases.let_the_days_pass(site.office)
    appeal_cases.appeal(site.office, refused)
    page = applicant.get(f"/solicitudes/{refused}").text
    assert "después del plazo para apelar: por eso puede no admitirse" in page


def test_who_is_not_signed_in_is_told_how_it_becomes_an_appeal(visitor: Visitor) -> None:
    page = visitor.get("/quejas/nueva/apelacion").text
    assert "ingrese con su RUC" in page


def test_what_others_wrote_of_it_is_shown_to_nobody_else(
    site: Site, applicant: Visitor, refused: UUID
) -> None:
    reference = steps.application(site.office, refused).reference
    letter_cases.received(site.office, about=reference)
    assert "Recurso" not in applicant.get(f"/solicitudes/{refused}").text
