"""Proves stored papers: the file's own signatures hold, and what it prints equals its record.

A worker reads the stored file in its sandbox when the paper is published, and again later; the
result is kept with a MAC under the verification key (ADR 18). The web process opens no PDF: it
believes a proof whose MAC and digest fit the record as it is now.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from review_service.db import tasks
from review_service.db.models import AgreementRow, EventRow, PaperProofRow, TaskRow
from review_service.db.named_files import agreement_file
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.agreements import AgreementState
from review_service.domain.errors import (
    DamagedFileError,
    DamagedRecordError,
    NotFoundError,
    SigningError,
)
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot, VerificationMarks
from review_service.domain.numbering import (
    hash_secret,
    spaced,
    verification_code,
    verification_token,
)
from review_service.domain.paper_check import (
    PaperSignatures,
    PrintedPaper,
    differences_of,
    signature_faults,
)
from review_service.domain.paper_proof import PaperProof, record_digest
from review_service.domain.snapshots import snapshot_of
from review_service.domain.stored_files import NamedFile
from review_service.domain.terms import ecuador_day
from review_service.domain.work import Lane, TaskKind
from review_service.ports import FileStore, PaperReader
from review_service.services import stored_files

RENEWED_AFTER: Final = timedelta(days=30)
"""An older proof is made again, so that each has a recent moment."""
TRIED_AGAIN_AFTER: Final = timedelta(days=1)
"""So long a paper that could not be proven keeps no place among those of a round."""
MOST_AT_ONCE: Final = 500
"""Papers that one round asks to be proven; a round comes every five minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An agreement's record as it is at one moment, apart from its row."""

    agreement_id: UUID
    application_id: UUID
    plain: Mapping[str, Any]
    """Every fact of the row that the paper, its codes or its file depend on."""
    kind: IssuedKind
    snapshot: IssuedSnapshot | None
    """None when the row holds no facts of that kind: somebody changed it."""
    file: NamedFile | None
    stored_at: datetime | None
    """When the audit trail says that the file was stored: certificates are judged at that moment,
    as they and their revocation lists end before an Acuerdo does. None when it does not say."""
    told: Sequence[Mapping[str, Any]]
    """Details of the events that say which file was stored, from the audit trail."""
    numbers: Sequence[str]
    """Numbers that the audit trail says were given to the application."""

    @property
    def digest(self) -> str:
        """Digest of ``plain``."""
        return record_digest(self.plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of comparing a file with a record; each part is empty when it is well."""

    signatures: PaperSignatures
    signature_faults: Sequence[str]
    content_faults: Sequence[str]
    record_faults: Sequence[str]

    @property
    def faults(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.signature_faults, *self.content_faults, *self.record_faults)


def plain_record(row: AgreementRow) -> dict[str, Any]:
    """Return every fact of the row that stays the same from the moment that its file is stored.

    The kind of an Acuerdo is left out: the digests of those that the version before stored hold.
    """
    kind = {} if row.kind is IssuedKind.AGREEMENT else {"kind": row.kind.value}
    return {
        **kind,
        "id": str(row.id),
        "application_id": str(row.application_id),
        "year": row.year,
        "serial": row.serial,
        "number": row.number,
        "ruc": row.ruc,
        "snapshot": row.snapshot,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "token_hash": row.token_hash,
        "code_hash": row.code_hash,
        "file_identifier": row.file_identifier,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "storage_key": row.storage_key,
    }


def record_of(uow: UnitOfWork, agreement_id: UUID) -> Record:
    """Return the record and what the trail says of it. Raises ``NotFoundError``."""
    row = uow.session.get(AgreementRow, agreement_id)
    if row is None:
        raise NotFoundError(f"no agreement {agreement_id}")
    events = uow.session.execute(
        sa.select(EventRow.action, EventRow.details, EventRow.at)
        .where(
            EventRow.subject_id == row.application_id,
            EventRow.action.in_((row.kind.stored_event, row.kind.numbered_event)),
        )
        .order_by(EventRow.sequence)
    ).all()
    stored = [each for each in events if each.action == row.kind.stored_event]
    return Record(
        agreement_id=row.id,
        application_id=row.application_id,
        plain=plain_record(row),
        kind=row.kind,
        snapshot=_snapshot(row),
        file=agreement_file(row),
        stored_at=stored[0].at if stored else None,
        told=[each.details for each in stored],
        numbers=[
            str(each.details.get("number"))
            for each in events
            if each.action == row.kind.numbered_event
        ],
    )


def _snapshot(row: AgreementRow) -> IssuedSnapshot | None:
    try:
        return snapshot_of(row.kind, row.snapshot)
    except DamagedRecordError:
        return None


def trusted(row: PaperProofRow | None, *, key: str) -> PaperProof | None:
    """Return the proof that a row holds if it was made with the key; None for any other."""
    if row is None:
        return None
    proof = PaperProof(
        agreement_id=row.agreement_id,
        record_sha256=row.record_sha256,
        file_sha256=row.file_sha256,
        checked_at=row.checked_at,
        signatures=row.signatures,
        faults=tuple(str(fault) for fault in row.faults),
    )
    return proof if proof.is_made_with(key, row.mac) else None


def examine(
    record: Record, pdf: bytes, *, reader: PaperReader, key: str, public_url: str
) -> Examined:
    """Compare the bytes of a file with the record. Raises ``SigningError`` without a sandbox."""
    found = reader.signatures(pdf, at=record.stored_at)
    snapshot, record_faults = record.snapshot, list(_record_faults(record, pdf, key=key))
    if snapshot is None:
        return Examined(
            signatures=found,
            signature_faults=("No se sabe cuántas debe tener.",),
            content_faults=(f"El registro no guarda los datos de un {record.kind.label}.",),
            record_faults=record_faults or ("Alguien lo cambió.",),
        )
    marks = _marks(record, key, public_url)
    return Examined(
        signatures=found,
        signature_faults=signature_faults(found, snapshot),
        content_faults=_content_faults(snapshot, pdf, found, reader, marks),
        record_faults=record_faults,
    )


def _content_faults(
    snapshot: IssuedSnapshot,
    pdf: bytes,
    found: PaperSignatures,
    reader: PaperReader,
    marks: VerificationMarks,
) -> Sequence[str]:
    """Compare what the file prints with the record. Raises ``SigningError`` without a sandbox."""
    printed = PrintedPaper(pages=(), has_missing_glyph=False)
    if found.is_readable:
        try:
            printed = reader.read(pdf)
        except SigningError as error:
            if error.retryable:
                raise
            return [str(error)]
    return differences_of(printed, snapshot, marks)


def prove(uow: UnitOfWork, record: Record, examined: Examined, *, key: str) -> PaperProof:
    """Keep the result in the caller's transaction, in the place of a former one."""
    proof = PaperProof(
        agreement_id=record.agreement_id,
        record_sha256=record.digest,
        file_sha256=str(record.plain["sha256"]),
        checked_at=uow.now,
        signatures=examined.signatures.intact,
        faults=examined.faults,
    )
    row = uow.session.get(PaperProofRow, record.agreement_id)
    if row is None:
        row = PaperProofRow(agreement_id=record.agreement_id)
        uow.session.add(row)
    row.record_sha256, row.file_sha256 = proof.record_sha256, proof.file_sha256
    row.checked_at, row.signatures = proof.checked_at, proof.signatures
    row.faults, row.mac = list(proof.faults), proof.mac(key)
    if proof.faults:
        uow.record("paper_contradicted", actor="worker", subject_id=record.application_id)
    return proof


def stored_paper(writing: UnitFactory, store: FileStore, record: Record) -> bytes:
    """Return the stored file's bytes, compared with the row's SHA-256.

    Raises ``DamagedFileError`` when they are lost or others, ``StoreError`` without an answer.
    """
    if record.file is None:
        raise NotFoundError(f"no file of agreement {record.agreement_id}")
    return stored_files.content(writing, store, record.file)


def prove_again(
    writing: UnitFactory,
    store: FileStore,
    reader: PaperReader,
    lease: Lease,
    *,
    key: str,
    public_url: str,
) -> None:
    """Compare one published paper with its record again, and keep the result; safe to repeat.

    A file that is lost or changed is an incident, told elsewhere; the former proof stays. Raises
    ``SigningError`` and ``StoreError``.
    """
    with writing() as uow:
        row = uow.session.get(AgreementRow, lease.subject_id)
        if row is None or row.state is not AgreementState.PUBLISHED:
            tasks.finish(uow, lease)
            uow.commit()
            return
        record = record_of(uow, lease.subject_id)
    examined: Examined | None = None
    try:
        pdf = stored_paper(writing, store, record)
        examined = examine(record, pdf, reader=reader, key=key, public_url=public_url)
    except DamagedFileError:
        pass  # the incident is written down; there is nothing to compare the record with
    with writing() as uow:
        if not tasks.finish(uow, lease):
            return
        if examined is not None:
            prove(uow, record, examined, key=key)
        uow.commit()


def ask(uow: UnitOfWork, agreement_id: UUID, *, lane: Lane | None = None) -> None:
    """Ask, in the caller's transaction, to have a paper compared again; once a day for each."""
    day = ecuador_day(uow.now).isoformat()
    uow.enqueue(TaskKind.PROVE_PAPER, agreement_id, key=day, lane=lane)


def ask_for_the_oldest(uow: UnitOfWork) -> int:
    """Ask to compare published papers that have no proof, or an old one; return how many.

    Those that were tried lately are passed over, so that those that cannot be proven keep no other
    waiting; those that still wait are not, so that few are asked for at a time.
    """
    with uow:
        published = sa.select(AgreementRow.id).where(AgreementRow.state == AgreementState.PUBLISHED)
        has_proof = sa.exists().where(PaperProofRow.agreement_id == AgreementRow.id)
        without = published.where(~has_proof, ~_was_tried(AgreementRow.id, uow.now))
        old = (
            sa.select(PaperProofRow.agreement_id)
            .where(PaperProofRow.checked_at < uow.now - RENEWED_AFTER)
            .where(~_was_tried(PaperProofRow.agreement_id, uow.now))
            .order_by(PaperProofRow.checked_at)
        )
        found = [
            *uow.session.execute(without.limit(MOST_AT_ONCE)).scalars(),
            *uow.session.execute(old.limit(MOST_AT_ONCE)).scalars(),
        ]
        for agreement_id in found:
            ask(uow, agreement_id)
        uow.commit()
    return len(found)


def _was_tried(agreement_id: InstrumentedAttribute[UUID], now: datetime) -> sa.Exists:
    return sa.exists().where(
        TaskRow.subject_id == agreement_id,
        TaskRow.kind == TaskKind.PROVE_PAPER,
        TaskRow.finished_at > now - TRIED_AGAIN_AFTER,
    )


def _marks(record: Record, key: str, public_url: str) -> VerificationMarks:
    return VerificationMarks(
        url=f"{public_url}/v/{verification_token(key, record.agreement_id)}",
        code=spaced(verification_code(key, record.agreement_id)),
        file_identifier=bytes.fromhex(str(record.plain["file_identifier"])),
    )


def _record_faults(record: Record, pdf: bytes, *, key: str) -> Iterator[str]:
    """Compare the row with the bytes, with itself, with the key and with the audit trail."""
    plain, snapshot = record.plain, record.snapshot
    if plain["sha256"] != _sha256(pdf):
        yield "El registro nombra otro archivo."
    if snapshot is not None:
        same = {
            "el número": (plain["number"], snapshot.number),
            "el RUC": (plain["ruc"], snapshot.ruc),
            "la fecha de inicio": (plain["valid_from"], snapshot.valid_from.isoformat()),
            "la fecha de fin": (plain["valid_until"], snapshot.valid_until.isoformat()),
        }
        for name, (kept, printed) in same.items():
            if kept != printed:
                yield f"El registro tiene dos veces {name}, y no son iguales."
    agreement_id = record.agreement_id
    if plain["token_hash"] != hash_secret(verification_token(key, agreement_id)):
        yield "El QR no lleva a este registro."
    if plain["code_hash"] != hash_secret(verification_code(key, agreement_id)):
        yield "El código impreso no es el de este registro."
    if list(record.numbers) != [plain["number"]]:
        yield "La auditoría no dice que se dio este número a esta solicitud."
    told = [details.get("sha256") for details in record.told]
    if told != [plain["sha256"]]:
        yield "La auditoría no dice que se guardó este archivo."
    digests = [details["record"] for details in record.told if "record" in details]
    if digests and digests != [record.digest]:
        yield "El registro no es el que la auditoría dice que se firmó."


def _sha256(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
