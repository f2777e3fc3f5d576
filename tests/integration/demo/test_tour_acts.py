"""The demo sets up each act with real checks, and again once it was played."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import ApplicationRow, FindingRow, OfficerRow
from review_service.db.queries.officer.case import case_of
from review_service.demo.stage.home import Home
from review_service.demo.story import drafting, seeding, tour
from review_service.domain.applications import ApplicationState
from review_service.domain.findings import Severity
from review_service.samples import people
from review_service.samples.accounts import VISITOR_OFFICER
from review_service.services.applicant import sending
from review_service.services.review import reviewing
from review_service.services.upkeep import invariants
from review_service.web.demo import tour as told
from review_service.web.demo.acts import APPLICANTS, PREPARED, Act
from tests import waiting
from tests.integration.services.whole_story import working
from workers.inspecting.document import start_sandbox, stop_sandbox

ROUNDS = 4
"""So often set up, the first person comes a second time."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[None]:
    start_sandbox()
    yield
    stop_sandbox()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(folder=tmp_path)
    made.issued.mkdir()
    return made


def subject_of(home: Home, act: Act) -> UUID:
    application_id = told.read(home.folder).subjects[act].application_id
    assert application_id is not None
    return application_id


def row_of(container: Container, application_id: UUID) -> ApplicationRow:
    with container.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id)


def wait_until_issued(container: Container, application_id: UUID) -> None:
    waiting.until(lambda: row_of(container, application_id).state is ApplicationState.ISSUED)


def play(container: Container, act: Act, application_id: UUID) -> None:
    """Do what the visitor does."""
    if act in APPLICANTS:
        row = row_of(container, application_id)
        person = next(each for each in people.EVERYBODY if each.ruc == row.ruc)
        case = tour.case_of_act(act, person, series=0)
        seeding.confirm(
            drafting.Sender(container=container, person=person), application_id, case
        )  # fmt: skip
        return
    with container.reading() as uow:
        officer = sa.select(OfficerRow.id).where(OfficerRow.user_name == VISITOR_OFFICER.user_name)
        officer_id = uow.session.execute(officer).scalar_one()
    reviewing.approve(
        container.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=seeding.version_of(container, application_id),
        rules=container.issuing_rules,
    )


def require_one_press_from_its_end(container: Container, act: Act, application_id: UUID) -> None:
    row = row_of(container, application_id)
    assert row.state in act.open_states
    if act is Act.OFFICER:
        with container.reading() as uow:
            assert case_of(uow, application_id).can_be_approved
        return
    problems = sending.problems_before_sending(
        container.reading(),
        application_id=application_id,
        ruc=row.ruc,
        rulebook=container.rulebook,
    )
    assert [problem.place for problem in problems] in ([], ["declaration"])


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("act", PREPARED)
def test_an_act_is_set_up_again_and_again(prepared: Container, home: Home, act: Act) -> None:
    seen = set()
    with working(prepared):
        for turn in range(ROUNDS):
            assert act in set(tour.waiting_acts(prepared, home))
            tour.set_up(prepared, home, act)
            assert act not in set(tour.waiting_acts(prepared, home))
            application_id = subject_of(home, act)
            require_one_press_from_its_end(prepared, act, application_id)
            row = row_of(prepared, application_id)
            seen.add((row.ruc, row.holder))
            play(prepared, act, application_id)
            played = row_of(prepared, application_id)
            assert act.was_played(played.state), (turn, played.state, played.referral)
            if act in {Act.BUSINESS, Act.ENTREPRENEUR}:
                assert played.decided_rule, (turn, played.referral)
            if act is not Act.ARTISAN:
                wait_until_issued(prepared, application_id)
            doubts = sa.select(FindingRow.code).where(
                FindingRow.application_id == application_id, FindingRow.severity != Severity.NOTE
            )
            with prepared.reading() as uow:
                assert uow.session.scalars(doubts).all() == []
    assert len(seen) == ROUNDS
    assert len({ruc for ruc, _ in seen}) == len(tour.CAST[act]) == ROUNDS - 1
    assert invariants.broken_invariants(prepared.reading, prepared.store) == []


@pytest.mark.usefixtures("sandbox")
def test_what_an_interrupted_run_left_is_set_up_with_the_next_person(
    prepared: Container, home: Home
) -> None:
    first, second, *_ = people.TOUR_BUSINESSES
    told.write(home.folder, told.Tour(subjects={Act.BUSINESS: told.Subject(ruc=first.ruc, turn=0)}))
    assert set(tour.waiting_acts(prepared, home)) == set(PREPARED)
    tour.set_up(prepared, home, Act.BUSINESS)
    row = row_of(prepared, subject_of(home, Act.BUSINESS))
    assert (row.ruc, row.state) == (second.ruc, ApplicationState.DRAFT)


def test_who_came_again_keeps_the_other_name_after_an_import(
    prepared: Container, home: Home
) -> None:
    first = people.TOUR_BUSINESSES[0]
    subject = told.Subject(ruc=first.ruc, turn=len(people.TOUR_BUSINESSES))
    told.write(home.folder, told.Tour(subjects={Act.BUSINESS: subject}))
    tour.name_everybody(prepared, home)
    known = prepared.registry.find(first.ruc)
    assert known is not None
    assert known.name == "CAFETERÍA MITAD DEL MUNDO DEL NORTE CÍA. LTDA."


def test_without_an_issued_paper_there_is_nothing_to_verify(
    prepared: Container, home: Home
) -> None:
    (home.issued / "Acuerdo-ajeno.pdf").write_bytes(b"%PDF-1.7 of nobody")
    tour.show_paper(prepared, home)
    assert told.read(home.folder).paper is None
