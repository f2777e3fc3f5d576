"""The statements that an applicant's pages ask about files; each is made once."""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from review_service.db.models import DocumentRow, FieldRow, FindingRow, PageRow
from review_service.db.readable import readable

FILE, _FINDING = readable(DocumentRow).c, readable(FindingRow).c
_PAGE, _FIELD = readable(PageRow).c, readable(FieldRow).c
_SENT: Final = (
    FILE.application_id == sa.bindparam("application_id"),
    FILE.assembled.is_(False),
)
FILES: Final = sa.select(
    FILE.id, FILE.kind, FILE.state, FILE.theme, FILE.file_name, FILE.size_bytes,
    FILE.sha256, FILE.refusal, FILE.page_count, FILE.pages_checked, FILE.comment,
    FILE.created_at, FILE.removed_at, FILE.round, FILE.replaces, FILE.upload_key,
    FILE.page_photos, FILE.recognised_as,
).where(*_SENT).order_by(FILE.created_at, FILE.id)  # fmt: skip
"""Every file of an application, also removed ones; what the service assembled stays out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFiles:
    """Statements on what belongs to some of the files of an application, the present or others."""

    findings: sa.Select[Any]
    pages: sa.Select[Any]
    fields: sa.Select[Any]


def of_files(which: sa.ColumnElement[bool]) -> OfFiles:
    """Return the statements on the files for which the condition on ``FILE`` is true."""
    files = readable(DocumentRow)
    return OfFiles(
        findings=sa.select(
            _FINDING.document_id, _FINDING.code, _FINDING.severity, _FINDING.advice, _FINDING.page
        )
        .join(files, FILE.id == _FINDING.document_id)
        .where(*_SENT, which, _FINDING.compared.is_(False), _FINDING.advice != "")
        .order_by(_FINDING.page, _FINDING.id),
        pages=sa.select(
            _PAGE.document_id, _PAGE.number, _PAGE.theme, _PAGE.kind, _PAGE.thumbnail_key,
            _PAGE.comment, _PAGE.suggested_theme, _PAGE.suggested_from, _PAGE.sorted_at,
        )
        .join(files, FILE.id == _PAGE.document_id)
        .where(*_SENT, which)
        .order_by(_PAGE.number),
        fields=sa.select(_FIELD.document_id, _FIELD.name, _FIELD.value)
        .join(files, FILE.id == _FIELD.document_id)
        .where(*_SENT, which, _FIELD.value != ""),
    )  # fmt: skip


OF_PRESENT_FILES: Final = of_files(FILE.removed_at.is_(None))
