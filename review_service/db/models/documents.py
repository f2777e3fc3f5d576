"""Received files, their pages and photos, and the results of the checks."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.documents import (
    DocumentKind,
    DocumentState,
    PageKind,
    PhotoLayout,
    SupportKind,
    TextSource,
    Theme,
)
from review_service.domain.findings import Severity
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import SignatureOutcome


class DocumentRow(Base):
    """One upload. The bytes are immutable; a replaced one keeps its row."""

    __tablename__ = "documents"
    __table_args__ = (
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name="refusal_iff_refused"
        ),
        sa.CheckConstraint(
            "state <> 'checked' OR storage_key IS NOT NULL", name="checked_is_stored"
        ),
        sa.UniqueConstraint("application_id", "upload_key"),
        sa.Index(
            "ix_documents_infected",
            "checked_at",
            postgresql_where=sa.text("refusal = 'infected'"),
            sqlite_where=sa.text("refusal = 'infected'"),
        ),
        sa.Index(
            "ix_documents_in_check",
            "application_id",
            postgresql_where=sa.text("state IN ('received', 'checking')"),
            sqlite_where=sa.text("state IN ('received', 'checking')"),
        ),
        sa.Index(
            "ix_documents_staged",
            "staging_key",
            postgresql_where=sa.text("staging_key IS NOT NULL"),
            sqlite_where=sa.text("staging_key IS NOT NULL"),
        ),
        sa.Index(
            "ix_documents_removed",
            "removed_at",
            postgresql_where=sa.text("removed_at IS NOT NULL AND released_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NOT NULL AND released_at IS NULL"),
        ),
        sa.Index(
            "ix_documents_page_photos",
            "page_photos_key",
            postgresql_where=sa.text("page_photos_key IS NOT NULL"),
            sqlite_where=sa.text("page_photos_key IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[DocumentKind] = mapped_column(stored_by_value(DocumentKind, "document_kind"))
    state: Mapped[DocumentState] = mapped_column(stored_by_value(DocumentState, "document_state"))
    theme: Mapped[Theme | None] = mapped_column(stored_by_value(Theme, "document_theme"))
    """Where the applicant sorted a single photo."""
    upload_key: Mapped[str]
    """The form's own key: the same upload sent twice is one row."""
    file_name: Mapped[str]
    """The applicant's name for it: data, never a path."""
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    staging_key: Mapped[str | None]
    storage_key: Mapped[str | None] = mapped_column(unique=True)
    refusal: Mapped[RefusalReason | None] = mapped_column(
        stored_by_value(RefusalReason, "document_refusal")
    )
    recognised_as: Mapped[SupportKind | None] = mapped_column(
        stored_by_value(SupportKind, "document_recognised_as")
    )
    virus_checked_at: Mapped[datetime | None]
    """When the antivirus found nothing; None where none is in force."""
    page_count: Mapped[int | None]
    pages_checked: Mapped[int] = mapped_column(default=0)
    comment: Mapped[str] = mapped_column(default="")
    """The applicant's comment on a finding."""
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    """Set when the applicant replaced or removed it; shown only in the history."""
    released_at: Mapped[datetime | None]
    """When the sweeper was given its bytes: removed from a draft before anybody else saw it."""
    round: Mapped[int] = mapped_column(default=0)
    """0 before the first sending, then the correction round it answers."""
    assembled: Mapped[bool] = mapped_column(default=False)
    """Made by the service from the single photos, for download; it has no pages of its own."""
    replaces: Mapped[UUID | None]
    """The file that it replaces once its checks have accepted it."""
    page_photos: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Name and size of each photo of a sheet, in order; None for what came as one file. The checks
    begin with a PDF made of them, and ``sha256`` and ``size_bytes`` are those of that PDF then."""
    page_photos_key: Mapped[str | None]
    """Where the photos stand as they came, one behind the other."""
    page_photos_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    """Of the photos together."""


class PageRow(Base):
    """One page as officers see it: pixels made in the sandbox."""

    __tablename__ = "pages"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    document_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    kind: Mapped[PageKind] = mapped_column(stored_by_value(PageKind, "page_kind"))
    theme: Mapped[Theme | None] = mapped_column(stored_by_value(Theme, "page_theme"))
    """What the applicant says the page shows."""
    sorted_at: Mapped[datetime | None]
    """When a person chose the theme («otra cosa» included); None before."""
    width_px: Mapped[int]
    height_px: Mapped[int]
    sharpness: Mapped[float | None]
    exposure: Mapped[float | None]
    image_key: Mapped[str | None]
    image_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    """None for a page of before 0006, until ``invariants --bytes`` or a rebuild fills it."""
    preview_key: Mapped[str | None]
    """Between image and thumbnail; None where the image is no larger, and before 0056."""
    preview_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    thumbnail_key: Mapped[str | None]
    thumbnail_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    photos: Mapped[list[Any]]
    words: Mapped[list[Any]]
    words_from: Mapped[TextSource | None] = mapped_column(
        stored_by_value(TextSource, "page_words_from")
    )
    photo_layout: Mapped[PhotoLayout | None] = mapped_column(
        stored_by_value(PhotoLayout, "page_photo_layout")
    )
    suggested_theme: Mapped[Theme | None] = mapped_column(
        stored_by_value(Theme, "page_suggested_theme")
    )
    suggested_from: Mapped[str] = mapped_column(default="")
    """The words of the caption or heading from which the theme was suggested."""
    comment: Mapped[str] = mapped_column(default="")
    """The applicant's comment on a finding on this page."""


class PageTextRow(Base):
    """The words of one page in the form that is searched; see ``db/page_texts.py``."""

    __tablename__ = "page_texts"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    """Orders search results: the order in which pages were first read."""
    page_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("pages.id", ondelete="CASCADE"), unique=True
    )
    search: Mapped[str] = mapped_column(sa.Text().with_variant(TSVECTOR(), "postgresql"))


class PhotoRow(Base):
    """The hashes of one photo on one page, to find exact copies and those that resemble it."""

    __tablename__ = "photos"

    page_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    pdq_forms: Mapped[bytes | None]
    """Eight PDQ hashes of 32 bytes: as seen, then turned and mirrored."""
    pdq_views: Mapped[bytes | None]
    """PDQ hashes of views cut at the edges, 32 bytes each, in the order of ``pdq.measure``."""
    pdq_grid: Mapped[bytes | None]
    """Its brightness, ``GRID_SIDE`` rows of as many bytes; None before 0056."""
    pdq_quality: Mapped[int | None]
    features: Mapped[bytes | None]
    """Its local features, as ``domain.likeness`` lays them out; None before 0059."""
    box: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Its position on the page image; None when it is the whole page."""
    index_position: Mapped[int | None] = mapped_column(unique=True)
    """Its position in the index, without gaps, in order of commits; None: not in the index."""


class ResemblanceRow(Base):
    """Two photos whose PDQ hashes are close, or whose local features agree; a person decides."""

    __tablename__ = "resemblances"
    __table_args__ = (
        sa.CheckConstraint("earlier_position < later_position", name="in_order"),
        sa.Index("ix_resemblances_later_position", "later_position"),
    )

    earlier_position: Mapped[int] = mapped_column(
        sa.ForeignKey("photos.index_position", ondelete="CASCADE"), primary_key=True
    )
    later_position: Mapped[int] = mapped_column(
        sa.ForeignKey("photos.index_position", ondelete="CASCADE"), primary_key=True
    )
    distance: Mapped[int]
    """Bits of 256 in which they differ, in the closest of the eight forms."""
    turned: Mapped[int]
    """Which form of the later photo is closest, 0 to 7; 0 is upright and not mirrored."""
    agreeing: Mapped[int | None]
    """Places of both that agree when one is laid on the other; None where hashes alone say it."""
    agreement: Mapped[float | None]
    """Their share of the places that look alike, 0 to 1."""
    lay: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Nine numbers, from shares of the later photo's width and height to those of the earlier's."""


class CopyDenialRow(Base):
    """Two photos of two applications of which an officer said that they are no copies."""

    __tablename__ = "copy_denials"
    __table_args__ = (
        sa.UniqueConstraint(
            "application_id",
            "sha256",
            "other_application_id",
            "other_sha256",
            name="uq_copy_denials_pair",
        ),
        sa.Index("ix_copy_denials_other_application_id", "other_application_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    """The case in which it was said; it holds for both."""
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the photo of this case, as ``photos.sha256``: it outlives a check that runs again."""
    other_application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    other_sha256: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """In the officer's words; may be empty."""
    denied_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    denied_at: Mapped[datetime]


class AgreementProofRow(Base):
    """What the QR codes and the signature of a received prior agreement prove."""

    __tablename__ = "agreement_proofs"

    document_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    codes: Mapped[list[Any]]
    """QR codes read, as ``prior_proofs.StoredCode``: never the secret in their address."""
    signature: Mapped[SignatureOutcome | None] = mapped_column(
        stored_by_value(SignatureOutcome, "proof_signature")
    )
    """None for one that could not be checked."""
    signer: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]


class FindingRow(Base):
    """One finding of one check; with an empty ``advice`` the applicant does not see it."""

    __tablename__ = "findings"
    __table_args__ = (sa.Index("ix_findings_code", "code", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    document_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    """None when the whole application is meant."""
    page: Mapped[int | None]
    item: Mapped[str | None]
    """The ``ReviewItem`` that a finding of no document belongs to; None where nothing says it."""
    check_name: Mapped[str]
    code: Mapped[str]
    severity: Mapped[Severity] = mapped_column(stored_by_value(Severity, "finding_severity"))
    message: Mapped[str]
    advice: Mapped[str]
    compared: Mapped[bool] = mapped_column(default=False)
    """Made by comparing with the register or with other files: never shown to applicants."""


class FieldRow(Base):
    """One value read from a prior agreement, beside what was expected."""

    __tablename__ = "read_fields"

    document_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    confidence: Mapped[float]
    page: Mapped[int]
    box: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(default="unreadable")
    """``matches``, ``differs`` or ``unreadable``."""
    expected: Mapped[str] = mapped_column(default="")
    label: Mapped[str | None]
    """The label beside which the value stands on the paper; empty without one, None where it was
    read before labels were kept."""
    candidates: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What the paper may say instead of a value in doubt, the likeliest first."""
