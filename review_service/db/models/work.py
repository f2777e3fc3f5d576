"""Background tasks, mails, workers, and decreed holidays."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.protection import AntivirusMode
from review_service.domain.work import Lane, TaskKind, TaskState


class TaskRow(Base):
    """One background task, stored with the change that needs it; a notice only wakes a worker."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.Index("ix_tasks_due", "state", "run_after"),
        sa.Index(
            "ix_tasks_turn",
            "lane",
            "turn",
            "created_at",
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        ),
        sa.Index(
            "ix_tasks_ruc",
            "ruc",
            "lane",
            "turn",
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[TaskKind] = mapped_column(stored_by_value(TaskKind, "task_kind"))
    lane: Mapped[Lane] = mapped_column(stored_by_value(Lane, "task_lane"))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    ruc: Mapped[str | None]
    """Whose turn it takes; None for work that is no applicant's."""
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    """Lower turns come first (``db/turns.py``)."""
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[TaskState] = mapped_column(stored_by_value(TaskState, "task_state"))
    attempts: Mapped[int] = mapped_column(default=0)
    """Counted before the work starts, so that an attempt that kills its worker counts too."""
    outages: Mapped[int] = mapped_column(default=0)
    """How often an external service was down; these do not count as attempts."""
    lease_owner: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    run_after: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MailRow(Base):
    """One message to one address; its id is the Message-ID, so a repeat is recognised."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        sa.Index(
            "ix_outgoing_mails_unsent",
            "created_at",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    event: Mapped[str]
    recipient: Mapped[str]
    context: Mapped[dict[str, Any]]
    """What the templates need; a link or code is named by its id and derived when sent."""
    attachment_key: Mapped[str | None]
    attachment_name: Mapped[str | None]
    is_copy: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether it is a copy to a second address, which notifies nobody."""
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """When the relay took it, written down at once and alone: what it causes comes after."""
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")


class HolidayRow(Base):
    """A decreed or local holiday, not counted in terms; empty canton: the whole country."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    canton: Mapped[str] = mapped_column(primary_key=True, default="")
    name: Mapped[str]
    source: Mapped[str]


class WorkerRow(Base):
    """A worker process and its tested protections; updated at each heartbeat."""

    __tablename__ = "workers_seen"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str]
    lanes: Mapped[str]
    version: Mapped[str]
    started_at: Mapped[datetime]
    proven_at: Mapped[datetime]
    """When the canary last tested its sandbox."""
    seen_at: Mapped[datetime]
    sandbox_required: Mapped[bool] = mapped_column("jail_required")  # its name since 0002
    missing: Mapped[list[Any]]
    """Names of sandbox layers that this kernel could not provide."""
    escaped: Mapped[list[Any]]
    """Forbidden actions that the canary could still do."""
    landlock: Mapped[int]
    ocr_engine: Mapped[str]
    antivirus: Mapped[AntivirusMode] = mapped_column(
        stored_by_value(AntivirusMode, "worker_antivirus")
    )
    antivirus_answer: Mapped[str] = mapped_column(default="")
    """Version of the scanner; empty when it does not answer."""
    antivirus_since: Mapped[datetime | None]
    signing: Mapped[dict[str, Any] | None]
    """State of its keys, as ``SigningState.to_json``; null for a worker that does not sign."""
