"""Second addresses that must say yes, and mails that are copies: they start no term."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MARK_COPIES = """
UPDATE outgoing_mails SET is_copy = true
WHERE sent_at IS NULL AND EXISTS (
    SELECT 1 FROM applications
    WHERE applications.id = outgoing_mails.application_id
    AND {sheet} = outgoing_mails.recipient
    AND {registered} <> outgoing_mails.recipient
)
"""


def upgrade() -> None:
    """Add a table and a column; the version before leaves both alone and runs on.

    Messages that wait for the second address of a sheet are marked as what they are.
    """
    op.create_table(
        "second_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_second_addresses_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_addresses")),
        sa.UniqueConstraint(
            "application_id", "address", name=op.f("uq_second_addresses_application_id_address")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_second_addresses_token_hash")),
    )
    op.add_column(
        "outgoing_mails",
        sa.Column("is_copy", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(
        MARK_COPIES.format(
            sheet=_text_of("sheet", "notice_email", is_postgres=is_postgres),
            registered=_text_of("registry_facts", "email", is_postgres=is_postgres),
        )
    )


def downgrade() -> None:
    """Revert."""
    with op.batch_alter_table("outgoing_mails") as batch:
        batch.drop_column("is_copy")
    op.drop_table("second_addresses")


def _text_of(column: str, name: str, *, is_postgres: bool) -> str:
    if is_postgres:
        return f"coalesce(applications.{column} ->> '{name}', '')"
    return f"coalesce(json_extract(applications.{column}, '$.{name}'), '')"
