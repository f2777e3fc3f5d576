"""Receives appeals: online as a letter of who is signed in, or on paper at an officer's desk.

The words, the number, the day by which it must be decided and the receipt are the letter's; what is
appealed, as it was, is the appeal's. Against one decision there is one appeal.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.appeals import deciders_of, is_appealed, standing_act
from review_service.db.engine import insert_if_absent
from review_service.db.models import AppealRow, ApplicationRow, LetterRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.appeals import first_decider_problem, is_after
from review_service.domain.email_addresses import is_address
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.letters import LetterKind, LetterState, body_problem
from review_service.domain.numbering import hash_secret, link_token
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import visible
from review_service.services.case import require_seen
from review_service.services.letters.receipt import LetterRules, receive
from review_service.services.review.entitlement import require_entitled
from review_service.services.upkeep import clockwork

NOT_BY_THE_FIRST: Final = (
    "Usted tomó la decisión que se apela: el recurso lo registra otra persona. Entréguelo a un "
    "colega."
)
NO_ADDRESS: Final = (
    "El SRI no tiene un correo de esta persona: sin él no se puede enviar el comprobante ni la "
    "decisión. Pida que lo actualice en el SRI."
)


def lodge(
    uow: UnitOfWork,
    letter: LetterRow,
    *,
    entered_on: date,
    actor: str,
    recorded_by: UUID | None = None,
) -> bool:
    """Make a letter an appeal against the decision that its application stands on, if it can be.

    It can where the letter is of the kind, of the application's own RUC, and nobody appealed that
    decision before; any other stays a letter that is answered with words. Return whether it is one.
    In the caller's transaction, before the letter gets its number.
    """
    if letter.kind is not LetterKind.APPEAL or letter.application_id is None:
        return False
    application = uow.session.get_one(ApplicationRow, letter.application_id)
    act = standing_act(uow.session, application)
    if act is None or letter.ruc != application.ruc:
        return False
    is_late = is_after(act.until, entered_on)
    is_new = insert_if_absent(
        uow.session,
        AppealRow,
        letter_id=letter.id,
        application_id=application.id,
        act=act.act,
        act_at=act.at,
        act_by=act.by,
        act_reasons=act.reasons,
        appeal_until=act.until,
        entered_on=entered_on,
        is_late=is_late,
        recorded_by=recorded_by,
        reasons="",
        review_order="",
        basis="",
        remains="",
    )
    if is_new:
        uow.record(
            "appeal_lodged",
            actor=actor,
            subject_id=application.id,
            letter_id=str(letter.id),
            act=act.act.value,
            entered_on=entered_on.isoformat(),
            is_late=is_late,
        )
    return is_new


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAppeal:
    """An appeal that somebody brought on paper."""

    entered_on: date | None
    """The day on its stamp; None: none was given that is a day."""
    words: str
    """What it says and asks for."""


def record_paper(
    uow: UnitOfWork,
    paper: PaperAppeal,
    *,
    application_id: UUID,
    officer_id: UUID,
    secret_key: str,
    rules: LetterRules,
    seen: str | None = None,
) -> UUID:
    """Record an appeal that came on paper; return the id of its letter.

    The receipt goes to the applicant's address at the SRI. Raises ``InvalidInputError`` for
    ``entered_on`` and ``words``, also for who took the decision, ``StaleStateError`` where the
    decision was appealed already or is another now, ``NotFoundError``, ``NotAllowedError`` and
    ``OwnCaseError``.
    """
    with uow:
        clockwork.require_steady(uow)
        row = uow.session.execute(
            sa.select(ApplicationRow)
            .where(ApplicationRow.id == application_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is None or row.confirmed_at is None:
            raise NotFoundError(f"no application {application_id}")
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.ANSWER_LETTERS)
        act = standing_act(uow.session, row)
        if act is None or is_appealed(uow.session, row.id, act):
            raise StaleStateError(f"nothing to appeal of application {application_id}")
        if first_decider_problem(deciders_of(uow.session, row), officer_id=officer_id):
            raise InvalidInputError({"words": NOT_BY_THE_FIRST})
        require_seen(uow, row, seen, Sight.CASE)
        email = row.registry_facts.get("email", "")
        words = _require_whole(paper, begins=ecuador_day(act.at), today=ecuador_day(uow.now))
        if not is_address(email):
            raise InvalidInputError({"words": NO_ADDRESS})
        actor = actor_of(officer_id)
        letter = _letter(uow, row, words, email=email, secret_key=secret_key)
        entered_on = paper.entered_on or ecuador_day(uow.now)
        lodge(uow, letter, entered_on=entered_on, actor=actor, recorded_by=officer_id)
        receive(uow, letter, actor=actor, rules=rules, entered_on=entered_on)
        uow.commit()
        return letter.id


def entry_day_problem(day: date | None, *, begins: date, today: date) -> str:
    """Return one Spanish sentence for a day on which a paper cannot have come, else nothing."""
    if day is not None and begins <= day <= today:
        return ""
    return f"Escriba el día del sello, entre el {begins:%d/%m/%Y}, día de la decisión, y hoy."


def _require_whole(paper: PaperAppeal, *, begins: date, today: date) -> str:
    """Return the words as stored. Raises ``InvalidInputError``."""
    problems = {}
    if problem := entry_day_problem(paper.entered_on, begins=begins, today=today):
        problems["entered_on"] = problem
    if problem := body_problem(paper.words):
        problems["words"] = problem
    if problems:
        raise InvalidInputError(problems)
    return visible(paper.words)


def _letter(
    uow: UnitOfWork, row: ApplicationRow, words: str, *, email: str, secret_key: str
) -> LetterRow:
    letter_id = uuid4()
    letter = LetterRow(
        id=letter_id,
        kind=LetterKind.APPEAL,
        state=LetterState.UNCONFIRMED,
        ruc=row.ruc,
        name=row.holder,
        email=email,
        application_id=row.id,
        about=row.reference,
        body=words,
        token_hash=hash_secret(link_token(secret_key, letter_id)),
        written_at=uow.now,
        term_norm="",
        answer="",
    )
    uow.session.add(letter)
    uow.session.flush()
    return letter
