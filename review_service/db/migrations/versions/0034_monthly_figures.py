"""The monthly figures that are published, and an index to count a month's decisions by."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table and an index; the version before uses neither."""
    op.create_table(
        "monthly_figures",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("complaints", sa.Integer(), nullable=True),
        sa.Column("attentions", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("definition", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False, server_default=""),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("breakdowns", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('published', 'counted', 'corrected')",
            name=op.f("ck_monthly_figures_figure_source"),
        ),
        sa.CheckConstraint(
            "month BETWEEN 1 AND 12 AND version >= 1", name=op.f("ck_monthly_figures_place")
        ),
        sa.CheckConstraint(
            "complaints >= 0 AND attentions >= 0", name=op.f("ck_monthly_figures_counts")
        ),
        sa.CheckConstraint(
            "(source = 'corrected') = (reason IS NOT NULL)"
            " AND (source = 'corrected') = (author IS NOT NULL)"
            " AND (source = 'corrected') = (officer_id IS NOT NULL)",
            name=op.f("ck_monthly_figures_reason_iff_corrected"),
        ),
        sa.CheckConstraint(
            "(source = 'corrected') = (version > 1)",
            name=op.f("ck_monthly_figures_corrected_iff_later"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_monthly_figures_officer_id")
        ),
        sa.PrimaryKeyConstraint("year", "month", "version", name=op.f("pk_monthly_figures")),
    )
    op.create_index(
        "ix_applications_decided",
        "applications",
        ["decided_at"],
        postgresql_where=sa.text("decided_at IS NOT NULL"),
        sqlite_where=sa.text("decided_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Revert; what was published is lost, but for the events that told it."""
    op.drop_index("ix_applications_decided", table_name="applications")
    op.drop_table("monthly_figures")
