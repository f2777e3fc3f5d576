"""Why an officer decides what a rule usually does, and which grants of rules officers look at."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table; the version before leaves both empty."""
    op.add_column("applications", sa.Column("referral", sa.Text(), nullable=True))
    op.create_table(
        "later_controls",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.CheckConstraint(
            "outcome IN ('as_declared', 'differs')", name=op.f("ck_later_controls_later_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (looked_at IS NULL) AND (outcome IS NULL) = (officer_id IS NULL)",
            name=op.f("ck_later_controls_looked_iff_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_later_controls_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_later_controls_officer_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_later_controls")),
    )
    op.create_index(
        op.f("ix_later_controls_open"),
        "later_controls",
        ["chosen_at", "application_id"],
        postgresql_where=sa.text("looked_at IS NULL"),
        sqlite_where=sa.text("looked_at IS NULL"),
    )


def downgrade() -> None:
    """Revert; what officers noted of later controls is lost."""
    op.drop_table("later_controls")
    op.drop_column("applications", "referral")
