"""Previews of pages, the brightness of photos, and digest addresses that say yes."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0053"
branch_labels = None
depends_on = None

KINDS = ("original", "assembled", "page_image", "thumbnail", "agreement", "letter_photo")
INCIDENTS, CHECK = "file_incidents", "ck_file_incidents_file_kind"


def upgrade() -> None:
    """Add columns and one member; the version before leaves them alone.

    Pages of before have no preview and are shown by their image; photos of before are compared by
    their hashes alone. Addresses given before have
    confirmed nothing and get no digest.
    """
    op.add_column("pages", sa.Column("preview_key", sa.Text(), nullable=True))
    op.add_column("pages", sa.Column("preview_sha256", sa.String(64), nullable=True))
    _members((*KINDS, "preview"))
    op.add_column("photos", sa.Column("pdq_grid", sa.LargeBinary(), nullable=True))
    op.add_column("officers", sa.Column("digest_question", sa.Uuid(), nullable=True))
    op.add_column(
        "officers", sa.Column("digest_asked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("officers", sa.Column("digest_confirmed_address", sa.Text(), nullable=True))


def downgrade() -> None:
    """Revert; the sweeper deletes the previews, and digests go to every address again."""
    for name in ("digest_confirmed_address", "digest_asked_at", "digest_question"):
        op.drop_column("officers", name)
    op.drop_column("photos", "pdq_grid")
    op.execute("DELETE FROM file_incidents WHERE kind = 'preview'")
    _members(KINDS)
    for name in ("preview_sha256", "preview_key"):
        op.drop_column("pages", name)


def _members(kinds: tuple[str, ...]) -> None:
    """Replace the list of kinds of incidents.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    bind = op.get_bind()
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(CHECK), INCIDENTS, type_="check")
        op.create_check_constraint(op.f(CHECK), INCIDENTS, f"kind IN ({listed})")
        return
    present = {
        str(check["name"]): check["sqltext"]
        for check in sa.inspect(bind).get_check_constraints(INCIDENTS)
    }
    source = sa.Table(INCIDENTS, sa.MetaData(), autoload_with=bind)
    for check in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
        source.constraints.remove(check)
    for name, text in ({**present, CHECK: f"kind IN ({listed})"}).items():
        source.append_constraint(sa.CheckConstraint(text, name=op.f(name)))
    with op.batch_alter_table(INCIDENTS, copy_from=source, recreate="always"):
        pass
