"""More days to correct, asked for on the page of what to correct, without scripts."""

from uuid import UUID

import pytest

from review_service.services.review import extending
from tests.factories import add_officer
from tests.integration.services import loop_cases, steps
from tests.integration.web.applicant.test_correcting import asked, version
from tests.integration.web.site import Site, Visitor

__all__ = ["asked"]
REASON = "Estoy de viaje <b>hasta</b> el lunes."


@pytest.fixture
def told(site: Site, asked: UUID) -> UUID:
    """The same, with its notice handed over: its term runs."""
    steps.hand_over(site.office, "correction_requested")
    return asked


def decide(site: Site, application_id: UUID, days: int, answer: str = "") -> None:
    extending.decide(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office, "decider"),
        version=version(site, application_id),
        days=days,
        answer=answer,
    )


def test_the_page_offers_it_while_the_term_runs(
    site: Site,
    applicant: Visitor,
    asked: UUID,
) -> None:
    assert "¿Necesita más días?" not in applicant.get(f"/solicitudes/{asked}/corregir").text
    steps.hand_over(site.office, "correction_requested")
    loop_cases.end_term(site.office, asked, days=0)
    shown = applicant.get(f"/solicitudes/{asked}/corregir").text
    assert "¿Necesita más días?" in shown
    assert "Pida una prórroga hasta el " in shown, "on the last day, too"
    loop_cases.end_term(site.office, asked)
    shown = applicant.get(f"/solicitudes/{asked}/corregir").text
    assert "¿Necesita más días?" not in shown
    assert "Mientras no lo resuelva, todavía puede enviar su corrección" in shown
    assert "todavía puede corregir" in applicant.get(f"/solicitudes/{asked}").text


def test_it_is_asked_and_the_page_says_that_it_waits(applicant: Visitor, told: UUID) -> None:
    path = f"/solicitudes/{told}/corregir"
    wrong = applicant.post(f"{path}/prorroga", {"prorroga": "..."}, page=path)
    assert wrong.status_code == 422
    assert 'href="#prorroga"' in wrong.text
    done = applicant.post(f"{path}/prorroga", {"prorroga": REASON}, page=path)
    assert (done.status_code, done.headers["Location"]) == (303, path)
    shown = applicant.get(path).text
    assert "Estoy de viaje &lt;b&gt;hasta&lt;/b&gt; el lunes." in shown
    assert "Mientras no le respondamos, su plazo no termina" in shown
    assert "¿Necesita más días?" not in shown
    assert "Usted pidió una prórroga para corregir." in applicant.get(f"/solicitudes/{told}").text


def test_the_answer_stands_on_the_page(site: Site, applicant: Visitor, told: UUID) -> None:
    path = f"/solicitudes/{told}/corregir"
    applicant.post(f"{path}/prorroga", {"prorroga": REASON}, page=path)
    decide(site, told, 3)
    shown = applicant.get(path).text
    assert "Le dimos 3 días hábiles más" in shown


def test_a_refusal_says_why(site: Site, applicant: Visitor, told: UUID) -> None:
    path = f"/solicitudes/{told}/corregir"
    applicant.post(f"{path}/prorroga", {"prorroga": REASON}, page=path)
    decide(site, told, 0, "Se le pidió una sola foto del taller.")
    shown = applicant.get(path).text
    assert "No podemos darle más días" in shown
    assert "Se le pidió una sola foto del taller." in shown
