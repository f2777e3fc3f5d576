"""A decision can be undone until it takes effect; then number, paper and mail come at once."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    OfficerRow,
    PendingDecisionRow,
    ReviewItemRow,
    TaskRow,
)
from review_service.db.queries.officer.queue import counts_of, queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
)
from review_service.domain.pending_decisions import AT_ONCE
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying
from review_service.services.review import claiming, correcting, reviewing, taking_effect
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_officer,
    confirm_business,
    confirmed_rulebook,
    issuing_rules,
    open_business,
)
from tests.integration.faults.test_races import cases
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps

CASES = 16
DYING = """
import sys, time
from review_service.db.database import Database
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.review import taking_effect
from tests.factories import RememberedBells, issuing_rules
from tests.integration.services.deciding_steps import institution

class Waiting(UnitOfWork):
    def commit(self):
        self.session.flush()
        print("about to commit", flush=True)
        time.sleep(600)

bells = RememberedBells()
database = Database(sys.argv[1], bells)
taking_effect.take_effect(
    database.reading,
    lambda: Waiting(database.engine, bells, writes=True),
    rules=issuing_rules,
    institution=institution,
)
"""
"""A scheduler that is killed after it wrote everything and before it commits."""


def accepted(office: Office, officer_id: UUID, *, ruc: str = RUC) -> UUID:
    case = steps.in_review(office, ruc=ruc)
    steps.accept_all(office, case, officer_id)
    return case


def papers(office: Office) -> list[TaskRow]:
    return [task for task in steps.rows(office, TaskRow) if task.kind is TaskKind.ISSUE_AGREEMENT]


def test_an_approval_has_no_effect_before_its_time(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    assert deciding.approve(office, case, officer_id) == ""
    row = steps.application(office, case)
    assert (row.state, row.decided_by, row.due_at is None) == (
        ApplicationState.IN_REVIEW, None, False,
    )  # fmt: skip
    assert (steps.rows(office, AgreementRow), papers(office)) == ([], [])
    (pending,) = deciding.pending(office)
    assert pending.takes_effect_at is not None
    assert pending.decided_at is not None
    assert pending.takes_effect_at - pending.decided_at == timedelta(seconds=60)
    assert deciding.take_effect(office) == 0
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_then_one_round_takes_number_snapshot_and_task(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    deciding.ripen(office)
    assert deciding.take_effect(office) == 1
    row = steps.application(office, case)
    assert (row.state, row.decided_by) == (ApplicationState.APPROVED, officer_id)
    (agreement,) = steps.rows(office, AgreementRow)
    assert [task.subject_id for task in papers(office)] == [agreement.id]
    assert deciding.pending(office) == []
    assert deciding.take_effect(office) == 0, "a second round does nothing"
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_refusal_is_told_only_when_it_takes_effect(office: Office) -> None:
    officer_id = add_officer(office)
    case = steps.in_review(office)
    deciding.refuse(office, case, officer_id)
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert steps.mails(office, "refused") == []
    deciding.ripen(office)
    assert deciding.take_effect(office) == 1
    assert steps.application(office, case).decision_reasons == deciding.REASONS
    assert len(steps.mails(office, "refused")) == 1
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_undone_it_never_was_but_in_the_trail(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    deciding.undo(office, case, officer_id)
    assert deciding.pending(office) == []
    assert steps.application(office, case).claimed_by == officer_id, "who undid it goes on with it"
    deciding.ripen(office)
    assert deciding.take_effect(office) == 0
    assert steps.rows(office, AgreementRow) == []
    told = [steps.events(office, name) for name in ("decision_made", "decision_undone")]
    assert [len(found) for found in told] == [1, 1]
    with pytest.raises(StaleStateError):
        deciding.undo(office, case, officer_id)
    number = deciding.approve(office, case, officer_id, AT_ONCE)
    assert number.endswith("-000001"), "what was undone took no number"
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_only_who_decided_undoes_it(office: Office) -> None:
    officer_id, colleague = add_officer(office), add_officer(office, "bmena")
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    with pytest.raises(NotAllowedError):
        deciding.undo(office, case, colleague)
    assert len(deciding.pending(office)) == 1


def test_meanwhile_nobody_changes_the_case(office: Office) -> None:
    officer_id, colleague = add_officer(office), add_officer(office, "bmena")
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    version = steps.application(office, case).version
    item = CorrectionItem(
        item=ReviewItem.WORKSHOP, reason="Se ve muy oscura.", instruction="Tome otra foto."
    )
    acts = (
        lambda who: steps.judge(office, case, who, ReviewItem.WORKSHOP, ItemVerdict.OBSERVED),
        lambda who: deciding.approve(office, case, who),
        lambda who: deciding.refuse(office, case, who),
        lambda who: correcting.request_correction(
            office.writing(), application_id=case, officer_id=who, version=version, items=[item]
        ),
        lambda who: claiming.take(office.writing(), application_id=case, officer_id=who),
    )
    for act in acts:
        for who in (officer_id, colleague):
            with pytest.raises(StaleStateError):
                act(who)
    assert claiming.take_next(office.writing(), officer_id=colleague) is None
    (verdict,) = {row.verdict for row in steps.rows(office, ReviewItemRow)}
    assert verdict is ItemVerdict.ACCEPTED


def test_the_queue_leaves_it_out_but_for_the_legal_term(office: Office) -> None:
    officer_id = add_officer(office)
    case, other = accepted(office, officer_id), steps.in_review(office, ruc=OTHER_RUC)
    deciding.approve(office, case, officer_id)
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.TO_REVIEW, cursor=None)
        assert [entry.id for entry in page.entries] == [other]
        counts = counts_of(uow)
    assert (counts[QueueFilter.TO_REVIEW], counts[QueueFilter.RECOMMENDED]) == (1, 0)


def test_an_applicant_who_withdraws_is_faster(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    applying.withdraw(office.writing(), application_id=case, ruc=RUC)
    assert steps.state(office, case) is ApplicationState.WITHDRAWN
    assert deciding.pending(office) == []
    assert len(steps.events(office, "decision_dropped")) == 1
    assert deciding.take_effect(office) == 0
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_may_not_be_decided_so_any_more_comes_back_to_review(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    deciding.reopen(office, case)
    deciding.ripen(office)
    assert deciding.take_effect(office) == 0
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert (deciding.pending(office), steps.rows(office, AgreementRow)) == ([], [])
    (event,) = steps.events(office, "decision_undone")
    assert (event.actor, event.details["reason"]) == (
        "service", "Para aprobar falta aceptar: el taller.",
    )  # fmt: skip


def test_who_lost_the_right_meanwhile_decided_nothing(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, officer_id).active = False
        uow.commit()
    deciding.ripen(office)
    deciding.take_effect(office)
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    (event,) = steps.events(office, "decision_undone")
    assert event.details["reason"] == taking_effect.NO_LONGER_ENTITLED


def test_a_rule_that_nobody_confirmed_is_told_at_once(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    real = replace(issuing_rules(deciding.institution()), demonstration=False)
    open_rules = {**confirmed_rulebook(), "places": issuing_rules().rulebook["places"]}
    with pytest.raises(InvalidInputError):
        reviewing.approve(
            office.writing(),
            application_id=case,
            officer_id=officer_id,
            version=steps.application(office, case).version,
            rules=replace(real, rulebook=open_rules),
            policy=deciding.UNDOABLE,
        )
    assert deciding.pending(office) == []


def test_a_certificate_of_a_rule_never_waits(office: Office) -> None:
    case = open_business(office)
    confirm_business(office, case)
    assert steps.state(office, case) is ApplicationState.APPROVED
    assert deciding.pending(office) == []


class AtMidnight(UnitOfWork):
    """A unit whose database says that a new year has just begun in Ecuador."""

    moment = datetime(2027, 1, 1, 5, 0, 20, tzinfo=UTC)

    def _database_time(self) -> datetime:
        return self.moment


def test_number_and_dates_are_of_the_moment_when_it_takes_effect(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    with office.writing() as uow:  # decided forty seconds before midnight
        row = uow.session.get_one(PendingDecisionRow, case)
        row.decided_at = AtMidnight.moment - timedelta(seconds=60)
        row.takes_effect_at = AtMidnight.moment
        uow.commit()

    def at_midnight() -> UnitOfWork:
        return AtMidnight(office.database.engine, office.notices, writes=True)

    assert (
        taking_effect.take_effect(
            at_midnight, at_midnight, rules=issuing_rules, institution=deciding.institution
        )
        == 1
    )
    (agreement,) = steps.rows(office, AgreementRow)
    assert (agreement.year, agreement.serial) == (2027, 1)
    assert "2027" in agreement.number
    assert agreement.valid_from == ecuador_day(AtMidnight.moment)
    assert steps.application(office, case).decided_at == AtMidnight.moment


def test_a_round_that_dies_leaves_all_to_the_next(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    deciding.ripen(office)

    class Killed(UnitOfWork):
        def commit(self) -> None:
            self.session.flush()
            raise KeyboardInterrupt

    def dying() -> UnitOfWork:
        return Killed(office.database.engine, office.notices, writes=True)

    with pytest.raises(KeyboardInterrupt):
        taking_effect.take_effect(
            office.reading, dying, rules=issuing_rules, institution=deciding.institution
        )
    assert steps.state(office, case) is ApplicationState.IN_REVIEW
    assert (len(deciding.pending(office)), steps.rows(office, AgreementRow)) == (1, [])
    assert deciding.take_effect(office) == 1
    (agreement,) = steps.rows(office, AgreementRow)
    assert agreement.serial == 1


def test_a_scheduler_that_is_killed_in_its_transaction_loses_nothing(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    deciding.ripen(office)
    url = office.database.engine.url.render_as_string(hide_password=False)
    scheduler = subprocess.Popen([sys.executable, "-c", DYING, url], stdout=subprocess.PIPE)
    try:
        assert scheduler.stdout is not None
        assert scheduler.stdout.readline() == b"about to commit\n"
    finally:
        scheduler.kill()
        scheduler.communicate()
    assert deciding.take_effect(office) == 1
    (agreement,) = steps.rows(office, AgreementRow)
    assert (agreement.serial, len(papers(office))) == (1, 1)
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize("kind", ["approve", "refuse"])
def test_of_undoing_and_taking_effect_at_once_exactly_one_happens(
    office: Office, kind: str
) -> None:
    officer_id, is_refused = add_officer(office), kind == "refuse"
    decide = deciding.refuse if is_refused else deciding.approve
    ids = cases(office, CASES, is_observed=is_refused)
    undone: list[UUID] = []
    done: list[UUID] = []
    for case in ids:
        decide(office, case, officer_id)
        deciding.ripen(office)
        start = threading.Barrier(3)

        def undo(case: UUID = case, start: threading.Barrier = start) -> bool:
            start.wait(timeout=60)
            try:
                deciding.undo(office, case, officer_id)
            except StaleStateError:
                return False
            return True

        def scheduler(start: threading.Barrier = start) -> int:
            start.wait(timeout=60)
            return deciding.take_effect(office)

        with ThreadPoolExecutor(3) as pool:
            undoing, *rounds = (pool.submit(each) for each in (undo, scheduler, scheduler))
            was_undone, effects = undoing.result(), sum(each.result() for each in rounds)
        assert int(was_undone) + effects == 1
        assert deciding.pending(office) == []
        (undone if was_undone else done).append(case)
    ended = ApplicationState.REFUSED if is_refused else ApplicationState.APPROVED
    assert {steps.state(office, case) for case in done} <= {ended}
    assert {steps.state(office, case) for case in undone} <= {ApplicationState.IN_REVIEW}
    numbers = sorted(row.serial for row in steps.rows(office, AgreementRow))
    assert numbers == ([] if is_refused else list(range(1, len(done) + 1)))
    assert len(papers(office)) == len(numbers)
    assert len(steps.mails(office, "refused")) == (len(done) if is_refused else 0)
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_an_older_version_decided_meanwhile_is_not_decided_again(office: Office) -> None:
    officer_id = add_officer(office)
    case = accepted(office, officer_id)
    deciding.approve(office, case, officer_id)
    with office.writing() as uow:  # a process that knows no such table
        row = uow.session.get_one(ApplicationRow, case)
        row.state, row.version = ApplicationState.WITHDRAWN, row.version + 1
        uow.record("application_withdrawn", actor="applicant", subject_id=case)
        uow.commit()
    assert deciding.take_effect(office) == 0
    assert deciding.pending(office) == []
    assert len(steps.events(office, "decision_dropped")) == 1
