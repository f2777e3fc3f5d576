"""Tables for signing in: one-use links, sessions, officers, counted attempts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.roles import OfficerRole, Standing


class LinkPurpose(StrEnum):
    """What a one-use link is for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"


class SessionKind(StrEnum):
    """Whether a session is an applicant's or an officer's; one is never accepted as the other."""

    APPLICANT = "applicant"
    OFFICER = "officer"


class OneUseLinkRow(Base):
    """A mailed link with its short code; both are derived from the id and a key, never stored."""

    __tablename__ = "one_use_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    purpose: Mapped[LinkPurpose] = mapped_column(stored_by_value(LinkPurpose, "link_purpose"))
    ruc: Mapped[str] = mapped_column(sa.String(13), index=True)
    application_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    link_expires_at: Mapped[datetime]
    code_expires_at: Mapped[datetime]
    code_attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that is signed in; the cookie's token is kept as a hash."""

    __tablename__ = "sessions"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'officer') = (officer_id IS NOT NULL)", name="officer_iff"),
        sa.CheckConstraint("(kind = 'applicant') = (ruc IS NOT NULL)", name="ruc_iff"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[SessionKind] = mapped_column(stored_by_value(SessionKind, "session_kind"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    ruc: Mapped[str | None] = mapped_column(sa.String(13))
    officer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class OfficerRow(Base):
    """A public servant with an account; what the account may do stands in ``domain.roles``."""

    __tablename__ = "officers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_name: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    unit: Mapped[str]
    password_hash: Mapped[str]
    totp_secret: Mapped[str]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    """The newest 30 s step that was used: a code works once."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    role: Mapped[OfficerRole] = mapped_column(
        stored_by_value(OfficerRole, "officer_role"), server_default=OfficerRole.ISSUER.value
    )
    cedula: Mapped[str | None] = mapped_column(sa.String(10))
    """NULL until the officer gives it at the first sign-in."""
    represented_rucs: Mapped[list[Any] | None]
    """RUC of companies that the officer represents; NULL when none is known."""
    digest_address: Mapped[str | None]
    """Where the daily digest goes; NULL: the officer wants none."""
    digest_question: Mapped[UUID | None]
    """Of the code that was mailed to that address last; NULL once it was given back."""
    digest_asked_at: Mapped[datetime | None]
    """When that code was mailed."""
    digest_confirmed_address: Mapped[str | None]
    """The address whose code was given back; digests go to no other."""
    digested_on: Mapped[date | None]
    """The last day in Ecuador on which a digest was written."""

    @property
    def standing(self) -> Standing:
        """What the officer may do, and which taxpayers the officer is."""
        return standing_in(self)


def standing_in(row: Any) -> Standing:  # noqa: ANN401 -- an officer's, or one with the same columns
    """Return what the officer of a row may do, and which taxpayers the officer is."""
    return Standing(
        role=row.role,
        cedula=row.cedula,
        represented=frozenset(map(str, row.represented_rucs or ())),
    )


class AttemptRow(Base):
    """How often something was tried in one window; the key is hashed, no address is kept."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
