"""Which cases have a finding of a code that few have: the queue is filtered by it."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

INDEX = "ix_findings_code"


def upgrade() -> None:
    """Add the index."""
    op.create_index(INDEX, "findings", ["code"])


def downgrade() -> None:
    """Take it away; the filter asks each case again."""
    op.drop_index(INDEX, table_name="findings")
