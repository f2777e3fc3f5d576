"""Attempts to tell somebody of a request for corrections by another way than its notice."""

from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.correction_loop import Loop, loop_of
from review_service.db.models import ApplicationRow, ContactAttemptRow, MailRow
from review_service.db.second_addresses import confirmed_address
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.correction_loop import (
    LOGGED_CHANNELS,
    LOGGED_RESULTS,
    ContactChannel,
    ContactResult,
    CopyState,
)
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import visible
from review_service.services import notifying
from review_service.services.case import require_seen
from review_service.services.review.entitlement import require_entitled
from review_service.services.review.extending import under_correction

MAX_NOTE_CHARACTERS: Final = 2000
NO_SECOND: Final = "Esta solicitud no tiene otro correo confirmado."
BY_THE_SERVICE: Final = "El envío al otro correo lo anota el servicio: use su botón."
NOTICE: Final = "correction_requested"


def log(  # noqa: PLR0913 -- what one attempt is
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    channel: ContactChannel,
    result: ContactResult,
    made_on: date,
    note: str = "",
    seen: str | None = None,
) -> None:
    """Write an attempt down; the same one again changes nothing.

    Raises ``InvalidInputError`` for ``channel`` when it is one that only the service writes down,
    for ``made_on`` when it is before the request or to come, and for ``note``; ``StaleStateError``,
    ``NotFoundError``, ``NotAllowedError``, ``OwnCaseError``.
    """
    if channel not in LOGGED_CHANNELS or result not in LOGGED_RESULTS:
        raise InvalidInputError({"channel": BY_THE_SERVICE})
    said = _note(note)
    with uow:
        row, loop = _open(uow, application_id, officer_id, version, seen)
        if not ecuador_day(loop.restarted_at or loop.asked_at) <= made_on <= loop.today:
            raise InvalidInputError(
                {"made_on": "Escriba un día entre el del pedido de corrección y hoy."}
            )
        same = (channel, result, made_on, said)
        if any((one.channel, one.result, one.made_on, one.note) == same for one in loop.attempts):
            return
        _add(uow, row, loop, officer_id, channel, result, made_on, said)
        uow.commit()


def write_to_second_address(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    seen: str | None = None,
) -> None:
    """Send the request once more to the confirmed second address, and write the attempt down.

    It is a copy: no term begins with it (ADR 26), and it counts as an attempt once it was handed
    over. Once for each day, and again where the relay refused it. Raises ``InvalidInputError``
    for ``second`` without such an address, else as ``log``.
    """
    with uow:
        row, loop = _open(uow, application_id, officer_id, version, seen)
        address = confirmed_address(uow.session, row)
        if not address:
            raise InvalidInputError({"second": NO_SECOND})
        is_sent = any(
            each.copy in {CopyState.ON_ITS_WAY, CopyState.HANDED_OVER}
            and each.made_on == loop.today
            for each in loop.attempts
        )
        if is_sent:
            return
        newest = uow.session.scalars(
            sa.select(MailRow)
            .where(MailRow.application_id == row.id, MailRow.event == NOTICE)
            .order_by(MailRow.created_at.desc(), MailRow.id)
            .limit(1)
        ).one()
        last_day = loop.last_day.isoformat() if loop.last_day else newest.context["last_day"]
        notifying.post(
            uow,
            event=NOTICE,
            recipient=address,
            context={**newest.context, "last_day": last_day},
            application_id=row.id,
            is_copy=True,
        )
        channel, result = ContactChannel.SECOND_ADDRESS, ContactResult.SENT
        _add(uow, row, loop, officer_id, channel, result, loop.today, "")
        uow.commit()


def _open(
    uow: UnitOfWork, application_id: UUID, officer_id: UUID, version: int, seen: str | None
) -> tuple[ApplicationRow, Loop]:
    row = under_correction(uow, application_id=application_id, version=version)
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
    require_seen(uow, row, seen, Sight.CASE)
    loop = loop_of(uow.session, row, today=ecuador_day(uow.now))
    if loop is None:
        raise StaleStateError(f"nothing is to be corrected on {application_id}")
    return row, loop


def _add(
    uow: UnitOfWork,
    row: ApplicationRow,
    loop: Loop,
    officer_id: UUID,
    channel: ContactChannel,
    result: ContactResult,
    made_on: date,
    note: str,
) -> None:
    attempt = ContactAttemptRow(
        application_id=row.id,
        round=loop.round,
        channel=channel,
        result=result,
        made_on=made_on,
        note=note,
        logged_by=officer_id,
        logged_at=uow.now,
    )
    uow.session.add(attempt)
    uow.session.flush()
    uow.record(
        "contact_attempted",
        actor=actor_of(officer_id),
        subject_id=row.id,
        attempt_id=str(attempt.id),
        channel=channel.value,
        result=result.value,
    )


def _note(text: str) -> str:
    given = visible(text)
    if len(given) > MAX_NOTE_CHARACTERS:
        raise InvalidInputError({"note": f"Escriba {MAX_NOTE_CHARACTERS} letras como máximo."})
    if problem := undrawn_problem(given, field="La nota"):
        raise InvalidInputError({"note": problem})
    return given
