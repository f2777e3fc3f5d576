"""Which issued documents hold on a day and which do not, each list in the order of an index."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.models import AgreementRow
from review_service.db.queries.keyset import Order
from review_service.domain.agreements import AgreementState
from review_service.domain.renewals import Standing

_Successor: Final = aliased(AgreementRow)

ORDERS: Final[Mapping[Standing, Order]] = MappingProxyType(
    {
        Standing.NOT_YET: Order(moment=AgreementRow.valid_from, id=AgreementRow.id),
        Standing.IN_FORCE: Order(moment=AgreementRow.valid_until, id=AgreementRow.id),
        Standing.SUPERSEDED: Order(
            moment=AgreementRow.valid_until, id=AgreementRow.id, newest_first=True
        ),
        Standing.EXPIRED: Order(
            moment=AgreementRow.valid_until, id=AgreementRow.id, newest_first=True
        ),
    }
)
"""The next to begin, the next to end, and those that ended last come first."""


def stands(standing: Standing, on: date) -> sa.ColumnElement[bool]:
    """Return the condition that a document stands so on a day, as ``Term.standing`` says it."""
    is_replaced = (
        sa.exists()
        .where(
            _Successor.id == AgreementRow.successor_id,
            _Successor.state == AgreementState.PUBLISHED,
            _Successor.valid_from <= AgreementRow.valid_until,
            _Successor.valid_from <= on,
        )
        .correlate(AgreementRow)
    )
    if standing is Standing.SUPERSEDED:
        return sa.and_(AgreementRow.successor_id.is_not(None), is_replaced)
    days = {
        Standing.NOT_YET: AgreementRow.valid_from > on,
        Standing.IN_FORCE: sa.and_(AgreementRow.valid_until >= on, AgreementRow.valid_from <= on),
        Standing.EXPIRED: sa.and_(AgreementRow.valid_until < on, AgreementRow.valid_from <= on),
    }[standing]
    return sa.and_(days, sa.or_(AgreementRow.successor_id.is_(None), ~is_replaced))
