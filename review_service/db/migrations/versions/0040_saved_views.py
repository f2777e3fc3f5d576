"""Views of the queue that officers saved, for themselves or for the team."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "owner_id IS NULL OR owner_id = made_by", name=op.f("ck_saved_views_own_or_teams")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["officers.id"], name=op.f("fk_saved_views_owner_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["officers.id"], name=op.f("fk_saved_views_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_owner_id"), "saved_views", ["owner_id"], unique=False)


def downgrade() -> None:
    """Revert; the views are lost."""
    op.drop_table("saved_views")
