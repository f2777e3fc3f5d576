"""Changes of a table that SQLite makes by copying it: what the copy would lose is kept."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op


def with_all_checks(table: str, *, without: set[str]) -> sa.Table | None:
    """Return the table as SQLite has it, with the checks that stay; None elsewhere."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return None
    present = {
        str(check["name"]): check["sqltext"]
        for check in sa.inspect(bind).get_check_constraints(table)
    }
    source = sa.Table(table, sa.MetaData(), autoload_with=bind)
    for check in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
        source.constraints.remove(check)
    for name, text in present.items():
        if name not in without:
            source.append_constraint(sa.CheckConstraint(text, name=op.f(name)))
    return source


@contextmanager
def triggers_kept() -> Iterator[None]:
    """Make SQLite's triggers anew at the end: they go with a table that is copied."""
    bind = op.get_bind()
    triggers: list[tuple[str, str]] = []
    if bind.dialect.name == "sqlite":
        found = bind.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        triggers = [(str(row.name), str(row.sql)) for row in found]
    for name, _ in triggers:
        bind.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, text in triggers:
        bind.exec_driver_sql(text)
