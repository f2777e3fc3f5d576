"""Where an officer wants the daily digest, and when the last one was written."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; the version before leaves them empty."""
    op.add_column("officers", sa.Column("digest_address", sa.Text(), nullable=True))
    op.add_column("officers", sa.Column("digested_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Revert; nobody gets a digest any more, and who wants one gives the address again."""
    for name in ("digested_on", "digest_address"):
        op.drop_column("officers", name)
