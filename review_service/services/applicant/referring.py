"""Gives a confirmed application to the officers: its term, its items, its findings and mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from review_service.db.models import (
    ApplicationRow,
    ReviewItemRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationState,
    ItemVerdict,
)
from review_service.domain.documents import DocumentState
from review_service.domain.looked_up import answers_in
from review_service.domain.not_applicable import received_in, with_received
from review_service.domain.rule_decisions import Referral
from review_service.domain.terms import review_due
from review_service.domain.tracks import track_of
from review_service.services import notifying
from review_service.services.applicant import gaps
from review_service.services.calendar import decreed_days_of
from review_service.services.case import documents_of
from review_service.services.findings.comparing import compare


def give_to_officers(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    seat: str | None,
    referral: Referral | None = None,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Move a confirmed application into review, settle its items, compare it, and tell its holder.

    ``seat`` is the canton whose holidays count for the term; ``referral`` says why no rule granted.
    """
    decreed = decreed_days_of(uow, row, seat=seat)
    due: datetime = review_due(uow.now, decreed=decreed)
    # Once it is confirmed, needed is what officers judge, which is being settled here.
    papers = {kind.value for kind in gaps.needed_kinds(uow, row, rulebook=rulebook)}
    papers |= {document.kind.value for document in documents_of(uow, row.id)}
    papers |= {kind.value for kind in answers_in(row.registry_facts)}
    move(
        uow,
        row,
        ApplicationState.IN_REVIEW,
        actor="applicant",
        confirmed_at=uow.now,
        confirm_by=None,
        due_at=due,
        open_key=None,
        referral=referral.words if referral else None,
    )
    for item in track_of(row.track).items_for(row.kind):
        if item.is_paper and item.value not in papers:
            continue
        uow.session.add(
            ReviewItemRow(application_id=row.id, item=item, verdict=ItemVerdict.PENDING)
        )
    row.not_applicable = with_received(row.not_applicable)
    compare(uow, row.id, rulebook=rulebook)
    files = [
        {"name": document.file_name, "sha256": document.sha256}
        for document in documents_of(uow, row.id)
        if not document.assembled and document.state is not DocumentState.REFUSED
    ]
    notifying.tell_applicant(
        uow,
        row,
        event="received",
        context={
            "received_at": uow.now.isoformat(),
            "decide_by": due.isoformat(),
            "files": files,
            "not_applicable": [
                {"theme": theme.heading, "sentence": sentence}
                for theme, sentence in received_in(row.not_applicable)
            ],
            "path": f"/solicitudes/{row.id}",
        },
    )
