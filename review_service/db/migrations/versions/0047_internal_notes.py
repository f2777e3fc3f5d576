"""Notes that officers write on a case for one another."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "internal_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_internal_notes_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["officers.id"], name=op.f("fk_internal_notes_written_by")
        ),
        sa.ForeignKeyConstraint(
            ["corrects"],
            ["internal_notes.id"],
            name=op.f("fk_internal_notes_corrects"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_notes")),
        sa.UniqueConstraint("corrects", name=op.f("uq_internal_notes_corrects")),
    )
    op.create_index(
        op.f("ix_internal_notes_application_id"), "internal_notes", ["application_id"], unique=False
    )


def downgrade() -> None:
    """Revert; the notes are lost."""
    op.drop_table("internal_notes")
