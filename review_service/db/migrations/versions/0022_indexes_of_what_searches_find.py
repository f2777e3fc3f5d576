"""Indexes that tell the moments of what a search found, without reading its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two indexes; the version before runs on. Writes wait for them about a second each."""
    confirmed = sa.text("confirmed_at IS NOT NULL")
    op.create_index(
        "ix_applications_found",
        "applications",
        ["id", "created_at"],
        postgresql_where=confirmed,
        sqlite_where=confirmed,
    )
    op.create_index("ix_agreements_found", "agreements", ["application_id", "numbered_at", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_agreements_found", table_name="agreements")
    op.drop_index("ix_applications_found", table_name="applications")
