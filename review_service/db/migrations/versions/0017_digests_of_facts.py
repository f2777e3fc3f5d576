"""Salts of the digests by which events hold the facts of rows."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty and runs on."""
    op.create_table(
        "fact_salts",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_fact_salts")),
    )


def downgrade() -> None:
    """Drop them: no digest can be compared any more."""
    op.drop_table("fact_salts")
