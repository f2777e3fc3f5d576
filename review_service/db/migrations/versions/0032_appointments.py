"""The appointment of an organisation's representative: a kind of file, and an item to judge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NEW: Final = "appointment"
PAPERS: Final = ("deed", "employer_certificate", "tax_certificate", "payroll")
KINDS: Final = ("evidence", "photo", "agreement", "support", *PAPERS)
ITEMS: Final = (
    "workshop", "people", "machinery", "process", "data_sheet", "prior_agreement", *PAPERS,
)  # fmt: skip


def upgrade() -> None:
    """Widen five lists of values; the version before goes on, and cannot show such a case."""
    with _triggers_kept():
        _change("documents", "document_kind", "kind", (*KINDS, NEW))
        _change("documents", "document_recognised_as", "recognised_as", (*PAPERS, NEW))
        _change("institution_papers", "institution_paper_kind", "kind", (*PAPERS, NEW))
        _change("review_items", "review_item", "item", (*ITEMS, NEW))
        _change("corrections", "correction_item", "item", (*ITEMS, NEW))


def downgrade() -> None:
    """Revert. Fails while an application holds such a paper or such an item."""
    with _triggers_kept():
        _change("corrections", "correction_item", "item", ITEMS)
        _change("review_items", "review_item", "item", ITEMS)
        _change("institution_papers", "institution_paper_kind", "kind", PAPERS)
        _change("documents", "document_recognised_as", "recognised_as", PAPERS)
        _change("documents", "document_kind", "kind", KINDS)


def _change(table: str, check: str, column: str, values: Sequence[str]) -> None:
    """Replace one check of a table.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    bind, name = op.get_bind(), f"ck_{table}_{check}"
    present = {
        str(each["name"]): each["sqltext"] for each in sa.inspect(bind).get_check_constraints(table)
    }
    source = None
    if bind.dialect.name == "sqlite":
        source = sa.Table(table, sa.MetaData(), autoload_with=bind)
        for each in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
            source.constraints.remove(each)
        for other, text in present.items():
            if other != name:
                source.append_constraint(sa.CheckConstraint(text, name=op.f(other)))
    with op.batch_alter_table(table, copy_from=source) as batch:
        if source is None:
            batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), sa.column(column).in_(values))


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
