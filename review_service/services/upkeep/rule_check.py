"""Holds what rules decided against their names and against the certificates that came of it.

A rule's name, its reasons and the printed category lie in rows of three kinds. Each has its digest
in the trail; here they are compared with each other, so that no version writes what does not fit.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.rulebook import are_rule_names
from review_service.domain.snapshots import told
from review_service.services.upkeep.trail_check import Contradiction

AT_ONCE: Final = 500
"""Rows that are in memory at a time."""


def of_subjects(uow: UnitOfWork, among: Sequence[UUID] | None) -> Iterator[Contradiction]:
    """Yield what does not fit of these applications; None: of all."""
    chosen = (
        sa.select(
            ApplicationRow.id,
            ApplicationRow.decided_rule,
            ApplicationRow.decision_reasons,
            AgreementRow.kind,
            AgreementRow.snapshot,
        )
        .outerjoin(AgreementRow, AgreementRow.application_id == ApplicationRow.id)
        .where(
            sa.or_(
                ApplicationRow.decided_rule.is_not(None),
                AgreementRow.kind == IssuedKind.CERTIFICATE,
            ),
            sa.true() if among is None else ApplicationRow.id.in_(among),
        )
        .execution_options(**({"yield_per": AT_ONCE} if among is None else {}))
    )
    for row in uow.session.execute(chosen):
        detail = f"application {row.id}"
        if row.decided_rule is not None and not are_rule_names(row.decided_rule):
            yield Contradiction(name="rule_has_no_name", detail=detail)
        if row.kind is not IssuedKind.CERTIFICATE:
            yield Contradiction(name="rule_without_certificate", detail=detail)
        elif not (row.decision_reasons or "").startswith(f"{told(row.snapshot, 'category')}:"):
            yield Contradiction(name="category_not_as_decided", detail=detail)
