"""Data imported from the SRI's files: taxpayers, establishments, registered addresses."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from review_service.db.base import Base, stored_by_value
from review_service.domain.taxpayers import TaxpayerStatus


class TaxpayerRow(Base):
    """One RUC of the catastro."""

    __tablename__ = "taxpayers"

    ruc: Mapped[str] = mapped_column(sa.String(13), primary_key=True)
    name: Mapped[str]
    status: Mapped[TaxpayerStatus] = mapped_column(
        stored_by_value(TaxpayerStatus, "taxpayer_status")
    )
    taxpayer_class: Mapped[str]
    taxpayer_type: Mapped[str]
    started_on: Mapped[date | None]
    source: Mapped[str]
    imported_at: Mapped[datetime]
    establishments: Mapped[list["EstablishmentRow"]] = relationship(
        order_by="EstablishmentRow.number", lazy="selectin", viewonly=True
    )


class EstablishmentRow(Base):
    """One place of business; the catastro has one line for each."""

    __tablename__ = "establishments"

    ruc: Mapped[str] = mapped_column(
        sa.ForeignKey("taxpayers.ruc", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    trade_name: Mapped[str]
    is_open: Mapped[bool]
    province: Mapped[str]
    canton: Mapped[str]
    parish: Mapped[str]
    ciiu: Mapped[str]
    activity: Mapped[str]


class RegisteredEmailRow(Base):
    """The address that the SRI holds, from the institution's ``NUMERO_RUC|CORREO`` feed."""

    __tablename__ = "registered_emails"

    ruc: Mapped[str] = mapped_column(sa.String(13), primary_key=True)
    email: Mapped[str]
    source: Mapped[str]
    imported_at: Mapped[datetime]


class RegistryImportRow(Base):
    """How far the import of one file has come, so that an interrupted one can be resumed."""

    __tablename__ = "registry_imports"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    file_name: Mapped[str]
    lines_done: Mapped[int]
    lines_refused: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
