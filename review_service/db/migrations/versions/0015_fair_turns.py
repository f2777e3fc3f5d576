"""Fair turns between applicants, and tasks that were cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = ("ready", "done", "quarantined")
READY = sa.text("state = 'ready'")


def upgrade() -> None:
    """Add two columns and one state; tasks of the version before come first, in turn 0."""
    op.add_column("tasks", sa.Column("ruc", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
    _task_states((*STATES, "cancelled"))
    _index("ix_tasks_turn", ["lane", "turn", "created_at"])
    _index("ix_tasks_ruc", ["ruc", "lane", "turn"])


def downgrade() -> None:
    """Revert; what was cancelled counts as done."""
    op.drop_index("ix_tasks_ruc", table_name="tasks")
    op.drop_index("ix_tasks_turn", table_name="tasks")
    op.execute("UPDATE tasks SET state = 'done' WHERE state = 'cancelled'")
    _task_states(STATES)
    op.drop_column("tasks", "turn")
    op.drop_column("tasks", "ruc")


def _index(name: str, columns: list[str]) -> None:
    op.create_index(name, "tasks", columns, sqlite_where=READY, postgresql_where=READY)


def _task_states(states: tuple[str, ...]) -> None:
    """Replace the list of states.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    bind, name = op.get_bind(), "ck_tasks_task_state"
    listed = f"state IN ({', '.join(repr(state) for state in states)})"
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), "tasks", type_="check")
        op.create_check_constraint(op.f(name), "tasks", listed)
        return
    present = {
        str(check["name"]): check["sqltext"]
        for check in sa.inspect(bind).get_check_constraints("tasks")
    }
    source = sa.Table("tasks", sa.MetaData(), autoload_with=bind)
    for check in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
        source.constraints.remove(check)
    for other, text in {**present, name: listed}.items():
        source.append_constraint(sa.CheckConstraint(text, name=op.f(other)))
    with op.batch_alter_table("tasks", copy_from=source, recreate="always"):
        pass
