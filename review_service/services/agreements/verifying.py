"""Public verification: whether an agreement is authentic and in force."""

import hmac
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from review_service.db.models import AgreementRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.agreements import AgreementSnapshot, AgreementState
from review_service.domain.file_identity import MAX_CLAIMS
from review_service.domain.numbering import clean_code, clean_number, hash_secret
from review_service.domain.ruc import mask_ruc
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import visible
from review_service.services import attempts

TYPED_PER_MINUTE = 20
"""Typed numbers and files from one network address in one minute."""
SCANNED_PER_MINUTE = 120
"""Scanned codes from one address in one minute: all visitors of a trade fair may share one."""
MINUTE = 60
TOKEN = re.compile(r"[a-z2-7]{26}")


class Verdict(StrEnum):
    """The one-word answer."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ALTERED = "altered"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """One word, first on the page."""
        return {
            Verdict.IN_FORCE: "Vigente",
            Verdict.EXPIRED: "Caducado",
            Verdict.ALTERED: "Alterado",
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
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The verdict, with the agreement's own facts when it is one of ours."""

    verdict: Verdict
    agreement: PublicAgreement | None = None


def by_token(uow: UnitOfWork, *, token: str, client: str) -> Answer:
    """Answer for a scanned QR. Raises ``TooManyAttemptsError``."""
    _spend(uow, "verify_token", client, SCANNED_PER_MINUTE)
    with uow:
        if not TOKEN.fullmatch(token):
            return Answer(verdict=Verdict.UNKNOWN)
        return _answer(uow, _published(uow, AgreementRow.token_hash == hash_secret(token)))


def by_number_and_code(uow: UnitOfWork, *, number: str, code: str, client: str) -> Answer:
    """Answer for what somebody typed from the paper. Raises ``TooManyAttemptsError``."""
    _spend(uow, "verify_typed", client, TYPED_PER_MINUTE)
    with uow:
        row = _published(uow, AgreementRow.number == clean_number(visible(number))[:80])
        stored = row.code_hash if row else hash_secret("")
        if not hmac.compare_digest(stored, hash_secret(clean_code(code)[:40])) or row is None:
            return Answer(verdict=Verdict.UNKNOWN)
        return _answer(uow, row)


def by_file(uow: UnitOfWork, *, sha256: str, identifiers: set[bytes], client: str) -> Answer:
    """Answer for a PDF: identical to ours, ours but altered, or unknown.

    ``identifiers`` are the 16-byte file identifiers found in it. An altered file gets the facts of
    the true one, so that a reader sees what was changed.
    """
    _spend(uow, "verify_file", client, TYPED_PER_MINUTE)
    with uow:
        row = _published(uow, AgreementRow.sha256 == sha256)
        if row is not None:
            return _answer(uow, row)
        ours = [identifier.hex() for identifier in sorted(identifiers)[:MAX_CLAIMS]]
        row = _published(uow, AgreementRow.file_identifier.in_(ours)) if ours else None
        if row is None:
            return Answer(verdict=Verdict.UNKNOWN)
        return Answer(verdict=Verdict.ALTERED, agreement=_public(row))


def _spend(uow: UnitOfWork, purpose: str, client: str, limit: int) -> None:
    attempts.spend(uow, purpose=purpose, who=client, limit=limit, per_seconds=MINUTE)


def _published(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> AgreementRow | None:
    return uow.session.execute(
        sa.select(AgreementRow)
        .where(condition, AgreementRow.state == AgreementState.PUBLISHED)
        .limit(1)
    ).scalar_one_or_none()


def _answer(uow: UnitOfWork, row: AgreementRow | None) -> Answer:
    if row is None:
        return Answer(verdict=Verdict.UNKNOWN)
    expired = ecuador_day(uow.now) > row.valid_until
    return Answer(verdict=Verdict.EXPIRED if expired else Verdict.IN_FORCE, agreement=_public(row))


def _public(row: AgreementRow) -> PublicAgreement:
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
        signatures=len(snapshot.ministries),
        demonstration=snapshot.demonstration,
    )
