"""Appeals: lodged against one decision, online or on paper, in time or late, and told of."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import AppealRow, ApplicationRow, LetterRow, MailRow
from review_service.db.queries.officer.appeals import TermRules, appeal_counts
from review_service.domain.appeals import AppealOutcome
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.letters import LetterKind, LetterState
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import add_business_days, ecuador_day
from review_service.services.applicant import exporting
from review_service.services.review import digesting, reviewing
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import appeal_cases, letter_cases, steps
from tests.integration.services.appeal_cases import ORDER, WHY_REFUSED, WORDS
from tests.integration.services.test_notices import INSTITUTION
from tests.integration.services.test_officer_digests import want

TERMS = TermRules(near_days=5, seat="Quito")


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


@pytest.fixture
def issuer(office: Office) -> UUID:
    return add_officer(office, "randrade")


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "bmena", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def refused(office: Office, issuer: UUID) -> UUID:
    return appeal_cases.refuse(office, issuer, application_id=steps.in_review(office))


def whole(office: Office) -> bool:
    return invariants.broken_invariants(office.reading, office.store) == []


def today(office: Office) -> date:
    with office.reading() as uow:
        return ecuador_day(uow.now)


def test_an_appeal_keeps_what_was_decided_and_has_number_term_and_receipt(
    office: Office, refused: UUID, issuer: UUID
) -> None:
    decided = steps.application(office, refused)
    letter_id = appeal_cases.appeal(office, refused)
    row, letter = appeal_cases.stored(office, letter_id), letter_cases.letter(office, letter_id)
    assert (row.act_by, row.act_at, row.act_reasons) == (issuer, decided.decided_at, WHY_REFUSED)
    assert (row.entered_on, row.is_late, row.outcome) == (today(office), False, None)
    assert row.appeal_until is not None
    assert letter.state is LetterState.OPEN
    assert letter.due_on == add_business_days(today(office), 15)
    (mail,) = steps.mails(office, "letter_received")
    assert (mail.context["number"], mail.context["answer_by"]) == (
        letter.number,
        letter.due_on.isoformat(),
    )
    [event] = steps.events(office, "appeal_lodged")
    assert (event.actor, event.subject_id) == ("applicant", refused)
    assert steps.state(office, refused) is ApplicationState.REFUSED
    assert whole(office)


def test_only_the_applicant_appeals_and_once_against_one_decision(
    office: Office, refused: UUID
) -> None:
    appeal_cases.appeal(office, refused, ruc=OTHER_RUC)
    reference = steps.application(office, refused).reference
    letter_cases.received(office, LetterKind.APPEAL, about=reference)
    letter_cases.write_signed_in(office, LetterKind.COMPLAINT, about=reference)
    assert steps.rows(office, AppealRow) == []
    first = appeal_cases.appeal(office, refused)
    second = appeal_cases.appeal(office, refused, body=f"{WORDS} Por favor.")
    assert [row.letter_id for row in steps.rows(office, AppealRow)] == [first]
    assert letter_cases.letter(office, second).state is LetterState.OPEN, "a letter all the same"


def test_two_appeals_at_the_same_moment_are_one(office: Office, refused: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda place: appeal_cases.appeal(office, refused, body=f"{WORDS} {place}"),
                range(6),
            )
        )
    assert len(steps.rows(office, AppealRow)) == 1
    assert len(steps.rows(office, LetterRow)) == 6
    assert whole(office)


def test_what_is_not_refused_cannot_be_appealed(office: Office, issuer: UUID) -> None:
    case = steps.in_review(office)
    appeal_cases.appeal(office, case)
    assert steps.rows(office, AppealRow) == []
    with pytest.raises(StaleStateError):
        appeal_cases.on_paper(office, case, issuer)


def test_no_term_runs_while_the_decision_reached_nobody(office: Office, issuer: UUID) -> None:
    case = steps.in_review(office)
    steps.observe(office, case, issuer)
    reviewing.refuse(
        office.writing(),
        application_id=case,
        officer_id=issuer,
        version=steps.application(office, case).version,
        reasons=WHY_REFUSED,
        institution=INSTITUTION,
    )
    appeal_cases.let_the_days_pass(office)
    row = appeal_cases.stored(office, appeal_cases.appeal(office, case))
    assert (row.appeal_until, row.is_late) == (None, False)


def test_a_late_one_is_recorded_and_can_only_not_be_admitted(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    appeal_cases.let_the_days_pass(office)
    letter_id = appeal_cases.appeal(office, refused)
    assert appeal_cases.stored(office, letter_id).is_late
    for outcome in (AppealOutcome.ACCEPTED, AppealOutcome.REJECTED):
        with pytest.raises(InvalidInputError, match="outcome"):
            appeal_cases.decide(office, letter_id, supervisor, appeal_cases.ruling(outcome))
    given = appeal_cases.ruling(AppealOutcome.INADMITTED)
    appeal_cases.decide(office, letter_id, supervisor, given)
    assert appeal_cases.stored(office, letter_id).outcome is AppealOutcome.INADMITTED
    assert steps.state(office, refused) is ApplicationState.REFUSED
    assert whole(office)


def test_one_on_paper_counts_from_its_stamp_and_its_receipt_goes_to_the_sris_address(
    office: Office, refused: UUID, issuer: UUID
) -> None:
    reviewer = add_officer(office, "lpaz", role=OfficerRole.REVIEWER)
    letter_id = appeal_cases.on_paper(office, refused, reviewer)
    row, letter = appeal_cases.stored(office, letter_id), letter_cases.letter(office, letter_id)
    assert (row.recorded_by, row.entered_on, letter.body) == (reviewer, today(office), WORDS)
    assert (letter.ruc, letter.name) == (RUC, steps.application(office, refused).holder)
    (mail,) = steps.mails(office, "letter_received")
    assert mail.recipient == steps.application(office, refused).registry_facts["email"]
    with pytest.raises(StaleStateError):
        appeal_cases.on_paper(office, refused, issuer)
    assert whole(office)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"entered_on": None}, "entered_on"),
        ({"entered_on": date(2020, 1, 2)}, "entered_on"),
        ({"entered_on": date(2126, 1, 2)}, "entered_on"),
        ({"words": "muy mal"}, "words"),
    ],
)
def test_a_paper_needs_the_day_of_its_stamp_and_its_words(
    office: Office, refused: UUID, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as told:
        appeal_cases.on_paper(office, refused, add_officer(office, "lpaz"), **more)
    assert set(told.value.problems) == {field}
    assert steps.rows(office, LetterRow) == []


def test_who_took_the_decision_records_no_paper_against_it(
    office: Office, refused: UUID, issuer: UUID
) -> None:
    with pytest.raises(InvalidInputError) as told:
        appeal_cases.on_paper(office, refused, issuer)
    assert "otra persona" in told.value.problems["words"]
    assert steps.rows(office, LetterRow) == []


def test_a_paper_that_came_in_time_is_in_time_whenever_it_is_recorded(
    office: Office, refused: UUID
) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, refused)
        assert row.decided_at is not None
        row.decided_at -= timedelta(days=30)
        mail = uow.session.scalars(sa.select(MailRow).where(MailRow.event == "refused")).one()
        came = ecuador_day(uow.now) - timedelta(days=20)
        mail.context = {**mail.context, "appeal_until": came.isoformat()}
        uow.commit()
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "lpaz"), entered_on=came)
    assert not appeal_cases.stored(office, letter_id).is_late
    assert letter_cases.letter(office, letter_id).due_on == add_business_days(came, 15)


def test_who_may_decide_is_told_before_the_end_of_the_term(
    office: Office, refused: UUID, supervisor: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digesting, "is_time", lambda *_, **__: True)
    letter_id = appeal_cases.appeal(office, refused)
    for officer_id in (supervisor, add_officer(office, "lpaz")):
        want(office, officer_id, f"{officer_id}@correo.example")
    assert digesting.send(office.reading, office.writing, seat="Quito") == 0
    with office.writing() as uow:
        uow.session.get_one(LetterRow, letter_id).due_on = ecuador_day(uow.now)
        uow.commit()
    with office.reading() as uow:
        counts = appeal_counts(uow, terms=TERMS, days=30)
    assert (counts.open, counts.near, counts.over) == (1, 1, 0)
    assert digesting.send(office.reading, office.writing, seat="Quito") == 1
    [mail] = steps.mails(office, "officer_digest")
    assert mail.recipient == f"{supervisor}@correo.example"
    number = letter_cases.letter(office, letter_id).number
    assert mail.context["lines"] == [f"Recurso {number}: hoy es el último día para decidirlo"]


def test_the_holders_archive_tells_of_the_appeal(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    appeal_cases.decide(office, letter_id, supervisor)
    with office.reading() as uow:
        [case] = exporting.gather(uow, RUC).data["solicitudes"]
    [told] = case["recursos"]
    assert told["resultado"] == "Aceptado"
    assert told["motivos_de_esa_decision"] == WHY_REFUSED
    assert told["lo_que_se_ordeno"] == ORDER
