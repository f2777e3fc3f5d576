"""Writes each officer's daily digest: once a day, and only when something of theirs is late."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.decreed_days import DecreedDays
from review_service.db.models import OfficerRow
from review_service.db.queries.officer.late import late_by_officer
from review_service.db.tracking import NO_FACTS
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.email_addresses import one_address
from review_service.domain.errors import InvalidInputError
from review_service.domain.imported_lines import LineRefusedError
from review_service.domain.officer_digest import LateCase, is_time, lines_of
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day
from review_service.services import notifying
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

EVENT = "officer_digest"
NO_ADDRESS = "Escriba un solo correo, como nombre@institucion.gob.ec."
MOST_OFFICERS = 500
"""Digests of one round."""


def send(reading: UnitFactory, writing: UnitFactory, *, seat: str) -> int:
    """Write the digests of this morning that were not written; return how many were.

    Each is one transaction with the note that it was written, so that two schedulers, or one that
    was killed, write one for each officer and day. Raises ``RoundFailedError``, ``OutsideError``.
    """
    with reading() as uow:
        decreed = DecreedDays.read(uow.session).of(seat)
        if not is_time(uow.now, decreed=decreed):
            return 0
        waiting = _waiting(uow)
        late = late_by_officer(uow, seat=seat) if waiting else {}
    sent, digests = 0, Round("digest_failed")
    for officer_id in waiting:
        if late.get(officer_id):
            with digests.one(officer_id=officer_id), writing() as uow:
                sent += _write(uow, officer_id, list(late[officer_id]))
    digests.end()
    return sent


def set_address(uow: UnitOfWork, *, officer_id: UUID, address: str) -> str:
    """Store where the officer's digest goes, and return it; empty text ends the digests.

    Raises ``InvalidInputError`` for the field ``address``.
    """
    given: str | None = None
    if address.strip():
        try:
            given = one_address(address)
        except LineRefusedError as error:
            raise InvalidInputError({"address": NO_ADDRESS}) from error
    with uow:
        changed = uow.session.execute(
            sa.update(OfficerRow)
            .where(OfficerRow.id == officer_id, OfficerRow.digest_address.is_distinct_from(given))
            .values(digest_address=given)
            .returning(OfficerRow.id)
            .execution_options(**NO_FACTS)
        ).scalar_one_or_none()
        if changed is not None:
            uow.record(
                "digest_wanted" if given else "digest_ended",
                actor=f"officer:{officer_id}",
                subject_id=officer_id,
            )
            uow.commit()
    return given or ""


def _waiting(uow: UnitOfWork) -> list[UUID]:
    """Return who wants a digest and has none of today."""
    today = ecuador_day(uow.now)
    rows = uow.session.scalars(
        sa.select(OfficerRow)
        .where(
            OfficerRow.active.is_(True),
            OfficerRow.digest_address.is_not(None),
            sa.or_(OfficerRow.digested_on.is_(None), OfficerRow.digested_on < today),
        )
        .order_by(OfficerRow.id)
        .limit(MOST_OFFICERS)
    )
    return [row.id for row in rows if row.standing.may(Permission.REVIEW)]


def _write(uow: UnitOfWork, officer_id: UUID, cases: list[LateCase]) -> int:
    if not clockwork.is_steady(uow):
        return 0
    today = ecuador_day(uow.now)
    address = uow.session.execute(
        sa.update(OfficerRow)
        .where(
            OfficerRow.id == officer_id,
            OfficerRow.active.is_(True),
            OfficerRow.digest_address.is_not(None),
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
            "today_on": today.isoformat(),
            "path": "/revision",
        },
    )
    uow.commit()
    return 1
