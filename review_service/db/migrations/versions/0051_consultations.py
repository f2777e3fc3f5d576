"""Questions that officers ask colleagues on a case."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

UNANSWERED = "answered_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "consultations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_of", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer = '') = (answered_at IS NULL)",
            name=op.f("ck_consultations_answer_iff_answered"),
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_consultations_one_end")
        ),
        sa.CheckConstraint("asked_by <> asked_of", name=op.f("ck_consultations_asked_of_another")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_consultations_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["officers.id"], name=op.f("fk_consultations_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["asked_of"], ["officers.id"], name=op.f("fk_consultations_asked_of")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    for column in ("application_id", "asked_by"):
        op.create_index(op.f(f"ix_consultations_{column}"), "consultations", [column], unique=False)
    op.create_index(
        op.f("uq_consultations_unanswered"),
        "consultations",
        ["asked_of", "application_id"],
        unique=True,
        postgresql_where=sa.text(UNANSWERED),
        sqlite_where=sa.text(UNANSWERED),
    )


def downgrade() -> None:
    """Revert; questions and answers are lost."""
    op.drop_table("consultations")
