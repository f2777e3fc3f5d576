"""Asks a second address whether it wants copies of the notices, and takes its answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import ApplicationRow, SecondAddressRow
from review_service.db.second_addresses import asked_for, row_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.email_addresses import mailbox_of
from review_service.domain.errors import LinkError, TooManyAttemptsError
from review_service.domain.numbering import hash_secret, link_token
from review_service.domain.request_limits import SECOND_ADDRESS_MAIL, SECOND_ADDRESS_RECIPIENT
from review_service.domain.retention import QUESTION_DAYS
from review_service.domain.sightings import Sight
from review_service.services import attempts, notifying
from review_service.services.case import owned, require_seen

LINK_DAYS: Final = QUESTION_DAYS
"""How long the link serves; another question makes it serve as long again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondAddressView:
    """What the page behind the link shows."""

    state: str
    """``good``, ``confirmed``, ``expired``, ``changed`` or ``wrong``."""
    address: str = ""
    reference: str = ""


def ask_if_new(uow: UnitOfWork, *, application_id: UUID, ruc: str, secret_key: str) -> None:
    """Ask the address of the saved sheet, unless it was asked before or too many were.

    Raises ``NotFoundError``.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        if not asked_for(row) or row_of(uow.session, row) is not None:
            return
    try:
        ask(uow, application_id=application_id, ruc=ruc, secret_key=secret_key)
    except TooManyAttemptsError:
        return  # the page offers to ask later


def ask(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, secret_key: str, seen: str | None = None
) -> bool:
    """Mail the question to the second address; False when there is nothing to ask.

    Raises ``NotFoundError``, ``StaleStateError`` when the sheet was changed meanwhile, and
    ``TooManyAttemptsError``: whoever asks pays first, then the address.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        require_seen(uow, row, seen, Sight.SHEET)
        if not _is_to_ask(uow, row):
            return False
        address = asked_for(row)
    attempts.spend(uow, SECOND_ADDRESS_MAIL, who=ruc)
    attempts.spend(uow, SECOND_ADDRESS_RECIPIENT, who=mailbox_of(address))
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if not _is_to_ask(uow, row) or asked_for(row) != address:
            return False
        second = _remember(uow, row, secret_key=secret_key)
        notifying.post(
            uow,
            event="second_address",
            recipient=address,
            context={"second_address_id": str(second.id)},
            application_id=row.id,
        )
        uow.record("second_address_asked", actor="applicant", subject_id=row.id)
        uow.commit()
    return True


def peek(uow: UnitOfWork, *, token: str) -> SecondAddressView:
    """Return the state of a mailed link, for the page with the button; confirms nothing."""
    with uow:
        found = _behind(uow, token)
        if found is None:
            return SecondAddressView(state="wrong")
        second, row = found
        return SecondAddressView(
            state=_state(uow, second, row), address=second.address, reference=row.reference
        )


def confirm(uow: UnitOfWork, *, token: str) -> None:
    """Note that the owner of the address wants the notices; a second press changes nothing.

    Raises ``LinkError`` with ``wrong``, ``expired`` or ``changed``: the sheet gives another now, or
    the application has ended.
    """
    with uow:
        found = _behind(uow, token)
        if found is None:
            raise LinkError("wrong")
        second, row = found
        state = _state(uow, second, row)
        if state == "confirmed":
            return
        if state != "good":
            raise LinkError(state)
        second.confirmed_at = uow.now
        uow.record("second_address_confirmed", actor="recipient", subject_id=row.id)
        uow.commit()


def _is_to_ask(uow: UnitOfWork, row: ApplicationRow) -> bool:
    if not row.state.is_open or not asked_for(row):
        return False
    second = row_of(uow.session, row)
    return second is None or second.confirmed_at is None


def _remember(uow: UnitOfWork, row: ApplicationRow, *, secret_key: str) -> SecondAddressRow:
    second_id = uuid4()
    insert_if_absent(
        uow.session,
        SecondAddressRow,
        id=second_id,
        application_id=row.id,
        address=asked_for(row),
        token_hash=hash_secret(link_token(secret_key, second_id)),
        asked_at=uow.now,
        expires_at=uow.now,
    )
    second = row_of(uow.session, row)
    if second is None:
        raise LinkError("changed")
    second.asked_at = uow.now
    second.expires_at = uow.now + timedelta(days=LINK_DAYS)
    return second


def _behind(uow: UnitOfWork, token: str) -> tuple[SecondAddressRow, ApplicationRow] | None:
    found = uow.session.execute(
        sa.select(SecondAddressRow, ApplicationRow)
        .join(ApplicationRow, ApplicationRow.id == SecondAddressRow.application_id)
        .where(SecondAddressRow.token_hash == hash_secret(token))
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def _state(uow: UnitOfWork, second: SecondAddressRow, row: ApplicationRow) -> str:
    if asked_for(row) != second.address:
        return "changed"
    if second.confirmed_at is not None:
        return "confirmed"
    if not row.state.is_open:
        return "changed"
    return "good" if second.expires_at > uow.now else "expired"
