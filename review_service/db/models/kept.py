"""Table of the words of forms that could not be taken, until their owner sends or drops them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class KeptFormRow(Base):
    """What one person typed into one form; a day or two old at most."""

    __tablename__ = "kept_forms"
    __table_args__ = (sa.UniqueConstraint("owner", "path"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner: Mapped[str] = mapped_column(sa.String(64))
    """Keyed hash of who typed it; the row itself names nobody."""
    path: Mapped[str] = mapped_column(sa.String(300))
    """Address that the form is sent to."""
    page: Mapped[str] = mapped_column(sa.String(300))
    """Address of the page that the form stands on."""
    fields: Mapped[list[Any]]
    """Pairs of name and text."""
    was_sent: Mapped[bool]
    """Whether the person pressed the button; else it was saved while typing."""
    kept_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
