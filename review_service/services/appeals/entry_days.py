"""Corrects the day on which an appeal entered on paper, where it was recorded wrongly.

The day that was recorded, the right one and the reason stand in the audit trail; the receipt is
sent again with the term that counts from the right day.
"""

from datetime import date
from typing import Final
from uuid import UUID

from review_service.db.appeals import appeal_stamp, deciders_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.appeals import first_decider_problem, is_after
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day
from review_service.domain.written_reasons import written_reason
from review_service.services.appeals.deciding import locked
from review_service.services.appeals.lodging import entry_day_problem
from review_service.services.letters.receipt import LetterRules, count_from
from review_service.services.review.entitlement import require_entitled
from review_service.services.upkeep import clockwork

EVENT: Final = "appeal_day_corrected"
ONLINE: Final = "Este recurso llegó en línea: su día es el de su envío y no se corrige."
BY_ANOTHER: Final = "Usted tomó la decisión que se apela: el día lo corrige otra persona."


def correct_day(
    uow: UnitOfWork,
    *,
    letter_id: UUID,
    officer_id: UUID,
    day: date | None,
    reason: str,
    rules: LetterRules,
    seen: str | None = None,
) -> None:
    """Say on which day an open appeal entered; the day that stands already changes nothing.

    ``day`` None: none was given that is a day; ``seen`` is the version that the form carries.
    Raises ``InvalidInputError`` for ``day`` and ``motivo``, ``StaleStateError`` when it was decided
    or its day corrected meanwhile, ``NotFoundError``, ``NotAllowedError`` and ``OwnCaseError``.
    """
    with uow:
        clockwork.require_steady(uow)
        application, appeal, letter = locked(uow, letter_id)
        require_entitled(
            uow, application, officer_id=officer_id, permission=Permission.ANSWER_LETTERS
        )
        if appeal.outcome is not None or (seen is not None and seen != appeal_stamp(appeal)):
            raise StaleStateError(f"appeal {letter_id} is another now")
        if appeal.recorded_by is None:
            raise InvalidInputError({"day": ONLINE})
        if first_decider_problem(deciders_of(uow.session, application), officer_id=officer_id):
            raise InvalidInputError({"day": BY_ANOTHER})
        given, right = _require_whole(
            day, reason, begins=ecuador_day(appeal.act_at), today=ecuador_day(uow.now)
        )
        former = appeal.entered_on
        if right == former:
            return
        appeal.entered_on = right
        appeal.is_late = is_after(appeal.appeal_until, right)
        count_from(uow, letter, right, rules=rules)
        uow.record(
            EVENT,
            actor=actor_of(officer_id),
            subject_id=application.id,
            letter_id=str(letter_id),
            former=former.isoformat(),
            day=right.isoformat(),
            is_late=appeal.is_late,
            reason=given,
        )
        uow.commit()


def _require_whole(day: date | None, reason: str, *, begins: date, today: date) -> tuple[str, date]:
    """Return reason and day. Raises ``InvalidInputError``."""
    problems, given = {}, ""
    if problem := entry_day_problem(day, begins=begins, today=today):
        problems["day"] = problem
    try:
        given = written_reason(reason)
    except InvalidInputError as error:
        problems |= error.problems
    if problems or day is None:
        raise InvalidInputError(problems)
    return given, day
