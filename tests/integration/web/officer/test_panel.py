"""Supervisors see who has what, how many days are left, how long it takes and what came back."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, CorrectionRow
from review_service.db.queries.officer import panel as queries
from review_service.db.queries.officer.panel import Panel
from review_service.domain.applications import ReviewItem
from review_service.domain.correction_reasons import reason_labels
from review_service.domain.roles import OfficerRole
from review_service.domain.supervision import Stage
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.factories import OTHER_RUC, Office, confirm_business, open_business
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    approve,
    counted,
    publish_everything,
    put_case,
    sign_in,
    take,
    version_of,
)
from tests.integration.web.officer.test_deciding import plain
from tests.integration.web.officer.test_legal_terms import grow_old

PANEL = "/revision/panel"
DARK = "La foto «foto 1.jpg» (página 1) está muy oscura."


@pytest.fixture
def supervisor(web: WebOffice) -> FlaskClient:
    """A supervisor's browser."""
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "supervisa")


def send_back(office: Office, case: UUID, officer_id: UUID, *items: CorrectionItem) -> None:
    """Ask for a correction; the applicant answers two days later, which is put back in time."""
    correcting.request_correction(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=version_of(office, case),
        items=items,
    )
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        ruc = row.ruc
        assert row.confirmed_at is not None
        row.confirmed_at = uow.now - timedelta(days=5)
        for asked in uow.session.query(CorrectionRow).filter_by(application_id=case):
            asked.asked_at = uow.now - timedelta(days=2)
        uow.commit()
    correcting.answer(
        office.writing(),
        application_id=case,
        ruc=ruc,
        answers={each.item: "No cabe en una foto" for each in items},
    )


def item(item: ReviewItem, reason: str, code: str = "") -> CorrectionItem:
    return CorrectionItem(
        item=item, reason=reason, instruction="Envíe otra foto, por favor.", code=code
    )


def found(office: Office, *, days: int = 90, track: str | None = None) -> Panel:
    with office.reading() as uow:
        return queries.panel(uow, days=days, track=track, labels=reason_labels(), near_days=5)


def test_decided_cases_are_told_with_what_came_back_and_why(
    web: WebOffice, supervisor: FlaskClient, office: Office
) -> None:
    officer_id = add_reviewer(web)
    returned, plain_case = put_case(office), put_case(office, ruc=OTHER_RUC)
    send_back(
        office,
        returned,
        officer_id,
        item(ReviewItem.WORKSHOP, DARK, "photo_dark"),
        item(ReviewItem.PEOPLE, "Se ve a doña Rosa Maigua y a nadie más."),
    )
    for case in (returned, plain_case):
        approve(office, case, officer_id)
    publish_everything(office)
    told = found(office)
    assert (told.returned.count, told.returned.of, told.by_rules) == (1, 2, 0)
    assert dict(told.items) == {ReviewItem.WORKSHOP: 1, ReviewItem.PEOPLE: 1}
    times = {each.stage: each for each in told.times}
    assert times[Stage.REVIEW].p90 == pytest.approx(3 * 86400, abs=600), (
        "five days, two of them not"
    )
    assert times[Stage.CORRECTION].median == pytest.approx(2 * 86400, abs=600)
    assert times[Stage.SIGNING].cases == 2
    [load] = [each for each in told.loads if each.name == "R. Andrade"]
    assert (load.held, load.decided, load.refused, load.sent_back) == (0, 2, 0, 1)
    words = plain(supervisor.get(PANEL))
    assert "50 % (1 de 2), entre 9 % y 91 %; pocos casos" in words
    assert "La foto está muy oscura" in words
    assert "Otro motivo, con palabras propias" in words
    assert "Rosa" not in words, "an officer's own words may name somebody"
    assert "foto 1.jpg" not in words


def test_two_officers_of_one_name_are_told_apart(web: WebOffice, office: Office) -> None:
    taken = add_reviewer(web, "randrade")
    add_reviewer(web, "randrade2")
    add_reviewer(web, "lpaz", "L. Paz")
    take(office, put_case(office), taken)
    told = {each.name: each.held for each in found(office).loads}
    assert told == {"R. Andrade (randrade)": 1, "R. Andrade (randrade2)": 0, "L. Paz": 0}


def test_open_cases_stand_by_the_days_that_are_left(
    web: WebOffice, supervisor: FlaskClient, office: Office
) -> None:
    officer_id = add_reviewer(web)
    late, fresh = put_case(office), put_case(office, ruc=OTHER_RUC)
    grow_old(office, late)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, late).due_at = uow.now - timedelta(days=40)
        uow.commit()
    take(office, fresh, officer_id)
    with office.writing() as uow:  # as a supervisor gives it
        uow.session.get_one(ApplicationRow, late).assigned_to = officer_id
        uow.commit()
    told = found(office)
    assert told.open.total == 2
    assert [count for _, count in told.open.promise] == [1, 0, 0, 0, 1]
    assert [count for _, count in told.open.legal] == [1, 0, 0, 0, 1]
    assert not told.open.is_partial
    assert next(each.held for each in told.loads if each.name == "R. Andrade") == 1
    assert [each.assigned for each in told.loads if each.name == "R. Andrade"] == [1]
    assert sum(each.assigned for each in found(office, track="mipyme").loads) == 0
    page = supervisor.get(PANEL)
    words = plain(page)
    assert "R. Andrade Tiene abiertos: 1 Asignados: 1" in words
    assert "Nadie decidió un caso en este periodo" in words
    assert 'href="/revision?vista=plazo-legal"' in page.text
    for title in ("promesa-title", "promesa-desc", "plazo-legal-title"):
        assert f'id="{title}"' in page.text
    assert "style=" not in page.text


def test_a_track_is_told_alone_and_what_a_rule_decided_is_no_review(
    supervisor: FlaskClient, office: Office
) -> None:
    business = open_business(office)
    confirm_business(office, business)
    told = found(office)
    assert (told.by_officers, told.by_rules) == (0, 1)
    assert found(office, track="artisan").by_rules == 0
    words = plain(supervisor.get(PANEL, query_string={"via": "mipyme", "dias": "30"}))
    assert "0 decididos por personas y 1 por una regla" in words
    assert "Últimos 365 días" in plain(
        supervisor.get(PANEL, query_string={"via": "x", "dias": "x"})
    )


def test_an_empty_office_is_told_so(supervisor: FlaskClient) -> None:
    words = plain(supervisor.get(PANEL))
    assert "No hay casos en revisión" in words
    assert "S. Paredes Tiene abiertos: 0" in words


def test_only_supervisors_see_it(web: WebOffice, browser: FlaskClient) -> None:
    assert browser.get(PANEL).status_code == 403
    assert 'href="/revision/panel"' not in browser.get("/revision").text
    add_reviewer(web, "audita", "A. Auditora", role=OfficerRole.AUDITOR)
    assert sign_in(web, "audita").get(PANEL).status_code == 403


def test_what_is_asked_does_not_grow_with_the_cases(
    web: WebOffice, supervisor: FlaskClient, office: Office
) -> None:
    officer_id = add_reviewer(web)
    approve(office, put_case(office), officer_id)
    supervisor.get(PANEL)  # what every page asks once
    with counted(office) as few:
        supervisor.get(PANEL)
    approve(office, put_case(office, ruc=OTHER_RUC), officer_id)
    with counted(office) as more:
        supervisor.get(PANEL)
    assert len(more) == len(few)
