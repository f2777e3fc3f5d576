"""State of each worker's signing keys; the version before leaves the column empty."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; null for workers that sign nothing or do not tell yet."""
    op.add_column("workers_seen", sa.Column("signing", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the column; its data come again with the next heartbeat."""
    with op.batch_alter_table("workers_seen") as batch:
        batch.drop_column("signing")
