"""What the process remembers of a long queue hides no case, and contradicts no short list.

The whole queue is long here and its groups were counted a moment ago; then something happens.
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.db.models import ApplicationRow, PendingDecisionRow
from review_service.db.queries.officer import queue
from review_service.domain.applications import ApplicationState
from review_service.domain.pending_decisions import DecisionOutcome
from review_service.web.officer import queue as queue_view
from review_service.web.officer.queue import groups_name
from review_service.web.remembering import EXTENSION
from tests.factories import Office
from tests.integration.web.officer.desk_cases import counted
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put


@pytest.fixture(autouse=True)
def _long_queue(browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    monkeypatch.setattr(queue_view, "COUNTED_SECONDS", 60.0)
    for _ in range(4):
        put(office, QUITO)
    browser.get("/revision")
    with counted(office, "some_rows") as passes:
        browser.get("/revision?via=artisan")
    assert not passes, "the groups are remembered"


def hold(office: Office, case: UUID, officer_id: UUID) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        row.claimed_by, row.claimed_at = officer_id, uow.now
        row.claimed_until = uow.now + timedelta(minutes=5)
        uow.commit()


def numbers_in(page: str) -> list[str]:
    """Return the choices of the filters with their numbers, and the sum above the list."""
    choices = re.findall(r"<option[^>]*>\s*([^<]*?)\s*</option>", page)
    return [*(each for each in choices if "(" in each), *re.findall(r"-?\d+ solicitud\w*", page)]


def test_a_case_that_just_came_in_is_listed_where_there_was_none(
    browser: FlaskClient, office: Office
) -> None:
    case = put(office, OTAVALO)
    page = browser.get("/revision?zona=Zonal+1").text
    assert str(case) in page
    assert "Zonal 1 (1)" in numbers_in(page)


def test_a_short_list_and_its_numbers_agree_when_its_only_case_left(
    browser: FlaskClient, office: Office
) -> None:
    case = put(office, OTAVALO)
    assert str(case) in browser.get("/revision?zona=Zonal+1").text
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        row.state = ApplicationState.CORRECTION_REQUESTED
        uow.commit()
    page = browser.get("/revision?zona=Zonal+1").text
    assert str(case) not in page
    assert "Zonal 1 (1)" not in numbers_in(page)


@pytest.mark.parametrize(
    "asked",
    ["la-tiene=libre", "la-tiene=libre&via=mipyme", "la-tiene=yo", "via=mipyme", "zona=Zonal+1"],
)
def test_no_number_is_below_zero_when_a_new_case_is_held_at_once(
    browser: FlaskClient, office: Office, officer_id: UUID, asked: str
) -> None:
    for days in (0, 40):
        case = put(office, OTAVALO, track="mipyme", days=days)
        hold(office, case, officer_id)
        page = browser.get(f"/revision?{asked}").text
        assert not [each for each in numbers_in(page) if "-" in each], numbers_in(page)
        assert (str(case) in page) == ("libre" not in asked)


def test_groups_of_another_day_are_counted_anew(browser: FlaskClient, office: Office) -> None:
    """The ages of their cases are others."""
    known = browser.application.extensions[EXTENSION]
    with office.reading() as uow:
        name = groups_name(uow)
    known["counts of groups on 2020-01-01"] = known.pop(name)
    with counted(office, "some_rows") as passes:
        browser.get("/revision?via=artisan&antiguedad=hasta-3")
    assert len(passes) == 1


def test_beside_a_filter_no_view_is_counted_whose_number_is_not_shown(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    """«Recomendados» stands there only with a case, so that it is looked for."""
    case = put(office, QUITO)
    for is_recommended in (False, True):
        if is_recommended:
            with office.writing() as uow:
                uow.session.add(
                    PendingDecisionRow(
                        application_id=case,
                        outcome=DecisionOutcome.APPROVE,
                        reasons="",
                        category="",
                        late_reason="",
                        recommended_by=officer_id,
                        recommended_at=uow.now,
                    )
                )
                uow.commit()
        browser.application.extensions[EXTENSION].clear()
        with counted(office, "later_controls") as told:
            page = browser.get("/revision?via=artisan").text
        assert told == []
        assert ("Recomendados" in page) == is_recommended
        assert re.search(r"Corregidas\s*</a>", page)
        assert re.search(r"Corregidas <span>0</span>", browser.get("/revision").text)
