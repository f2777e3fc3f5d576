"""Full-text search over all pages: one row per page, and each database's own kind of index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDED = """
CREATE TRIGGER page_texts_added AFTER INSERT ON page_texts BEGIN
  INSERT INTO page_texts_fts (rowid, search) VALUES (new.position, new.search);
END"""
REMOVED = """
CREATE TRIGGER page_texts_removed AFTER DELETE ON page_texts BEGIN
  INSERT INTO page_texts_fts (page_texts_fts, rowid, search)
    VALUES ('delete', old.position, old.search);
END"""
CHANGED = """
CREATE TRIGGER page_texts_changed AFTER UPDATE ON page_texts BEGIN
  INSERT INTO page_texts_fts (page_texts_fts, rowid, search)
    VALUES ('delete', old.position, old.search);
  INSERT INTO page_texts_fts (rowid, search) VALUES (new.position, new.search);
END"""


def upgrade() -> None:
    """Make the table and its index. Pages read before are added by ``index-texts``."""
    op.create_table(
        "page_texts",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column(
            "search",
            sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_texts_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_page_texts")),
        sa.UniqueConstraint("page_id", name=op.f("uq_page_texts_page_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_page_texts_search ON page_texts USING gin (search)")
        # The planner walks the newest pages for common words and asks the index for rare ones; it
        # knows which is which from these statistics.
        op.execute("ALTER TABLE page_texts ALTER COLUMN search SET STATISTICS 500")
        return
    op.execute(
        "CREATE VIRTUAL TABLE page_texts_fts USING fts5(search, content='page_texts', "
        "content_rowid='position', detail='none', tokenize='unicode61 remove_diacritics 0')"
    )
    for trigger in (ADDED, REMOVED, CHANGED):
        op.execute(trigger)


def downgrade() -> None:
    """Drop the index; the words stay in the rows of their pages."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER page_texts_added")
        op.execute("DROP TRIGGER page_texts_removed")
        op.execute("DROP TRIGGER page_texts_changed")
        op.execute("DROP TABLE page_texts_fts")
    op.drop_table("page_texts")
