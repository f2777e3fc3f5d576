"""When an accepted appeal sent an application back to review."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; the version before leaves it empty, as where nothing went back."""
    op.add_column(
        "applications", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Forget it; legal terms count from the day of receipt again."""
    op.drop_column("applications", "returned_at")
