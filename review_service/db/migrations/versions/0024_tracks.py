"""Tracks of the register, a rule as decider, and a series of numbers for each kind of document."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

DECIDED = "(state IN ('approved', 'refused', 'issued'))"
BY_ANYBODY = "decided_by IS NOT NULL OR decided_rule IS NOT NULL"


def upgrade() -> None:
    """Add the columns; the version before leaves them out, and so means an artisan's Acuerdo.

    It goes on while this one runs: it makes no certificate, and no rule decides in it.
    """
    with _triggers_kept():
        _change(
            "applications",
            columns=[
                sa.Column("track", sa.String(40), nullable=False, server_default="artisan"),
                sa.Column("decided_rule", sa.Text(), nullable=True),
            ],
            gone=["decided_by_iff_decided", "decided_at_iff_decided"],
            checks={
                "decider_iff_decided": f"{DECIDED} = ({BY_ANYBODY})",
                "one_decider_at_most": "decided_by IS NULL OR decided_rule IS NULL",
                "no_rule_refuses": "decided_rule IS NULL OR state <> 'refused'",
                "decided_at_iff_decided": "(decided_by IS NULL AND decided_rule IS NULL)"
                " = (decided_at IS NULL)",
            },
        )
        _change(
            "agreements",
            columns=[
                sa.Column("kind", sa.String(40), nullable=False, server_default="agreement"),
            ],
            checks={"issued_kind": "kind IN ('agreement', 'certificate')"},
            unique=("year", "serial", "kind"),
            no_longer_unique=("year", "serial"),
        )


def downgrade() -> None:
    """Revert. Fails while something was decided by a rule, or two series have the same serial."""
    with _triggers_kept():
        _change(
            "agreements",
            drop=["kind"],
            gone=["issued_kind"],
            unique=("year", "serial"),
            no_longer_unique=("year", "serial", "kind"),
        )
        _change(
            "applications",
            drop=["track", "decided_rule"],
            gone=[
                "decider_iff_decided",
                "one_decider_at_most",
                "no_rule_refuses",
                "decided_at_iff_decided",
            ],
            checks={
                "decided_by_iff_decided": f"{DECIDED} = (decided_by IS NOT NULL)",
                "decided_at_iff_decided": "(decided_by IS NULL) = (decided_at IS NULL)",
            },
        )


def _change(
    table: str,
    *,
    columns: list[sa.Column[str]] | None = None,
    drop: list[str] | None = None,
    gone: list[str] | None = None,
    checks: Mapping[str, str] | None = None,
    unique: tuple[str, ...] = (),
    no_longer_unique: tuple[str, ...] = (),
) -> None:
    """Change one table. ``gone`` and ``checks`` name its checks without their common beginning.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    former = {f"ck_{table}_{name}" for name in gone or ()}
    source = _with_all_checks(table, without=former)
    with op.batch_alter_table(table, copy_from=source) as batch:
        for name in sorted(former) if source is None else ():
            batch.drop_constraint(op.f(name), type_="check")
        if no_longer_unique:
            batch.drop_constraint(op.f(_unique_name(table, no_longer_unique)), type_="unique")
        for column in columns or ():
            batch.add_column(column)
        for name in drop or ():
            batch.drop_column(name)
        if unique:
            batch.create_unique_constraint(op.f(_unique_name(table, unique)), list(unique))
        for name, text in (checks or {}).items():
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), text)


def _unique_name(table: str, columns: tuple[str, ...]) -> str:
    return f"uq_{table}_{'_'.join(columns)}"


def _with_all_checks(table: str, *, without: set[str]) -> sa.Table | None:
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
def _triggers_kept() -> Iterator[None]:
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
