"""The evidence seen when judging, the file that a file replaces, and when pages were sorted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED = (
    ("review_items", "seen", sa.JSON()),
    ("review_items", "reopened_at", sa.DateTime(timezone=True)),
    ("documents", "replaces", sa.Uuid()),
    ("pages", "sorted_at", sa.DateTime(timezone=True)),
)
"""Table, column and type; all may be empty, so that the version before runs on."""


def upgrade() -> None:
    """Add the columns; a page with a theme was sorted by somebody before."""
    for table, name, kind in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE pages SET sorted_at = (SELECT created_at FROM documents "
        "WHERE documents.id = pages.document_id) WHERE theme IS NOT NULL"
    )


def downgrade() -> None:
    """Drop the columns."""
    for table, name, _ in reversed(ADDED):
        op.drop_column(table, name)
