"""Removed files whose bytes the sweeper may delete."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REMOVED = sa.text("removed_at IS NOT NULL AND released_at IS NULL")


def upgrade() -> None:
    """Add a column and an index; the version before releases nothing and keeps all bytes."""
    op.add_column("documents", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_documents_removed",
        "documents",
        ["removed_at"],
        sqlite_where=REMOVED,
        postgresql_where=REMOVED,
    )


def downgrade() -> None:
    """Revert: bytes that were deleted stay so."""
    op.drop_index("ix_documents_removed", table_name="documents")
    op.drop_column("documents", "released_at")
