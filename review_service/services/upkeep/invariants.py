"""Finds broken invariants: numbers, decisions, missing tasks, missing files, audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.audit import BrokenLink, verify_chain
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CounterRow,
    DocumentRow,
    MailRow,
    TaskRow,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentState
from review_service.domain.work import TaskState
from review_service.ports import FileStore
from review_service.services.upkeep import file_incidents, trail_check
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.kept_seals import Sealing


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An invariant that does not hold."""

    name: str
    detail: str


def broken_invariants(
    reading: UnitFactory, store: FileStore, *, sealing: Sealing | None = None
) -> list[Broken]:
    """Return every broken invariant of the service at this moment.

    Of files it looks only whether originals and agreements are there; ``byte_check`` reads them.
    Without ``sealing`` the audit trail is compared with itself alone, not with its seals.
    """
    trail = _trail(reading, sealing)
    with reading() as uow:
        broken = [
            *_numbers(uow),
            *_decided(uow),
            *_unasked(uow),
            *trail,
            *(
                Broken(name=found.name, detail=found.detail)
                for found in trail_check.contradictions(uow)
            ),
        ]
        originals = [
            (row.id, row.storage_key or row.staging_key)
            for row in uow.session.execute(
                sa.select(DocumentRow).where(
                    DocumentRow.state != DocumentState.REFUSED, DocumentRow.removed_at.is_(None)
                )
            ).scalars()
        ]
        papers = [
            (row.id, row.storage_key)
            for row in uow.session.execute(
                sa.select(AgreementRow).where(AgreementRow.storage_key.is_not(None))
            ).scalars()
        ]
        incidents = file_incidents.open_incidents(uow, limit=None)
    damaged = {each.key for each in incidents}
    return [
        *broken,
        *(
            Broken(name=f"file_{each.problem.value}", detail=f"{each.kind.value} {each.key}")
            for each in incidents
        ),
        *_missing_bytes(store, [each for each in (*originals, *papers) if each[1] not in damaged]),
    ]


def _trail(reading: UnitFactory, sealing: Sealing | None) -> list[Broken]:
    links: Sequence[BrokenLink]
    problems: Sequence[str] = ()
    if sealing is None:
        with reading() as uow:
            links = list(verify_chain(uow.session))
    else:
        report = check_audit(reading, checker=sealing.sealer, places=sealing.places)
        links, problems = report.links, report.problems
    return [
        *(Broken(name="audit_chain", detail=f"{link.sequence}: {link.problem}") for link in links),
        *(Broken(name="audit_seals", detail=problem) for problem in problems),
    ]


def _missing_bytes(store: FileStore, named: Sequence[tuple[UUID, str | None]]) -> list[Broken]:
    return [
        Broken(name="bytes_missing", detail=f"{row_id}: {key}")
        for row_id, key in named
        if key is None or store.size(key) is None
    ]


def _numbers(uow: UnitOfWork) -> list[Broken]:
    """Look for a gap between 1 and the counter of each year."""
    broken = []
    for counter in uow.session.execute(
        sa.select(CounterRow).where(CounterRow.name == "agreement")
    ).scalars():
        serials = list(
            uow.session.execute(
                sa.select(AgreementRow.serial)
                .where(AgreementRow.year == counter.year)
                .order_by(AgreementRow.serial)
            ).scalars()
        )
        if serials != list(range(1, counter.value + 1)):
            broken.append(
                Broken(name="numbers", detail=f"{counter.year}: {len(serials)} of {counter.value}")
            )
    return broken


def _decided(uow: UnitOfWork) -> list[Broken]:
    """Look for approved applications without an agreement, and the other way round."""
    numbered = sa.select(AgreementRow.application_id)
    decided = (ApplicationState.APPROVED, ApplicationState.ISSUED)
    without = uow.session.execute(
        sa.select(ApplicationRow.id).where(
            ApplicationRow.state.in_(decided), ApplicationRow.id.not_in(numbered)
        )
    ).scalars()
    undecided = uow.session.execute(
        sa.select(ApplicationRow.id).where(
            ApplicationRow.state.not_in(decided), ApplicationRow.id.in_(numbered)
        )
    ).scalars()
    return [
        *(Broken(name="approved_without_agreement", detail=str(found)) for found in without),
        *(Broken(name="agreement_without_approval", detail=str(found)) for found in undecided),
    ]


def _unasked(uow: UnitOfWork) -> list[Broken]:
    """Look for rows that wait for background work although no task exists for it."""
    asked = sa.select(TaskRow.subject_id)
    waiting = {
        "document_without_task": sa.select(DocumentRow.id).where(
            DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
            DocumentRow.id.not_in(asked),
        ),
        "mail_without_task": sa.select(MailRow.id).where(
            MailRow.sent_at.is_(None), MailRow.id.not_in(asked)
        ),
        "agreement_never_published": sa.select(AgreementRow.id).where(
            AgreementRow.published_at.is_(None),
            AgreementRow.id.not_in(
                sa.select(TaskRow.subject_id).where(TaskRow.state == TaskState.READY)
            ),
        ),
    }
    return [
        Broken(name=name, detail=str(found))
        for name, query in waiting.items()
        for found in uow.session.execute(query).scalars()
    ]
