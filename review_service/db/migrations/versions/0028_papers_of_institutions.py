"""Lists of papers that institutions hold, and what the last import of one overwrote."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KINDS: Final = ("catastro", "correos", "acuerdos")
PAPERS: Final = ("deed", "employer_certificate", "tax_certificate", "payroll")


def upgrade() -> None:
    """Add two tables and a kind of imported file: the version before runs on."""
    _add("institution_papers", _kind())
    op.create_index(op.f("ix_institution_papers_kind"), "institution_papers", ["kind"])
    _add("former_institution_papers", sa.Column("kind", sa.String(length=40), nullable=False))
    _change((*KINDS, "documentos"))


def downgrade() -> None:
    """Drop both. Forgets that lists of papers were imported."""
    op.execute("DELETE FROM imported_files WHERE kind = 'documentos'")
    _change(KINDS)
    op.drop_table("former_institution_papers")
    op.drop_table("institution_papers")


def _kind() -> sa.Column[Any]:
    return sa.Column(
        "kind",
        sa.Enum(
            *PAPERS,
            name="institution_paper_kind",
            native_enum=False,
            create_constraint=True,
            length=40,
        ),
        nullable=False,
    )


def _add(name: str, kind: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("ruc", sa.String(length=13), nullable=False),
        kind,
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("owes", sa.Boolean(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ruc", "kind", name=op.f(f"pk_{name}")),
    )


def _change(kinds: Sequence[str]) -> None:
    with op.batch_alter_table("imported_files") as batch:
        batch.drop_constraint(op.f("ck_imported_files_import_kind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_imported_files_import_kind"), sa.column("kind").in_(kinds)
        )
