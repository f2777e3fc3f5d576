"""Checks that an officer may act on a case: by role, and never on the officer's own case."""

from uuid import UUID

from review_service.db.models import ApplicationRow, OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotAllowedError, OwnCaseError
from review_service.domain.roles import Permission


def require_entitled(
    uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID, permission: Permission
) -> None:
    """Return only when the officer may do this to the application; in the caller's transaction.

    Raises ``NotAllowedError`` when the role does not grant it, when the account is locked or has
    given no cédula yet; ``OwnCaseError`` when the application is the officer's own.
    """
    officer = uow.session.get(OfficerRow, officer_id)
    if officer is None or not officer.active or not officer.standing.may(permission):
        raise NotAllowedError(f"officer {officer_id} may not {permission.value}")
    if officer.cedula is None:
        raise NotAllowedError(f"officer {officer_id} has given no cédula")
    if officer.standing.is_own(row.ruc):
        raise OwnCaseError(f"application {row.id} is of officer {officer_id}")


def is_same_person(uow: UnitOfWork, one: UUID | None, other: UUID) -> bool:
    """Whether two accounts are of one person, by their cédula; False where there is no first."""
    if one is None or one == other:
        return one == other
    first, second = uow.session.get(OfficerRow, one), uow.session.get(OfficerRow, other)
    if first is None or second is None or first.cedula is None:
        return False
    return first.cedula == second.cedula


def is_entitled(
    uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID, permission: Permission
) -> bool:
    """Whether ``require_entitled`` would return: for somebody whom an officer chose."""
    try:
        require_entitled(uow, row, officer_id=officer_id, permission=permission)
    except NotAllowedError:
        return False
    return True
