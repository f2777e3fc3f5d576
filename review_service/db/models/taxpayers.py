"""Data imported from the SRI's files: taxpayers, establishments, registered addresses."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from review_service.db.base import Base, stored_by_value
from review_service.domain.documents import SupportKind
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
        primaryjoin="TaxpayerRow.ruc == foreign(EstablishmentRow.ruc)",
        order_by="EstablishmentRow.number",
        lazy="selectin",
        viewonly=True,
    )


class EstablishmentRow(Base):
    """One place of business; the catastro has one line for each.

    Written in the transaction of its taxpayer and read through it; no foreign key, which would take
    longer than all the rest of an import (ADR 16).
    """

    __tablename__ = "establishments"

    ruc: Mapped[str] = mapped_column(sa.String(13), primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    trade_name: Mapped[str]
    is_open: Mapped[bool]
    province: Mapped[str]
    canton: Mapped[str]
    parish: Mapped[str]
    ciiu: Mapped[str]
    activity: Mapped[str]
    imported_at: Mapped[datetime | None]
    """When it last changed; None for rows of the version before, which did not say."""


# Archives of versions with the foreign key are restored in this order.
Base.metadata.tables["establishments"].add_is_dependent_on(Base.metadata.tables["taxpayers"])


class RegisteredEmailRow(Base):
    """The address that the SRI holds, from the institution's ``NUMERO_RUC|CORREO`` feed."""

    __tablename__ = "registered_emails"

    ruc: Mapped[str] = mapped_column(sa.String(13), primary_key=True)
    email: Mapped[str]
    source: Mapped[str]
    imported_at: Mapped[datetime]


class InstitutionPaperRow(Base):
    """What an institution holds of one paper of a RUC, from the list that it supplies."""

    __tablename__ = "institution_papers"

    ruc: Mapped[str] = mapped_column(sa.String(13), primary_key=True)
    kind: Mapped[SupportKind] = mapped_column(
        stored_by_value(SupportKind, "institution_paper_kind"), primary_key=True, index=True
    )
    holder: Mapped[str]
    owes: Mapped[bool]
    """Whether obligations are outstanding."""
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]
    workers: Mapped[int | None]
    institution: Mapped[str]
    reference: Mapped[str]
    """The institution's own number for it; may be empty."""
    source: Mapped[str]
    imported_at: Mapped[datetime]


class RegistryImportRow(Base):
    """How far an import of the version before had come.

    ``ImportedFileRow`` stands in its place; the table goes once that version no longer runs.
    """

    __tablename__ = "registry_imports"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    file_name: Mapped[str]
    lines_done: Mapped[int]
    lines_refused: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
