"""Table of the legal holds on applications."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class LegalHoldRow(Base):
    """An officer's word that nothing of an application is deleted until it is lifted."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        sa.CheckConstraint("(lifted_by IS NULL) = (lifted_at IS NULL)", name="lifted_iff"),
        sa.Index(
            "ix_legal_holds_standing",
            "application_id",
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str]
    """Why it was put there."""
    placed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    placed_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str] = mapped_column(default="", server_default="")
