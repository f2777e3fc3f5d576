"""Reads what the checks found in supporting papers, and what speaks against each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, FieldRow, FindingRow, PageRow
from review_service.db.page_texts import stored_words
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentState, SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.item_evidence import item_of_file
from review_service.domain.looked_up import Answer, answers_in, doubts_on_answer
from review_service.domain.support_comparison import ReadValue, judge_value, values_of
from review_service.domain.support_papers import Doubt, PaperRead, doubts, names_the_holder
from review_service.domain.terms import ecuador_day
from review_service.services.case import documents_of
from review_service.services.findings.compared_findings import add


def papers_of(uow: UnitOfWork, application_id: UUID) -> Mapping[SupportKind, PaperRead]:
    """Return what was read of each present paper whose checks have accepted it.

    By what it was sent as; of several the newest.
    """
    documents = [
        each
        for each in documents_of(uow, application_id)
        if each.kind.sent_as is not None and each.state is DocumentState.CHECKED
    ]
    return {
        kind: read_of(uow, document)
        for document in documents
        if (kind := document.kind.sent_as) is not None
    }


def is_settled(uow: UnitOfWork, application_id: UUID) -> bool:
    """Whether the checks of every present file have ended."""
    return all(each.state.is_final for each in documents_of(uow, application_id))


def read_of(uow: UnitOfWork, document: DocumentRow) -> PaperRead:
    """Return what the document's own checks found in it."""
    fields = uow.session.scalars(sa.select(FieldRow).where(FieldRow.document_id == document.id))
    found = uow.session.scalars(
        sa.select(FindingRow).where(
            FindingRow.document_id == document.id, FindingRow.compared.is_(False)
        )
    )
    return PaperRead(
        recognised_as=document.recognised_as,
        values=values_of((field.name, field.value, field.confidence) for field in fields),
        findings=tuple((each.code, each.severity) for each in found),
    )


def doubts_on(
    uow: UnitOfWork,
    row: ApplicationRow,
    document: DocumentRow,
    *,
    rulebook: Mapping[str, Any] | None = None,
) -> Sequence[Doubt]:
    """Return what speaks against one checked paper today; without a rulebook, by packaged rules."""
    kind = document.kind.sent_as
    if kind is None:
        return ()
    return doubts(
        kind,
        read_of(uow, document),
        ruc=row.ruc,
        holder=row.holder,
        employees=DataSheet.from_json(row.sheet).employees,
        on=ecuador_day(uow.now),
        document=rulebook,
    )


def answer_doubts(
    uow: UnitOfWork,
    row: ApplicationRow,
    answer: Answer,
    *,
    rulebook: Mapping[str, Any] | None = None,
) -> Sequence[Doubt]:
    """Return what speaks against one paper that an institution holds, as ``doubts_on`` does."""
    return doubts_on_answer(
        answer,
        holder=row.holder,
        employees=DataSheet.from_json(row.sheet).employees,
        on=ecuador_day(uow.now),
        document=rulebook,
    )


def compare_answers(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None
) -> None:
    """Say what speaks against papers that institutions hold, in the caller's transaction."""
    for answer in answers_in(row.registry_facts).values():
        item = item_of_file(answer.kind.document_kind)
        for doubt in answer_doubts(uow, row, answer, rulebook=rulebook):
            add(
                uow,
                row,
                code=doubt.code,
                severity=doubt.severity,
                message=doubt.sentence,
                item=item,
            )


def compare(
    uow: UnitOfWork,
    row: ApplicationRow,
    document: DocumentRow,
    *,
    rulebook: Mapping[str, Any] | None,
) -> None:
    """Replace the comparison of one paper with the application, in the caller's transaction.

    What the document's own checks say stands beside it already and is not said twice.
    """
    fields = uow.session.scalars(
        sa.select(FieldRow).where(FieldRow.document_id == document.id)
    ).all()
    for field in fields:
        _judge(field, row)
    own = {code for code, _ in read_of(uow, document).findings}
    for doubt in doubts_on(uow, row, document, rulebook=rulebook):
        if doubt.code not in own:
            add(
                uow,
                row,
                code=doubt.code,
                severity=doubt.severity,
                message=doubt.sentence,
                document_id=document.id,
            )
    if document.kind.sent_as is SupportKind.APPOINTMENT:
        _say_whether_named(uow, row, document)


def _say_whether_named(uow: UnitOfWork, row: ApplicationRow, document: DocumentRow) -> None:
    """Note for the officer whether the words of an appointment name the organisation."""
    pages = uow.session.execute(
        sa.select(PageRow.number, PageRow.words)
        .where(PageRow.document_id == document.id)
        .order_by(PageRow.number)
    )
    for number, stored in pages:
        words = [word.text for word in stored_words(stored)]
        if names_the_holder(words, ruc=row.ruc, holder=row.holder):
            add(
                uow,
                row,
                code=FindingCode.SUPPORT_NAMES_HOLDER,
                severity=Severity.NOTE,
                message=f"Nombra a «{row.holder}» o su RUC.",
                document_id=document.id,
                page=number,
            )
            return
    add(
        uow,
        row,
        code=FindingCode.SUPPORT_NAME_NOT_FOUND,
        severity=Severity.NOTE,
        message=f"En el texto leído no se encontró «{row.holder}» ni su RUC: mírelo usted.",
        document_id=document.id,
    )


def _judge(field: FieldRow, row: ApplicationRow) -> None:
    found = judge_value(
        field.name,
        ReadValue(value=field.value, confidence=field.confidence),
        ruc=row.ruc,
        holder=row.holder,
        employees=DataSheet.from_json(row.sheet).employees,
    )
    field.outcome, field.expected = found.outcome, found.expected
