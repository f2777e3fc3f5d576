"""Asks a rule as it is to be tried about the newest decided cases of its track; writes nothing."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.data_sheet import DataSheet, problems_of
from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.rule_trial import PastDecision, Trial, Turn, turn_of
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import track_of
from review_service.services.applicant.ruling import question_of

MOST_CASES: Final = 400
"""Decided cases that are asked about, newest first."""
MOST_WITH_PAPERS: Final = 100
"""The same where the papers of each are read, a few questions a case."""
NO_LIMITS = "Esos números no sirven de regla: cada límite debe ser mayor que el anterior."


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedCase:
    """One case that would have gone another way."""

    id: UUID
    reference: str
    turn: Turn
    was: str
    """What was decided, in words."""
    would_be: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a trial found."""

    asked: int
    """Cases that the rule was asked about."""
    left_out: int
    """Cases whose data sheet is not there in full any more."""
    turned: tuple[TurnedCase, ...]
    """Newest first."""

    @property
    def turns(self) -> Counter[Turn]:
        """How many of each kind."""
        return Counter(each.turn for each in self.turned)


def try_rule(uow: UnitOfWork, trial: Trial) -> Tried:
    """Return which of the newest decided cases the rule would have turned.

    Each is asked on the day of its decision, with the facts that are kept beside it. ``uow`` reads
    only. Raises ``InvalidInputError`` for numbers that are no rule.
    """
    track = track_of(trial.track)
    rule = track.rule
    most = MOST_WITH_PAPERS if track.asks_papers else MOST_CASES
    rows = uow.session.scalars(
        sa.select(ApplicationRow)
        .where(ApplicationRow.decided_at.is_not(None), ApplicationRow.track == track.key)
        .order_by(ApplicationRow.decided_at.desc(), ApplicationRow.id)
        .limit(most)
    ).all()
    turned: list[TurnedCase] = []
    asked = 0
    for row in rows:
        if rule is None or problems_of(DataSheet.from_json(row.sheet), track.questions):
            continue
        asked += 1
        question = replace(
            question_of(uow, row, rulebook=trial.rulebook),
            on=ecuador_day(row.decided_at or uow.now),
        )
        try:
            answer = rule(question)
        except SettingsError as error:
            raise InvalidInputError({"": NO_LIMITS}) from error
        past = _past(row)
        turn = turn_of(past, answer)
        if turn is not None:
            turned.append(
                TurnedCase(
                    id=row.id,
                    reference=row.reference,
                    turn=turn,
                    was=past.category or "Negada",
                    would_be=_told(answer),
                )
            )
    return Tried(asked=asked, left_out=len(rows) - asked, turned=tuple(turned))


def _past(row: ApplicationRow) -> PastDecision:
    if row.state is ApplicationState.REFUSED:
        return PastDecision(category="", was_by_rule=False)
    # Reasons of a certificate begin with its category (``upkeep/rule_check.py``).
    category = (row.decision_reasons or "").partition(":")[0]
    return PastDecision(category=category, was_by_rule=row.decided_rule is not None)


def _told(answer: RuleDecision | Referral) -> str:
    return answer.category if isinstance(answer, RuleDecision) else " ".join(answer.reasons)
