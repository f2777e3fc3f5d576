"""The resolution by which an application counts as withdrawn, for its papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from review_service.db.models import ApplicationRow, WithdrawalResolutionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWithdrawal:
    """What was signed, and when."""

    facts: Mapping[str, Any]
    at: datetime


def signed_withdrawal(uow: UnitOfWork, application_id: UUID) -> SignedWithdrawal:
    """Return the resolution that an application's state rests on.

    Raises ``NotFoundError`` where none was signed, or an appeal against it was accepted.
    """
    row = uow.session.get(ApplicationRow, application_id)
    signed = uow.session.get(WithdrawalResolutionRow, application_id)
    if row is None or row.state is not ApplicationState.WITHDRAWN or signed is None:
        raise NotFoundError(f"no deemed withdrawal of {application_id}")
    return SignedWithdrawal(facts=signed.facts, at=signed.signed_at)


def has_signed_withdrawal(uow: UnitOfWork, application_id: UUID) -> bool:
    """Whether an officer signed the resolution that a withdrawn application's state rests on."""
    return uow.session.get(WithdrawalResolutionRow, application_id) is not None
