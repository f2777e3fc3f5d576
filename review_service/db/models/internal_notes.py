"""Table of the notes that officers write on a case for one another."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class InternalNoteRow(Base):
    """One note, as it was written. Rows are only ever added: a correction is another row."""

    __tablename__ = "internal_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    written_at: Mapped[datetime]
    corrects: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("internal_notes.id", ondelete="CASCADE"), unique=True
    )
    """The former version of the same note; each is corrected once."""
