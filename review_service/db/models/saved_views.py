"""Table of the saved views of the officers' queue."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class SavedViewRow(Base):
    """A filter or search of the queue under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (
        sa.CheckConstraint("owner_id IS NULL OR owner_id = made_by", name="own_or_teams"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    query: Mapped[str]
    """What the address carries, as ``domain.saved_views.query_text`` writes it."""
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"), index=True)
    """The officer whose own it is; None for one of the team."""
    made_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    made_at: Mapped[datetime]
