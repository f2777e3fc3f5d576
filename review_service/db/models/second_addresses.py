"""Table of the second addresses that were asked whether they want the notices of a case."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class SecondAddressRow(Base):
    """One address of one application; the token of its link is derived from the id."""

    __tablename__ = "second_addresses"
    __table_args__ = (sa.UniqueConstraint("application_id", "address"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    address: Mapped[str]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_at: Mapped[datetime]
    """When the newest question was written."""
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When its owner said yes; without it, it gets no notice."""
