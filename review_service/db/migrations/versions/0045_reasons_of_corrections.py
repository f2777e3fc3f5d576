"""Which reason of the catalogue a correction was asked for, and what it rested on."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; the version before leaves them empty, as for own words."""
    for name in ("reason_code", "legal_basis"):
        op.add_column("corrections", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget both; the letter that was sent still tells the basis."""
    with op.batch_alter_table("corrections") as table:
        table.drop_column("legal_basis")
        table.drop_column("reason_code")
