"""Where the statements of dates stand in the trail: anybody may ask for the file of one."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

INDEX = "ix_events_dates_stated"
WHICH = "action = 'dates_stated'"


def upgrade() -> None:
    """Add an index of these few events."""
    op.create_index(
        INDEX,
        "events",
        ["sequence"],
        sqlite_where=sa.text(WHICH),
        postgresql_where=sa.text(WHICH),
    )


def downgrade() -> None:
    """Take it away; nothing else used it."""
    op.drop_index(INDEX, table_name="events")
