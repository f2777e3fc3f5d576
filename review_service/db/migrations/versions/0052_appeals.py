"""Appeals against decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "appeals",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("act_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act_by", sa.Uuid(), nullable=True),
        sa.Column("act_reasons", sa.Text(), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("review_order", sa.Text(), server_default="", nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("remains", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "act IN ('refusal', 'deemed_withdrawal')", name=op.f("ck_appeals_appealed_act")
        ),
        sa.CheckConstraint(
            "outcome IN ('inadmitted', 'rejected', 'accepted')",
            name=op.f("ck_appeals_appeal_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_appeals_outcome_iff_decided"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR act_by IS NULL OR decided_by <> act_by",
            name=op.f("ck_appeals_another_decides"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'inadmitted' OR NOT is_late",
            name=op.f("ck_appeals_late_is_inadmitted"),
        ),
        sa.CheckConstraint(
            "(outcome IS NOT NULL AND outcome = 'accepted') = (review_order <> '')",
            name=op.f("ck_appeals_order_iff_accepted"),
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_appeals_letter_id")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_appeals_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["act_by"], ["officers.id"], name=op.f("fk_appeals_act_by")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["officers.id"], name=op.f("fk_appeals_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officers.id"], name=op.f("fk_appeals_decided_by")
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_appeals")),
        sa.UniqueConstraint(
            "application_id", "act_at", name=op.f("uq_appeals_application_id_act_at")
        ),
    )
    op.create_index(op.f("ix_appeals_application_id"), "appeals", ["application_id"])


def downgrade() -> None:
    """Revert; appeals are letters again, and what was decided on them is lost."""
    op.drop_table("appeals")
