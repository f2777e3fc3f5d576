"""What an applicant says of themes of photos that do not apply."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; the version before leaves it empty."""
    op.add_column("applications", sa.Column("not_applicable", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Revert; what was said of themes is lost, and their items show nothing."""
    op.drop_column("applications", "not_applicable")
