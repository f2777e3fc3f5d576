"""Letters to the service: complaints, appeals, requests on personal data, false documents."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KINDS = ("complaint", "appeal", "personal_data", "false_document")
REQUESTS = ("access", "rectification", "deletion")
STATES = ("unconfirmed", "open", "answered")


def upgrade() -> None:
    """Add a table; the version before does not know it."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("request", sa.String(40), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("number", sa.String(40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("ruc", sa.String(13), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("confirm_by", moment, nullable=True),
        sa.Column("received_at", moment, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("term_days", sa.Integer(), nullable=True),
        sa.Column("term_norm", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answer_mail_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(sa.column("kind").in_(KINDS), name=op.f("ck_letters_letter_kind")),
        sa.CheckConstraint(
            sa.column("request").in_(REQUESTS), name=op.f("ck_letters_letter_request")
        ),
        sa.CheckConstraint(sa.column("state").in_(STATES), name=op.f("ck_letters_letter_state")),
        sa.CheckConstraint(
            "(state = 'unconfirmed') = (received_at IS NULL)"
            " AND (state = 'unconfirmed') = (number IS NULL)"
            " AND (state = 'unconfirmed') = (due_on IS NULL)"
            " AND (number IS NULL) = (year IS NULL) AND (number IS NULL) = (serial IS NULL)",
            name=op.f("ck_letters_numbered_iff_received"),
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)"
            " AND (state = 'answered') = (answered_by IS NOT NULL)",
            name=op.f("ck_letters_answered_iff_by_somebody"),
        ),
        sa.CheckConstraint(
            "(kind = 'personal_data') = (request IS NOT NULL)",
            name=op.f("ck_letters_request_iff_personal_data"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_letters_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["officers.id"], name=op.f("fk_letters_answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_letters_year_serial")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_letters_token_hash")),
    )
    op.create_index(op.f("ix_letters_kind_received"), "letters", ["kind", "received_at"])
    op.create_index(op.f("ix_letters_state_due"), "letters", ["state", "due_on", "id"])
    op.create_index(op.f("ix_letters_ruc"), "letters", ["ruc"])
    op.create_index(op.f("ix_letters_application_id"), "letters", ["application_id"])


def downgrade() -> None:
    """Revert; what people wrote is lost."""
    op.drop_table("letters")
