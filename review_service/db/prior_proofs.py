"""Looks up a received prior agreement in our register: by file, QR code or number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import agreement_numbers
from review_service.db.models import (
    IS_PUBLISHED_ACUERDO,
    AgreementProofRow,
    AgreementRow,
    DocumentRow,
    PriorAgreementRow,
)
from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.prior_proofs import CodeOutcome, StoredCode, judge_code
from review_service.domain.reports import AgreementField, Box, SignatureOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAgreement:
    """An agreement in our register, issued here or imported."""

    number: str
    ruc: str
    holder: str
    activities: tuple[str, ...]
    """Ways in which its paper may name the activity, the fullest first."""
    ministries: str
    """Names separated by semicolons; empty for one that was imported."""
    issued_on: date
    valid_until: date
    revoked_on: date | None = None
    is_ours: bool = False
    """Issued by this service."""

    def expected(self, field: AgreementField) -> tuple[str, ...]:
        """Return the spellings of a field that the paper may have; the one to show comes first."""
        return {
            AgreementField.NUMBER: (self.number,),
            AgreementField.HOLDER: (self.holder,),
            AgreementField.RUC: (self.ruc,),
            AgreementField.ACTIVITY: self.activities,
            AgreementField.MINISTRIES: (self.ministries,),
            AgreementField.ISSUED_ON: (self.issued_on.isoformat(),),
            AgreementField.VALID_UNTIL: (self.valid_until.isoformat(),),
        }[field]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """One QR code on the paper and what it proves."""

    outcome: CodeOutcome
    host: str
    page: int
    box: Box
    agreement: KnownAgreement | None
    """Set when its token is that of an agreement of ours, wherever the address leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the file, the QR codes and the signature of the paper prove."""

    codes: tuple[SeenCode, ...]
    signature: SignatureOutcome | None
    """None when the file has one that could not be checked."""
    signer: str
    signed_at: datetime | None
    file: KnownAgreement | None
    """Set when the file is, byte for byte, the one that we issued."""

    @property
    def identity(self) -> KnownAgreement | None:
        """Return the agreement identified by the file, or by its only QR code of ours."""
        if self.file is not None:
            return self.file
        named = {code.agreement.number: code.agreement for code in self._ours if code.agreement}
        return next(iter(named.values())) if len(named) == 1 else None

    @property
    def _ours(self) -> Sequence[SeenCode]:
        return [code for code in self.codes if code.outcome is CodeOutcome.OURS]


def proof_of(session: Session, document: DocumentRow) -> Proof | None:
    """Return what a checked prior agreement proves; None when it was not checked."""
    row = session.get(AgreementProofRow, document.id)
    if row is None:
        return None
    issued = _published(session, AgreementRow.sha256 == document.sha256)
    return Proof(
        codes=tuple(_seen(session, StoredCode.from_json(plain)) for plain in row.codes),
        signature=row.signature,
        signer=row.signer,
        signed_at=row.signed_at,
        file=_issued(issued) if issued else None,
    )


def by_number(session: Session, number: str) -> KnownAgreement | None:
    """Return the agreement with that number, however it is spaced; issued here or imported."""
    issued = agreement_numbers.numbered(session, number)
    if issued is not None and issued.kind is IssuedKind.AGREEMENT:
        return _issued(issued)
    prior = agreement_numbers.imported(session, number)
    return _imported(prior) if prior else None


def later_number(session: Session, known: KnownAgreement) -> str | None:
    """Return the number of a later agreement of the same RUC; None when this is the last."""
    issued = session.execute(
        sa.select(AgreementRow.number)
        .where(
            AgreementRow.ruc == known.ruc,
            AgreementRow.number != known.number,
            AgreementRow.valid_from > known.issued_on,
            IS_PUBLISHED_ACUERDO,
        )
        .order_by(AgreementRow.valid_from.desc())
        .limit(1)
    ).scalar_one_or_none()
    if issued is not None:
        return issued
    return session.execute(
        sa.select(PriorAgreementRow.number)
        .where(
            PriorAgreementRow.ruc == known.ruc,
            PriorAgreementRow.number != known.number,
            PriorAgreementRow.issued_on > known.issued_on,
        )
        .order_by(PriorAgreementRow.issued_on.desc())
        .limit(1)
    ).scalar_one_or_none()


def _seen(session: Session, code: StoredCode) -> SeenCode:
    row = (
        _published(session, AgreementRow.token_hash == code.token_hash) if code.token_hash else None
    )
    host = str(row.snapshot["verification_host"]) if row else None
    return SeenCode(
        outcome=judge_code(code, printed_host=host),
        host=code.host,
        page=code.page,
        box=code.box,
        agreement=_issued(row) if row else None,
    )


def _published(session: Session, condition: sa.ColumnElement[bool]) -> AgreementRow | None:
    return session.execute(
        sa.select(AgreementRow).where(condition, IS_PUBLISHED_ACUERDO).limit(1)
    ).scalar_one_or_none()


def _issued(row: AgreementRow) -> KnownAgreement:
    snapshot = AgreementSnapshot.from_json(row.snapshot)
    return KnownAgreement(
        number=row.number,
        ruc=row.ruc,
        holder=snapshot.holder,
        activities=(
            f"{snapshot.trade} (CIIU {snapshot.ciiu}: {snapshot.activity})",
            snapshot.trade,
            snapshot.activity,
            f"{snapshot.ciiu} {snapshot.activity}",
            f"{snapshot.ciiu} {snapshot.trade}",
        ),
        ministries="; ".join(ministry.name for ministry in snapshot.ministries),
        issued_on=row.valid_from,
        valid_until=row.valid_until,
        is_ours=True,
    )


def _imported(row: PriorAgreementRow) -> KnownAgreement:
    return KnownAgreement(
        number=row.number,
        ruc=row.ruc,
        holder=row.holder,
        activities=(row.activity,),
        ministries="",
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        revoked_on=row.revoked_on,
    )
