"""Local features of photos, how two photos lie on each other, and what an officer denied."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

RADIUS = 31
"""Bits beyond which the version before would not have told two photos."""


def upgrade() -> None:
    """Add columns and a table; photos of before have no features and are found by their hashes."""
    op.add_column("photos", sa.Column("features", sa.LargeBinary(), nullable=True))
    op.add_column("resemblances", sa.Column("agreeing", sa.Integer(), nullable=True))
    op.add_column("resemblances", sa.Column("agreement", sa.Double(), nullable=True))
    op.add_column("resemblances", sa.Column("lay", sa.JSON(), nullable=True))
    op.create_table(
        "copy_denials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("other_application_id", sa.Uuid(), nullable=False),
        sa.Column("other_sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("denied_by", sa.Uuid(), nullable=False),
        sa.Column("denied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_copy_denials_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_application_id"],
            ["applications.id"],
            name=op.f("fk_copy_denials_other_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["denied_by"], ["officers.id"], name=op.f("fk_copy_denials_denied_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_denials")),
        sa.UniqueConstraint(
            "application_id",
            "sha256",
            "other_application_id",
            "other_sha256",
            name=op.f("uq_copy_denials_pair"),
        ),
    )
    op.create_index(
        op.f("ix_copy_denials_other_application_id"), "copy_denials", ["other_application_id"]
    )


def downgrade() -> None:
    """Forget them, and the pairs that only features had found; denied pairs alert again."""
    op.drop_table("copy_denials")
    pairs = sa.table("resemblances", sa.column("distance", sa.Integer()))
    op.execute(pairs.delete().where(pairs.c.distance > RADIUS))
    for name in ("lay", "agreement", "agreeing"):
        op.drop_column("resemblances", name)
    op.drop_column("photos", "features")
