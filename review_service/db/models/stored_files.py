"""Stored files that were lost, or changed by something other than the service."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.stored_files import FileKind, FileProblem


class FileIncidentRow(Base):
    """One stored file that was found lost or changed; the row stays after it is mended."""

    __tablename__ = "file_incidents"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[FileKind] = mapped_column(stored_by_value(FileKind, "file_kind"))
    problem: Mapped[FileProblem] = mapped_column(stored_by_value(FileProblem, "file_problem"))
    application_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[UUID]
    """The document, the agreement or the letter that names the file."""
    page: Mapped[int | None]
    seen_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]
    """When the file was correct again, or no row named it any more."""
