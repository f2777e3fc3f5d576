"""The audit trail: who did what to which object; each row holds the hash of the one before."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class EventRow(Base):
    """One thing that happened. Rows are only ever added."""

    __tablename__ = "events"
    __table_args__ = (
        sa.Index(
            "ix_events_dates_stated",
            "sequence",
            sqlite_where=sa.text("action = 'dates_stated'"),
            postgresql_where=sa.text("action = 'dates_stated'"),
        ),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    """``officer:<id>``, ``applicant``, ``worker``, ``operator``: never a name."""
    action: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    """Ids, states, counts and digests only."""
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class ChainHeadRow(Base):
    """Hash of the newest event; one row, locked last in a writing transaction."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
