"""Applications, their review items and correction requests."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.tracks import ARTISAN


class ApplicationRow(Base):
    """One application of one taxpayer, on one track."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.CheckConstraint(
            "(state IN ('approved', 'refused', 'issued'))"
            " = (decided_by IS NOT NULL OR decided_rule IS NOT NULL)",
            name="decider_iff_decided",
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_rule IS NULL", name="one_decider_at_most"
        ),
        sa.CheckConstraint("decided_rule IS NULL OR state <> 'refused'", name="no_rule_refuses"),
        sa.CheckConstraint(
            "(decided_by IS NULL AND decided_rule IS NULL) = (decided_at IS NULL)",
            name="decided_at_iff_decided",
        ),
        sa.Index("ix_applications_queue", "state", "due_at", "id"),
        sa.Index("ix_applications_entry", "state", "confirmed_at", "id"),
        sa.Index(
            "ix_applications_claimed",
            "claimed_by",
            postgresql_where=sa.text("claimed_by IS NOT NULL"),
            sqlite_where=sa.text("claimed_by IS NOT NULL"),
        ),
        sa.Index(
            "ix_applications_newest",
            "created_at",
            "id",
            postgresql_where=sa.text("confirmed_at IS NOT NULL"),
            sqlite_where=sa.text("confirmed_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_applications_decided",
            "decided_at",
            postgresql_where=sa.text("decided_at IS NOT NULL"),
            sqlite_where=sa.text("decided_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_applications_to_correct",
            "correct_by",
            postgresql_where=sa.text("correct_by IS NOT NULL"),
            sqlite_where=sa.text("correct_by IS NOT NULL"),
        ),
        sa.Index(
            "ix_applications_decided_track",
            "track",
            "decided_at",
            postgresql_where=sa.text("decided_at IS NOT NULL"),
            sqlite_where=sa.text("decided_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_applications_found",
            "id",
            "created_at",
            postgresql_where=sa.text("confirmed_at IS NOT NULL"),
            sqlite_where=sa.text("confirmed_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(unique=True)
    ruc: Mapped[str] = mapped_column(sa.String(13), index=True)
    holder: Mapped[str]
    """Name as the registry gave it when the application was opened."""
    track: Mapped[str] = mapped_column(
        sa.String(40), default=ARTISAN.key, server_default=ARTISAN.key
    )
    """Key of a ``tracks.Track``; the version before, which knew one, leaves it out."""
    kind: Mapped[ApplicationKind] = mapped_column(
        stored_by_value(ApplicationKind, "application_kind")
    )
    state: Mapped[ApplicationState] = mapped_column(
        stored_by_value(ApplicationState, "application_state")
    )
    version: Mapped[int] = mapped_column(default=1)
    sheet: Mapped[dict[str, Any]]
    sheet_saved_at: Mapped[datetime | None]
    registry_facts: Mapped[dict[str, Any]]
    """The registry's facts at that time; the officer compares the application with them."""
    open_key: Mapped[str | None] = mapped_column(unique=True)
    """The RUC while a draft is open (unique: a double click opens one draft); NULL afterwards."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirm_by: Mapped[datetime | None]
    """Until when a sent application may be confirmed."""
    due_at: Mapped[datetime | None]
    """When the promised answer is due, while it is in review."""
    correct_by: Mapped[date | None]
    """Last day to correct, while a correction is asked for."""
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """The officer who decided; None where a rule did."""
    decided_rule: Mapped[str | None]
    """Names of the dated rules that decided, as of ``rule_names``; None where an officer did.

    In rows of before it is the first one only.
    """
    decided_at: Mapped[datetime | None]
    decision_reasons: Mapped[str | None]
    referral: Mapped[str | None]
    """Why an officer decides what a rule usually does; a Spanish sentence on each line."""
    claimed_by: Mapped[UUID | None]
    """The officer who took it last, while it is in review and until it is given back."""
    claimed_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    """From then on anybody else may take it."""
    moved_zone: Mapped[str | None]
    """The zone that a supervisor moved it to; None while it is that of its canton."""
    assigned_to: Mapped[UUID | None]
    """The officer whom a supervisor gave it to; None while anybody may take it."""
    returned_at: Mapped[datetime | None]
    """When an accepted appeal sent it back to review; its legal term counts from then."""
    not_applicable: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """The themes of photos of which the applicant says, or said once, that they do not apply, as of
    ``not_applicable.with_said``; None in rows of before, and where nothing was said."""


class ReviewItemRow(Base):
    """An officer's verdict on one item of one application."""

    __tablename__ = "review_items"

    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[ReviewItem] = mapped_column(
        stored_by_value(ReviewItem, "review_item"), primary_key=True
    )
    verdict: Mapped[ItemVerdict] = mapped_column(stored_by_value(ItemVerdict, "item_verdict"))
    judged_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    judged_at: Mapped[datetime | None]
    seen: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """The evidence as ``ItemEvidence`` when the verdict was given or the correction asked for."""
    reopened_at: Mapped[datetime | None]
    """When the verdict was withdrawn because its evidence changed; None once judged again."""


class CorrectionRow(Base):
    """One request to correct one item; ``answered_at`` is set when the applicant sends again."""

    __tablename__ = "corrections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    round: Mapped[int]
    """1 for the first request; requests of one letter share it."""
    item: Mapped[ReviewItem] = mapped_column(stored_by_value(ReviewItem, "correction_item"))
    reason: Mapped[str]
    instruction: Mapped[str]
    reason_code: Mapped[str] = mapped_column(default="", server_default="")
    """Of the catalogue's reason that was picked; empty for own words."""
    legal_basis: Mapped[str] = mapped_column(default="", server_default="")
    """What asked for it, as the letter printed it; empty for own words."""
    asked_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    """What the applicant wrote back."""
    notified_again_at: Mapped[datetime | None]
    """When its notice was begun anew, with a new term; None while the first one counts."""
    settled_at: Mapped[datetime | None]
    """When an officer wrote to the applicant with this point accepted as corrected: while it stays
    as it is, nobody objects to it again (COA 141)."""
