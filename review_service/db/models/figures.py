"""Table of the monthly figures that are published."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.figures import FigureSource


class MonthlyFigureRow(Base):
    """One version of one month's figures. Rows are only added: a correction is a later version."""

    __tablename__ = "monthly_figures"
    __table_args__ = (
        sa.CheckConstraint("month BETWEEN 1 AND 12 AND version >= 1", name="place"),
        sa.CheckConstraint("complaints >= 0 AND attentions >= 0", name="counts"),
        sa.CheckConstraint(
            "(source = 'corrected') = (reason IS NOT NULL)"
            " AND (source = 'corrected') = (author IS NOT NULL)"
            " AND (source = 'corrected') = (officer_id IS NOT NULL)",
            name="reason_iff_corrected",
        ),
        sa.CheckConstraint("(source = 'corrected') = (version > 1)", name="corrected_iff_later"),
    )

    year: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """1 for what was frozen or imported first."""
    complaints: Mapped[int | None]
    """None where nobody counted them."""
    attentions: Mapped[int | None]
    source: Mapped[FigureSource] = mapped_column(stored_by_value(FigureSource, "figure_source"))
    definition: Mapped[int | None]
    """Key of ``figures.DEFINITIONS``; None of what others counted."""
    origin: Mapped[str] = mapped_column(default="", server_default="")
    """Where imported numbers were published."""
    reason: Mapped[str | None]
    author: Mapped[str | None]
    """The officer's name and unit as they were."""
    officer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    breakdowns: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """What is published of them, as of ``month_groups.to_json``; of counted months."""
    recorded_at: Mapped[datetime]
