"""Finds broken invariants: numbers, decisions, missing tasks, missing files, audit trail."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.audit import BrokenLink, ChainPoint, chain_head, verify_chain
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CounterRow,
    DocumentRow,
    LetterPhotoRow,
    LetterRow,
    MailRow,
    TaskRow,
)
from review_service.db.named_files import NOT_RELEASED
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.documents import DocumentState
from review_service.domain.errors import StoreError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.letters import SERIES
from review_service.domain.numbering import application_reference
from review_service.domain.work import TaskState
from review_service.ports import FileStore
from review_service.services.upkeep import (
    decision_check,
    figure_check,
    file_incidents,
    row_check,
    rule_check,
    succession_check,
    trail_check,
)
from review_service.services.upkeep.archive.rows import one_moment
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.checked_part import (
    Part,
    Reached,
    ReachedFile,
    applications_from,
    changed_since,
    part_of,
)
from review_service.services.upkeep.kept_seals import Sealing
from review_service.services.upkeep.row_holding import standing

AT_ONCE: Final = 1_000
"""Files that are in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An invariant that does not hold."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found and read."""

    broken: list[Broken]
    part: Part | None = None
    """Of which part of rows and trail; None: of everything."""
    whole_at: datetime | None = None
    """When everything was last read at once; None when not even this time."""


def broken_invariants(
    reading: UnitFactory, store: FileStore, *, sealing: Sealing | None = None
) -> list[Broken]:
    """Return every broken invariant of the service at this moment.

    Of files it looks only whether originals and agreements are there; ``byte_check`` reads them.
    Without ``sealing`` the audit trail is compared with itself alone, not with its seals.
    """
    trail, _ = _trail(reading, sealing, None)
    with reading() as uow:
        one_moment(uow)
        broken = [*_of_all(uow), *trail, *_told(trail_check.contradictions(uow)),
                  *_told(rule_check.of_subjects(uow, None)),
                  *_told(succession_check.of_subjects(uow, None)),
                  *_told(row_check.contradictions(uow))]  # fmt: skip
    return [*broken, *_of_files(reading, store, _files(reading))]


def check_again(
    reading: UnitFactory, store: FileStore, *, sealing: Sealing, reached_file: ReachedFile
) -> Checked:
    """Return the broken invariants of what is due to be read, and note how far it came.

    What that is ``checked_part`` says. Everything is read the first time, and after a finding.
    """
    reached = reached_file.read()
    with reading() as uow:
        part = part_of(uow, reached)
        head, now = chain_head(uow.session), uow.now
        may_note = standing(uow).is_whole
    whole_at, application = now, None
    chain: ChainPoint | None = ChainPoint()
    if part is None or reached is None:
        broken, reached = broken_invariants(reading, store, sealing=sealing), None
    else:
        whole_at = reached.whole_at
        trail, chain = _trail(reading, sealing, part)
        read: list[UUID] = []
        with reading() as uow:
            one_moment(uow)
            found, application = _of_part(uow, part, read)
            broken = [*_of_all(uow), *trail, *found]
        broken += _of_files(reading, store, _files_of(reading, read))
    if broken or head is None or chain is None or not may_note:
        reached_file.forget()
    else:
        with reading() as uow:
            uses = _uses(uow, reached, until=head.sequence)
        reached_file.write(
            Reached(at=now, whole_at=whole_at, events=head, application=application, chain=chain,
                    uses=uses)
        )  # fmt: skip
    return Checked(broken=broken, part=part, whole_at=whole_at)


def _of_part(uow: UnitOfWork, part: Part, read: list[UUID]) -> tuple[list[Broken], UUID | None]:
    """Compare the rows of a part; ``read`` gets their subjects. Return the last application too."""
    broken: list[Broken] = []
    for ids in changed_since(uow, part.reached.events.sequence):
        read += ids
        broken += _of_subjects(uow, ids)
    last = part.reached.application
    for some in applications_from(uow, part):
        read += some.ids
        broken += _of_subjects(uow, some.ids)
        broken += _told(row_check.without_subject(uow, after=some.after, until=some.until))
        last = some.until
    gone = row_check.gone_since(uow, after=part.chain.sequence, until=part.until)
    counters = trail_check.of_counters(uow, _uses(uow, part.reached))
    return [*broken, *_told(counters), *_told(gone)], last


def _uses(uow: UnitOfWork, reached: Reached | None, *, until: int | None = None) -> dict[str, int]:
    """Return how often each counter was used; only what came since the run before is counted."""
    if reached is None or reached.uses is None:
        return trail_check.uses_of_counters(uow, until=until)
    since = trail_check.uses_of_counters(uow, after=reached.events.sequence, until=until)
    return {name: uses + reached.uses.get(name, 0) for name, uses in since.items()}


def _of_subjects(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Broken]:
    return [
        *_told(trail_check.of_subjects(uow, ids)),
        *_told(rule_check.of_subjects(uow, ids)),
        *_told(succession_check.of_subjects(uow, ids)),
        *_told(row_check.of_subjects(uow, ids)),
    ]


def _told(found: Iterable[trail_check.Contradiction]) -> list[Broken]:
    return [Broken(name=each.name, detail=each.detail) for each in found]


def _of_all(uow: UnitOfWork) -> list[Broken]:
    """Look for what the database tells of all rows by its indexes."""
    return [*_numbers(uow), *_letters(uow), *_references(uow), *_unasked(uow),
            *_told(decision_check.contradictions(uow)),
            *_told(figure_check.contradictions(uow))]  # fmt: skip


def _of_files(
    reading: UnitFactory, store: FileStore, named: Iterator[tuple[UUID, str | None]]
) -> list[Broken]:
    with reading() as uow:
        incidents = file_incidents.open_incidents(uow, limit=None)
    damaged = {each.key for each in incidents}
    return [
        *(
            Broken(name=f"file_{each.problem.value}", detail=f"{each.kind.value} {each.key}")
            for each in incidents
        ),
        *_missing_bytes(store, (each for each in named if each[1] not in damaged)),
    ]


def _trail(
    reading: UnitFactory, sealing: Sealing | None, part: Part | None
) -> tuple[list[Broken], ChainPoint | None]:
    """Return what is wrong with the trail, and how far the share of it was walked."""
    links: Sequence[BrokenLink]
    problems: Sequence[str] = ()
    end = None
    if sealing is None:
        with reading() as uow:
            links = list(verify_chain(uow.session))
    else:
        report = check_audit(
            reading,
            checker=sealing.sealer,
            places=sealing.places,
            only_after=part is not None,
            share=None if part is None else (part.chain, part.until),
        )
        links, problems, end = report.links, report.problems, report.share_end
    broken = [
        *(Broken(name="audit_chain", detail=f"{link.sequence}: {link.problem}") for link in links),
        *(Broken(name="audit_seals", detail=problem) for problem in problems),
    ]
    return broken, end


def _originals() -> sa.Select[UUID, str | None]:
    return sa.select(
        DocumentRow.id, sa.func.coalesce(DocumentRow.storage_key, DocumentRow.staging_key)
    ).where(
        DocumentRow.state != DocumentState.REFUSED, DocumentRow.removed_at.is_(None), NOT_RELEASED
    )


def _page_photos() -> sa.Select[UUID, str | None]:
    return sa.select(DocumentRow.id, DocumentRow.page_photos_key).where(
        DocumentRow.page_photos_key.is_not(None), DocumentRow.removed_at.is_(None), NOT_RELEASED
    )


def _papers() -> sa.Select[UUID, str | None]:
    return sa.select(AgreementRow.id, AgreementRow.storage_key).where(
        AgreementRow.storage_key.is_not(None)
    )


def _letter_photos() -> sa.Select[UUID, str | None]:
    key = sa.func.coalesce(LetterPhotoRow.image_key, LetterPhotoRow.staging_key)
    return sa.select(LetterPhotoRow.letter_id, key).where(key.is_not(None))


def _files_of(
    reading: UnitFactory, applications: Sequence[UUID]
) -> Iterator[tuple[UUID, str | None]]:
    """Yield id and key of the files of these applications; no transaction stays open."""
    for start in range(0, len(applications), AT_ONCE):
        some = applications[start : start + AT_ONCE]
        with reading() as uow:
            rows = [
                (found_id, key)
                for named in (
                    _originals().where(DocumentRow.application_id.in_(some)),
                    _page_photos().where(DocumentRow.application_id.in_(some)),
                    _papers().where(AgreementRow.application_id.in_(some)),
                    _letter_photos().where(LetterPhotoRow.letter_id.in_(some)),
                )
                for found_id, key in uow.session.execute(named)
            ]
        yield from rows


def _files(reading: UnitFactory) -> Iterator[tuple[UUID, str | None]]:
    """Yield id and key of originals, photos and agreements; no transaction stays open."""
    of_documents = ((_originals(), DocumentRow.id), (_page_photos(), DocumentRow.id))
    others = ((_papers(), AgreementRow.id), (_letter_photos(), LetterPhotoRow.letter_id))
    for named, row_id in (*of_documents, *others):
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
    """Look for files that are not there. Raises ``StoreError`` when the store does not answer."""
    broken = []
    for row_id, key in named:
        try:
            if key is None or store.size(key) is None:
                broken.append(Broken(name="bytes_missing", detail=f"{row_id}: {key}"))
        except StoreError:
            store.ping()  # it answers, so that this one file is what fails
            broken.append(Broken(name="bytes_unreadable", detail=f"{row_id}: {key}"))
    return broken


def _numbers(uow: UnitOfWork) -> list[Broken]:
    """Look for a gap between 1 and the counter of each year."""
    broken = []
    for counter in uow.session.execute(
        sa.select(CounterRow).where(CounterRow.name.in_([kind.value for kind in IssuedKind]))
    ).scalars():
        serial = AgreementRow.serial
        # No two of a kind have the same serial of a year, so these three leave no gap.
        count, first, last = uow.session.execute(
            sa.select(sa.func.count(), sa.func.min(serial), sa.func.max(serial)).where(
                AgreementRow.kind == IssuedKind(counter.name), AgreementRow.year == counter.year
            )
        ).one()
        if (count, first or 1, last or 0) != (counter.value, 1, counter.value):
            broken.append(
                Broken(
                    name="numbers",
                    detail=f"{counter.name} {counter.year}: {count} of {counter.value}",
                )
            )
    return broken


def _letters(uow: UnitOfWork) -> list[Broken]:
    """Look for a gap in the numbers of letters, by year."""
    broken = []
    for counter in uow.session.execute(
        sa.select(CounterRow).where(CounterRow.name == SERIES)
    ).scalars():
        serial = LetterRow.serial
        count, first, last = uow.session.execute(
            sa.select(sa.func.count(), sa.func.min(serial), sa.func.max(serial)).where(
                LetterRow.year == counter.year
            )
        ).one()
        if (count, first or 1, last or 0) != (counter.value, 1, counter.value):
            told = f"{SERIES} {counter.year}: {count} of {counter.value}"
            broken.append(Broken(name="numbers", detail=told))
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


def _unasked(uow: UnitOfWork) -> list[Broken]:
    """Look for rows that wait for background work although no task exists for it."""
    waiting = {
        "document_without_task": sa.select(DocumentRow.id).where(
            DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
            ~_is_asked(DocumentRow.id),
        ),
        "letter_photo_without_task": sa.select(LetterPhotoRow.letter_id).where(
            LetterPhotoRow.staging_key.is_not(None), ~_is_asked(LetterPhotoRow.letter_id)
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
