"""Officers' decisions that have no effect yet: recommended, or still undoable."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "pending_decisions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=True),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('approve', 'refuse')",
            name=op.f("ck_pending_decisions_decision_outcome"),
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NULL) = (takes_effect_at IS NULL)",
            name=op.f("ck_pending_decisions_takes_effect_iff_decided"),
        ),
        sa.CheckConstraint(
            "(recommended_by IS NULL) = (recommended_at IS NULL)",
            name=op.f("ck_pending_decisions_recommended_iff"),
        ),
        sa.CheckConstraint(
            "recommended_by IS NOT NULL OR decided_by IS NOT NULL",
            name=op.f("ck_pending_decisions_somebody_said_it"),
        ),
        sa.CheckConstraint(
            "recommended_by IS NULL OR decided_by IS NULL OR recommended_by <> decided_by",
            name=op.f("ck_pending_decisions_another_decides"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_pending_decisions_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recommended_by"], ["officers.id"], name=op.f("fk_pending_decisions_recommended_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officers.id"], name=op.f("fk_pending_decisions_decided_by")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_pending_decisions")),
    )
    op.create_index(op.f("ix_pending_decisions_due"), "pending_decisions", ["takes_effect_at"])


def downgrade() -> None:
    """Revert; what had no effect yet is lost, and its cases are in review as before."""
    op.drop_table("pending_decisions")
