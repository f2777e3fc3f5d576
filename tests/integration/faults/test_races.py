"""Two officers decide the same case at once, over and over: one wins, the other is told so."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.counters import next_number
from review_service.db.item_evidence import evidence_of
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    MailRow,
    ReviewItemRow,
    TaskRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import StaleStateError
from review_service.domain.institution import institution_on
from review_service.domain.numbering import application_reference
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import invariants
from tests.factories import (
    RUC,
    SHEET,
    Office,
    add_officer,
    issuing_rules,
    items_of_a_person,
)
from tests.integration.services.steps import JPEG

COUNT, COUNT_OF_A_TRIAL = 60, 200
"""Cases, with --all and with --trials."""
REASONS = "Las fotos no son del taller que se declaró."
Decide = Callable[[Office, UUID, UUID], None]


def cases(office: Office, count: int, *, ruc: str = RUC, is_observed: bool = False) -> list[UUID]:
    """Put cases into review whose every item is accepted, with the events that say so.

    With ``is_observed`` the data sheet stands observed, so that they may be refused.
    """
    sheet = {**SHEET, "workers": 2, "apprentices": 1}
    judge = add_officer(office, f"judge-{uuid4().hex}", numbered=False)
    with office.writing() as uow:
        year = ecuador_day(uow.now).year
        rows = [
            ApplicationRow(
                reference=application_reference(year, next_number(uow, "application", year)),
                ruc=ruc,
                holder="TITUAÑA QUILUMBA MARIA",
                kind=ApplicationKind.NEW,
                state=ApplicationState.IN_REVIEW,
                version=3,
                sheet=sheet,
                registry_facts={"email": "maria@correo.example"},
                created_at=uow.now,
                changed_at=uow.now,
                confirmed_at=uow.now,
            )
            for _ in range(count)
        ]
        uow.session.add_all(rows)
        uow.session.flush()
        uow.session.add_all(photo(office, row) for row in rows)
        for row in rows:
            uow.record("application_opened", actor="applicant", subject_id=row.id)
            uow.record("application_in_review", actor="applicant", subject_id=row.id)
            accept_all(uow, row, judge)
            if is_observed:
                sheet_row = uow.session.get_one(ReviewItemRow, (row.id, ReviewItem.DATA_SHEET))
                sheet_row.verdict = ItemVerdict.OBSERVED
                uow.record(
                    "item_judged",
                    actor=f"officer:{judge}",
                    subject_id=row.id,
                    item=ReviewItem.DATA_SHEET.value,
                    verdict=ItemVerdict.OBSERVED.value,
                )
        uow.commit()
        return [row.id for row in rows]


def accept_all(uow: UnitOfWork, row: ApplicationRow, judge: UUID) -> None:
    """Write down a verdict of each item, as an officer gives it."""
    evidence = evidence_of(uow.session, row)
    for item in items_of_a_person():
        uow.session.add(
            ReviewItemRow(
                application_id=row.id,
                item=item,
                verdict=ItemVerdict.ACCEPTED,
                seen=evidence[item].to_json(),
                judged_by=judge,
                judged_at=uow.now,
            )
        )
        uow.record(
            "item_judged",
            actor=f"officer:{judge}",
            subject_id=row.id,
            item=item.value,
            verdict=ItemVerdict.ACCEPTED.value,
        )


def photo(office: Office, row: ApplicationRow) -> DocumentRow:
    """Return a stored and checked photo of the workshop; nothing is approved without any."""
    stored = office.store.put(f"originals/{row.id}", BytesIO(JPEG))
    return DocumentRow(
        application_id=row.id,
        kind=DocumentKind.PHOTO,
        state=DocumentState.CHECKED,
        theme=Theme.WORKSHOP,
        upload_key=row.reference,
        file_name="taller.jpg",
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        storage_key=stored.key,
        created_at=row.created_at,
        checked_at=row.created_at,
    )


def approve(office: Office, application_id: UUID, officer_id: UUID) -> None:
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=3,
        rules=issuing_rules(),
    )


def refuse(office: Office, application_id: UUID, officer_id: UUID) -> None:
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=3,
        reasons=REASONS,
        institution=institution_on(date(2026, 11, 20)),
    )


def ask(office: Office, application_id: UUID, officer_id: UUID) -> None:
    item = CorrectionItem(item=ReviewItem.DATA_SHEET, reason=REASONS, instruction=REASONS)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=3,
        items=[item],
    )


ENDS: dict[Decide, ApplicationState] = {
    approve: ApplicationState.APPROVED,
    refuse: ApplicationState.REFUSED,
    ask: ApplicationState.CORRECTION_REQUESTED,
}


def race(
    office: Office, ids: Sequence[UUID], officers: Sequence[tuple[UUID, Decide]]
) -> list[list[str]]:
    """Let the officers decide each case at the same moment; return how each fared, case by case."""
    barrier = threading.Barrier(len(officers))

    def decide_all(officer: tuple[UUID, Decide]) -> list[str]:
        officer_id, decide = officer
        fared = []
        for application_id in ids:
            barrier.wait(timeout=60)
            try:
                decide(office, application_id, officer_id)
            except StaleStateError:
                fared.append("stale")
            else:
                fared.append("decided")
        return fared

    with ThreadPoolExecutor(len(officers)) as pool:
        return [list(pair) for pair in zip(*pool.map(decide_all, officers), strict=True)]


@pytest.mark.parametrize(
    ("first", "second"), [(approve, approve), (approve, ask), (refuse, refuse), (refuse, ask)]
)
def test_two_officers_at_once_give_single_decisions_and_single_numbers(
    office: Office, first: Decide, second: Decide, pytestconfig: pytest.Config
) -> None:
    count = COUNT_OF_A_TRIAL if pytestconfig.getoption("--trials") else COUNT
    ids = cases(office, count, is_observed=first is refuse)
    first_id, second_id = add_officer(office), add_officer(office, "bmena")
    fared = race(office, ids, [(first_id, first), (second_id, second)])
    assert [sorted(pair) for pair in fared] == [["decided", "stale"]] * count

    winners = {
        application_id: (first_id, first) if pair[0] == "decided" else (second_id, second)
        for application_id, pair in zip(ids, fared, strict=True)
    }
    with office.reading() as uow:
        rows = uow.session.execute(sa.select(ApplicationRow)).scalars().all()
        serials = sorted(uow.session.execute(sa.select(AgreementRow.serial)).scalars())
        papers = uow.session.execute(
            sa.select(sa.func.count(TaskRow.id)).where(TaskRow.kind == TaskKind.ISSUE_AGREEMENT)
        ).scalar_one()
        letters = uow.session.execute(sa.select(sa.func.count(MailRow.id))).scalar_one()
    for row in rows:
        officer_id, decide = winners[row.id]
        decided_by = None if decide is ask else officer_id
        assert (row.decided_by, row.state, row.version) == (decided_by, ENDS[decide], 4)
    approved = sum(decide is approve for _, decide in winners.values())
    assert serials == list(range(1, approved + 1))
    assert (papers, letters) == (approved, count - approved)
    assert invariants.broken_invariants(office.reading, office.store) == []
