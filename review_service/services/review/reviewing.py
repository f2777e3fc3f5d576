"""Officers judge each item, then approve or refuse. Every decision is a compare-and-set."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.item_evidence import evidence_of, seen_in
from review_service.db.models import ApplicationRow, ReviewItemRow
from review_service.db.pending_decisions import pending_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.categories import CategoryFound, OverLimits
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.institution import Institution
from review_service.domain.item_evidence import ItemEvidence, falls_back
from review_service.domain.mipyme import category_of
from review_service.domain.pending_decisions import AT_ONCE, DecisionOutcome, DecisionPolicy
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.tracks import track_of
from review_service.services.agreements.issuing import require_issuable
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.applicant.ruling import question_of
from review_service.services.case import require_seen
from review_service.services.review import effects, looking, pending_decisions, settling
from review_service.services.review.claiming import require_held
from review_service.services.review.decision_checks import (
    NOTHING_CHOSEN,
    ChosenCategory,
    grounds_of,
    late_reason_for,
    require_all_accepted,
    require_reasons,
)
from review_service.services.review.entitlement import require_entitled
from review_service.services.review.letters import appeal_last_day, refusal_facts, require_previewed
from review_service.services.review.pending_decisions import CheckedDecision
from review_service.services.upkeep import clockwork


def judge(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    item: ReviewItem,
    verdict: ItemVerdict,
    seen: str | None = None,
) -> None:
    """Store the officer's judgement of one item, with the item's evidence at that moment.

    ``seen`` is the version of what the officer's page showed, here and below; None for one who
    reads it just now. The same verdict of the same officer again is no conflict. Raises
    ``StaleStateError`` when the case was moved, a colleague judged the item or another file came
    under it since the page was made; ``NotFoundError``, ``NotAllowedError``, ``OwnCaseError``,
    ``NotHeldError`` when the officer does not hold the case; ``InvalidInputError`` for an
    observation on what was corrected as asked and accepted in an earlier letter.
    """
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        entry = uow.session.get(ReviewItemRow, (row.id, item))
        if entry is None:
            raise NotFoundError(f"{item.value} is not judged here")
        evidence = evidence_of(uow.session, row)[item]
        if _is_repeated(entry, officer_id, verdict, evidence):
            return
        require_seen(uow, row, seen, Sight.ITEM, item)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        if verdict is ItemVerdict.OBSERVED:
            settling.require_unsettled(uow, row, [item])
        if verdict is not ItemVerdict.PENDING:
            entry.seen, entry.reopened_at = evidence.to_json(), None
        entry.verdict = verdict
        entry.judged_by, entry.judged_at = officer_id, uow.now
        uow.record(
            "item_judged",
            actor=actor_of(officer_id),
            subject_id=row.id,
            item=item.value,
            verdict=verdict.value,
        )
        uow.commit()


def approve(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    rules: IssuingRules,
    seen: str | None = None,
    chosen: ChosenCategory = NOTHING_CHOSEN,
    policy: DecisionPolicy = AT_ONCE,
) -> str:
    """Approve, number and ask for the paper in one transaction; return the number.

    Where ``policy`` says so it is recommended, or can be undone first: then there is no number yet
    and the text is empty; and who has not opened the pages is told so (field ``unseen``).
    ``chosen`` counts where certificates of the track say different categories. Raises
    ``StaleStateError``, ``NotFoundError``, ``InvalidInputError`` when something is open,
    ``NotAllowedError``, ``OwnCaseError`` and ``NotHeldError``.
    """
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.REVIEW)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        require_all_accepted(uow, row)
        if policy.stops_unseen:
            looking.require_opened(uow, row.id, officer_id=officer_id)
        grounds = grounds_of(uow, row, chosen, rules)
        chosen_label = chosen.category.label if chosen.category else ""
        category, number = track_of(row.track).category or chosen_label, ""
        if policy.is_at_once:
            number = effects.approve(
                uow, row, officer_id=officer_id, grounds=grounds, category=category, rules=rules
            )
        else:
            require_issuable(uow, row, rules=rules, category=category)
            said = CheckedDecision(
                outcome=DecisionOutcome.APPROVE, reasons=grounds, category=category
            )
            pending_decisions.begin(uow, row, said, officer_id=officer_id, policy=policy)
        uow.commit()
        return number


def why_not_approved(uow: UnitOfWork, *, application_id: UUID) -> str:
    """Return what speaks against approving a case in review; empty when nothing does.

    Raises ``NotFoundError``.
    """
    row = uow.session.get(ApplicationRow, application_id)
    if row is None:
        raise NotFoundError(f"no application {application_id}")
    try:
        require_all_accepted(uow, row)
    except InvalidInputError as error:
        return " ".join(error.problems.values())
    return ""


def category_found(
    uow: UnitOfWork, *, application_id: UUID, rulebook: Mapping[str, Any]
) -> CategoryFound | OverLimits | None:
    """Return what the rule says of a MIPYME's people and sales today; None while one is missing.

    Raises ``NotFoundError``.
    """
    with uow:
        row = uow.session.get(ApplicationRow, application_id)
        if row is None:
            raise NotFoundError(f"no application {application_id}")
        return category_of(question_of(uow, row, rulebook=rulebook))


def advice_on(
    uow: UnitOfWork, *, application_id: UUID, rulebook: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return what the dated rules advise an officer of, sentences. Raises ``NotFoundError``."""
    with uow:
        row = uow.session.get(ApplicationRow, application_id)
        if row is None:
            raise NotFoundError(f"no application {application_id}")
        advice = track_of(row.track).advice
        return () if advice is None else advice(question_of(uow, row, rulebook=rulebook))


def refuse(  # noqa: PLR0913 -- what a refusal rests on, each by its name
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    reasons: str,
    institution: Institution,
    seen: str | None = None,
    late_reason: str = "",
    policy: DecisionPolicy = AT_ONCE,
    previewed: str | None = None,
) -> None:
    """Refuse with reasons and tell the applicant, with the remedies; ``policy`` as of ``approve``.

    After the legal term only who may refuse late does it, and says why in ``late_reason``, which
    goes into the audit trail (COA 207). Raises ``InvalidInputError`` when no reasons are given, or
    none for being late (field ``late``), or while no item stands observed, ``StaleStateError``,
    ``NotFoundError``, ``NotAllowedError``, ``OwnCaseError``, ``NotHeldError``, and what
    ``require_previewed`` raises for the mark of the letter that was seen.
    """
    given = require_reasons(reasons)
    with uow:
        row = under_review(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.REVIEW)
        require_held(uow, row, officer_id=officer_id, seen=seen)
        effects.require_refusable(uow, row)
        late = late_reason_for(uow, row, late_reason, officer_id=officer_id, seat=institution.place)
        until = appeal_last_day(uow, row, institution)
        facts = refusal_facts(row, reasons=given, institution=institution, appeal_until=until)
        require_previewed(facts, previewed)
        if policy.is_at_once:
            effects.refuse(
                uow,
                row,
                officer_id=officer_id,
                reasons=given,
                late_reason=late,
                institution=institution,
            )
        else:
            said = CheckedDecision(outcome=DecisionOutcome.REFUSE, reasons=given, late_reason=late)
            pending_decisions.begin(uow, row, said, officer_id=officer_id, policy=policy)
        uow.commit()


def under_review(uow: UnitOfWork, *, application_id: UUID, version: int) -> ApplicationRow:
    """Lock and return the application in the version seen, or raise ``StaleStateError``.

    A case whose decision has no effect yet is nobody's to change. Raises ``InvalidInputError``
    while the clock is not believed: an act would carry a false date.
    """
    clockwork.require_steady(uow)
    row = uow.session.execute(
        sa.select(ApplicationRow).where(ApplicationRow.id == application_id).with_for_update()
    ).scalar_one_or_none()
    if row is None or row.confirmed_at is None:  # officers do not see it before
        raise NotFoundError(f"no application {application_id}")
    if row.version != version or row.state is not ApplicationState.IN_REVIEW:
        raise StaleStateError(f"application {application_id} is at version {row.version}")
    if pending_of(uow.session, application_id) is not None:
        raise StaleStateError(f"application {application_id} has a pending decision")
    return row


def _is_repeated(
    entry: ReviewItemRow, officer_id: UUID, verdict: ItemVerdict, evidence: ItemEvidence
) -> bool:
    """Whether the officer said just that of just this: a second click."""
    if entry.verdict is not verdict or entry.judged_by != officer_id:
        return False
    return verdict is ItemVerdict.PENDING or not falls_back(verdict, seen_in(entry), evidence)
