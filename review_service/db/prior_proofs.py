"""Looks up a received prior agreement in our register: by file, QR code or number."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import agreement_numbers
from review_service.db.models import (
    IS_PUBLISHED_ACUERDO,
    AgreementProofRow,
    AgreementRow,
    DocumentRow,
    FieldRow,
    PriorAgreementRow,
)
from review_service.db.successors import superseded_on
from review_service.domain.agreements import AgreementState
from review_service.domain.errors import DamagedRecordError
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot
from review_service.domain.prior_comparison import is_key_by_itself, judge, key_of
from review_service.domain.prior_proofs import CodeOutcome, StoredCode, judge_code
from review_service.domain.prior_standing import PriorStanding, prior_standing
from review_service.domain.reports import AgreementField, Box, FieldOutcome, SignatureOutcome
from review_service.domain.snapshots import snapshot_of, told
from review_service.domain.terms import end_of_day


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
    replaced_on: date | None = None
    """First day on which a later one of ours stood in its place."""
    is_ours: bool = False
    """Issued by this service."""

    def standing(self, on: date) -> PriorStanding:
        """Return how it stands on a day."""
        return prior_standing(
            valid_until=self.valid_until,
            revoked_on=self.revoked_on,
            replaced_on=self.replaced_on,
            on=on,
        )

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
class KnownCertificate:
    """A RUM certificate that this service issued, which is no agreement."""

    number: str
    ruc: str


class KnownBy(StrEnum):
    """How a paper was found among our documents, the most certain way first."""

    FILE = "file"
    CODE = "code"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a paper is, as far as our register knows it: an agreement, a certificate, or neither."""

    agreement: KnownAgreement | None = None
    certificate: KnownCertificate | None = None
    by: KnownBy | None = None
    is_unconfirmed: bool = False
    """Something has the number, but it was not read with certainty, and nothing else agrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """One QR code on the paper and what it proves."""

    outcome: CodeOutcome
    host: str
    page: int
    box: Box
    agreement: KnownAgreement | None
    """Set when its token is that of an agreement of ours, wherever the address leads."""
    certificate: KnownCertificate | None = None
    """Set when its token is that of a certificate of ours, wherever the address leads."""


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
    file_certificate: KnownCertificate | None = None
    """Set when the file is, byte for byte, a certificate that we issued."""

    @property
    def is_untouched(self) -> bool:
        """Whether the file is, byte for byte, one that we issued."""
        return self.file is not None or self.file_certificate is not None

    @property
    def coded(self) -> KnownAgreement | None:
        """The agreement of the only QR code of ours."""
        ours = [code.agreement for code in self.codes if code.outcome is CodeOutcome.OURS]
        named = {each.number: each for each in ours if each}
        return next(iter(named.values())) if len(named) == 1 else None

    @property
    def coded_certificate(self) -> KnownCertificate | None:
        """The certificate of the only QR code of one of ours."""
        ours = [code.certificate for code in self.codes if code.outcome is CodeOutcome.CERTIFICATE]
        named = {each.number: each for each in ours if each}
        return next(iter(named.values())) if len(named) == 1 else None


def proof_of(session: Session, document: DocumentRow) -> Proof | None:
    """Return what a checked prior agreement proves; None when it was not checked."""
    row = session.get(AgreementProofRow, document.id)
    if row is None:
        return None
    issued = _published(session, AgreementRow.sha256 == document.sha256)
    is_acuerdo = issued is not None and issued.kind is IssuedKind.AGREEMENT
    return Proof(
        codes=tuple(_seen(session, StoredCode.from_json(plain)) for plain in row.codes),
        signature=row.signature,
        signer=row.signer,
        signed_at=row.signed_at,
        file=_issued(session, issued) if issued and is_acuerdo else None,
        file_certificate=_certificate(issued) if issued and not is_acuerdo else None,
    )


def recognise(
    session: Session, proof: Proof | None, read: Mapping[str, FieldRow], *, ruc: str
) -> Recognised:
    """Return what the paper is: by its file, then its QR codes, then the number read.

    ``read`` are the values of the paper by name, ``ruc`` is the applicant's. A number of an
    agreement counts more than the QR code of a certificate, which may have been put on the paper.
    """
    if proof is not None and proof.is_untouched:
        return Recognised(agreement=proof.file, certificate=proof.file_certificate, by=KnownBy.FILE)
    if proof is not None and proof.coded is not None:
        return Recognised(agreement=proof.coded, by=KnownBy.CODE)
    numbered = _by_number(session, read, ruc)
    if proof is not None and proof.coded_certificate is not None and not numbered.agreement:
        return Recognised(certificate=proof.coded_certificate, by=KnownBy.CODE)
    return numbered


def _by_number(session: Session, read: Mapping[str, FieldRow], ruc: str) -> Recognised:
    """Return what the number read picks; nothing for one in doubt, which would be another's."""
    number = read.get(AgreementField.NUMBER)
    key = key_of(number.value, number.confidence) if number else ""
    if number is None or not key:
        return Recognised()
    found = _numbered(session, key)
    of = found.agreement or found.certificate
    if of is None or of.ruc == ruc or is_key_by_itself(key, number.confidence):
        return found
    holder = found.agreement.holder if found.agreement else ""
    expected = ((AgreementField.RUC, of.ruc), (AgreementField.HOLDER, holder))
    is_confirmed = any(_matches(read.get(name), name, known) for name, known in expected)
    return found if is_confirmed else Recognised(is_unconfirmed=True)


def _matches(field: FieldRow | None, name: AgreementField, known: str) -> bool:
    if field is None:
        return False
    return judge(name, field.value, field.confidence, known) is FieldOutcome.MATCHES


def _numbered(session: Session, number: str) -> Recognised:
    """Return what has that number, however it is spaced; issued here or imported."""
    issued = agreement_numbers.numbered(session, number)
    if issued is not None and issued.kind is IssuedKind.AGREEMENT:
        return Recognised(agreement=_issued(session, issued), by=KnownBy.NUMBER)
    prior = agreement_numbers.imported(session, number)
    if prior is not None:
        return Recognised(agreement=_imported(prior), by=KnownBy.NUMBER)
    if issued is not None:
        return Recognised(certificate=_certificate(issued), by=KnownBy.NUMBER)
    return Recognised()


def later_number(session: Session, known: KnownAgreement) -> str | None:
    """Return the number of a later agreement of the same RUC; None when this is the last."""
    issued = session.execute(
        sa.select(AgreementRow.number)
        .where(
            AgreementRow.ruc == known.ruc,
            AgreementRow.number != known.number,
            AgreementRow.numbered_at > end_of_day(known.issued_on),
            IS_PUBLISHED_ACUERDO,
        )
        .order_by(AgreementRow.numbered_at.desc())
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
    host = told(row.snapshot, "verification_host") if row else None
    kind = row.kind if row else IssuedKind.AGREEMENT
    is_acuerdo = kind is IssuedKind.AGREEMENT
    return SeenCode(
        outcome=judge_code(code, printed_host=host, kind=kind),
        host=code.host,
        page=code.page,
        box=code.box,
        agreement=_issued(session, row) if row and is_acuerdo else None,
        certificate=_certificate(row) if row and not is_acuerdo else None,
    )


def _published(session: Session, condition: sa.ColumnElement[bool]) -> AgreementRow | None:
    return session.execute(
        sa.select(AgreementRow)
        .where(condition, AgreementRow.state == AgreementState.PUBLISHED)
        .limit(1)
    ).scalar_one_or_none()


def _certificate(row: AgreementRow) -> KnownCertificate:
    return KnownCertificate(number=row.number, ruc=row.ruc)


def _issued(session: Session, row: AgreementRow) -> KnownAgreement:
    """Return what is known of an agreement; of a row that somebody changed, what columns say."""
    snapshot = None
    with suppress(DamagedRecordError):
        snapshot = snapshot_of(row.kind, row.snapshot)
    signing = snapshot.ministries if snapshot else ()
    return KnownAgreement(
        number=row.number,
        ruc=row.ruc,
        holder=told(row.snapshot, "holder"),
        activities=_activities(told(row.snapshot, "trade"), snapshot) if snapshot else ("",),
        ministries="; ".join(ministry.name for ministry in signing),
        issued_on=snapshot.issued_on if snapshot else row.valid_from,
        valid_until=row.valid_until,
        replaced_on=superseded_on(session, row),
        is_ours=True,
    )


def _activities(trade: str, snapshot: IssuedSnapshot) -> tuple[str, ...]:
    return (
        f"{trade} (CIIU {snapshot.ciiu}: {snapshot.activity})",
        trade,
        snapshot.activity,
        f"{snapshot.ciiu} {snapshot.activity}",
        f"{snapshot.ciiu} {trade}",
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
