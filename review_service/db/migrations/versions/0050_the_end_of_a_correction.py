"""More days to correct, attempts to tell somebody, and the resolution of a deemed withdrawal."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables and two columns; the version before leaves them empty."""
    for name in ("notified_again_at", "settled_at"):
        op.add_column("corrections", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "correction_extensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_correction_extensions_decided_iff_by"),
        ),
        sa.CheckConstraint(
            "(days IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_correction_extensions_days_iff_decided"),
        ),
        sa.CheckConstraint(
            "days IS NULL OR (days >= 0 AND days <= 5)",
            name=op.f("ck_correction_extensions_half_at_most"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_correction_extensions_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officers.id"], name=op.f("fk_correction_extensions_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_extensions")),
        sa.UniqueConstraint(
            "application_id", "round", name=op.f("uq_correction_extensions_application_id_round")
        ),
    )
    op.create_table(
        "contact_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("logged_by", sa.Uuid(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('phone', 'second_address', 'in_person', 'other')",
            name=op.f("ck_contact_attempts_contact_channel"),
        ),
        sa.CheckConstraint(
            "result IN ('reached', 'left_word', 'not_reached', 'sent')",
            name=op.f("ck_contact_attempts_contact_result"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_contact_attempts_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["officers.id"], name=op.f("fk_contact_attempts_logged_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempts")),
    )
    op.create_index(
        op.f("ix_contact_attempts_application_id"), "contact_attempts", ["application_id"]
    )
    op.create_table(
        "withdrawal_resolutions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_withdrawal_resolutions_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["officers.id"], name=op.f("fk_withdrawal_resolutions_signed_by")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_withdrawal_resolutions")),
    )


def downgrade() -> None:
    """Revert; what was granted stays in the last day, what was signed in the letter."""
    op.drop_table("withdrawal_resolutions")
    op.drop_table("contact_attempts")
    op.drop_table("correction_extensions")
    with op.batch_alter_table("corrections") as table:
        table.drop_column("settled_at")
        table.drop_column("notified_again_at")
