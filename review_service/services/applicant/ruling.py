"""Asks the rule of a track about one application, on the facts of the register kept beside it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.data_sheet import DataSheet, problems_of
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.looked_up import answers_in
from review_service.domain.rule_decisions import Referral, RuleDecision, RuleQuestion
from review_service.domain.sheet_comparison import sheet_rows
from review_service.domain.snapshots import told
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import track_of
from review_service.services.applicant import renewing
from review_service.services.case import owned
from review_service.services.findings.support_documents import is_settled, papers_of


def answer(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> RuleDecision | Referral | None:
    """Return what the rule says today; None where officers decide or the sheet is not complete.

    Without a ``rulebook`` the packaged rules hold.
    """
    track = track_of(row.track)
    if track.rule is None or problems_of(DataSheet.from_json(row.sheet), track.questions):
        return None
    found = track.rule(question_of(uow, row, rulebook=rulebook))
    if isinstance(found, Referral):
        return found
    if another := _other_category_in_force(uow, row, found.category):
        return Referral(reasons=(_ANOTHER.format(another),))
    early = renewing.too_early(uow, row, category=found.category, rulebook=rulebook)
    return early or found


def preview(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    rulebook: Mapping[str, Any] | None = None,
) -> RuleDecision | Referral | None:
    """Return ``foretold`` for the applicant's own application. Raises ``NotFoundError``."""
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        return foretold(uow, row, rulebook=rulebook)


def foretold(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> RuleDecision | Referral | None:
    """Return what of ``answer`` may be told before sending.

    Where it rests on papers that is only whether the document would say the same as the one that
    holds: who forges a paper could try until the answer is yes.
    """
    track = track_of(row.track)
    if track.rule is None or not track.asks_papers:
        return answer(uow, row, rulebook=rulebook)
    if problems_of(DataSheet.from_json(row.sheet), track.questions):
        return None
    return renewing.too_early(uow, row, category=track.category, rulebook=rulebook)


def question_of(
    uow: UnitOfWork, row: ApplicationRow, *, rulebook: Mapping[str, Any] | None = None
) -> RuleQuestion:
    """Return the application as a rule sees it today."""
    asks_papers = track_of(row.track).asks_papers
    return RuleQuestion(
        ruc=row.ruc,
        holder=row.holder,
        sheet=DataSheet.from_json(row.sheet),
        facts=row.registry_facts,
        on=ecuador_day(uow.now),
        rulebook=read_rulebook(None) if rulebook is None else rulebook,
        papers=papers_of(uow, row.id) if asks_papers else {},
        looked_up=answers_in(row.registry_facts) if asks_papers else {},
        is_settled=not asks_papers or is_settled(uow, row.id),
    )


def told_by_the_sheet(row: ApplicationRow) -> frozenset[str]:
    """Return the notes of officers that the sheet's own advice tells the applicant already."""
    rows = sheet_rows(
        holder=row.holder,
        sheet=DataSheet.from_json(row.sheet),
        facts=row.registry_facts,
        asked=track_of(row.track).questions,
    )
    return frozenset(each.note for each in rows if each.differs)


def _other_category_in_force(uow: UnitOfWork, row: ApplicationRow, category: str) -> str:
    """Return what a certificate of the track in force says, if that is another category.

    Of another year's sales another category may come of itself: the new one takes its place.
    """
    issued = uow.session.execute(
        sa.select(AgreementRow.snapshot, ApplicationRow.sheet)
        .join(ApplicationRow, ApplicationRow.id == AgreementRow.application_id)
        .where(
            AgreementRow.ruc == row.ruc,
            ApplicationRow.track == row.track,
            AgreementRow.valid_until >= ecuador_day(uow.now),
            AgreementRow.successor_id.is_(None),
        )
    )
    year = row.sheet.get("sales_year")
    said = (told(each.snapshot, "category") for each in issued
            if each.sheet.get("sales_year") == year)  # fmt: skip
    return next((each for each in said if each != category), "")


_ANOTHER: Final = (
    "Con ventas del mismo año, su certificado vigente dice «{}»: una persona revisa el cambio."
)
