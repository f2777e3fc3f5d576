"""Issues agreements: number and facts with the decision; then PDF, signature, store, publication.

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
from review_service.domain.agreements import (
    AgreementSnapshot,
    AgreementState,
    VerificationMarks,
)
from review_service.domain.applications import ApplicationState
from review_service.domain.data_sheet import DataSheet, list_problems, with_listed_names
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import InvalidInputError, SigningError
from review_service.domain.given_names import given_name
from review_service.domain.institution import Institution
from review_service.domain.numbering import (
    hash_secret,
    spaced,
    verification_code,
    verification_token,
)
from review_service.domain.paper_proof import record_digest
from review_service.domain.rulebook import told_sections, unconfirmed_grounds
from review_service.domain.sheet_comparison import is_activity
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.domain.validity import valid_until, validity_years
from review_service.domain.work import TaskKind
from review_service.ports import AgreementRenderer, FileStore, PaperReader, Signer, StoredFile
from review_service.services import notifying
from review_service.services.agreements import proving
from review_service.services.agreements.permission import (
    PaperToSign,
    require_permission,
    require_whole,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingRules:
    """What is needed to number an agreement, apart from the case itself."""

    institution: Institution
    rulebook: Mapping[str, Any]
    """Every dated rule of this installation, by section."""
    verification_key: str
    public_url: str
    public_host: str
    demonstration: bool


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


def number_agreement(uow: UnitOfWork, row: ApplicationRow, *, rules: IssuingRules) -> str:
    """Take the year's next number and store the facts to print, in the deciding transaction.

    Raises ``InvalidInputError`` when the paper would rest on a rule that nobody has confirmed, or
    print a place or an activity that does not exist.
    """
    _require_listed(row)
    today = ecuador_day(uow.now)
    serial = next_number(uow, "agreement", today.year)
    number = rules.institution.number(year=today.year, sequence=serial)
    agreement_id = uuid4()
    snapshot = _snapshot(row, number=number, today=today, rules=rules)
    _require_confirmed_rules(snapshot, rules, today)
    uow.session.add(
        AgreementRow(
            id=agreement_id,
            application_id=row.id,
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
        )
    )
    uow.enqueue(TaskKind.ISSUE_AGREEMENT, agreement_id)
    uow.record("agreement_numbered", actor="service", subject_id=row.id, number=number)
    return number


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
        snapshot = AgreementSnapshot.from_json(row.snapshot)
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


def _require_listed(row: ApplicationRow) -> None:
    """Hold the sheet to the closed lists: the version before let it be sent with anything."""
    problems = list_problems(DataSheet.from_json(row.sheet))
    if problems:
        told = " ".join(problems.values())
        raise InvalidInputError(
            {
                "sheet": "No se puede aprobar lo que no existe; pida que corrijan los datos del "
                f"taller. {told}"
            }
        )


def _require_confirmed_rules(snapshot: AgreementSnapshot, rules: IssuingRules, today: date) -> None:
    """Allow unconfirmed rules only in a demonstration, whose papers are marked as without value."""
    if snapshot.demonstration:
        return
    unconfirmed = unconfirmed_grounds(snapshot, rules.rulebook, day=today)
    if unconfirmed:
        raise InvalidInputError(
            {
                "rules": "Todavía no se puede emitir este Acuerdo: la institución no ha confirmado "
                f"{told_sections(unconfirmed)}. La solicitud sigue en revisión; avise a quien "
                "administra el servicio."
            }
        )


def _snapshot(
    row: ApplicationRow, *, number: str, today: date, rules: IssuingRules
) -> AgreementSnapshot:
    sheet = with_listed_names(DataSheet.from_json(row.sheet))
    years = validity_years(sheet.ciiu, today, rules.rulebook)
    institution = rules.institution
    return AgreementSnapshot(
        number=number,
        application_reference=row.reference,
        holder=row.holder,
        ruc=row.ruc,
        trade=sheet.trade,
        ciiu=sheet.ciiu,
        activity=_activity(row.registry_facts, sheet.ciiu),
        workshop_address=sheet.address,
        canton=sheet.canton,
        province=sheet.province,
        place=institution.place,
        issued_on=today,
        valid_from=today,
        valid_until=valid_until(today, years),
        ministries=institution.ministries,
        considerations=institution.considerations,
        benefits=institution.benefits,
        obligations=institution.obligations,
        demonstration=rules.demonstration,
        verification_host=rules.public_host,
    )


def _activity(facts: Mapping[str, Any], ciiu: str) -> str:
    for place in facts.get("establishments", []):
        if is_activity(ciiu, str(place["ciiu"])):
            return str(place["activity"])
    return ""


def _marks(row: AgreementRow, press: Press) -> VerificationMarks:
    token = verification_token(press.verification_key, row.id)
    return VerificationMarks(
        url=f"{press.public_url}/v/{token}",
        code=spaced(verification_code(press.verification_key, row.id)),
        file_identifier=bytes.fromhex(row.file_identifier),
    )


def _permitted(press: Press, snapshot: AgreementSnapshot) -> AgreementSnapshot:
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
    press: Press, agreement_id: UUID, snapshot: AgreementSnapshot, marks: VerificationMarks
) -> StoredFile:
    unsigned = press.renderer.render(snapshot, marks=marks)
    require_whole(press.reader.read(unsigned), snapshot=snapshot, marks=marks)
    signed = press.signer.sign(unsigned, snapshot=snapshot)
    # A new key each time: a failed attempt leaves a file for the sweeper, never a mixed one.
    return press.store.put(f"agreements/{agreement_id}/{uuid4()}.pdf", BytesIO(signed))


def _keep(
    writing: UnitFactory, agreement_id: UUID, stored: StoredFile, printed: AgreementSnapshot
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
                "agreement_stored",
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
            "valid_until": row.valid_until.isoformat(),
            "path": f"/solicitudes/{application.id}",
        },
        attachment=(row.storage_key, given_name("Acuerdo", row.number, ending="pdf")),
    )
