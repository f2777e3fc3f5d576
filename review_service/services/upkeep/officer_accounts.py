"""Changes to officers' accounts by an operator; each is an event that names who made it."""

from collections.abc import Sequence

import pyotp

from review_service.db import claims
from review_service.db.models import OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.numbering import hash_secret
from review_service.domain.roles import OfficerRole, Permission
from review_service.domain.ruc import check_ruc
from review_service.services import sessions
from review_service.services.upkeep import officers


def set_active(uow: UnitOfWork, *, user_name: str, active: bool, operator: str = "") -> None:
    """Activate or lock an officer's account; locking ends every session at once.

    Raises ``NotFoundError``, ``NotAllowedError`` when ``operator`` would change the own account,
    ``InvalidInputError`` when meanwhile another account has the same cédula.
    """
    with uow:
        row = _changed_by(uow, user_name, operator)
        if active and not row.active and row.cedula is not None:
            officers.free_cedula(uow, row.cedula)
        row.active = active
        if not active:
            sessions.end_all_of_officer(uow, officer_id=row.id)
            claims.unassign_all(uow, officer_id=row.id)
        _record(uow, "officer_activated" if active else "officer_locked", row, operator)
        uow.commit()


def set_role(uow: UnitOfWork, *, user_name: str, role: OfficerRole, operator: str = "") -> None:
    """Give an account another role; it holds from the officer's next request on.

    Raises ``NotFoundError``, ``NotAllowedError``.
    """
    with uow:
        row = _changed_by(uow, user_name, operator)
        before, row.role = row.role, role
        if not row.standing.may(Permission.REVIEW):
            claims.unassign_all(uow, officer_id=row.id)
        _record(uow, "officer_role_changed", row, operator, before=before.value, role=role.value)
        uow.commit()


def set_number(uow: UnitOfWork, *, user_name: str, number: str, operator: str = "") -> None:
    """Correct an officer's cédula; ``number`` is a cédula or a person's RUC.

    Raises ``InvalidInputError``, ``NotFoundError``, ``NotAllowedError``.
    """
    with uow:
        row = _changed_by(uow, user_name, operator)
        row.cedula = None
        uow.session.flush()
        row.cedula = officers.free_cedula(uow, number)
        _record(uow, "officer_cedula_changed", row, operator)
        uow.commit()


def set_represented(
    uow: UnitOfWork, *, user_name: str, rucs: Sequence[str], operator: str = ""
) -> None:
    """Set the taxpayers that the officer represents by law, whose cases the officer can't decide.

    Raises ``InvalidInputError``, ``NotFoundError``, ``NotAllowedError``.
    """
    checks = [check_ruc(ruc) for ruc in rucs]
    problems = {check.digits: check.problem.sentence for check in checks if check.problem}
    if problems:
        raise InvalidInputError(problems)
    with uow:
        row = _changed_by(uow, user_name, operator)
        row.represented_rucs = sorted({check.digits for check in checks})
        _record(uow, "officer_represented_changed", row, operator, count=len(checks))
        uow.commit()


def reset_password(uow: UnitOfWork, *, user_name: str, password: str, operator: str = "") -> None:
    """Give an account another password and end its sessions.

    Raises ``InvalidInputError`` for one that is easy to guess, ``NotFoundError``,
    ``NotAllowedError``.
    """
    with uow:
        row = _changed_by(uow, user_name, operator)
        officers.require_password(password, context=(row.user_name, row.full_name, row.unit))
        row.password_hash = officers.hash_password(password)
        sessions.end_all_of_officer(uow, officer_id=row.id)
        told = hash_secret(row.password_hash)
        _record(uow, "officer_password_reset", row, operator, password=told)
        uow.commit()


def reset_second_factor(
    uow: UnitOfWork, *, user_name: str, operator: str = ""
) -> officers.OfficerAdded:
    """Make a new second factor, end the account's sessions, and return the new secret.

    Raises ``NotFoundError``, ``NotAllowedError``.
    """
    secret = pyotp.random_base32()
    with uow:
        row = _changed_by(uow, user_name, operator)
        row.totp_secret = secret
        row.totp_last_step = 0
        sessions.end_all_of_officer(uow, officer_id=row.id)
        told = hash_secret(secret)
        _record(uow, "officer_second_factor_reset", row, operator, second_factor=told)
        uow.commit()
    return officers.OfficerAdded(
        officer_id=row.id,
        totp_secret=secret,
        totp_uri=officers.totp_uri(name=row.user_name, secret=secret),
    )


def _changed_by(uow: UnitOfWork, user_name: str, operator: str) -> OfficerRow:
    row = officers.find(uow, user_name)
    if row is None:
        raise NotFoundError(
            f"no hay ninguna cuenta «{user_name}»; véalas con «review-service users list»."
        )
    officers.refuse_self(row.user_name, operator)
    return row


def _record(
    uow: UnitOfWork, action: str, row: OfficerRow, operator: str, **more: str | int
) -> None:
    uow.record(action, actor="operator", subject_id=row.id, operator=operator, **more)
