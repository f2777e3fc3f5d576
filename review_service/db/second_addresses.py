"""Whether the second address of a data sheet said that it wants the notices."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import ApplicationRow, SecondAddressRow
from review_service.domain.data_sheet import DataSheet
from review_service.domain.email_addresses import is_address


def asked_for(row: ApplicationRow) -> str:
    """Return the second address of the sheet; empty without one, or when it is the register's."""
    return second_of(DataSheet.from_json(row.sheet).notice_email, row.registry_facts.get("email"))


def second_of(given: str, registered: str | None) -> str:
    """Return the address given if mail can go there and it is not the register's; else nothing."""
    is_same = given.casefold() == (registered or "").casefold()
    return "" if is_same or not is_address(given) else given


def row_of(session: Session, row: ApplicationRow) -> SecondAddressRow | None:
    """Return what is known of the second address that the sheet gives now."""
    address = asked_for(row)
    if not address:
        return None
    return session.scalars(
        sa.select(SecondAddressRow).where(
            SecondAddressRow.application_id == row.id, SecondAddressRow.address == address
        )
    ).one_or_none()


def confirmed_address(session: Session, row: ApplicationRow) -> str:
    """Return the second address that gets copies of the notices; empty when none does."""
    second = row_of(session, row)
    return second.address if second is not None and second.confirmed_at is not None else ""
