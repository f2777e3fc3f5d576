"""Table of the receipts that were printed, so that each is made once."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class ReceiptRow(Base):
    """One printed receipt; it can be made again from the application at any time."""

    __tablename__ = "receipts"

    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of everything that it says, in hex: another one is printed when that changes."""
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """The PDF."""
    made_at: Mapped[datetime]
