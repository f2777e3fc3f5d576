"""Of one RUC and track no two documents hold on one day: a new one follows or takes the place."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.counters import next_number
from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.transitions import move
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import StaleStateError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.numbering import hash_secret, verification_code, verification_token
from review_service.domain.renewals import Standing, Term
from review_service.domain.rule_decisions import RuleDecision
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing, succession, verifying
from review_service.services.agreements.deciding import approve_by_rule
from review_service.services.agreements.printed_facts import Numbering, printed_facts
from review_service.services.agreements.succession import FOLLOWED
from review_service.services.agreements.verifying import Verdict
from review_service.services.applicant.renewing import Asked
from review_service.services.upkeep import invariants
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    Office,
    add_officer,
    issuing_rules,
    make_office,
    open_business,
)
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press, only_lease
from tests.plain_paper import PlainReader

MICRO = RuleDecision(
    rule="categories.limits@2018-12-01",
    category="Microempresa",
    reasons="Microempresa: 4 personas y ventas de USD 85.000 (hasta 9 personas y USD 300.000)",
)
SMALL = replace(
    MICRO,
    category="Pequeña empresa",
    reasons="Pequeña empresa: 12 personas y ventas de USD 400.000 (hasta 49 personas)",
)


def awaiting(office: Office, ruc: str = RUC, **changed: str) -> UUID:
    """Return a MIPYME's application that waits for its confirmation."""
    application_id = open_business(office, ruc, Asked(facts_changed=True), **changed)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.state, row.open_key = ApplicationState.AWAITING_CONFIRMATION, None
        uow.record(
            "application_awaiting_confirmation", actor="applicant", subject_id=application_id
        )
        uow.commit()
    return application_id


def decide(office: Office, application_id: UUID, decision: RuleDecision = MICRO) -> str:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        number = approve_by_rule(uow, row, decision, rules=issuing_rules())
        uow.commit()
    return number


def publish(office: Office) -> None:
    signed_once = replace(make_press(office), reader=PlainReader(good=1, count=1))
    issuing.issue(office.writing, signed_once, only_lease(office))


def certified(
    office: Office, decision: RuleDecision = MICRO, ruc: str = RUC, **changed: str
) -> AgreementRow:
    """Bring one certificate to its publication."""
    number = decide(office, awaiting(office, ruc, **changed), decision)
    publish(office)
    return paper(office, number)


def paper(office: Office, number: str) -> AgreementRow:
    (row,) = [row for row in steps.rows(office, AgreementRow) if row.number == number]
    return row


def today(office: Office) -> date:
    with office.reading() as uow:
        return ecuador_day(uow.now)


def term(office: Office, number: str) -> Term:
    """Return the days of a document as they are now."""
    papers = {row.id: row for row in steps.rows(office, AgreementRow)}
    row = paper(office, number)
    follows = papers[row.successor_id].valid_from if row.successor_id else None
    return Term(row.valid_from, row.valid_until, follows)


def test_the_first_one_holds_from_its_issue_and_is_the_last(office: Office) -> None:
    row = certified(office)
    assert (row.valid_from, row.successor_id) == (today(office), None)
    assert row.latest_key == f"{RUC}:mipyme"


def test_one_that_says_the_same_begins_the_day_after_the_end(office: Office) -> None:
    first = certified(office)
    second = certified(office)
    assert second.valid_from == first.valid_until + timedelta(days=1)
    assert second.valid_until.year == first.valid_until.year + 1
    assert second.snapshot["issued_on"] == today(office).isoformat()
    former = paper(office, first.number)
    assert (former.successor_id, former.latest_key) == (second.id, None)
    assert term(office, first.number).standing(today(office)) is Standing.IN_FORCE
    assert term(office, second.number).standing(today(office)) is Standing.NOT_YET
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize(
    ("decision", "changed"),
    [(SMALL, {}), (MICRO, {"ciiu": "C1071"}), (MICRO, {"province": "Carchi", "canton": "Tulcán"})],
)
def test_one_that_answers_changed_facts_takes_the_place_at_once(
    office: Office, decision: RuleDecision, changed: dict[str, str]
) -> None:
    first = certified(office)
    second = certified(office, decision, **changed)
    assert second.valid_from == today(office)
    assert term(office, first.number).standing(today(office)) is Standing.SUPERSEDED
    assert term(office, second.number).standing(today(office)) is Standing.IN_FORCE
    (event,) = steps.events(office, FOLLOWED)
    assert event.subject_id == first.application_id
    assert event.details["successor"] == str(second.id)
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_it_takes_the_place_of_one_that_has_not_begun_too(office: Office) -> None:
    first, second = certified(office), certified(office)
    third = certified(office, SMALL)
    standings = [
        term(office, each.number).standing(today(office)) for each in (first, second, third)
    ]
    assert standings == [Standing.SUPERSEDED, Standing.SUPERSEDED, Standing.IN_FORCE]
    assert {paper(office, each.number).successor_id for each in (first, second)} == {third.id}
    assert invariants.broken_invariants(office.reading, office.store) == []
    fourth = certified(office, SMALL)
    assert fourth.valid_from == third.valid_until + timedelta(days=1)


def test_after_the_end_the_next_one_begins_with_its_issue(office: Office) -> None:
    first = certified(office)
    steps.make_older(office, first, "valid_from", "valid_until", by=timedelta(days=400))
    second = certified(office)
    assert second.valid_from == today(office)
    assert paper(office, first.number).successor_id == second.id
    assert term(office, first.number).standing(today(office)) is Standing.EXPIRED


def test_on_its_last_day_the_former_still_holds(office: Office) -> None:
    first = certified(office)
    days = first.valid_until - today(office)
    steps.make_older(office, first, "valid_from", "valid_until", by=days)
    assert certified(office).valid_from == today(office) + timedelta(days=1)


def test_another_ruc_and_another_track_are_left_alone(office: Office) -> None:
    other = certified(office, ruc=OTHER_RUC)
    artisan = steps.in_review(office)
    steps.approve(office, artisan, add_officer(office))
    publish_acuerdo(office)
    certified(office)
    mine = certified(office, SMALL)
    assert (mine.kind, mine.valid_from) == (IssuedKind.CERTIFICATE, today(office))
    assert paper(office, other.number).successor_id is None
    (acuerdo,) = [
        row for row in steps.rows(office, AgreementRow) if row.kind is IssuedKind.AGREEMENT
    ]
    assert (acuerdo.successor_id, acuerdo.latest_key) == (None, f"{RUC}:artisan")


def publish_acuerdo(office: Office) -> None:
    issuing.issue(office.writing, make_press(office), only_lease(office))


def of_before(office: Office) -> AgreementRow:
    """Bring a certificate to its publication as the version before did: it looked at no other."""
    application_id, rules = awaiting(office), issuing_rules()
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        move(
            uow,
            row,
            ApplicationState.APPROVED,
            actor=MICRO.actor,
            confirmed_at=uow.now,
            decided_rule=MICRO.rule,
            decided_at=uow.now,
            decision_reasons=MICRO.reasons,
        )
        uow.session.refresh(row)
        day, kind = ecuador_day(uow.now), IssuedKind.CERTIFICATE
        serial = next_number(uow, kind.value, day.year)
        numbering = Numbering(serial=serial, today=day, category=MICRO.category)
        snapshot = printed_facts(row, kind, numbering, rules)
        issued = AgreementRow(
            id=uuid4(), application_id=row.id, kind=kind, year=day.year, serial=serial,
            number=snapshot.number, ruc=row.ruc, state=AgreementState.NUMBERED,
            snapshot=snapshot.to_json(), valid_from=day, valid_until=snapshot.valid_until,
            file_identifier=uuid4().hex, numbered_at=uow.now, token_hash="", code_hash="",
        )  # fmt: skip
        issued.token_hash = hash_secret(verification_token(SECRET, issued.id))
        issued.code_hash = hash_secret(verification_code(SECRET, issued.id))
        uow.session.add(issued)
        uow.enqueue(TaskKind.ISSUE_AGREEMENT, issued.id)
        number = snapshot.number
        uow.record(kind.numbered_event, actor="service", subject_id=row.id, number=number)
        uow.commit()
    publish(office)
    return paper(office, number)


@pytest.fixture
def both(migrated_database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office on each kind of database."""
    made = make_office(migrated_database_url, tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.mark.parametrize("decisions", [(MICRO, MICRO), (MICRO, SMALL), (SMALL, SMALL)])
def test_of_many_that_are_numbered_at_once_no_two_hold_on_one_day(
    both: Office, decisions: tuple[RuleDecision, RuleDecision]
) -> None:
    certified(both)
    waiting = [(put_aside(both, awaiting(both)), decisions[number % 2]) for number in range(6)]
    for application_id, _ in waiting:
        put(both, application_id, ApplicationState.AWAITING_CONFIRMATION)
    with ThreadPoolExecutor(len(waiting)) as pool:
        list(pool.map(lambda each: decide(both, *each), waiting))
    papers = steps.rows(both, AgreementRow)
    terms = [term(both, row.number) for row in papers]
    assert len(terms) == 7
    assert len([row for row in papers if row.latest_key]) == 1
    for one, other in combinations(terms, 2):
        assert not overlap(one, other)


def put_aside(office: Office, application_id: UUID) -> UUID:
    """Let another of the track be opened beside it, as the version before did."""
    put(office, application_id, ApplicationState.WITHDRAWN)
    return application_id


def put(office: Office, application_id: UUID, state: ApplicationState) -> None:
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).state = state
        uow.commit()


def overlap(one: Term, other: Term) -> bool:
    days = {day for each in (one, other) for day in (each.valid_from, each.valid_until)}
    return any({one.standing(day), other.standing(day)} == {Standing.IN_FORCE} for day in days)


def test_a_place_that_another_took_meanwhile_is_given_to_nobody(office: Office) -> None:
    certified(office)
    later = awaiting(office)
    with office.reading() as uow:
        place = succession.place_of(uow, uow.session.get_one(ApplicationRow, later))
    decide(office, later)
    with office.writing() as uow, pytest.raises(StaleStateError):
        succession.give(uow, place, to=uuid4(), number="RUM-2026-000009")


def asked(office: Office, number: str) -> verifying.Answer:
    """Ask as who scans the QR does."""
    return verifying.by_token(
        office.writing(),
        token=verification_token(SECRET, paper(office, number).id),
        client="a",
        key=SECRET,
    )


def test_one_whose_first_day_has_not_come_is_not_in_force(office: Office) -> None:
    first, second = certified(office), certified(office)
    answer = asked(office, second.number)
    assert answer.verdict is Verdict.NOT_YET
    assert answer.agreement is not None
    assert answer.agreement.valid_from == second.valid_from
    assert answer.successor is None
    assert answer.in_force is not None
    assert (answer.in_force.number, answer.in_force.valid_until) == (
        first.number,
        first.valid_until,
    )
    assert asked(office, first.number).verdict is Verdict.IN_FORCE
    assert asked(office, first.number).in_force is None


def test_a_superseded_one_names_its_successor_and_leads_to_the_one_in_force(
    office: Office,
) -> None:
    first, second = certified(office), certified(office, SMALL)
    third = certified(office, MICRO)
    answer = asked(office, first.number)
    assert answer.verdict is Verdict.SUPERSEDED
    assert answer.successor is not None
    assert (answer.successor.number, answer.successor.since) == (second.number, today(office))
    assert answer.in_force is not None
    assert answer.in_force.number == third.number
    followed = verifying.by_token(
        office.writing(), token=answer.in_force.token, client="a", key=SECRET
    )
    assert followed.verdict is Verdict.IN_FORCE
    assert followed.agreement is not None
    assert followed.agreement.number == third.number


def test_the_former_holds_until_its_successor_is_out(office: Office) -> None:
    first = certified(office)
    number = decide(office, awaiting(office), SMALL)
    answer = asked(office, first.number)
    assert (answer.verdict, answer.successor) == (Verdict.IN_FORCE, None)
    assert asked(office, number).verdict is Verdict.UNKNOWN
    publish(office)
    assert asked(office, first.number).verdict is Verdict.SUPERSEDED


def test_an_altered_file_is_altered_however_its_document_stands(office: Office) -> None:
    first = certified(office)
    certified(office, SMALL)
    answer = verifying.by_file(
        office.writing(),
        sha256="0" * 64,
        identifiers={bytes.fromhex(first.file_identifier)},
        client="a",
        key=SECRET,
    )
    assert answer.verdict is Verdict.ALTERED
    assert answer.successor is not None


def broken(office: Office) -> set[str]:
    found = invariants.broken_invariants(office.reading, office.store)
    return {each.name for each in found}


def change(office: Office, number: str, **values: object) -> None:
    """Change a row behind the trail, as who owns the database can."""
    with office.database.engine.begin() as connection:
        connection.execute(
            sa.update(AgreementRow).where(AgreementRow.number == number).values(**values)
        )


def test_a_successor_that_is_taken_away_is_found(office: Office) -> None:
    first = certified(office)
    certified(office, SMALL)
    change(office, first.number, successor_id=None)
    assert {"successor_not_in_trail", "two_in_force"} < broken(office)


def test_a_successor_that_is_another_s_is_found(office: Office) -> None:
    first, other = certified(office), certified(office, ruc=OTHER_RUC)
    change(office, first.number, successor_id=other.id)
    assert "successor_not_in_trail" in broken(office)


def test_each_end_of_a_chain_is_held_by_digests(office: Office) -> None:
    first = certified(office)
    change(office, first.number, latest_key=None)
    assert broken(office) == {"row_not_as_in_trail"}


def test_a_successor_of_another_ruc_is_found_though_the_trail_names_it(office: Office) -> None:
    first, other = certified(office), certified(office, ruc=OTHER_RUC)
    with office.writing() as uow:
        row = uow.session.get_one(AgreementRow, first.id)
        row.successor_id, row.latest_key = other.id, None
        uow.record(FOLLOWED, actor="x", subject_id=row.application_id, successor=str(other.id))
        uow.commit()
    assert broken(office) == {"successor_of_another"}


def test_two_of_before_that_hold_at_once_go_on_and_break_nothing(office: Office) -> None:
    first, second = of_before(office), of_before(office)
    for row in (first, second):
        assert (row.valid_from, row.latest_key) == (today(office), None)
        answer = asked(office, row.number)
        assert (answer.verdict, answer.in_force) == (Verdict.IN_FORCE, None)
    assert broken(office) == set()
    third = certified(office)
    assert third.valid_from == second.valid_until + timedelta(days=1)
    assert broken(office) == set()
    fourth = certified(office, SMALL)
    assert {paper(office, row.number).successor_id for row in (first, second, third)} == {fourth.id}
    assert broken(office) == set()


def test_the_mail_says_from_when_it_holds_and_whose_place_it_takes(office: Office) -> None:
    first, second = certified(office), certified(office)
    certified(office, SMALL)
    told = [mail.context for mail in steps.mails(office, "issued")]
    assert [each.get("begins_on") for each in told] == [None, second.valid_from.isoformat(), None]
    assert [each.get("replaces") for each in told] == [
        None,
        None,
        f"{first.number} y {second.number}",
    ]
