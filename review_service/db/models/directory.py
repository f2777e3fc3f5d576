"""Table of the artisans who said that they want to be in the public directory."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class DirectoryConsentRow(Base):
    """One consent, of one issued document; it stays as a proof after it ends."""

    __tablename__ = "directory_consents"
    __table_args__ = (
        sa.Index(
            "ix_directory_consents_standing",
            "application_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "ix_directory_consents_listed",
            "canton",
            "trade",
            "id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    text_version: Mapped[int]
    """Of the words that were agreed to (``domain/directory.py``)."""
    shows_name: Mapped[bool]
    shows_phone: Mapped[bool]
    trade: Mapped[str]
    """As the document prints it, for lists and searches."""
    canton: Mapped[str]
    province: Mapped[str]
    words: Mapped[str]
    """What is searched, folded; the name only where it is shown."""
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was withdrawn; None while it stands."""
