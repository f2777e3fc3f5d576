"""Two officers work on one case at the same time: nothing is lost silently, and each is told.

Each looks at the case, as a page does, and acts on what was seen: takes the case or takes it over,
gives verdicts, writes notes, asks for a correction, approves or refuses. Whatever was taken is
there, once, in the rows and in the trail; whatever was not was answered with a reason.
"""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db import claims
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CorrectionRow,
    EventRow,
    InternalNoteRow,
    MailRow,
    ReviewItemRow,
)
from review_service.db.queries.officer.case import CaseView, case_of
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.errors import InvalidInputError, NotHeldError, StaleStateError
from review_service.domain.institution import institution_on
from review_service.domain.roles import OfficerRole
from review_service.services.review import claiming, correcting, internal_notes, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import Office, add_officer, issuing_rules
from tests.integration.faults.test_races import cases

ROUNDS, ROUNDS_OF_A_TRIAL = 40, 1_000
"""Cases, with --all and with --trials."""
ACTS: Final = 8
"""Of each officer on each case."""
WORDS: Final = "Las fotos no son del taller que se declaró."
INSTITUTION: Final = institution_on(date(2026, 11, 20))
TOLD: Final = (StaleStateError, NotHeldError, InvalidInputError)
"""What an officer is told; the pages say each in a sentence."""
ENDS: Final = {
    "approve": ApplicationState.APPROVED,
    "refuse": ApplicationState.REFUSED,
    "ask": ApplicationState.CORRECTION_REQUESTED,
}


@dataclass
class Officer:
    """One of the two, what was taken of theirs, and what they were told instead."""

    office: Office
    id: UUID
    chance: random.Random
    taken: list[tuple[UUID, str, str]] = field(default_factory=list)
    """Case, act, and item with verdict where it is one."""
    told: Counter[str] = field(default_factory=Counter)

    def work_on(self, case: UUID) -> None:
        """Look and act, over and over."""
        for _ in range(ACTS):
            with self.office.reading() as uow:
                seen = case_of(uow, case)
                row = uow.session.get_one(ApplicationRow, case)
                version, holder = row.version, claims.holder_of(uow, row)
            act = self.chance.choices(
                (self._take, self._judge, self._note, self._ask, self._approve, self._refuse),
                (4, 8, 3, 1, 1, 1),
            )[0]
            try:
                done = act(seen, version, holder)
            except TOLD as error:
                self.told[type(error).__name__] += 1
            else:
                self.taken.append((case, *done))

    def _take(self, seen: CaseView, version: int, holder: UUID | None) -> tuple[str, str]:
        del version
        claiming.take(
            self.office.writing(),
            application_id=seen.id,
            officer_id=self.id,
            reason=WORDS,
            instead_of=holder if holder != self.id else None,
        )
        return "take", ""

    def _judge(self, seen: CaseView, version: int, holder: UUID | None) -> tuple[str, str]:
        del holder
        item = self.chance.choice(seen.items)
        others = [verdict for verdict in ItemVerdict if verdict is not item.verdict]
        verdict = self.chance.choice(others)
        reviewing.judge(
            self.office.writing(),
            application_id=seen.id,
            officer_id=self.id,
            version=version,
            item=item.item,
            verdict=verdict,
            seen=item.look.stamp,
        )
        return "judge", f"{item.item.value} {verdict.value}"

    def _note(self, seen: CaseView, version: int, holder: UUID | None) -> tuple[str, str]:
        del version, holder
        body = f"Nota {self.chance.random()}: falta ver la puerta del taller."
        internal_notes.write(
            self.office.writing(), application_id=seen.id, officer_id=self.id, body=body
        )
        return "note", body

    def _ask(self, seen: CaseView, version: int, holder: UUID | None) -> tuple[str, str]:
        del holder
        observed = [each.item for each in seen.items if each.verdict is ItemVerdict.OBSERVED]
        items = observed or [ReviewItem.DATA_SHEET]
        correcting.request_correction(
            self.office.writing(),
            application_id=seen.id,
            officer_id=self.id,
            version=version,
            items=[CorrectionItem(item=each, reason=WORDS, instruction=WORDS) for each in items],
            seen=seen.stamp,
        )
        return "ask", str(len(items))

    def _approve(self, seen: CaseView, version: int, holder: UUID | None) -> tuple[str, str]:
        del holder
        reviewing.approve(
            self.office.writing(),
            application_id=seen.id,
            officer_id=self.id,
            version=version,
            rules=issuing_rules(),
            seen=seen.stamp,
        )
        return "approve", ""

    def _refuse(self, seen: CaseView, version: int, holder: UUID | None) -> tuple[str, str]:
        del holder
        reviewing.refuse(
            self.office.writing(),
            application_id=seen.id,
            officer_id=self.id,
            version=version,
            reasons=WORDS,
            institution=INSTITUTION,
            seen=seen.stamp,
        )
        return "refuse", ""


def _supervisor(office: Office, name: str, *, seed: int) -> Officer:
    chance = random.Random(seed)  # noqa: S311 -- repeatable
    return Officer(office, add_officer(office, name, role=OfficerRole.SUPERVISOR), chance)


def together(officers: tuple[Officer, Officer], ids: list[UUID]) -> None:
    """Let both work on each case at the same moment."""
    barrier = threading.Barrier(len(officers))

    def work(officer: Officer) -> None:
        for case in ids:
            barrier.wait(timeout=60)
            officer.work_on(case)

    with ThreadPoolExecutor(len(officers)) as pool:
        list(pool.map(work, officers))


@pytest.mark.timeout(3600)  # a trial
def test_two_officers_on_one_case_lose_nothing_silently(
    office: Office, pytestconfig: pytest.Config
) -> None:
    rounds = ROUNDS_OF_A_TRIAL if pytestconfig.getoption("--trials") else ROUNDS
    ids = cases(office, rounds)
    officers = (_supervisor(office, "randrade", seed=1), _supervisor(office, "bmena", seed=2))
    together(officers, ids)

    _each_act_stands_once_in_the_trail(office, officers)
    _each_case_was_decided_once(office, officers, ids)
    _the_last_verdict_stands(office, ids)
    _each_note_is_there(office, officers)
    assert invariants.broken_invariants(office.reading, office.store) == []
    told = officers[0].told + officers[1].told
    assert {"StaleStateError", "NotHeldError", "InvalidInputError"} <= set(told)
    assert all(len(officer.taken) + officer.told.total() == rounds * ACTS for officer in officers)


def _each_act_stands_once_in_the_trail(office: Office, officers: tuple[Officer, ...]) -> None:
    names = {
        "item_judged": "judge",
        "note_written": "note",
        "application_correction_requested": "ask",
        "application_approved": "approve",
        "application_refused": "refuse",
    }
    for officer in officers:
        with office.reading() as uow:
            rows = uow.session.execute(
                sa.select(EventRow.action, EventRow.subject_id, EventRow.details).where(
                    EventRow.actor == f"officer:{officer.id}", EventRow.action.in_(names)
                )
            ).all()
        told = Counter(
            (
                subject,
                names[action],
                f"{details['item']} {details['verdict']}" if action == "item_judged" else "",
            )
            for action, subject, details in rows
        )
        done = Counter(
            (case, act, said if act == "judge" else "")
            for case, act, said in officer.taken
            if act != "take"
        )
        assert told == done


def _each_case_was_decided_once(
    office: Office, officers: tuple[Officer, ...], ids: list[UUID]
) -> None:
    ended: dict[UUID, list[tuple[str, UUID, str]]] = {case: [] for case in ids}
    for officer in officers:
        for case, act, said in officer.taken:
            if act in ENDS:
                ended[case].append((act, officer.id, said))
    with office.reading() as uow:
        rows = {row.id: row for row in uow.session.scalars(sa.select(ApplicationRow))}
        papers = Counter(uow.session.scalars(sa.select(AgreementRow.application_id)))
        letters = Counter(
            uow.session.scalars(sa.select(MailRow.application_id).where(~MailRow.is_copy))
        )
        asked = Counter(uow.session.scalars(sa.select(CorrectionRow.application_id)))
    for case in ids:
        row, ends = rows[case], ended[case]
        assert len(ends) <= 1
        act, officer_id, said = ends[0] if ends else ("", None, "0")
        assert row.state is ENDS.get(act, ApplicationState.IN_REVIEW)
        assert row.version == 3 + len(ends)
        assert row.decided_by == (officer_id if act in {"approve", "refuse"} else None)
        assert papers[case] == (act == "approve")
        assert letters[case] == (act in {"refuse", "ask"})
        assert asked[case] == (int(said) if act == "ask" else 0)
    assert {each[0] for ends in ended.values() for each in ends} == set(ENDS)


def _each_note_is_there(office: Office, officers: tuple[Officer, ...]) -> None:
    with office.reading() as uow:
        rows = uow.session.scalars(sa.select(InternalNoteRow)).all()
    found = sorted((row.application_id, row.written_by, row.body) for row in rows)
    assert found == sorted(
        (case, officer.id, said)
        for officer in officers
        for case, act, said in officer.taken
        if act == "note"
    )


def _the_last_verdict_stands(office: Office, ids: list[UUID]) -> None:
    with office.reading() as uow:
        judged = uow.session.execute(
            sa.select(EventRow.subject_id, EventRow.details, EventRow.actor)
            .where(EventRow.action == "item_judged", EventRow.subject_id.in_(ids))
            .order_by(EventRow.sequence)
        )
        last = {
            (subject, details["item"]): (details["verdict"], actor)
            for subject, details, actor in judged
        }
        asked = {
            (each.application_id, each.item.value): ("observed", f"officer:{each.asked_by}")
            for each in uow.session.scalars(sa.select(CorrectionRow))
        }
        rows = uow.session.scalars(sa.select(ReviewItemRow)).all()
    expected = {**last, **asked}
    found = {
        (row.application_id, row.item.value): (row.verdict.value, f"officer:{row.judged_by}")
        for row in rows
        if row.judged_by is not None
    }
    assert found == expected
