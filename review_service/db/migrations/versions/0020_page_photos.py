"""Prior agreements that come as photos of their sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STORED = sa.text("page_photos_key IS NOT NULL")


def upgrade() -> None:
    """Add three columns and an index; the version before writes none of them."""
    op.add_column("documents", sa.Column("page_photos", sa.JSON(), nullable=True))
    op.add_column("documents", sa.Column("page_photos_key", sa.Text(), nullable=True))
    op.add_column("documents", sa.Column("page_photos_sha256", sa.String(64), nullable=True))
    op.create_index(
        "ix_documents_page_photos",
        "documents",
        ["page_photos_key"],
        sqlite_where=STORED,
        postgresql_where=STORED,
    )


def downgrade() -> None:
    """Revert: the PDFs that were made of photos stay."""
    op.drop_index("ix_documents_page_photos", table_name="documents")
    op.drop_column("documents", "page_photos_sha256")
    op.drop_column("documents", "page_photos_key")
    op.drop_column("documents", "page_photos")
