"""Writes each officer's daily digest: once a day, and only when something of theirs is late."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.decreed_days import DecreedDays
from review_service.db.models import OfficerRow
from review_service.db.queries.officer.appeals import TermRules
from review_service.db.queries.officer.consultations import late_by_colleague
from review_service.db.queries.officer.late import late_appeals_by_officer, late_by_officer
from review_service.db.tracking import NO_FACTS
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.appeals import appeal_rules
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.email_addresses import mailbox_of, one_address
from review_service.domain.errors import InvalidInputError
from review_service.domain.identifiers import mailed_code
from review_service.domain.imported_lines import LineRefusedError
from review_service.domain.numbering import link_code
from review_service.domain.officer_digest import (
    DIGEST_CODE_TERM,
    Late,
    LateQuestion,
    is_time,
    lines_of,
    question_lines_of,
)
from review_service.domain.request_limits import DIGEST_CODE, DIGEST_MAIL, DIGEST_RECIPIENT
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day
from review_service.services import attempts, notifying
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

EVENT = "officer_digest"
CONFIRM_EVENT = "digest_confirm"
NO_ADDRESS = "Escriba un solo correo, como nombre@institucion.gob.ec."
WRONG_CODE = "Ese no es el código. Cópielo del último correo que le enviamos."
CODE_OVER = "Ese código ya no sirve. Pida otro."
NO_QUESTION = "No hay ningún correo por confirmar."
MOST_OFFICERS = 500
"""Digests of one round."""


def send(
    reading: UnitFactory,
    writing: UnitFactory,
    *,
    seat: str,
    rulebook: Mapping[str, Any] | None = None,
) -> int:
    """Write the digests of this morning that were not written; return how many were.

    ``rulebook`` says from when on an appeal is near its end; None: as packaged.
    Each is one transaction with the note that it was written, so that two schedulers, or one that
    was killed, write one for each officer and day. Raises ``RoundFailedError``, ``OutsideError``.
    """
    with reading() as uow:
        decreed = DecreedDays.read(uow).of(seat)
        if not is_time(uow.now, decreed=decreed):
            return 0
        waiting = _waiting(uow)
        late = _late(uow, seat=seat, rulebook=rulebook) if waiting else {}
        asked = late_by_colleague(uow) if waiting else {}
    sent, digests = 0, Round("digest_failed")
    for officer_id in waiting:
        cases, questions = late.get(officer_id, ()), asked.get(officer_id, ())
        if cases or questions:
            with digests.one(officer_id=officer_id), writing() as uow:
                sent += _write(uow, officer_id, cases, questions)
    digests.end()
    return sent


def _late(
    uow: UnitOfWork, *, seat: str, rulebook: Mapping[str, Any] | None
) -> Mapping[UUID, Sequence[Late]]:
    rules = appeal_rules(
        read_rulebook(None) if rulebook is None else rulebook, on=ecuador_day(uow.now)
    )
    cases: Mapping[UUID, Sequence[Late]] = late_by_officer(uow, seat=seat)
    appeals = late_appeals_by_officer(uow, terms=TermRules(near_days=rules.near_days, seat=seat))
    return {
        officer: (*cases.get(officer, ()), *appeals.get(officer, ()))
        for officer in {*cases, *appeals}
    }


def set_address(uow: UnitOfWork, *, officer_id: UUID, address: str) -> str:
    """Store where the officer wants the digest, mail a code there, and return the address.

    Digests go there once the code was given back (``confirm_address``). An address that was
    confirmed is not asked again; empty text ends the digests. Raises ``InvalidInputError`` for the
    field ``address`` and ``TooManyAttemptsError``: whoever asks pays first, then the address.
    """
    if not address.strip():
        _end(uow, officer_id)
        return ""
    try:
        given = one_address(address)
    except LineRefusedError as error:
        raise InvalidInputError({"address": NO_ADDRESS}) from error
    with uow:
        row = uow.session.get_one(OfficerRow, officer_id)
        if row.digest_address == row.digest_confirmed_address == given:
            return given
    attempts.spend(uow, DIGEST_MAIL, who=str(officer_id))
    attempts.spend(uow, DIGEST_RECIPIENT, who=mailbox_of(given))
    question = uuid4()
    with uow:
        _change(
            uow,
            officer_id,
            digest_address=given,
            digest_question=question,
            digest_asked_at=uow.now,
            digest_confirmed_address=None,
        )
        notifying.post(
            uow, event=CONFIRM_EVENT, recipient=given, context={"digest_question": str(question)}
        )
        uow.record("digest_wanted", actor=actor_of(officer_id), subject_id=officer_id)
        uow.commit()
    return given


def confirm_address(uow: UnitOfWork, *, officer_id: UUID, code: str, secret_key: str) -> str:
    """Let the digests go to the address whose code this is, and return the address.

    Raises ``InvalidInputError`` for the field ``code``, ``TooManyAttemptsError``.
    """
    attempts.spend(uow, DIGEST_CODE, who=str(officer_id))
    with uow:
        row = uow.session.get_one(OfficerRow, officer_id)
        question, asked_at, address = row.digest_question, row.digest_asked_at, row.digest_address
        if question is None or asked_at is None or address is None:
            raise InvalidInputError({"code": NO_QUESTION})
        if asked_at + DIGEST_CODE_TERM < uow.now:
            raise InvalidInputError({"code": CODE_OVER})
        right = link_code(secret_key, question)
        if not hmac.compare_digest(mailed_code(code).encode(), right.encode()):
            raise InvalidInputError({"code": WRONG_CODE})
        _change(
            uow,
            officer_id,
            OfficerRow.digest_question == question,
            digest_question=None,
            digest_confirmed_address=address,
        )
        uow.record("digest_confirmed", actor=actor_of(officer_id), subject_id=officer_id)
        uow.commit()
    return address


def _end(uow: UnitOfWork, officer_id: UUID) -> None:
    with uow:
        has_ended = _change(
            uow,
            officer_id,
            OfficerRow.digest_address.is_not(None),
            digest_address=None,
            digest_question=None,
            digest_asked_at=None,
            digest_confirmed_address=None,
        )
        if has_ended:
            uow.record("digest_ended", actor=actor_of(officer_id), subject_id=officer_id)
            uow.commit()


def _change(
    uow: UnitOfWork, officer_id: UUID, *where: sa.ColumnElement[bool], **values: object
) -> bool:
    """Write these columns, which hold no facts; False where the row is not so any more."""
    changed = uow.session.execute(
        sa.update(OfficerRow)
        .where(OfficerRow.id == officer_id, *where)
        .values(**values)
        .returning(OfficerRow.id)
        .execution_options(**NO_FACTS)
    )
    return changed.scalar_one_or_none() is not None


def _is_confirmed() -> sa.ColumnElement[bool]:
    return OfficerRow.digest_confirmed_address == OfficerRow.digest_address


def _waiting(uow: UnitOfWork) -> list[UUID]:
    """Return who wants a digest and has none of today."""
    today = ecuador_day(uow.now)
    rows = uow.session.scalars(
        sa.select(OfficerRow)
        .where(
            OfficerRow.active.is_(True),
            _is_confirmed(),
            sa.or_(OfficerRow.digested_on.is_(None), OfficerRow.digested_on < today),
        )
        .order_by(OfficerRow.id)
        .limit(MOST_OFFICERS)
    )
    return [row.id for row in rows if row.standing.may(Permission.REVIEW)]


def _write(
    uow: UnitOfWork,
    officer_id: UUID,
    cases: Sequence[Late],
    questions: Sequence[LateQuestion],
) -> int:
    if not clockwork.is_steady(uow):
        return 0
    today = ecuador_day(uow.now)
    address = uow.session.execute(
        sa.update(OfficerRow)
        .where(
            OfficerRow.id == officer_id,
            OfficerRow.active.is_(True),
            _is_confirmed(),
            sa.or_(OfficerRow.digested_on.is_(None), OfficerRow.digested_on < today),
        )
        .values(digested_on=today)
        .returning(OfficerRow.digest_address)
        .execution_options(**NO_FACTS)
    ).scalar_one_or_none()
    if address is None:
        return 0
    notifying.post(
        uow,
        event=EVENT,
        recipient=address,
        context={
            "count": len(cases),
            "lines": lines_of(cases),
            "questions": len(questions),
            "question_lines": question_lines_of(questions),
            "today_on": today.isoformat(),
            "path": "/revision",
        },
    )
    uow.commit()
    return 1
