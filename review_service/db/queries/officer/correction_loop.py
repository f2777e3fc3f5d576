"""The open request for corrections of a case, for the officer's pages."""

from dataclasses import dataclass
from uuid import UUID

from review_service.db.correction_loop import Loop, loop_of, loop_stamp
from review_service.db.handed_over import NoticeWord
from review_service.db.queries.officer.decisions import confirmed, notice_of
from review_service.db.second_addresses import confirmed_address
from review_service.db.sightings import case_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.data_sheet import DataSheet
from review_service.domain.terms import ecuador_day


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopView:
    """What an officer sees of an open request, and may do with it."""

    loop: Loop
    notice: NoticeWord
    stamp: str
    """Version for the forms that decide on it."""
    case_stamp: str
    """Version for the forms that only add to it."""
    phone: str
    """As the person gave it on the sheet; may be empty."""
    second_address: str
    """The one that said yes to notices; empty without one."""


def loop_view_of(uow: UnitOfWork, application_id: UUID) -> LoopView | None:
    """Return the open request of a confirmed case; None where none is open.

    Raises ``NotFoundError``.
    """
    row = confirmed(uow, application_id)
    loop = loop_of(uow.session, row, today=ecuador_day(uow.now))
    if loop is None:
        return None
    return LoopView(
        loop=loop,
        notice=notice_of(uow, row),
        stamp=loop_stamp(row, loop),
        case_stamp=case_stamp(row),
        phone=DataSheet.from_json(row.sheet).phone,
        second_address=confirmed_address(uow.session, row),
    )
