"""Decided cases that a second officer looks at without seeing the decision."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "second_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.String(40), nullable=True),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "opinion IN ('grant', 'correct', 'refuse')",
            name=op.f("ck_second_reviews_second_opinion"),
        ),
        sa.CheckConstraint(
            "(opinion IS NULL) = (said_at IS NULL)",
            name=op.f("ck_second_reviews_said_iff_opinion"),
        ),
        sa.CheckConstraint(
            "opinion IS NULL OR officer_id IS NOT NULL",
            name=op.f("ck_second_reviews_opinion_is_somebodys"),
        ),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)",
            name=op.f("ck_second_reviews_settled_iff_by"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_second_reviews_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_second_reviews_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["officers.id"], name=op.f("fk_second_reviews_settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_reviews")),
        sa.UniqueConstraint("application_id", name=op.f("uq_second_reviews_application_id")),
    )
    op.create_index(op.f("ix_second_reviews_drawn"), "second_reviews", ["drawn_at", "id"])


def downgrade() -> None:
    """Revert; what second officers said is lost, decisions stay."""
    op.drop_table("second_reviews")
