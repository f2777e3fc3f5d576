"""Tables of the letters that people write to the service, and of their photos."""

from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.letters import DataRequest, LetterKind, LetterPhotoState, LetterState
from review_service.domain.refusals import RefusalReason


class LetterRow(Base):
    """One letter; the token of its page and of the link that confirms it comes from the id."""

    __tablename__ = "letters"
    __table_args__ = (
        sa.UniqueConstraint("year", "serial"),
        sa.CheckConstraint(
            "(state = 'unconfirmed') = (received_at IS NULL)"
            " AND (state = 'unconfirmed') = (number IS NULL)"
            " AND (state = 'unconfirmed') = (due_on IS NULL)"
            " AND (number IS NULL) = (year IS NULL) AND (number IS NULL) = (serial IS NULL)",
            name="numbered_iff_received",
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)"
            " AND (state = 'answered') = (answered_by IS NOT NULL)",
            name="answered_iff_by_somebody",
        ),
        sa.CheckConstraint(
            "(kind = 'personal_data') = (request IS NOT NULL)", name="request_iff_personal_data"
        ),
        sa.Index("ix_letters_kind_received", "kind", "received_at"),
        sa.Index("ix_letters_state_due", "state", "due_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[LetterKind] = mapped_column(stored_by_value(LetterKind, "letter_kind"))
    request: Mapped[DataRequest | None] = mapped_column(
        stored_by_value(DataRequest, "letter_request")
    )
    state: Mapped[LetterState] = mapped_column(stored_by_value(LetterState, "letter_state"))
    number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    year: Mapped[int | None]
    serial: Mapped[int | None]
    """The number's parts: gapless within a year."""
    ruc: Mapped[str | None] = mapped_column(sa.String(13), index=True)
    """Of who was signed in; None for somebody who only has an address."""
    name: Mapped[str]
    """As the SRI has it, or as it was typed."""
    email: Mapped[str]
    application_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("applications.id"), index=True
    )
    """The application that it is about, also when somebody else than its owner wrote."""
    about: Mapped[str]
    """Number of an application or document, as it was typed."""
    body: Mapped[str]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    written_at: Mapped[datetime]
    confirm_by: Mapped[datetime | None]
    """Until when the link serves; None for somebody who was signed in."""
    received_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    """Last day of the term."""
    term_days: Mapped[int | None]
    term_norm: Mapped[str] = mapped_column(default="")
    """The norm of the term when it was received; empty for a commitment."""
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    answered_at: Mapped[datetime | None]
    answer_mail_id: Mapped[UUID | None]
    """The message with the answer; when it left stands there."""


class LetterPhotoRow(Base):
    """The one photo of a letter: as it came until its check ends, then as the sandbox made it."""

    __tablename__ = "letter_photos"
    __table_args__ = (
        sa.CheckConstraint(
            "(state = 'waiting') = (staging_key IS NOT NULL)", name="staged_iff_waiting"
        ),
        sa.CheckConstraint(
            "(state = 'kept') = (image_key IS NOT NULL)"
            " AND (state = 'kept') = (image_sha256 IS NOT NULL)",
            name="made_iff_kept",
        ),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="why_iff_refused"),
        sa.CheckConstraint("(state = 'gone') = (released_at IS NOT NULL)", name="when_iff_gone"),
    )

    letter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("letters.id"), primary_key=True)
    state: Mapped[LetterPhotoState] = mapped_column(
        stored_by_value(LetterPhotoState, "letter_photo_state")
    )
    sent_at: Mapped[datetime]
    size_bytes: Mapped[int]
    """Of what is stored: what came, and once it was checked the picture that was made of it."""
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of what came, hex."""
    staging_key: Mapped[str | None] = mapped_column(unique=True)
    image_key: Mapped[str | None] = mapped_column(unique=True)
    image_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    refusal: Mapped[RefusalReason | None] = mapped_column(
        stored_by_value(RefusalReason, "letter_photo_refusal")
    )
    checked_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    """When its bytes were let go; the sweeper deletes them a day later."""
