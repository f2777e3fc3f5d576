"""Papers of the emprendedor track: kinds of files, and items that officers judge."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

from review_service.db.migrations.sqlite_tables import triggers_kept, with_all_checks

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PAPERS: Final = ("deed", "employer_certificate", "tax_certificate", "payroll")
KINDS: Final = ("evidence", "photo", "agreement", "support")
ITEMS: Final = (
    "workshop", "people", "machinery", "process", "data_sheet", "prior_agreement",
)  # fmt: skip


def upgrade() -> None:
    """Widen three lists of values; the version before goes on, and cannot show such a case."""
    with triggers_kept():
        _change("documents", "document_kind", "kind", (*KINDS, *PAPERS))
        _change("review_items", "review_item", "item", (*ITEMS, *PAPERS))
        _change("corrections", "correction_item", "item", (*ITEMS, *PAPERS))


def downgrade() -> None:
    """Revert. Fails while an application holds such a paper or such an item."""
    with triggers_kept():
        _change("corrections", "correction_item", "item", ITEMS)
        _change("review_items", "review_item", "item", ITEMS)
        _change("documents", "document_kind", "kind", KINDS)


def _change(table: str, check: str, column: str, values: Sequence[str]) -> None:
    """Replace one check of a table."""
    name = f"ck_{table}_{check}"
    source = with_all_checks(table, without={name})
    with op.batch_alter_table(table, copy_from=source) as batch:
        if source is None:
            batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), sa.column(column).in_(values))
