"""Beside which label each value of a paper stands, and what a doubtful one may be instead."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; of what was read before nobody knows the label."""
    op.add_column("read_fields", sa.Column("label", sa.Text(), nullable=True))
    op.add_column(
        "read_fields", sa.Column("candidates", sa.JSON(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Forget both; the papers are read again when they are checked again."""
    with op.batch_alter_table("read_fields") as table:
        table.drop_column("candidates")
        table.drop_column("label")
