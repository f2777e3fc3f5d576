"""Which document took the place of which, and which is the last of its RUC and track."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that stay empty for what the version before issued, and goes on to issue."""
    op.add_column("agreements", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.add_column("agreements", sa.Column("latest_key", sa.String(60), nullable=True))
    op.create_index(op.f("ix_agreements_latest"), "agreements", ["latest_key"], unique=True)


def downgrade() -> None:
    """Revert; which document took the place of which is lost."""
    op.drop_index(op.f("ix_agreements_latest"), "agreements")
    op.drop_column("agreements", "latest_key")
    op.drop_column("agreements", "successor_id")
