"""Deletes files of applications some time after their end: payrolls, photos, replaced files.

The row, its hash and what was read of it stay. Its bytes and the pictures of its pages are given to
the sweeper, which deletes them a day later (``releasing``). A draft that nobody changes loses its
payroll too: it is taken out, so that another is asked for before the draft is sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts, photo_features
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.retained_files import (
    IS_OF_NO_DOCUMENT,
    IS_PAYROLL,
    IS_REPLACED,
    FileHolder,
    file_holders,
    kept_files,
    retained_case,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.payroll_terms import Deletion, RetainedCase
from review_service.domain.retention import FileDeletion, RetentionKind, files_of, payroll_files
from review_service.domain.terms import ecuador_day
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """Files that go after a term of their own."""

    kind: RetentionKind
    event: str
    which: sa.ColumnElement[bool]
    """Of documents."""
    deletion: FileDeletion


PAYROLLS: Final = FileKind(
    kind=RetentionKind.PAYROLLS,
    event="payroll_deleted",
    which=IS_PAYROLL,
    deletion=payroll_files,
)
PHOTOS: Final = FileKind(
    kind=RetentionKind.PHOTOS,
    event="photos_deleted",
    which=IS_OF_NO_DOCUMENT,
    deletion=files_of(RetentionKind.PHOTOS),
)
REPLACED: Final = FileKind(
    kind=RetentionKind.REPLACED,
    event="replaced_files_deleted",
    which=IS_REPLACED,
    deletion=files_of(RetentionKind.REPLACED),
)
FILE_KINDS: Final = (PAYROLLS, PHOTOS, REPLACED)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """The files of one kind of one application, and when they go."""

    reference: str
    files: int
    deletion: Deletion
    is_due: bool


def kept(reading: UnitFactory, rulebook: Mapping[str, Any], kind: FileKind) -> Iterator[KeptFiles]:
    """Yield every application that holds such files, and changes nothing. Raises ``SettingsError``.

    While the clock is not believed nothing is due.
    """
    for found, told, is_due in _walk(reading, rulebook, kind):
        yield KeptFiles(reference=found.reference, files=found.files, deletion=told, is_due=is_due)


def delete(
    reading: UnitFactory,
    writing: UnitFactory,
    rulebook: Mapping[str, Any],
    kind: FileKind,
    *,
    actor: str = "scheduler",
    **said: str,
) -> int:
    """Delete the files that are due, each application in a transaction; return how many.

    ``said`` goes into each event. Deletes none while the clock is not believed. Raises
    ``RoundFailedError`` at the end when some could not be deleted; all others are.
    """
    deleted, deleting = 0, Round(f"{kind.kind.value}_not_deleted")
    for found, _, is_due in _walk(reading, rulebook, kind):
        if is_due:
            with deleting.one(application_id=found.id):
                deleted += _delete(writing(), found.id, rulebook, kind, actor=actor, said=said)
    deleting.end()
    return deleted


def _walk(
    reading: UnitFactory, rulebook: Mapping[str, Any], kind: FileKind
) -> Iterator[tuple[FileHolder, Deletion, bool]]:
    with reading() as uow:
        kept_now = kept_files(uow, kind.which)
    left = iter(sorted(kept_now))
    while part := list(islice(left, AT_ONCE)):
        with reading() as uow:
            some = file_holders(uow, {one: kept_now[one] for one in part})
            told = [(one, *_term(uow, one.case, rulebook, kind)) for one in some]
        yield from told


def _term(
    uow: UnitOfWork, case: RetainedCase, rulebook: Mapping[str, Any], kind: FileKind
) -> tuple[Deletion, bool]:
    today = ecuador_day(uow.now)
    found = kind.deletion(case, rulebook, today)
    return found, found.is_due(today) and clockwork.is_steady(uow)


def _delete(
    uow: UnitOfWork,
    application_id: UUID,
    rulebook: Mapping[str, Any],
    kind: FileKind,
    *,
    actor: str,
    said: Mapping[str, str],
) -> int:
    """Delete what is still due of one application; return how many files."""
    with uow:
        row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
        case = retained_case(uow, application_id)
        found, is_due = _term(uow, case, rulebook, kind)
        begins = case.ended_on or case.left_on
        if row is None or begins is None or not is_due:
            return 0
        documents = uow.session.scalars(
            sa.select(DocumentRow).where(
                DocumentRow.application_id == application_id,
                DocumentRow.released_at.is_(None),
                kind.which,
            )
        ).all()
        for document in documents:
            document.released_at = uow.now
            if case.ended_on is None and document.removed_at is None:
                document.removed_at = uow.now
            page_texts.forget(uow.session, document.id)
        photo_features.forget(uow.session, [document.id for document in documents])
        if documents:
            uow.record(
                kind.event,
                actor=actor,
                subject_id=application_id,
                files=len(documents),
                size_bytes=sum(document.size_bytes for document in documents),
                days=(ecuador_day(uow.now) - begins).days,
                rule_days=found.days,
                **said,
            )
            uow.commit()
        return len(documents)
