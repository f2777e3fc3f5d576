"""Public verification: whether an agreement is authentic and in force.

Authentic means that a worker compared the stored file with the record: its own signatures hold and
it prints what the record says. The row alone proves nothing, see ``proving``.
"""

import hmac
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from review_service.db import agreement_numbers
from review_service.db.models import AgreementRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.agreements import AgreementSnapshot, AgreementState
from review_service.domain.errors import DatabaseDownError
from review_service.domain.file_identity import MAX_CLAIMS
from review_service.domain.identifiers import verification_code
from review_service.domain.numbering import hash_secret
from review_service.domain.paper_proof import PaperProof, ProofStanding, record_digest, standing_of
from review_service.domain.request_limits import VERIFY_FILE, VERIFY_SCANNED, VERIFY_TYPED
from review_service.domain.ruc import mask_ruc
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import visible
from review_service.domain.work import Lane
from review_service.services import attempts
from review_service.services.agreements import proving

TOKEN = re.compile(r"[a-z2-7]{26}")


class Verdict(StrEnum):
    """The one-word answer."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ALTERED = "altered"
    UNPROVEN = "unproven"
    """In the register, but nobody has compared the record with its signed file yet."""
    CONTRADICTED = "contradicted"
    """The record and its signed file do not say the same."""
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """One word, first on the page."""
        return {
            Verdict.IN_FORCE: "Vigente",
            Verdict.EXPIRED: "Caducado",
            Verdict.ALTERED: "Alterado",
            Verdict.UNPROVEN: "Por comprobar",
            Verdict.CONTRADICTED: "No coincide",
            Verdict.UNKNOWN: "No consta",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAgreement:
    """What anybody may read of an agreement, to compare with the paper."""

    number: str
    holder: str
    masked_ruc: str
    trade: str
    ciiu: str
    activity: str
    canton: str
    province: str
    issued_on: date
    valid_from: date
    valid_until: date
    sha256: str
    signatures: int
    """Good signatures of the signed file."""
    demonstration: bool
    proven_at: datetime
    """When a worker compared the signed file with the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The verdict, with the agreement's own facts when it is a proven one of ours."""

    verdict: Verdict
    agreement: PublicAgreement | None = None
    meant: str | None = None
    """The number to which the typed code belongs, when the typed number is a near miss of it."""


def by_token(uow: UnitOfWork, *, token: str, client: str, key: str) -> Answer:
    """Answer for a scanned QR; ``key`` is the verification key. Raises ``TooManyAttemptsError``."""
    attempts.spend_without_waiting(uow, VERIFY_SCANNED, who=client)
    with uow.reader() as seen:
        if not TOKEN.fullmatch(token):
            return Answer(verdict=Verdict.UNKNOWN)
        row = _published(seen, AgreementRow.token_hash == hash_secret(token))
        return _answer(uow, seen, row, key)


def by_number_and_code(uow: UnitOfWork, *, number: str, code: str, client: str, key: str) -> Answer:
    """Answer for what somebody typed from the paper. Raises ``TooManyAttemptsError``.

    A near miss of the number is told only to whoever typed the whole code of the number that was
    meant; nothing is ever said of a code that is nearly right.
    """
    attempts.spend_without_waiting(uow, VERIFY_TYPED, who=client)
    typed, tried = visible(number), hash_secret(verification_code(code)[:40])
    with uow.reader() as seen:
        row = agreement_numbers.numbered(seen.session, typed)
        if _opens(row, tried):
            return _answer(uow, seen, row, key)
        near = agreement_numbers.near(seen.session, typed)
        meant = [each.number for each in near if _opens(each, tried)]
        return Answer(verdict=Verdict.UNKNOWN, meant=meant[0] if meant else None)


def by_file(
    uow: UnitOfWork, *, sha256: str, identifiers: set[bytes], client: str, key: str
) -> Answer:
    """Answer for a PDF: identical to ours, ours but altered, or unknown.

    ``identifiers`` are the 16-byte file identifiers found in it. An altered file gets the facts of
    the true one, so that a reader sees what was changed.
    """
    attempts.spend_without_waiting(uow, VERIFY_FILE, who=client)
    with uow.reader() as seen:
        row = _published(seen, AgreementRow.sha256 == sha256)
        if row is not None:
            return _answer(uow, seen, row, key)
        ours = [identifier.hex() for identifier in sorted(identifiers)[:MAX_CLAIMS]]
        row = _published(seen, AgreementRow.file_identifier.in_(ours)) if ours else None
        if row is None:
            return Answer(verdict=Verdict.UNKNOWN)
        return replace(_answer(uow, seen, row, key), verdict=Verdict.ALTERED)


def agreement_with_file(uow: UnitOfWork, sha256: str) -> UUID | None:
    """Return the published agreement whose record names this file; None when none does."""
    with uow:
        row = _published(uow, AgreementRow.sha256 == sha256)
        return row.id if row else None


def _opens(row: AgreementRow | None, tried: str) -> bool:
    """Whether the hash of the typed code is that of a published agreement."""
    stored = row.code_hash if row else hash_secret("")
    is_right = hmac.compare_digest(stored, tried)
    return is_right and row is not None and row.state is AgreementState.PUBLISHED


def _published(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> AgreementRow | None:
    return uow.session.execute(
        sa.select(AgreementRow)
        .where(condition, AgreementRow.state == AgreementState.PUBLISHED)
        .limit(1)
    ).scalar_one_or_none()


def _answer(uow: UnitOfWork, seen: UnitOfWork, row: AgreementRow | None, key: str) -> Answer:
    """Return the answer from what was ``seen``; ``uow`` is not open, and asks for a proof."""
    if row is None:
        return Answer(verdict=Verdict.UNKNOWN)
    proof = proving.proof_of(seen, row.id, key=key)
    standing = standing_of(
        proof,
        record_sha256=record_digest(proving.plain_record(row)),
        file_sha256=row.sha256 or "",
    )
    if proof is None or standing is not ProofStanding.PROVEN:
        with suppress(DatabaseDownError), uow.impatient() as asking:
            proving.ask(asking, row.id, lane=Lane.ISSUE)  # somebody waits for it
            asking.commit()
        contradicted = standing is ProofStanding.CONTRADICTED
        return Answer(verdict=Verdict.CONTRADICTED if contradicted else Verdict.UNPROVEN)
    expired = ecuador_day(seen.now) > row.valid_until
    return Answer(
        verdict=Verdict.EXPIRED if expired else Verdict.IN_FORCE, agreement=_public(row, proof)
    )


def _public(row: AgreementRow, proof: PaperProof) -> PublicAgreement:
    snapshot = AgreementSnapshot.from_json(row.snapshot)
    return PublicAgreement(
        number=snapshot.number,
        holder=snapshot.holder,
        masked_ruc=mask_ruc(snapshot.ruc),
        trade=snapshot.trade,
        ciiu=snapshot.ciiu,
        activity=snapshot.activity,
        canton=snapshot.canton,
        province=snapshot.province,
        issued_on=snapshot.issued_on,
        valid_from=snapshot.valid_from,
        valid_until=snapshot.valid_until,
        sha256=row.sha256 or "",
        signatures=proof.signatures,
        demonstration=snapshot.demonstration,
        proven_at=proof.checked_at,
    )
