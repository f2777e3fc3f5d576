"""Officers see the legal term; after it only a supervisor refuses, and says why it was late."""

import html
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, EventRow
from review_service.domain.applications import ApplicationState
from review_service.domain.legal_term import LEGAL_DAYS, NEAR_DAYS, oldest_alarming
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import add_business_days, ecuador_day, end_of_day
from review_service.domain.wording import long_date
from tests.factories import OTHER_RUC, Office
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    accept_everything,
    add_reviewer,
    put_case,
    sign_in,
    take,
    version_of,
)
from tests.integration.web.officer.test_deciding import REASONS, plain, state_of

LATE = "El único perito estuvo enfermo tres semanas; así lo informó la zonal."


def grow_old(office: Office, case: UUID, *, days: int = 100) -> None:
    """Let the case have been received so many days ago."""
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, case).confirmed_at = uow.now - timedelta(days=days)
        uow.commit()


def alarmed(office: Office, case: UUID) -> None:
    """Let the case have five business days left, or fewer."""
    with office.writing() as uow:
        newest = oldest_alarming(ecuador_day(uow.now))
        uow.session.get_one(ApplicationRow, case).confirmed_at = end_of_day(
            newest - timedelta(days=7)
        )
        uow.commit()


@pytest.fixture
def late_case(office: Office) -> UUID:
    case = put_case(office)
    grow_old(office, case)
    return case


def refusal(office: Office, case: UUID, **changes: str) -> dict[str, str]:
    form = {"version": str(version_of(office, case)), "paso": "enviar", "motivos": REASONS}
    return {**form, **changes}


def test_case_and_queue_say_until_when_the_law_lets_decide(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office)
    with office.reading() as uow:
        last = add_business_days(ecuador_day(uow.now), LEGAL_DAYS)
    words = plain(browser.get(f"/revision/casos/{case}"))
    assert f"Plazo legal hasta el {long_date(last)}: quedan {LEGAL_DAYS} días hábiles" in words
    assert f"legal {last.day} " in plain(browser.get("/revision"))
    grow_old(office, case, days=36)
    near = plain(browser.get("/revision"))
    assert "plazo legal: quedan" in near
    assert int(near.partition("plazo legal: quedan ")[2].split()[0]) <= NEAR_DAYS
    grow_old(office, case)
    assert "El plazo legal venció el" in plain(browser.get(f"/revision/casos/{case}"))
    assert "plazo legal vencido" in plain(browser.get("/revision"))


def test_those_near_the_end_have_a_view_and_supervisors_are_told_on_every_page(
    web: WebOffice, office: Office
) -> None:
    add_reviewer(web)
    add_reviewer(web, "jefa", "J. Efa", role=OfficerRole.SUPERVISOR)
    near, other = put_case(office), put_case(office, ruc=OTHER_RUC)
    empty = plain(sign_in(web).get("/revision?vista=plazo-legal"))
    assert "A ninguna le quedan 5 días o menos del plazo legal" in empty
    alarmed(office, near)
    page = sign_in(web).get("/revision?vista=plazo-legal").text
    assert str(near) in page
    assert str(other) not in page
    web.app.extensions["remembered"].clear()
    assert "Plazo legal: 1" not in plain(sign_in(web).get("/revision/acuerdos"))
    web.app.extensions["remembered"].clear()
    told = sign_in(web, "jefa").get("/revision/acuerdos")
    assert "Plazo legal: 1" in plain(told)
    assert "/revision?vista=plazo-legal" in told.text


def test_after_the_term_an_officer_approves_but_does_not_refuse(
    browser: FlaskClient, office: Office, officer_id: UUID, late_case: UUID
) -> None:
    take(office, late_case, officer_id)
    accept_everything(office, late_case, officer_id)
    page = browser.get(f"/revision/casos/{late_case}/negar")
    assert "lo decide una persona de Supervisión" in plain(page)
    assert "<textarea" not in page.text
    answer = browser.post(
        f"/revision/casos/{late_case}/negar", data=refusal(office, late_case, motivo_tarde=LATE)
    )
    assert answer.status_code == 403
    assert state_of(office, late_case) is ApplicationState.IN_REVIEW
    approved = browser.post(
        f"/revision/casos/{late_case}/aprobar", data={"version": str(version_of(office, late_case))}
    )
    assert approved.status_code == 303
    assert state_of(office, late_case) is ApplicationState.APPROVED


def test_after_the_term_a_supervisor_refuses_and_says_why_it_is_late(
    web: WebOffice, office: Office, late_case: UUID
) -> None:
    supervisor = add_reviewer(web, "jefa", "J. Efa", role=OfficerRole.SUPERVISOR)
    take(office, late_case, supervisor)
    steps.observe(office, late_case, supervisor)
    browser = sign_in(web, "jefa")
    address = f"/revision/casos/{late_case}/negar"
    for given in ("", "x" * 19):
        for step in ("ver", "enviar"):
            form = refusal(office, late_case, motivo_tarde=given, paso=step)
            answer = browser.post(address, data=form)
            assert answer.status_code == 422
            assert 'href="#motivo_tarde"' in answer.text
            assert html.escape(REASONS.splitlines()[0]) in answer.text
    letter = browser.post(address, data=refusal(office, late_case, motivo_tarde=LATE, paso="ver"))
    assert f'name="motivo_tarde" value="{html.escape(LATE)}"' in letter.text
    assert LATE not in plain(letter), "the letter gives the reasons of the refusal only"
    again = browser.post(address, data=refusal(office, late_case, motivo_tarde=LATE, paso="editar"))
    assert LATE in html.unescape(again.text)
    sent = browser.post(address, data=refusal(office, late_case, motivo_tarde=LATE))
    assert sent.status_code == 303
    assert state_of(office, late_case) is ApplicationState.REFUSED
    with office.reading() as uow:
        [event] = uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "refused_late")
        ).all()
    assert event.subject_id == late_case
    assert event.details["reason"] == LATE


def test_within_the_term_no_reason_for_being_late_is_asked(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    assert "motivo_tarde" not in browser.get(f"/revision/casos/{case}/negar").text
    assert (
        browser.post(f"/revision/casos/{case}/negar", data=refusal(office, case)).status_code == 303
    )
    with office.reading() as uow:
        assert not uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "refused_late")
        ).all()
