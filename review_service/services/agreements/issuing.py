"""Issues documents: number and facts with the decision; then PDF, signature, store, publication.

Every step may be repeated and works from the same number and snapshot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.counters import next_number
from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.tasks import Lease
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationState
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import DamagedRecordError, InvalidInputError, SigningError
from review_service.domain.given_names import given_name
from review_service.domain.grounds import unconfirmed_grounds
from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.numbering import (
    hash_secret,
    spaced,
    verification_code,
    verification_token,
)
from review_service.domain.paper_proof import record_digest
from review_service.domain.rulebook import told_sections
from review_service.domain.snapshots import snapshot_of
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.domain.tracks import track_of
from review_service.domain.work import TaskKind
from review_service.ports import AgreementRenderer, FileStore, PaperReader, Signer, StoredFile
from review_service.services import notifying
from review_service.services.agreements import proving, succession
from review_service.services.agreements.permission import (
    PaperToSign,
    require_permission,
    require_whole,
)
from review_service.services.agreements.printed_facts import (
    IssuingRules,
    Numbering,
    printed_facts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The parts that render, sign and store the agreement's PDF."""

    renderer: AgreementRenderer
    signer: Signer
    store: FileStore
    reader: PaperReader
    """Reads each paper back before it is signed, and its signatures once it is stored."""
    verification_key: str
    public_url: str
    rulebook: Mapping[str, Any] = field(default_factory=lambda: read_rulebook(None))
    """Every dated rule of this installation; as packaged none is confirmed."""


def number_document(
    uow: UnitOfWork, row: ApplicationRow, *, rules: IssuingRules, category: str = ""
) -> str:
    """Take the next number of the track's series and store the facts to print, while deciding.

    ``category`` is what a certificate says of its holder. Where another of the RUC and track holds,
    it begins after that one's end, or takes its place: see ``succession``. Raises
    ``InvalidInputError`` when the paper would rest on a rule that nobody has confirmed, or print a
    place or an activity that does not exist.
    """
    today, kind = ecuador_day(uow.now), track_of(row.track).issues
    serial = next_number(uow, kind.value, today.year)
    place = succession.place_of(uow, row, category=category)
    numbering = Numbering(serial=serial, today=today, category=category, begins=place.begins)
    snapshot = printed_facts(row, kind, numbering, rules)
    _require_confirmed_rules(snapshot, rules, today)
    number, agreement_id = snapshot.number, uuid4()
    succession.give(uow, place, to=agreement_id, number=number)
    uow.session.add(
        AgreementRow(
            id=agreement_id,
            application_id=row.id,
            kind=kind,
            year=today.year,
            serial=serial,
            number=number,
            ruc=row.ruc,
            state=AgreementState.NUMBERED,
            snapshot=snapshot.to_json(),
            valid_from=snapshot.valid_from,
            valid_until=snapshot.valid_until,
            token_hash=hash_secret(verification_token(rules.verification_key, agreement_id)),
            code_hash=hash_secret(verification_code(rules.verification_key, agreement_id)),
            file_identifier=uuid4().hex,
            numbered_at=uow.now,
            latest_key=place.key,
        )
    )
    uow.enqueue(TaskKind.ISSUE_AGREEMENT, agreement_id)
    uow.record(
        kind.numbered_event,
        actor="service",
        subject_id=row.id,
        number=number,
        begins=place.begins.isoformat(),
        **_followed_import(place),
    )
    return number


def _followed_import(place: succession.Place) -> Mapping[str, str]:
    """Return what the trail says of an imported Acuerdo, whose own row names no successor."""
    former = place.former
    is_imported = former is not None and former.application_id is None
    return {"follows": former.number} if former is not None and is_imported else {}


def require_issuable(
    uow: UnitOfWork, row: ApplicationRow, *, rules: IssuingRules, category: str = ""
) -> None:
    """Raise what ``number_document`` would raise today; take no number."""
    today = ecuador_day(uow.now)
    place = succession.place_of(uow, row, category=category)
    numbering = Numbering(serial=1, today=today, category=category, begins=place.begins)
    snapshot = printed_facts(row, track_of(row.track).issues, numbering, rules)
    _require_confirmed_rules(snapshot, rules, today)


def issue(writing: UnitFactory, press: Press, lease: Lease) -> None:
    """Bring one agreement from its number to its publication; safe to repeat at any point.

    Raises ``SigningError`` or ``StoreError``; what was stored before stays valid. A stored paper
    whose own signatures do not hold, or that prints something else, is never published.
    """
    with writing() as uow:
        row = uow.session.get(AgreementRow, lease.subject_id)
        if row is None or row.state is AgreementState.PUBLISHED:
            tasks.finish(uow, lease)
            uow.commit()
            return
        snapshot = _facts(row)
        marks = _marks(row, press)
        stored_already = row.storage_key is not None
    if not stored_already:
        snapshot = _permitted(press, snapshot)
        stored = _make(press, lease.subject_id, snapshot, marks)
        _keep(writing, lease.subject_id, stored, snapshot)
    record, examined = _examined(writing, press, lease.subject_id)
    with writing() as uow:
        if not tasks.finish(uow, lease):
            return
        proving.prove(uow, record, examined, key=press.verification_key)
        _publish(uow, lease.subject_id)
        uow.commit()


def _require_confirmed_rules(snapshot: IssuedSnapshot, rules: IssuingRules, today: date) -> None:
    """Allow unconfirmed rules only in a demonstration, whose papers are marked as without value."""
    if snapshot.demonstration:
        return
    unconfirmed = unconfirmed_grounds(snapshot, rules.rulebook, day=today)
    if unconfirmed:
        raise InvalidInputError(
            {
                "rules": "Todavía no se puede emitir este documento: la institución no ha "
                f"confirmado {told_sections(unconfirmed)}. La solicitud sigue en revisión; avise a "
                "quien administra el servicio."
            }
        )


def _facts(row: AgreementRow) -> IssuedSnapshot:
    """Return what the paper prints. Raises ``SigningError`` when the row was changed."""
    try:
        return snapshot_of(row.kind, row.snapshot)
    except DamagedRecordError as error:
        raise SigningError(str(error), retryable=False) from error


def _marks(row: AgreementRow, press: Press) -> VerificationMarks:
    token = verification_token(press.verification_key, row.id)
    return VerificationMarks(
        url=f"{press.public_url}/v/{token}",
        code=spaced(verification_code(press.verification_key, row.id)),
        file_identifier=bytes.fromhex(row.file_identifier),
    )


def _permitted(press: Press, snapshot: IssuedSnapshot) -> IssuedSnapshot:
    """Return the facts to print; keys without legal value mark every page, whatever is set.

    Raises ``SigningError`` when something speaks against signing.
    """
    require_permission(
        PaperToSign(
            snapshot=snapshot,
            signer=press.signer,
            rulebook=press.rulebook,
            day=ecuador_today(),
        )
    )
    marked = snapshot.demonstration or press.signer.is_demonstration(snapshot)
    return replace(snapshot, demonstration=marked)


def _make(
    press: Press, agreement_id: UUID, snapshot: IssuedSnapshot, marks: VerificationMarks
) -> StoredFile:
    unsigned = press.renderer.render(snapshot, marks=marks)
    require_whole(press.reader.read(unsigned), snapshot=snapshot, marks=marks)
    signed = press.signer.sign(unsigned, snapshot=snapshot)
    # A new key each time: a failed attempt leaves a file for the sweeper, never a mixed one.
    return press.store.put(f"agreements/{agreement_id}/{uuid4()}.pdf", BytesIO(signed))


def _keep(
    writing: UnitFactory, agreement_id: UUID, stored: StoredFile, printed: IssuedSnapshot
) -> None:
    """Store the key and hash of the signed PDF, unless another worker has done so already."""
    with writing() as uow:
        kept = uow.session.execute(
            sa.update(AgreementRow)
            .where(AgreementRow.id == agreement_id, AgreementRow.storage_key.is_(None))
            .values(
                state=AgreementState.STORED,
                storage_key=stored.key,
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                snapshot=printed.to_json(),
            )
            .returning(AgreementRow.application_id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if kept is not None:
            row = uow.session.get_one(AgreementRow, agreement_id, populate_existing=True)
            digest = record_digest(proving.plain_record(row))
            uow.record(
                row.kind.stored_event,
                actor="worker",
                subject_id=kept,
                sha256=stored.sha256,
                record=digest,
            )
            uow.commit()


def _examined(
    writing: UnitFactory, press: Press, agreement_id: UUID
) -> tuple[proving.Record, proving.Examined]:
    """Compare the stored paper with its record. Raises ``SigningError`` when it is no proof."""
    with writing() as uow:
        record = proving.record_of(uow, agreement_id)
    examined = proving.examine(
        record,
        proving.stored_paper(writing, press.store, record),
        reader=press.reader,
        key=press.verification_key,
        public_url=press.public_url,
    )
    if examined.faults:
        raise SigningError(" ".join(examined.faults), retryable=False)
    return record, examined


def _publish(uow: UnitOfWork, agreement_id: UUID) -> None:
    row = uow.session.get(AgreementRow, agreement_id)
    if row is None or row.state is AgreementState.PUBLISHED or row.storage_key is None:
        return
    row.state = AgreementState.PUBLISHED
    row.published_at = uow.now
    application = uow.session.get(ApplicationRow, row.application_id)
    if application is None:
        return
    move(uow, application, ApplicationState.ISSUED, actor="worker")
    uow.session.refresh(application)
    notifying.tell_applicant(
        uow,
        application,
        event="issued",
        context={
            "number": row.number,
            "kind": row.kind.value,
            "valid_until": row.valid_until.isoformat(),
            **_place_told(uow, row),
            "path": f"/solicitudes/{application.id}",
        },
        attachment=(row.storage_key, given_name(row.kind.file_word, row.number, ending="pdf")),
    )


def _place_told(uow: UnitOfWork, row: AgreementRow) -> dict[str, str]:
    """Return from which day it holds, when that is not today, and whose place it takes."""
    told = {}
    if row.valid_from > ecuador_day(uow.now):
        told["begins_on"] = row.valid_from.isoformat()
    replaced = list(
        uow.session.scalars(
            sa.select(AgreementRow.number)
            .where(
                AgreementRow.ruc == row.ruc,
                AgreementRow.successor_id == row.id,
                AgreementRow.valid_until >= row.valid_from,
            )
            .order_by(AgreementRow.numbered_at)
        )
    )
    if replaced:
        told["replaces"] = " y ".join(replaced)
    return told
