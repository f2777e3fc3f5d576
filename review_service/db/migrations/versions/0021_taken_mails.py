"""When the relay took a message, noted before anything that follows from it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; the version before leaves it empty, which means that nobody knows."""
    op.add_column("outgoing_mails", sa.Column("taken_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Revert: what was handed over is marked in ``sent_at`` as before."""
    op.drop_column("outgoing_mails", "taken_at")
