"""Officers have a role, a cédula and the companies they represent; only adds to the schema."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLES = ("reviewer", "issuer", "supervisor", "auditor", "admin", "signatory", "representative")


def upgrade() -> None:
    """Add three columns. Every officer so far could approve, and becomes an issuer.

    The version before inserts officers without a role: the default must stay while it may run.
    """
    listed = ", ".join(f"'{role}'" for role in ROLES)
    op.add_column(
        "officers",
        sa.Column(
            "role",
            sa.String(40),
            sa.CheckConstraint(f"role IN ({listed})", name=op.f("ck_officers_officer_role")),
            nullable=False,
            server_default="issuer",
        ),
    )
    op.add_column("officers", sa.Column("cedula", sa.String(10), nullable=True))
    op.add_column("officers", sa.Column("represented_rucs", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop roles and numbers: every officer may approve again."""
    for column in ("represented_rucs", "cedula", "role"):
        op.drop_column("officers", column)
