"""Indexes that keep lists and sweeps quick with a million applications."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add indexes; the version before runs on."""
    op.create_index("ix_agreements_newest", "agreements", ["numbered_at", "id"])
    confirmed = sa.text("confirmed_at IS NOT NULL")
    op.create_index(
        "ix_applications_newest",
        "applications",
        ["created_at", "id"],
        postgresql_where=confirmed,
        sqlite_where=confirmed,
    )
    infected = sa.text("refusal = 'infected'")
    op.create_index(
        "ix_documents_infected",
        "documents",
        ["checked_at"],
        postgresql_where=infected,
        sqlite_where=infected,
    )
    staged = sa.text("staging_key IS NOT NULL")
    op.create_index(
        "ix_documents_staged",
        "documents",
        ["staging_key"],
        postgresql_where=staged,
        sqlite_where=staged,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_documents_staged", table_name="documents")
    op.drop_index("ix_documents_infected", table_name="documents")
    op.drop_index("ix_applications_newest", table_name="applications")
    op.drop_index("ix_agreements_newest", table_name="agreements")
