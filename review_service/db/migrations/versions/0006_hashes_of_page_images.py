"""SHA-256 of page images, incidents of lost or changed files, and the task that rebuilds them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HASHES = ("image_sha256", "thumbnail_sha256")
KINDS = ("original", "assembled", "page_image", "thumbnail", "agreement")
TASK_KINDS = (
    "check_document",
    "assemble_evidence",
    "issue_agreement",
    "send_mail",
    "find_resembling",
    "read_photo_text",
)


def upgrade() -> None:
    """Add two columns that may stay empty, a table, and one kind of work."""
    for name in HASHES:
        op.add_column("pages", sa.Column(name, sa.String(64), nullable=True))
    op.create_table(
        "file_incidents",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("problem", sa.String(40), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_among("kind", KINDS), name=op.f("ck_file_incidents_file_kind")),
        sa.CheckConstraint(
            _among("problem", ("missing", "altered")), name=op.f("ck_file_incidents_file_problem")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_file_incidents_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_file_incidents")),
    )
    op.create_index("ix_file_incidents_application_id", "file_incidents", ["application_id"])
    _task_kinds((*TASK_KINDS, "rebuild_files"))


def downgrade() -> None:
    """Revert; tasks of the new kind are deleted."""
    op.execute("DELETE FROM tasks WHERE kind = 'rebuild_files'")
    _task_kinds(TASK_KINDS)
    op.drop_table("file_incidents")
    for name in HASHES:
        op.drop_column("pages", name)


def _among(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _task_kinds(kinds: tuple[str, ...]) -> None:
    """Replace the list of kinds of work.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    bind, name = op.get_bind(), "ck_tasks_task_kind"
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), "tasks", type_="check")
        op.create_check_constraint(op.f(name), "tasks", _among("kind", kinds))
        return
    present = {
        str(check["name"]): check["sqltext"]
        for check in sa.inspect(bind).get_check_constraints("tasks")
    }
    source = sa.Table("tasks", sa.MetaData(), autoload_with=bind)
    for check in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
        source.constraints.remove(check)
    for other, text in ({**present, name: _among("kind", kinds)}).items():
        source.append_constraint(sa.CheckConstraint(text, name=op.f(other)))
    with op.batch_alter_table("tasks", copy_from=source, recreate="always"):
        pass
