"""Search in the words of all pages: one row a page, and an index of each database's own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FTS = "page_texts_fts"
"""SQLite's index over ``page_texts.search``, kept by triggers."""
WORDS_OF_OLD = (
    "INSERT INTO {fts} ({fts}, rowid, search) VALUES ('delete', old.position, old.search)"
)
WORDS_OF_NEW = "INSERT INTO {fts} (rowid, search) VALUES (new.position, new.search)"
TRIGGERS = {
    "page_texts_added": ("AFTER INSERT", (WORDS_OF_NEW,)),
    "page_texts_removed": ("AFTER DELETE", (WORDS_OF_OLD,)),
    "page_texts_changed": ("AFTER UPDATE", (WORDS_OF_OLD, WORDS_OF_NEW)),
}


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
        f"CREATE VIRTUAL TABLE {FTS} USING fts5(search, content='page_texts', "
        "content_rowid='position', detail='none', tokenize='unicode61 remove_diacritics 0')"
    )
    for name, (moment, statements) in TRIGGERS.items():
        body = " ".join(f"{statement.format(fts=FTS)};" for statement in statements)
        op.execute(f"CREATE TRIGGER {name} {moment} ON page_texts BEGIN {body} END")


def downgrade() -> None:
    """Forget the index; the words stay with their pages."""
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute(f"DROP TABLE {FTS}")
    op.drop_table("page_texts")
