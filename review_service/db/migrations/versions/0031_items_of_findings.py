"""Which item of the review a finding of no document belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; the version before leaves it empty, and shows such findings above all items."""
    op.add_column("findings", sa.Column("item", sa.Text(), nullable=True))


def downgrade() -> None:
    """Revert; comparing a case anew finds the same."""
    op.drop_column("findings", "item")
