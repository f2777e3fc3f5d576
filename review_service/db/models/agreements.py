"""Documents issued here, the register of those issued before, and the counters of numbers."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.agreements import AgreementState
from review_service.domain.issued_documents import IssuedKind


class CounterRow(Base):
    """A counter without gaps: locked and raised inside the transaction that uses the number."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class AgreementRow(Base):
    """One issued document: numbered in the deciding transaction, then signed, stored, published.

    The table is named for the first kind there was; the certificates of the other tracks lie in it
    too.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        sa.UniqueConstraint("year", "serial", "kind"),
        sa.Index("ix_agreements_newest", "numbered_at", "id"),
        sa.Index("ix_agreements_found", "application_id", "numbered_at", "id"),
        sa.Index("ix_agreements_latest", "latest_key", unique=True),
        # Lists of those that stand alike; the kind at the end spares reading rows of the other.
        sa.Index("ix_agreements_begins", "valid_from", "id", "kind"),
        sa.Index("ix_agreements_ends", "valid_until", "id", "kind"),
        sa.Index(
            "ix_agreements_followed",
            "valid_until",
            "id",
            "kind",
            postgresql_where=sa.text("successor_id IS NOT NULL"),
            sqlite_where=sa.text("successor_id IS NOT NULL"),
        ),
        sa.CheckConstraint(
            "state = 'numbered' OR storage_key IS NOT NULL",
            name="stored_has_key",
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_at_iff"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), unique=True)
    kind: Mapped[IssuedKind] = mapped_column(
        stored_by_value(IssuedKind, "issued_kind"),
        default=IssuedKind.AGREEMENT,
        server_default=IssuedKind.AGREEMENT.value,
    )
    """Its series: each has numbers without a gap of its own."""
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    ruc: Mapped[str] = mapped_column(sa.String(13), index=True)
    state: Mapped[AgreementState] = mapped_column(
        stored_by_value(AgreementState, "agreement_state")
    )
    snapshot: Mapped[dict[str, Any]]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    file_identifier: Mapped[str] = mapped_column(sa.String(32), unique=True)
    """Hex of the 16 bytes in the PDF's ``/ID``."""
    sha256: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    size_bytes: Mapped[int | None]
    storage_key: Mapped[str | None] = mapped_column(unique=True)
    numbered_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    successor_id: Mapped[UUID | None]
    """The document of the same RUC and track that follows it, and takes its place where it begins
    before this one's end."""
    latest_key: Mapped[str | None] = mapped_column(sa.String(60))
    """RUC and track while it is the last of them; empty for what came before ADR 38."""


IS_PUBLISHED_ACUERDO: Final = sa.and_(
    AgreementRow.state == AgreementState.PUBLISHED, AgreementRow.kind == IssuedKind.AGREEMENT
)
"""What renewals and prior Acuerdos ask for: a certificate is none."""


class PaperProofRow(Base):
    """The newest comparison of a stored paper with its record; believed only by its ``mac``."""

    __tablename__ = "paper_proofs"

    agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreements.id"), primary_key=True)
    record_sha256: Mapped[str] = mapped_column(sa.String(64))
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    checked_at: Mapped[datetime] = mapped_column(index=True)
    signatures: Mapped[int]
    faults: Mapped[list[Any]]
    """Spanish sentences; empty when the paper proves the record."""
    mac: Mapped[str] = mapped_column(sa.String(64))


class PriorAgreementRow(Base):
    """An agreement issued before this service, imported from the ministry's own list."""

    __tablename__ = "prior_agreements"

    number: Mapped[str] = mapped_column(primary_key=True)
    ruc: Mapped[str] = mapped_column(sa.String(13), index=True)
    holder: Mapped[str]
    activity: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    revoked_on: Mapped[date | None]
    source: Mapped[str]
    imported_at: Mapped[datetime]
