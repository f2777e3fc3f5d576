"""Decides an appeal once, by somebody who did not take the decision that is appealed.

An accepted one sends the application back with a written order: a refused one to review, one that
was deemed withdrawn to its corrections. What follows is another act by the ordinary services. The
former decision, its reasons and its letter stay in the appeal, the audit trail and the outgoing
mails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from review_service.db.appeals import appeal_stamp, deciders_of, standing_act
from review_service.db.consultations import UNANSWERED
from review_service.db.models import (
    AppealRow,
    ApplicationRow,
    ConsultationRow,
    LetterRow,
    WithdrawalResolutionRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.appeals import (
    AppealedAct,
    AppealOutcome,
    AppealRules,
    first_decider_problem,
    outcome_problem,
)
from review_service.domain.applications import ApplicationState, returns_to
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.letters import LetterState
from review_service.domain.roles import Permission
from review_service.domain.terms import review_due
from review_service.domain.wording import paragraphs, visible
from review_service.services import notifying
from review_service.services.calendar import decreed_days_of
from review_service.services.findings import cancelling
from review_service.services.review.asking_again import ask_again
from review_service.services.review.decision_checks import require_reasons
from review_service.services.review.entitlement import require_entitled
from review_service.services.review.letters import require_previewed
from review_service.services.upkeep import clockwork

EVENT = "appeal_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants to decide of an appeal, as it was typed."""

    outcome: AppealOutcome | None
    reasons: str
    order: str = ""
    """Of an accepted one: what whoever reviews the application again must do."""
    keeps: bool = False
    """Of an accepted one: whether the decider reviews the application, and nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision that is whole: an order stands only with an accepted appeal."""

    outcome: AppealOutcome
    reasons: str
    order: str
    keeps: bool

    @property
    def is_accepted(self) -> bool:
        """Whether the application goes back."""
        return self.outcome is AppealOutcome.ACCEPTED


def decide(
    uow: UnitOfWork,
    proposal: Proposal,
    *,
    letter_id: UUID,
    officer_id: UUID,
    rules: AppealRules,
    seat: str | None = None,
    seen: str | None = None,
    previewed: str | None = None,
) -> None:
    """Store the decision, tell the applicant, and let an accepted application go on.

    The same decision of the same officer again is no conflict. ``seat`` is the canton of the
    authority, as in ``calendar.decreed_days``; ``seen`` the version that the form carries. Raises
    ``InvalidInputError`` for ``outcome``, ``reasons`` and ``order``, ``StaleStateError`` when a
    colleague decided it or the application is no longer as it was appealed, ``NotFoundError``,
    ``NotAllowedError`` also for who took the decision that is appealed, ``OwnCaseError``,
    and what ``require_previewed`` raises for the mark of the letter that was seen.
    """
    with uow:
        clockwork.require_steady(uow)
        application, appeal, letter = locked(uow, letter_id)
        require_entitled(
            uow, application, officer_id=officer_id, permission=Permission.DECIDE_APPEALS
        )
        if first_decider_problem(deciders_of(uow.session, application), officer_id=officer_id):
            raise NotAllowedError(f"officer {officer_id} took the decision that {letter_id} is of")
        given = require_whole(proposal, is_late=appeal.is_late)
        if appeal.outcome is not None:
            said = (appeal.decided_by, appeal.outcome, appeal.reasons, appeal.review_order)
            if said == (officer_id, given.outcome, given.reasons, given.order):
                return
            raise StaleStateError(f"appeal {letter_id} is decided")
        if seen is not None and seen != appeal_stamp(appeal):
            raise StaleStateError(f"appeal {letter_id} is another now")
        facts = facts_of(uow, letter_id, given, rules)
        require_previewed(facts, previewed)
        _store(uow, appeal, letter, given, officer_id=officer_id, rules=rules)
        letter.answer_mail_id = notifying.post(
            uow,
            event=EVENT,
            recipient=letter.email,
            context={"letter_id": str(letter.id), **facts},
            application_id=application.id,
        )
        uow.record(
            EVENT,
            actor=actor_of(officer_id),
            subject_id=application.id,
            letter_id=str(letter.id),
            outcome=given.outcome.value,
            number=letter.number or "",
        )
        uow.record("letter_answered", actor=actor_of(officer_id), subject_id=letter.id)
        if given.is_accepted:
            _return(uow, application, appeal, given, officer_id=officer_id, seat=seat)
        uow.commit()


def require_whole(proposal: Proposal, *, is_late: bool) -> Ruling:
    """Return the decision as it is stored.

    Raises ``InvalidInputError``.
    """
    problems, outcome = {}, proposal.outcome
    if problem := outcome_problem(outcome, is_late=is_late):
        problems["outcome"] = problem
    is_accepted = outcome is AppealOutcome.ACCEPTED
    texts = {"reasons": proposal.reasons, **({"order": proposal.order} if is_accepted else {})}
    for name, text in texts.items():
        try:
            texts[name] = require_reasons(text)
        except InvalidInputError as error:
            problems[name] = " ".join(error.problems.values())
    if problems or outcome is None:
        raise InvalidInputError(problems)
    return Ruling(
        outcome=outcome,
        reasons=texts["reasons"],
        order=texts.get("order", ""),
        keeps=proposal.keeps and is_accepted,
    )


class NamedAppeal(Protocol):
    """What the letter with the decision names of its appeal, as rows and pages have it."""

    @property
    def number(self) -> str:
        """The number of the appeal."""

    @property
    def reference(self) -> str:
        """The application's."""

    @property
    def entered_on(self) -> date:
        """When it came."""

    @property
    def act(self) -> AppealedAct:
        """What it is against."""


def ruling_facts(told: NamedAppeal, ruling: Ruling, rules: AppealRules) -> Mapping[str, Any]:
    """Return what the letter with the decision says; the officer's preview uses the same."""
    return {
        "number": told.number,
        "reference": told.reference,
        "entered_on": told.entered_on.isoformat(),
        "outcome": ruling.outcome.sentence_on(told.act),
        "reasons": paragraphs(visible(ruling.reasons)),
        "order": paragraphs(visible(ruling.order)),
        "basis": rules.basis,
        "remains": "" if ruling.is_accepted else rules.after,
        "asks_again": ruling.is_accepted and told.act is AppealedAct.DEEMED_WITHDRAWAL,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _NamedAppeal:
    number: str
    reference: str
    entered_on: date
    act: AppealedAct


def facts_of(
    uow: UnitOfWork, letter_id: UUID, ruling: Ruling, rules: AppealRules
) -> Mapping[str, Any]:
    """Return the facts of the letter in the caller's transaction. Raises ``NotFoundError``."""
    appeal, letter = uow.session.get(AppealRow, letter_id), uow.session.get(LetterRow, letter_id)
    if appeal is None or letter is None:
        raise NotFoundError(f"no appeal {letter_id}")
    application = uow.session.get_one(ApplicationRow, appeal.application_id)
    told = _NamedAppeal(
        number=letter.number or "",
        reference=application.reference,
        entered_on=appeal.entered_on,
        act=appeal.act,
    )
    return ruling_facts(told, ruling, rules)


def locked(uow: UnitOfWork, letter_id: UUID) -> tuple[ApplicationRow, AppealRow, LetterRow]:
    """Lock the application first, as everywhere, then its appeal. Raises ``NotFoundError``."""
    application_id = uow.session.execute(
        sa.select(AppealRow.application_id).where(AppealRow.letter_id == letter_id)
    ).scalar_one_or_none()
    if application_id is None:
        raise NotFoundError(f"no appeal {letter_id}")
    application = uow.session.get_one(
        ApplicationRow, application_id, with_for_update=True, populate_existing=True
    )
    appeal = uow.session.get_one(AppealRow, letter_id, with_for_update=True, populate_existing=True)
    letter = uow.session.get_one(LetterRow, letter_id, with_for_update=True, populate_existing=True)
    return application, appeal, letter


def _store(
    uow: UnitOfWork,
    appeal: AppealRow,
    letter: LetterRow,
    given: Ruling,
    *,
    officer_id: UUID,
    rules: AppealRules,
) -> None:
    appeal.outcome, appeal.reasons, appeal.review_order = given.outcome, given.reasons, given.order
    appeal.basis, appeal.remains = rules.basis, "" if given.is_accepted else rules.after
    appeal.decided_by, appeal.decided_at = officer_id, uow.now
    letter.state = LetterState.ANSWERED
    letter.answer = f"{given.outcome.sentence_on(appeal.act)}\n{given.reasons}"
    letter.answered_by, letter.answered_at = officer_id, uow.now
    uow.session.flush()


def _return(
    uow: UnitOfWork,
    application: ApplicationRow,
    appeal: AppealRow,
    given: Ruling,
    *,
    officer_id: UUID,
    seat: str | None,
) -> None:
    """Let the application go on where the decision took it from; its legal term begins today."""
    standing = standing_act(uow.session, application)
    if standing is None or standing.at != appeal.act_at:
        raise StaleStateError(f"application {application.id} is not as it was appealed")
    back = returns_to(application.state)
    decreed = decreed_days_of(uow, application, seat=seat)
    is_reviewed = back is ApplicationState.IN_REVIEW
    move(
        uow,
        application,
        back,
        actor=actor_of(officer_id),
        by_appeal=True,
        decided_by=None,
        decided_at=None,
        decision_reasons=None,
        returned_at=uow.now,
        due_at=review_due(uow.now, decreed=decreed) if is_reviewed else None,
        assigned_to=officer_id if given.keeps else None,
    )
    if appeal.act is AppealedAct.DEEMED_WITHDRAWAL:
        _reopen_request(uow, application, seat=seat)
    for asked in uow.session.scalars(
        sa.select(ConsultationRow).where(
            ConsultationRow.application_id == application.id, *UNANSWERED
        )
    ):  # they were asked for the decision that stands no longer
        asked.withdrawn_at = uow.now
        uow.record(
            "question_withdrawn",
            actor="service",
            subject_id=application.id,
            consultation_id=str(asked.id),
            asked_of=str(asked.asked_of),
        )


def _reopen_request(uow: UnitOfWork, application: ApplicationRow, *, seat: str | None) -> None:
    """Ask again for what was asked, with a whole term, and check the files that nobody checked.

    The resolution goes: the appeal holds what it said, by whom and when.
    """
    signed = uow.session.get_one(WithdrawalResolutionRow, application.id)
    uow.session.delete(signed)
    uow.session.refresh(application)
    ask_again(uow, application, seat=seat)
    cancelling.take_up(uow, application)
