"""Imports of registers, what the last one of each kind overwrote, and when a place changed."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("catastro", "correos", "acuerdos")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Add tables and a column that may be empty, drop a foreign key: the version before runs on."""
    op.create_table(
        "imported_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="import_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        _text("file_name"),
        sa.Column("lines_read", sa.Integer(), nullable=False),
        sa.Column("lines_refused", sa.Integer(), nullable=False),
        _moment("imported_at"),
        _moment("undone_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_files")),
        sa.UniqueConstraint("kind", "imported_at", name=op.f("uq_imported_files_kind_imported_at")),
    )
    with op.batch_alter_table("establishments") as batch:
        batch.add_column(_moment("imported_at", nullable=True))
        # Checking it row by row took longer than all the rest of an import.
        batch.drop_constraint(op.f("fk_establishments_ruc"), type_="foreignkey")
    op.create_table(
        "former_taxpayers",
        sa.Column("ruc", sa.String(length=13), nullable=False),
        _text("name"),
        sa.Column("status", sa.String(length=40), nullable=False),
        _text("taxpayer_class"),
        _text("taxpayer_type"),
        sa.Column("started_on", sa.Date(), nullable=True),
        _text("source"),
        _moment("imported_at"),
        sa.PrimaryKeyConstraint("ruc", name=op.f("pk_former_taxpayers")),
    )
    op.create_table(
        "former_establishments",
        sa.Column("ruc", sa.String(length=13), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        _text("trade_name"),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _text("province"),
        _text("canton"),
        _text("parish"),
        _text("ciiu"),
        _text("activity"),
        _moment("imported_at", nullable=True),
        sa.PrimaryKeyConstraint("ruc", "number", name=op.f("pk_former_establishments")),
    )
    op.create_table(
        "former_registered_emails",
        sa.Column("ruc", sa.String(length=13), nullable=False),
        _text("email"),
        _text("source"),
        _moment("imported_at"),
        sa.PrimaryKeyConstraint("ruc", name=op.f("pk_former_registered_emails")),
    )
    op.create_table(
        "former_prior_agreements",
        _text("number"),
        sa.Column("ruc", sa.String(length=13), nullable=False),
        _text("holder"),
        _text("activity"),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        _text("source"),
        _moment("imported_at"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_former_prior_agreements")),
    )


def downgrade() -> None:
    """Drop what can be undone; what was imported stays."""
    for table in ("prior_agreements", "registered_emails", "establishments", "taxpayers"):
        op.drop_table(f"former_{table}")
    op.execute("DELETE FROM establishments WHERE ruc NOT IN (SELECT ruc FROM taxpayers)")
    with op.batch_alter_table("establishments") as batch:
        batch.drop_column("imported_at")
        batch.create_foreign_key(
            op.f("fk_establishments_ruc"), "taxpayers", ["ruc"], ["ruc"], ondelete="CASCADE"
        )
    op.drop_table("imported_files")
