"""The end of a request for corrections that nobody answered: a resolution that an officer signs.

Nothing is deemed withdrawn by the clock alone (COA 140): the term ends, the case goes to officers.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from review_service.db.correction_loop import Extension, Loop, loop_of
from review_service.db.models import (
    ApplicationRow,
    OfficerRow,
    WithdrawalResolutionRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.correction_loop import MOST_EXTENSION_DAYS
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.institution import Institution
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.pending_decisions import AT_ONCE, DecisionPolicy
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import long_date, paragraphs, visible
from review_service.domain.written_reasons import written_reason
from review_service.services import notifying
from review_service.services.case import open_corrections, require_seen
from review_service.services.review.asking_again import ask_again
from review_service.services.review.decision_checks import late_reason_for
from review_service.services.review.effects import record_late
from review_service.services.review.entitlement import is_same_person, require_entitled
from review_service.services.review.extending import under_correction
from review_service.services.review.letters import appeal_last_day, require_previewed

MAX_WORDS_CHARACTERS: Final = 2000
OWN_REQUEST: Final = "Usted pidió la corrección: la resolución la firma otra persona."
Facts = dict[str, Any]


def prepared(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    words: str,
    institution: Institution,
    policy: DecisionPolicy = AT_ONCE,
) -> Facts:
    """Return the facts of the resolution if the officer signed it now, dates as ISO text.

    Raises as ``sign``.
    """
    with uow:
        row, loop = _resolvable(uow, application_id, officer_id, version, policy)
        return _facts(uow, row, loop, officer_id=officer_id, words=words, institution=institution)


def sign(  # noqa: PLR0913 -- what is signed, and what was read of it
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    words: str,
    institution: Institution,
    policy: DecisionPolicy = AT_ONCE,
    seen: str | None = None,
    previewed: str | None = None,
    late_reason: str = "",
) -> None:
    """Sign the resolution: the application counts as withdrawn, and its letter is written.

    After the legal term only who may refuse late signs it, and says why in ``late_reason``, which
    goes into the audit trail (field ``late``; COA 207).

    ``words`` are what the officer adds to the facts, may be empty; ``previewed`` is as in
    ``letters.require_previewed``. Raises ``InvalidInputError`` for ``resolution`` while something
    stands against it, or for who asked for the correction where another officer is to sign, and for
    ``words``; ``LetterChangedError``; ``StaleStateError`` when the person corrected it or a
    colleague decided meanwhile; ``NotFoundError``, ``NotAllowedError``, ``OwnCaseError``.
    """
    with uow:
        row, loop = _resolvable(uow, application_id, officer_id, version, policy)
        require_seen(uow, row, seen, Sight.LOOP)
        late = late_reason_for(uow, row, late_reason, officer_id=officer_id, seat=institution.place)
        facts = _facts(uow, row, loop, officer_id=officer_id, words=words, institution=institution)
        require_previewed(facts, previewed)
        if late:
            seat = institution.place
            record_late(uow, "withdrawn_late", row, officer_id=officer_id, reason=late, seat=seat)
        uow.session.add(
            WithdrawalResolutionRow(
                application_id=row.id, facts=facts, signed_by=officer_id, signed_at=uow.now
            )
        )
        move(
            uow,
            row,
            ApplicationState.WITHDRAWN,
            actor=actor_of(officer_id),
            correct_by=None,
        )
        uow.session.refresh(row)
        notifying.tell_applicant(uow, row, event="withdrawn", context=facts)
        uow.commit()


def restart_notice(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    reason: str,
    seat: str | None = None,
    seen: str | None = None,
) -> None:
    """Send the same request again: its term begins anew, whole, when this notice is handed over.

    It never ends before the day that was granted already.
    Raises ``InvalidInputError`` for ``motivo``, else as ``sign``.
    """
    given = written_reason(reason)
    with uow:
        row = under_correction(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.LOOP)
        uow.record("notice_restarted", actor=actor_of(officer_id), subject_id=row.id, reason=given)
        ask_again(uow, row, seat=seat)
        uow.commit()


def _resolvable(
    uow: UnitOfWork, application_id: UUID, officer_id: UUID, version: int, policy: DecisionPolicy
) -> tuple[ApplicationRow, Loop]:
    """Return a case that can be resolved now, to who may; else raise."""
    row = under_correction(uow, application_id=application_id, version=version)
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
    loop = loop_of(uow.session, row, today=ecuador_day(uow.now))
    if loop is None:
        raise StaleStateError(f"nothing is to be corrected on {application_id}")
    if loop.obstacle is not None:
        raise InvalidInputError({"resolution": loop.obstacle.sentence})
    askers = {each.asked_by for each in open_corrections(uow, row.id)}
    if policy.four_eyes and any(is_same_person(uow, each, officer_id) for each in askers):
        raise InvalidInputError({"resolution": OWN_REQUEST})
    return row, loop


def _facts(
    uow: UnitOfWork,
    row: ApplicationRow,
    loop: Loop,
    *,
    officer_id: UUID,
    words: str,
    institution: Institution,
) -> Facts:
    officer = uow.session.get_one(OfficerRow, officer_id)
    notified = loop.notified_at or loop.asked_at
    return {
        "reference": row.reference,
        "holder": row.holder,
        "asked_on": ecuador_day(loop.asked_at).isoformat(),
        "items": [item.heading for item in loop.items],
        "notified_on": ecuador_day(notified).isoformat(),
        "is_renewed": loop.restarted_at is not None,
        "last_day": (loop.last_day or loop.today).isoformat(),
        "reminded": [long_date(ecuador_day(each)) for each in loop.reminded_at],
        "extension": _extension(loop.extension),
        "seen_on": ecuador_day(loop.seen_at).isoformat() if loop.seen_at else "",
        "attempts": [
            {
                "on": long_date(each.made_on),
                "channel": each.channel.label,
                "result": each.result.told,
            }
            for each in loop.attempts
            if each.counts
        ],
        "words": _words(words),
        "signed_on": loop.today.isoformat(),
        "signer": officer.full_name,
        "unit": officer.unit,
        "remedies": institution.remedies.text,
        "appeal_before": institution.remedies.before,
        "appeal_until": appeal_last_day(uow, row, institution).isoformat(),
        "path": f"/solicitudes/{row.id}",
    }


def _extension(extension: Extension | None) -> Mapping[str, Any]:
    """Return what the letter says of more days that were asked for; empty where none were."""
    if extension is None:
        return {}
    return {
        "on": long_date(ecuador_day(extension.asked_at)),
        "days": min(extension.days or 0, MOST_EXTENSION_DAYS),
        "answer": extension.answer,
    }


def _words(text: str) -> list[str]:
    given = visible(text)
    if len(given) > MAX_WORDS_CHARACTERS:
        raise InvalidInputError({"words": f"Escriba {MAX_WORDS_CHARACTERS} letras como máximo."})
    if problem := undrawn_problem(given, field="Su texto"):
        raise InvalidInputError({"words": problem})
    return paragraphs(given)
