"""Random salts of the digests by which events hold the facts of rows."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base


class FactSaltRow(Base):
    """The salt of all digests of one application or officer; without it none can be guessed."""

    __tablename__ = "fact_salts"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(64))
