"""Two officers decide, recommend, issue and undo on one case, while decisions take effect.

Each acts on the case as it stands. However they race, a decision is undone or takes effect, never
both; an effect has one number or one letter; and each act that was taken stands once in the trail.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    EventRow,
    MailRow,
    PendingDecisionRow,
)
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotHeldError,
    StaleStateError,
)
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.roles import OfficerRole
from review_service.services.upkeep import invariants
from tests.factories import Office, add_officer
from tests.integration.faults.test_races import cases
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps

ROUNDS, ROUNDS_OF_A_TRIAL = 12, 300
"""Cases, with --all and with --trials."""
ACTS: Final = 8
"""Of each officer on each case."""
TOLD: Final = (StaleStateError, NotHeldError, InvalidInputError, NotAllowedError)
EFFECTS: Final = {
    "application_approved": ApplicationState.APPROVED,
    "application_refused": ApplicationState.REFUSED,
}
EVENT_OF: Final = {
    "undo": "decision_undone",
    "issue": "decision_made",
}


@dataclass
class Officer:
    """One of the two, and what was taken of theirs."""

    office: Office
    id: UUID
    policy: DecisionPolicy
    chance: random.Random
    taken: Counter[tuple[UUID, str]] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def work_on(self, case: UUID) -> None:
        """Act, over and over."""
        for _ in range(ACTS):
            name, act = self._chosen(case)
            try:
                act()
            except TOLD as error:
                self.told[type(error).__name__] += 1
            else:
                self.taken[case, name] += 1

    def _chosen(self, case: UUID) -> tuple[str, Callable[[], object]]:
        acts: list[tuple[str, int, Callable[[], object]]] = [
            ("accept", 2, lambda: steps.accept_all(self.office, case, self.id)),
            ("observe", 2, lambda: steps.observe(self.office, case, self.id)),
            ("decide", 3, lambda: deciding.approve(self.office, case, self.id, self.policy)),
            (
                "decide",
                3,
                lambda: deciding.refuse_observed(self.office, case, self.id, self.policy),
            ),
            ("undo", 3, lambda: deciding.undo(self.office, case, self.id)),
        ]
        if self.policy.four_eyes:
            acts += [
                ("issue", 4, lambda: deciding.issue(self.office, case, self.id, self.policy)),
                ("give back", 1, lambda: deciding.give_back(self.office, case, self.id, WHY)),
            ]
        name, _, act = self.chance.choices(acts, [weight for _, weight, _ in acts])[0]
        return name, act


refuse = deciding.refuse_observed
WHY: Final = "La segunda foto muestra otro taller."


def take_effect_until(office: Office, ended: threading.Event) -> int:
    """Let the seconds to undo go by for what was decided, and the scheduler do its rounds."""
    done = 0
    while not ended.wait(timeout=0.02):
        with office.writing() as uow:
            uow.session.execute(
                sa.update(PendingDecisionRow)
                .where(PendingDecisionRow.decided_by.is_not(None))
                .values(takes_effect_at=uow.now - timedelta(seconds=1))
            )
            uow.commit()
        done += deciding.take_effect(office)
    return done


@pytest.mark.timeout(3600)  # a trial
@pytest.mark.parametrize("policy", [deciding.UNDOABLE, deciding.BOTH], ids=["undo", "four-eyes"])
def test_of_undoing_and_taking_effect_one_happens_however_two_officers_race(
    office: Office, policy: DecisionPolicy, pytestconfig: pytest.Config
) -> None:
    rounds = ROUNDS_OF_A_TRIAL if pytestconfig.getoption("--trials") else ROUNDS
    ids = cases(office, rounds)
    officers = tuple(
        Officer(
            office,
            add_officer(office, name, role=OfficerRole.SUPERVISOR),
            policy,
            random.Random(seed),  # noqa: S311 -- repeatable
        )
        for seed, name in enumerate(("randrade", "bmena"))
    )
    barrier, ended = threading.Barrier(len(officers)), threading.Event()

    def work(officer: Officer) -> None:
        for case in ids:
            barrier.wait(timeout=60)
            officer.work_on(case)

    with ThreadPoolExecutor(3) as pool:
        rounds_of_scheduler = pool.submit(take_effect_until, office, ended)
        try:
            list(pool.map(work, officers))
        finally:
            ended.set()
        effects = rounds_of_scheduler.result()

    _each_act_stands_once_in_the_trail(office, officers)
    assert _effects_of_each_case(office, ids) == effects
    assert effects > 0
    assert sum(officer.taken[case, "undo"] for officer in officers for case in ids) > 0
    assert invariants.broken_invariants(office.reading, office.store) == []


def _each_act_stands_once_in_the_trail(office: Office, officers: tuple[Officer, ...]) -> None:
    for officer in officers:
        decided = "decision_recommended" if officer.policy.four_eyes else "decision_made"
        names = {**EVENT_OF, "decide": decided}
        with office.reading() as uow:
            rows = uow.session.execute(
                sa.select(EventRow.subject_id, EventRow.action).where(
                    EventRow.actor == f"officer:{officer.id}",
                    EventRow.action.in_(names.values()),
                )
            ).all()
        told = Counter((subject, action) for subject, action in rows)
        done: Counter[tuple[UUID | None, str]] = Counter()
        for (case, act), times in officer.taken.items():
            if act in names:
                done[case, names[act]] += times
        assert told == done


def _effects_of_each_case(office: Office, ids: list[UUID]) -> int:
    with office.reading() as uow:
        told = uow.session.execute(sa.select(EventRow.subject_id, EventRow.action)).all()
        events = Counter((subject, action) for subject, action in told)
        rows = {row.id: row for row in uow.session.scalars(sa.select(ApplicationRow))}
        waiting = {
            row.application_id: row for row in uow.session.scalars(sa.select(PendingDecisionRow))
        }
        papers = Counter(uow.session.scalars(sa.select(AgreementRow.application_id)))
        letters = Counter(uow.session.scalars(sa.select(MailRow.application_id)))
    effects = 0
    for case in ids:
        found = [action for action in EFFECTS for _ in range(events[case, action])]
        is_waiting = case in waiting and waiting[case].decided_by is not None
        made, undone = events[case, "decision_made"], events[case, "decision_undone"]
        assert made == undone + len(found) + is_waiting
        assert len(found) <= 1
        state = EFFECTS[found[0]] if found else ApplicationState.IN_REVIEW
        assert rows[case].state is state
        assert papers[case] == (state is ApplicationState.APPROVED)
        assert letters[case] == (state is ApplicationState.REFUSED)
        effects += len(found)
    return effects
