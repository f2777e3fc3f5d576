"""Finds broken invariants: numbers, decisions, missing tasks, missing files, audit trail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final
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
from review_service.domain.numbering import application_reference
from review_service.domain.work import TaskState
from review_service.ports import FileStore
from review_service.services.upkeep import file_incidents, row_check, trail_check
from review_service.services.upkeep.archive.rows import one_moment
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.kept_seals import Sealing

AT_ONCE: Final = 1_000
"""Files that are in memory at a time."""


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
        one_moment(uow)
        broken = [
            *_numbers(uow),
            *_references(uow),
            *_decided(uow),
            *_unasked(uow),
            *trail,
            *(
                Broken(name=found.name, detail=found.detail)
                for found in chain(trail_check.contradictions(uow), row_check.contradictions(uow))
            ),
        ]
        incidents = file_incidents.open_incidents(uow, limit=None)
    damaged = {each.key for each in incidents}
    return [
        *broken,
        *(
            Broken(name=f"file_{each.problem.value}", detail=f"{each.kind.value} {each.key}")
            for each in incidents
        ),
        *_missing_bytes(store, (each for each in _files(reading) if each[1] not in damaged)),
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


def _files(reading: UnitFactory) -> Iterator[tuple[UUID, str | None]]:
    """Yield id and key of every original and every agreement; no transaction stays open."""
    originals = sa.select(
        DocumentRow.id, sa.func.coalesce(DocumentRow.storage_key, DocumentRow.staging_key)
    ).where(DocumentRow.state != DocumentState.REFUSED, DocumentRow.removed_at.is_(None))
    papers = sa.select(AgreementRow.id, AgreementRow.storage_key).where(
        AgreementRow.storage_key.is_not(None)
    )
    for named, row_id in ((originals, DocumentRow.id), (papers, AgreementRow.id)):
        last: UUID | None = None
        while True:
            beyond = sa.true() if last is None else row_id > last
            with reading() as uow:
                found = uow.session.execute(named.where(beyond).order_by(row_id).limit(AT_ONCE))
                rows = [(found_id, key) for found_id, key in found]
            if not rows:
                break
            yield from rows
            last = rows[-1][0]


def _missing_bytes(store: FileStore, named: Iterator[tuple[UUID, str | None]]) -> list[Broken]:
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
        serial = AgreementRow.serial
        # No two agreements have the same serial of a year, so these three leave no gap.
        count, first, last = uow.session.execute(
            sa.select(sa.func.count(), sa.func.min(serial), sa.func.max(serial)).where(
                AgreementRow.year == counter.year
            )
        ).one()
        if (count, first or 1, last or 0) != (counter.value, 1, counter.value):
            broken.append(
                Broken(name="numbers", detail=f"{counter.year}: {count} of {counter.value}")
            )
    return broken


def _references(uow: UnitOfWork) -> list[Broken]:
    """Look for a counter of references whose last one no application has."""
    return [
        Broken(name="references", detail=f"{counter.year}: none has {counter.value}")
        for counter in uow.session.execute(
            sa.select(CounterRow).where(
                CounterRow.name == "application", CounterRow.year != 0, CounterRow.value != 0
            )
        ).scalars()
        if uow.session.execute(
            sa.select(ApplicationRow.id).where(
                ApplicationRow.reference == application_reference(counter.year, counter.value)
            )
        ).first()
        is None
    ]


def _decided(uow: UnitOfWork) -> list[Broken]:
    """Look for approved applications without an agreement, and the other way round."""
    is_numbered = sa.exists().where(AgreementRow.application_id == ApplicationRow.id)
    decided = (ApplicationState.APPROVED, ApplicationState.ISSUED)
    without = uow.session.execute(
        sa.select(ApplicationRow.id).where(ApplicationRow.state.in_(decided), ~is_numbered)
    ).scalars()
    undecided = uow.session.execute(
        sa.select(ApplicationRow.id).where(ApplicationRow.state.not_in(decided), is_numbered)
    ).scalars()
    return [
        *(Broken(name="approved_without_agreement", detail=str(found)) for found in without),
        *(Broken(name="agreement_without_approval", detail=str(found)) for found in undecided),
    ]


def _unasked(uow: UnitOfWork) -> list[Broken]:
    """Look for rows that wait for background work although no task exists for it."""
    waiting = {
        "document_without_task": sa.select(DocumentRow.id).where(
            DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
            ~_is_asked(DocumentRow.id),
        ),
        "mail_without_task": sa.select(MailRow.id).where(
            MailRow.sent_at.is_(None), ~_is_asked(MailRow.id)
        ),
        "agreement_never_published": sa.select(AgreementRow.id).where(
            AgreementRow.published_at.is_(None),
            ~_is_asked(AgreementRow.id, TaskRow.state == TaskState.READY),
        ),
    }
    return [
        Broken(name=name, detail=str(found))
        for name, query in waiting.items()
        for found in uow.session.execute(query).scalars()
    ]


def _is_asked(row_id: Any, *conditions: sa.ColumnElement[bool]) -> sa.Exists:  # noqa: ANN401 -- a mapped column
    """Say whether there is a task for a row of the same query."""
    return sa.exists().where(TaskRow.subject_id == row_id, *conditions)
