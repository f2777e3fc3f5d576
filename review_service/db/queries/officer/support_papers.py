"""The papers of an emprendedor as an officer sees them: what was read beside what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import ApplicationRow, DocumentRow, FieldRow
from review_service.db.queries.officer.pages import Material
from review_service.db.queries.officer.prior import ReadValue, day_or_text, read_value
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import SupportKind
from review_service.domain.looked_up import CERTAIN, Answer, answers_in
from review_service.domain.reports import SupportField
from review_service.domain.support_comparison import ReadValue as Read
from review_service.domain.support_comparison import judge_value


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPaper:
    """One paper: its place, what it was recognised as, and the values read."""

    kind: SupportKind
    document_id: UUID | None
    """None for what an institution holds."""
    is_running: bool
    recognised_as: SupportKind | None
    values: tuple[ReadValue, ...]
    answer: Answer | None = None
    """What the institution that holds it said; None for a paper that the applicant sent."""

    @property
    def is_payroll(self) -> bool:
        """Whether it holds other people's names: sent as a payroll, or recognised as one."""
        return SupportKind.PAYROLL in {self.kind, self.recognised_as}


def support_papers(
    session: Session, application: ApplicationRow, material: Material
) -> tuple[SupportPaper, ...]:
    """Return the standing papers of a case, in the order in which they are asked for.

    What an institution holds stands before what was sent.
    """
    answers = answers_in(application.registry_facts)
    held = [_held(answer, application) for answer in answers.values()]
    found = [*held, *_sent(session, material)]
    order = list(SupportKind)
    return tuple(sorted(found, key=lambda paper: order.index(paper.kind)))


def _held(answer: Answer, application: ApplicationRow) -> SupportPaper:
    return SupportPaper(
        kind=answer.kind,
        document_id=None,
        is_running=False,
        recognised_as=answer.kind,
        values=tuple(_held_value(name, text, application) for name, text in answer.values.items()),
        answer=answer,
    )


def _held_value(name: SupportField, text: str, application: ApplicationRow) -> ReadValue:
    read = judge_value(
        name,
        Read(value=text, confidence=CERTAIN),
        ruc=application.ruc,
        holder=application.holder,
        employees=DataSheet.from_json(application.sheet).employees,
    )
    return ReadValue(
        name=name.value,
        label=name.label,
        value=day_or_text(text),
        registered=read.expected,
        applied="",
        applied_differs=False,
        confidence=CERTAIN,
        outcome=read.outcome,
        position=None,
        document_id=None,
        page_number=0,
        box=None,
    )


def _sent(session: Session, material: Material) -> tuple[SupportPaper, ...]:
    views = {
        view.kind.sent_as: view
        for view in material.documents
        if view.kind.sent_as is not None and view.refusal is None
    }
    ids = [view.id for view in views.values()]
    if not ids:
        return ()
    told = session.execute(
        sa.select(DocumentRow.id, DocumentRow.recognised_as).where(DocumentRow.id.in_(ids))
    )
    recognised = {row.id: row.recognised_as for row in told}
    fields = session.scalars(sa.select(FieldRow).where(FieldRow.document_id.in_(ids))).all()
    return tuple(
        SupportPaper(
            kind=kind,
            document_id=views[kind].id,
            is_running=views[kind].is_running,
            recognised_as=recognised[views[kind].id],
            values=_values([one for one in fields if one.document_id == views[kind].id], material),
        )
        for kind in SupportKind
        if kind in views
    )


def _values(fields: Sequence[FieldRow], material: Material) -> tuple[ReadValue, ...]:
    named = {field.name: field for field in fields}
    return tuple(
        read_value(named[name], label=name.label, material=material)
        for name in SupportField
        if name in named
    )
