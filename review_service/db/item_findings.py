"""Which codes of doubts and alerts stand on each review item of a case now."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import DocumentRow, FindingRow, PageRow
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.findings import Severity
from review_service.domain.item_evidence import item_of
from review_service.domain.sheet_comparison import CODE_PREFIX


def codes_on_items(session: Session, application_id: UUID) -> Mapping[ReviewItem, frozenset[str]]:
    """Return the codes by item, as the desk shows them; what is of no item is left out."""
    rows = session.execute(
        sa.select(
            FindingRow.code,
            FindingRow.item,
            DocumentRow.kind,
            sa.func.coalesce(PageRow.theme, DocumentRow.theme).label("theme"),
        )
        .outerjoin(DocumentRow, DocumentRow.id == FindingRow.document_id)
        .outerjoin(
            PageRow,
            sa.and_(PageRow.document_id == DocumentRow.id, PageRow.number == FindingRow.page),
        )
        .where(
            FindingRow.application_id == application_id,
            DocumentRow.removed_at.is_(None),
            FindingRow.severity != Severity.NOTE,
        )
    )
    found: defaultdict[ReviewItem, set[str]] = defaultdict(set)
    for code, item, kind, theme in rows:
        owner = ReviewItem(item) if item else _owner(code, kind, theme)
        if owner is not None:
            found[owner].add(code)
    return {item: frozenset(codes) for item, codes in found.items()}


def _owner(code: str, kind: DocumentKind | None, theme: Theme | None) -> ReviewItem | None:
    return ReviewItem.DATA_SHEET if code.startswith(CODE_PREFIX) else item_of(kind, theme)
