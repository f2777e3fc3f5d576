"""What one row of the access table says, and short ways to write rows (``web/access_table.py``)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from review_service.domain.appeals import APPEALABLE
from review_service.domain.applications import ApplicationState
from review_service.domain.roles import Permission


class Audience(StrEnum):
    """Who a page is made for."""

    ANYBODY = "anybody"
    APPLICANT = "applicant"
    """Signed in with a RUC; what is another's is 404."""
    OFFICER = "officer"
    """Signed in with both factors, and with a known cédula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The conditions for using one route."""

    audience: Audience
    method: str
    permission: Permission | None = None
    """What an officer's role must grant; None: every role has it."""
    needs_cedula: bool = True
    """Whether an officer without a cédula is first asked for it."""
    own_case: bool = True
    """Whether an officer may use it on an application of the own RUC."""
    states: frozenset[ApplicationState] | None = None
    """States of the application in which it can be used; None: all that the audience sees."""
    otherwise: int = 0
    """Status of the answer in any other state."""


Rows = Iterator[tuple[str, Access]]

EDITABLE: Final = frozenset({ApplicationState.DRAFT, ApplicationState.CORRECTION_REQUESTED})
RECEIVED: Final = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.AWAITING_CONFIRMATION,
}
TO_REVIEW: Final = frozenset({ApplicationState.IN_REVIEW})
TO_APPEAL: Final = frozenset(act.state for act in APPEALABLE.values())
NUMBERED: Final = frozenset({ApplicationState.APPROVED, ApplicationState.ISSUED})


def rows(access: Access, *endpoints: str) -> Rows:
    """Yield one row with these conditions for each endpoint."""
    for endpoint in endpoints:
        yield endpoint, access


def reads(permission: Permission) -> Access:
    """Return the conditions of a page for officers whose role grants the permission."""
    return Access(audience=Audience.OFFICER, method="GET", permission=permission)


def posts(permission: Permission) -> Access:
    """Return the same for a form that is of no single case."""
    return Access(audience=Audience.OFFICER, method="POST", permission=permission)


def acts(
    method: str, permission: Permission, states: frozenset[ApplicationState] = TO_REVIEW
) -> Access:
    """Return the same on a case in these states, in review if none are named, not the own."""
    return Access(
        audience=Audience.OFFICER,
        method=method,
        permission=permission,
        own_case=False,
        states=states,
        otherwise=409,
    )
