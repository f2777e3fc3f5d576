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
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import agreement_numbers
from review_service.db.models import AgreementRow, PaperProofRow
from review_service.db.readable import readable
from review_service.db.stated_dates import stated_at
from review_service.db.successors import IN_FORCE_OF
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.agreements import AgreementSnapshot, AgreementState
from review_service.domain.certificates import CertificateSnapshot
from review_service.domain.errors import DatabaseDownError
from review_service.domain.file_identity import MAX_CLAIMS
from review_service.domain.identifiers import verification_code
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot
from review_service.domain.numbering import hash_secret, verification_token
from review_service.domain.paper_proof import PaperProof, ProofStanding, record_digest, standing_of
from review_service.domain.renewals import Standing, Term
from review_service.domain.request_limits import VERIFY_FILE, VERIFY_SCANNED, VERIFY_TYPED
from review_service.domain.ruc import RucKind, check_ruc, mask_ruc
from review_service.domain.snapshots import snapshot_of
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import (
    Gettext,
    gettext_noop,
    long_date,
    untranslated,
    visible,
)
from review_service.domain.work import Lane
from review_service.services import quick_attempts
from review_service.services.agreements import proving

TOKEN = re.compile(r"[a-z2-7]{26}")


class Verdict(StrEnum):
    """The one-word answer."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    """Authentic; its first day has not come."""
    SUPERSEDED = "superseded"
    """Authentic; another took its place before its end."""
    EXPIRED = "expired"
    ALTERED = "altered"
    UNPROVEN = "unproven"
    """In the register, but nobody has compared the record with its signed file yet."""
    CONTRADICTED = "contradicted"
    """The record and its signed file do not say the same."""
    STATEMENT = "statement"
    """No document of the register, but a statement of dates as this service gave it."""
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """A few words, first on the page."""
        return {
            **{verdict: standing.label for standing, verdict in BY_STANDING.items()},
            Verdict.ALTERED: gettext_noop("Alterado"),
            Verdict.UNPROVEN: gettext_noop("Por comprobar"),
            Verdict.CONTRADICTED: gettext_noop("No coincide"),
            Verdict.STATEMENT: gettext_noop("Es nuestra constancia"),
            Verdict.UNKNOWN: gettext_noop("No consta"),
        }[self]


BY_STANDING: Final = MappingProxyType(
    {
        Standing.IN_FORCE: Verdict.IN_FORCE,
        Standing.NOT_YET: Verdict.NOT_YET,
        Standing.SUPERSEDED: Verdict.SUPERSEDED,
        Standing.EXPIRED: Verdict.EXPIRED,
    }
)
"""What is said of an authentic document, by how it stands today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """The document that took the place of another."""

    number: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherInForce:
    """The document that holds today in the place of one that does not."""

    number: str
    token: str
    """Leads to its own verification, as its QR does."""
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAgreement:
    """What anybody may read of an issued document, to compare with the paper."""

    kind: IssuedKind
    number: str
    holder: str
    masked_ruc: str
    is_person: bool
    """Whether the holder is a natural person, who has a cédula."""
    trade: str
    """Of an Acuerdo; empty for a certificate."""
    category: str
    """Of a certificate; empty for an Acuerdo."""
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
    successor: Successor | None = None
    """Of a superseded one."""
    in_force: OtherInForce | None = None
    """Of the same RUC and track, when this one does not hold today."""
    stated_at: datetime | None = None
    """When a statement of dates was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What one transaction read of an agreement."""

    row: Any
    """An agreement's columns and those of its proof, which are None without one; or None."""
    today: date
    meant: str | None = None
    other: Any = None
    """Id, number and last day of the one that holds today in its place, if it does not itself."""
    stated_at: datetime | None = None
    """When the file was given as a statement of dates."""

    @property
    def term(self) -> Term:
        """The days of what was found."""
        return Term(self.row.valid_from, self.row.valid_until, self.row.successor_from)


NOTHING: Final = _Found(row=None, today=date.min)
_AGREEMENTS, _PROOFS = readable(AgreementRow), readable(PaperProofRow)
_NEXT: Final = readable(AgreementRow).alias("successor")
_PUBLISHED: Final = (
    sa.select(
        *_AGREEMENTS.c,
        *_PROOFS.c,
        _NEXT.c.number.label("successor_number"),
        _NEXT.c.valid_from.label("successor_from"),
    )
    .outerjoin_from(_AGREEMENTS, _PROOFS, _PROOFS.c.agreement_id == _AGREEMENTS.c.id)
    .outerjoin(
        _NEXT,
        sa.and_(
            _NEXT.c.id == _AGREEMENTS.c.successor_id, _NEXT.c.state == AgreementState.PUBLISHED
        ),
    )
    .where(_AGREEMENTS.c.state == AgreementState.PUBLISHED)
    .limit(1)
)
_WITH_TOKEN: Final = _PUBLISHED.where(_AGREEMENTS.c.token_hash == sa.bindparam("token_hash"))
_WITH_ID: Final = _PUBLISHED.where(_AGREEMENTS.c.id == sa.bindparam("agreement"))
_WITH_FILE: Final = _PUBLISHED.where(_AGREEMENTS.c.sha256 == sa.bindparam("file_sha256"))
_WITH_MARKS: Final = _PUBLISHED.where(
    _AGREEMENTS.c.file_identifier.in_(sa.bindparam("identifiers", expanding=True))
)


def by_token(uow: UnitOfWork, *, token: str, client: str, key: str) -> Answer:
    """Answer for a scanned QR; ``key`` is the verification key. Raises ``TooManyAttemptsError``."""

    def read(seen: UnitOfWork) -> _Found:
        if not TOKEN.fullmatch(token):
            return NOTHING
        return _published(seen, _WITH_TOKEN, token_hash=hash_secret(token))

    found = quick_attempts.spend(uow, VERIFY_SCANNED, who=client, read=read)
    return _answer(uow, found, key)


def by_number_and_code(uow: UnitOfWork, *, number: str, code: str, client: str, key: str) -> Answer:
    """Answer for what somebody typed from the paper. Raises ``TooManyAttemptsError``.

    A near miss of the number is told only to whoever typed the whole code of the number that was
    meant; nothing is ever said of a code that is nearly right.
    """
    typed, tried = visible(number), hash_secret(verification_code(code)[:40])

    def read(seen: UnitOfWork) -> _Found:
        row = agreement_numbers.numbered(seen.session, typed)
        if row is not None and _opens(row, tried):
            return _published(seen, _WITH_ID, agreement=row.id)
        near = agreement_numbers.near(seen.session, typed)
        meant = [each.number for each in near if _opens(each, tried)]
        return replace(NOTHING, meant=meant[0] if meant else None)

    found = quick_attempts.spend(uow, VERIFY_TYPED, who=client, read=read)
    return _answer(uow, found, key)


def by_file(
    uow: UnitOfWork, *, sha256: str, identifiers: set[bytes], client: str, key: str
) -> Answer:
    """Answer for a PDF: identical to ours, ours but altered, a statement of dates, or unknown.

    ``identifiers`` are the 16-byte file identifiers found in it. An altered file gets the facts of
    the true one, so that a reader sees what was changed.
    """
    ours = [identifier.hex() for identifier in sorted(identifiers)[:MAX_CLAIMS]]

    def read(seen: UnitOfWork) -> _Found:
        same = _published(seen, _WITH_FILE, file_sha256=sha256)
        if same.row is None and ours:
            same = _published(seen, _WITH_MARKS, identifiers=ours)
        if same.row is not None:
            return same
        return replace(NOTHING, stated_at=stated_at(seen, sha256))

    found = quick_attempts.spend(uow, VERIFY_FILE, who=client, read=read)
    answer = _answer(uow, found, key)
    if found.row is None or found.row.sha256 == sha256:
        return answer
    return replace(answer, verdict=Verdict.ALTERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedByFile:
    """A published document whose record names a file."""

    agreement_id: UUID
    if_authentic: Answer
    """What is to be said today if the file proves to be what the record says."""


def named_by_file(uow: UnitOfWork, sha256: str, *, key: str) -> NamedByFile | None:
    """Return the published document whose record names this file; None when none does."""
    with uow:
        found = _published(uow, _WITH_FILE, file_sha256=sha256)
        if found.row is None:
            return None
        return NamedByFile(agreement_id=found.row.id, if_authentic=_standing(found, key))


def why_not(
    answer: Answer, dated: PublicAgreement | IssuedSnapshot, gettext: Gettext = untranslated
) -> str:
    """Say why an authentic document does not hold today, after «pero»."""
    if answer.verdict is Verdict.NOT_YET:
        day = long_date(dated.valid_from, gettext)
        return gettext("todavía no rige: vale desde el %(day)s", day=day)
    if answer.verdict is Verdict.SUPERSEDED and answer.successor is not None:
        return gettext(
            "fue reemplazado por %(number)s desde el %(day)s",
            number=answer.successor.number,
            day=long_date(answer.successor.since, gettext),
        )
    return gettext("caducó el %(day)s", day=long_date(dated.valid_until, gettext))


def _opens(row: AgreementRow | None, tried: str) -> bool:
    """Whether the hash of the typed code is that of a published agreement."""
    stored = row.code_hash if row else hash_secret("")
    is_right = hmac.compare_digest(stored, tried)
    return is_right and row is not None and row.state is AgreementState.PUBLISHED


def _published(uow: UnitOfWork, which: sa.Select[Any], **values: object) -> _Found:
    row = uow.one_with_time(which, **values)
    if row is None:
        return NOTHING
    found = _Found(row=row, today=ecuador_day(uow.now))
    if found.term.standing(found.today) is Standing.IN_FORCE:
        return found
    asked = {"ruc": row.ruc, "application_id": row.application_id, "today": found.today}
    return replace(found, other=uow.rows(IN_FORCE_OF, **asked).one_or_none())


def _answer(uow: UnitOfWork, found: _Found, key: str) -> Answer:
    """Return the answer from what was found; ``uow`` is not open, and asks for a proof."""
    row = found.row
    if row is None and found.stated_at is not None:
        return Answer(verdict=Verdict.STATEMENT, stated_at=found.stated_at)
    if row is None:
        return Answer(verdict=Verdict.UNKNOWN, meant=found.meant)
    proof = proving.trusted(row if row.mac is not None else None, key=key)
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
    return replace(_standing(found, key), agreement=_public(row, proof))


def _standing(found: _Found, key: str) -> Answer:
    return Answer(
        verdict=BY_STANDING[found.term.standing(found.today)],
        successor=_successor(found),
        in_force=_in_force(found, key),
    )


def _successor(found: _Found) -> Successor | None:
    since = found.term.superseded_on
    if since is None or since > found.today:
        return None
    return Successor(number=found.row.successor_number, since=since)


def _in_force(found: _Found, key: str) -> OtherInForce | None:
    other = found.other
    if other is None:
        return None
    return OtherInForce(
        number=other.number,
        token=verification_token(key, other.id),
        valid_until=other.valid_until,
    )


def _public(row: Any, proof: PaperProof) -> PublicAgreement:  # noqa: ANN401 -- as in ``_Found``
    snapshot = snapshot_of(row.kind, row.snapshot)
    return PublicAgreement(
        kind=row.kind,
        number=snapshot.number,
        holder=snapshot.holder,
        masked_ruc=mask_ruc(snapshot.ruc),
        is_person=check_ruc(snapshot.ruc).kind is RucKind.PERSON,
        trade=snapshot.trade if isinstance(snapshot, AgreementSnapshot) else "",
        category=snapshot.category if isinstance(snapshot, CertificateSnapshot) else "",
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
