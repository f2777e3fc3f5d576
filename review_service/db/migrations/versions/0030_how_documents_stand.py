"""Indexes for lists of issued documents that stand alike on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FOLLOWED = sa.text("successor_id IS NOT NULL")


def upgrade() -> None:
    """Add them; the version before does not ask by them."""
    op.create_index("ix_agreements_begins", "agreements", ["valid_from", "id", "kind"])
    op.create_index("ix_agreements_ends", "agreements", ["valid_until", "id", "kind"])
    op.create_index(
        "ix_agreements_followed",
        "agreements",
        ["valid_until", "id", "kind"],
        postgresql_where=FOLLOWED,
        sqlite_where=FOLLOWED,
    )


def downgrade() -> None:
    """Revert."""
    for name in ("followed", "ends", "begins"):
        op.drop_index(f"ix_agreements_{name}", table_name="agreements")
