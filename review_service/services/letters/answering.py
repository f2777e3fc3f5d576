"""Answers a letter once: an officer's words go out as a mail and stand on the letter's page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol, cast
from uuid import UUID

import sqlalchemy as sa

from review_service.db.appeals import deciders_of
from review_service.db.letters import letter_stamp
from review_service.db.models import AppealRow, ApplicationRow, LetterRow, OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OwnCaseError,
    StaleStateError,
)
from review_service.domain.letters import (
    MOST_ANSWER,
    LetterKind,
    LetterState,
    body_problem,
    needed_to_answer,
    own_decision_problem,
)
from review_service.domain.wording import paragraphs, visible
from review_service.services import notifying

DECIDED_INSTEAD: Final = "Esta carta es un recurso: se decide en «Recursos», no se responde."


def answer(
    uow: UnitOfWork, *, letter_id: UUID, officer_id: UUID, text: str, seen: str | None = None
) -> None:
    """Store the answer and mail it; the same again of the same officer is no conflict.

    ``seen`` is the version that the form carries; None for a caller that has read it just now.
    Raises ``NotFoundError``, ``StaleStateError`` when a colleague answered it meanwhile,
    ``InvalidInputError``, ``NotAllowedError`` and ``OwnCaseError``.
    """
    given = require_answer(text)
    with uow:
        row = uow.session.execute(
            sa.select(LetterRow)
            .where(LetterRow.id == letter_id, LetterRow.state != LetterState.UNCONFIRMED)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is None:
            raise NotFoundError(f"no letter {letter_id}")
        require_entitled(uow, row, officer_id=officer_id)
        if uow.session.get(AppealRow, letter_id) is not None:
            raise InvalidInputError({"respuesta": DECIDED_INSTEAD})
        if row.state is LetterState.ANSWERED:
            if (row.answered_by, row.answer) == (officer_id, given):
                return
            raise StaleStateError(f"letter {letter_id} is answered")
        if seen is not None and seen != letter_stamp(row):
            raise StaleStateError(f"letter {letter_id} is another now")
        row.state, row.answer = LetterState.ANSWERED, given
        row.answered_by, row.answered_at = officer_id, uow.now
        row.answer_mail_id = notifying.post(
            uow,
            event="letter_answered",
            recipient=row.email,
            context={"letter_id": str(row.id), **answer_facts(cast("AnsweredLetter", row), given)},
        )
        uow.record("letter_answered", actor=actor_of(officer_id), subject_id=row.id)
        uow.commit()


def require_answer(text: str) -> str:
    """Return the answer with visible signs only. Raises ``InvalidInputError``."""
    if body_problem(text, most=MOST_ANSWER):
        raise InvalidInputError(
            {"respuesta": f"Escriba la respuesta, con 20 a {MOST_ANSWER} letras."}
        )
    return visible(text)


class AnsweredLetter(Protocol):
    """What the answer names of its letter: the row, or what a page shows of it."""

    @property
    def number(self) -> str | None:
        """The letter's number."""

    @property
    def kind(self) -> LetterKind:
        """What it is for."""

    @property
    def received_at(self) -> datetime | None:
        """When it was received."""


def answer_facts(row: AnsweredLetter, text: str) -> Mapping[str, Any]:
    """Return what the letter with the answer says; the officer's preview uses the same."""
    return {
        "number": row.number,
        "kind": row.kind.label,
        "received_at": row.received_at.isoformat() if row.received_at else "",
        "paragraphs": paragraphs(text),
    }


def require_entitled(uow: UnitOfWork, row: LetterRow, *, officer_id: UUID) -> None:
    """Return only when the officer may answer this letter; in the caller's transaction.

    Raises ``OwnCaseError`` for a letter of the officer's own RUC or about its application, and
    ``NotAllowedError`` where the role may not (an appeal needs who may decide), and
    ``InvalidInputError`` for a complaint or an appeal about the officer's own decision.
    """
    officer = uow.session.get(OfficerRow, officer_id)
    needed = needed_to_answer(row.kind)
    if officer is None or not officer.active or not all(map(officer.standing.may, needed)):
        raise NotAllowedError(f"officer {officer_id} may not answer letter {row.id}")
    if officer.cedula is None:
        raise NotAllowedError(f"officer {officer_id} has given no cédula")
    about = uow.session.get(ApplicationRow, row.application_id) if row.application_id else None
    rucs = {row.ruc or "", about.ruc if about is not None else ""} - {""}
    if any(officer.standing.is_own(ruc) for ruc in rucs):
        raise OwnCaseError(f"letter {row.id} is of officer {officer_id}")
    deciders = deciders_of(uow.session, about) if about is not None else frozenset()
    problem = own_decision_problem(row.kind, deciders=deciders, officer_id=officer_id)
    if problem:
        raise InvalidInputError({"respuesta": problem})
