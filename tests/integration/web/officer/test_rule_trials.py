"""A supervisor tries a rule on decided cases; neither cases nor rules change."""

import pytest
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, EventRow
from review_service.domain.roles import OfficerRole
from tests import ventures
from tests.factories import OTHER_RUC, RUC, Office, confirm_business, open_business
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, sign_in
from tests.integration.web.officer.test_deciding import plain

TRIALS = "/revision/panel/reglas"
LIMITS = f"{TRIALS}/categories.limits@2018-12-01"
USUAL = f"{TRIALS}/usual_limits.emprendedor@2020-02-28"


@pytest.fixture
def supervisor(web: WebOffice) -> FlaskClient:
    """A supervisor's browser."""
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "supervisa")


def test_the_rules_that_nobody_confirmed_are_listed(supervisor: FlaskClient) -> None:
    page = supervisor.get(TRIALS)
    assert f'href="{LIMITS}"' in page.text
    assert "Categoría de MIPYME (límites)" in plain(page)


def test_other_numbers_tell_which_cases_would_change(
    supervisor: FlaskClient, office: Office
) -> None:
    for ruc, sales in ((RUC, "85.000"), (OTHER_RUC, "12.000")):
        confirm_business(office, open_business(office, ruc, sales=sales), ruc)
    same = plain(supervisor.get(LIMITS))
    assert "Con esta regla, 0 de 2 cambiarían." in same
    assert "Todos habrían terminado igual." in same
    rows, events = steps.rows(office, ApplicationRow), steps.rows(office, EventRow)
    page = supervisor.get(LIMITS, query_string={"micro.sales_usd": "50.000"})
    words = plain(page)
    assert "Con esta regla, 1 de 2 cambiaría." in words
    assert "Saldría otra categoría: 1" in words
    assert "Se decidió: Microempresa Saldría otra categoría: Pequeña empresa" in words
    assert 'value="50.000"' in page.text
    assert len(steps.rows(office, EventRow)) == len(events)
    assert [
        (row.version, row.state, row.changed_at) for row in steps.rows(office, ApplicationRow)
    ] == [(row.version, row.state, row.changed_at) for row in rows]


def test_papers_are_read_for_the_cases_that_rest_on_them(
    supervisor: FlaskClient, office: Office
) -> None:
    case = ventures.ready_venture(office)
    confirm_business(office, case)
    as_it_is = plain(supervisor.get(USUAL))
    assert " de 1 cambiar" in as_it_is
    strict = plain(supervisor.get(USUAL, query_string={"workers": "1"}))
    assert "Con esta regla, 1 de 1 cambiaría." in strict
    assert "Pasaría a una persona: 1" in strict


def test_what_is_no_rule_is_said(supervisor: FlaskClient, office: Office) -> None:
    confirm_business(office, open_business(office))
    wrong = supervisor.get(LIMITS, query_string={"micro.workers": "muchas"})
    assert wrong.status_code == 422
    assert "escriba un número entero" in wrong.text
    falling = supervisor.get(LIMITS, query_string={"micro.workers": "500"})
    assert falling.status_code == 422
    assert "cada límite debe ser mayor que el anterior" in falling.text
    assert supervisor.get(f"{TRIALS}/validity.x@2018-12-01").status_code == 404


def test_numbers_that_no_calendar_holds_are_told(
    supervisor: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_business(office, open_business(office))

    def overflow(*_: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr("review_service.services.review.trying_rules.try_rule", overflow)
    answer = supervisor.get(LIMITS)
    assert answer.status_code == 422
    assert "escriba otros más pequeños" in answer.text


def test_without_cases_it_says_so_and_others_may_not_look(
    supervisor: FlaskClient, browser: FlaskClient
) -> None:
    assert "Todavía no hay casos decididos" in plain(supervisor.get(LIMITS))
    for address in (TRIALS, LIMITS):
        assert browser.get(address).status_code == 403
