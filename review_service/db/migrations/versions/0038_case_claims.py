"""Which officer holds a case in review, and until when nobody else may take it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three columns and an index; the version before leaves them empty."""
    op.add_column("applications", sa.Column("claimed_by", sa.Uuid(), nullable=True))
    for name in ("claimed_at", "claimed_until"):
        op.add_column("applications", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_applications_entry"), "applications", ["state", "confirmed_at", "id"])


def downgrade() -> None:
    """Revert; nobody holds a case any more."""
    op.drop_index(op.f("ix_applications_entry"), table_name="applications")
    for name in ("claimed_until", "claimed_at", "claimed_by"):
        op.drop_column("applications", name)
