"""Who said that they want to be in the public directory of artisans."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the version before leaves it empty."""
    op.create_table(
        "directory_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("shows_phone", sa.Boolean(), nullable=False),
        sa.Column("trade", sa.Text(), nullable=False),
        sa.Column("canton", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_directory_consents_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_consents")),
    )
    op.create_index(
        op.f("ix_directory_consents_application_id"), "directory_consents", ["application_id"]
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        op.f("ix_directory_consents_standing"),
        "directory_consents",
        ["application_id"],
        unique=True,
        postgresql_where=standing,
        sqlite_where=standing,
    )
    op.create_index(
        op.f("ix_directory_consents_listed"),
        "directory_consents",
        ["canton", "trade", "id"],
        postgresql_where=standing,
        sqlite_where=standing,
    )


def downgrade() -> None:
    """Revert; who consented is no longer listed and must be asked again."""
    op.drop_table("directory_consents")
