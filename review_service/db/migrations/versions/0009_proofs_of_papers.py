"""Proofs that stored papers say what their records say, and the task that makes them anew."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TASK_KINDS = (
    "check_document",
    "assemble_evidence",
    "issue_agreement",
    "send_mail",
    "find_resembling",
    "read_photo_text",
    "rebuild_files",
)


def upgrade() -> None:
    """Add a table and one kind of work; the version before leaves the table empty and runs on."""
    op.create_table(
        "paper_proofs",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("record_sha256", sa.String(64), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_paper_proofs_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_paper_proofs")),
    )
    op.create_index("ix_paper_proofs_checked_at", "paper_proofs", ["checked_at"])
    _task_kinds((*TASK_KINDS, "prove_paper"))


def downgrade() -> None:
    """Revert; tasks of the new kind are deleted."""
    op.execute("DELETE FROM tasks WHERE kind = 'prove_paper'")
    _task_kinds(TASK_KINDS)
    op.drop_table("paper_proofs")


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
