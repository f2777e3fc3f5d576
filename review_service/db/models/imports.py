"""The files that were imported, and what the last one of each kind overwrote."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.db.models.agreements import PriorAgreementRow
from review_service.db.models.taxpayers import (
    EstablishmentRow,
    InstitutionPaperRow,
    RegisteredEmailRow,
    TaxpayerRow,
)
from review_service.domain.imported_lines import ImportKind


class ImportedFileRow(Base):
    """One import that went in whole; the newest of its kind can be undone."""

    __tablename__ = "imported_files"
    __table_args__ = (sa.UniqueConstraint("kind", "imported_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[ImportKind] = mapped_column(stored_by_value(ImportKind, "import_kind"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    file_name: Mapped[str]
    lines_read: Mapped[int]
    lines_refused: Mapped[int]
    imported_at: Mapped[datetime]
    """The ``imported_at`` of every row that it wrote."""
    undone_at: Mapped[datetime | None]


def _former(row: type[Base]) -> sa.Table:
    """Return a table of the same columns, without what ties it to others."""
    table = Base.metadata.tables[row.__tablename__]
    return sa.Table(
        f"former_{table.name}",
        Base.metadata,
        *(
            sa.Column(
                column.name,
                sa.String(column.type.length) if isinstance(column.type, sa.Enum) else column.type,
                primary_key=column.primary_key,
                nullable=column.nullable,
            )
            for column in table.columns
        ),
    )


FORMER: Final[Mapping[str, sa.Table]] = MappingProxyType(
    {
        row.__tablename__: _former(row)
        for row in (
            TaxpayerRow,
            EstablishmentRow,
            RegisteredEmailRow,
            PriorAgreementRow,
            InstitutionPaperRow,
        )
    }
)
"""By table: its rows as they were before the last import that wrote into it overwrote them."""
