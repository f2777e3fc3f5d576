"""An index of the notices that were not handed over: few, whatever the table holds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNSENT = sa.text("sent_at IS NULL")


def upgrade() -> None:
    """Add one index; the version before runs on."""
    op.create_index(
        "ix_outgoing_mails_unsent",
        "outgoing_mails",
        ["created_at"],
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_outgoing_mails_unsent", "outgoing_mails")
