"""Officers' accounts: a password, a second factor, and no way in with one of them alone."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from review_service.db.models import OfficerRow, SessionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError, NotFoundError, ReviewServiceError
from review_service.domain.numbering import hash_secret
from review_service.domain.passwords import password_problem
from review_service.services import attempts, sessions
from review_service.services.sessions import Signed

ISSUER = "Registro Único de MIPYMES"
STEP_SECONDS = 30
TRIES_PER_ACCOUNT = 10
TRIES_PER_CLIENT = 60
TRY_WINDOW_SECONDS = 300
CODE_TRIES = 5
"""Codes per password session; then the password is asked again. Source: design, matrix."""

_hasher = PasswordHasher()
_absent_hash = _hasher.hash(secrets.token_urlsafe(16))
"""Checked for unknown names too, so that both answers take the same time."""


class SignInFailedError(ReviewServiceError):
    """Name, password or code is wrong; the page does not say which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerAdded:
    """A fresh account; the secret is shown once."""

    officer_id: UUID
    totp_secret: str
    totp_uri: str


def add(
    uow: UnitOfWork, *, user_name: str, full_name: str, unit: str, password: str
) -> OfficerAdded:
    """Make an account with a fresh second factor. Raises ``InvalidInputError``."""
    name = user_name.strip().lower()
    problem = password_problem(password, context=(name, full_name, unit))
    if problem:
        raise InvalidInputError({"password": problem})
    if not name or not name.isprintable() or " " in name:
        raise InvalidInputError({"user_name": "El nombre de usuario va sin espacios."})
    secret = pyotp.random_base32()
    with uow:
        taken = uow.session.execute(
            sa.select(OfficerRow.id).where(OfficerRow.user_name == name)
        ).scalar_one_or_none()
        if taken is not None:
            raise InvalidInputError({"user_name": "Ese nombre de usuario ya existe."})
        row = OfficerRow(
            id=uuid4(),
            user_name=name,
            full_name=full_name.strip(),
            unit=unit.strip(),
            password_hash=_hasher.hash(password),
            totp_secret=secret,
            created_at=uow.now,
        )
        uow.session.add(row)
        uow.record("officer_added", actor="operator", subject_id=row.id)
        uow.commit()
    return OfficerAdded(
        officer_id=row.id,
        totp_secret=secret,
        totp_uri=pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER),
    )


def set_active(uow: UnitOfWork, *, user_name: str, active: bool) -> None:
    """Let an officer in or lock the account; locking ends every session at once."""
    with uow:
        row = uow.session.execute(
            sa.select(OfficerRow).where(OfficerRow.user_name == user_name.strip().lower())
        ).scalar_one_or_none()
        if row is None:
            raise NotFoundError(f"no officer {user_name}")
        row.active = active
        if not active:
            sessions.end_all_of_officer(uow, officer_id=row.id)
        uow.record(
            "officer_activated" if active else "officer_locked",
            actor="operator",
            subject_id=row.id,
        )
        uow.commit()


def listed(uow: UnitOfWork) -> list[tuple[str, str, str, bool]]:
    """Return (user name, full name, unit, active) of every officer."""
    with uow:
        rows = uow.session.execute(sa.select(OfficerRow).order_by(OfficerRow.user_name)).scalars()
        return [(row.user_name, row.full_name, row.unit, row.active) for row in rows]


def check_password(uow: UnitOfWork, *, user_name: str, password: str, client: str) -> Signed:
    """Open a session that can do nothing but give the second factor.

    Raises ``SignInFailedError`` or ``TooManyAttemptsError``; known and unknown names alike.
    """
    name = user_name.strip().lower()
    if not name.isprintable():
        name = ""  # nobody is called so, and PostgreSQL cannot even look for it
    _spend(uow, "officer_client", client, TRIES_PER_CLIENT)
    _spend(uow, "officer_account", name, TRIES_PER_ACCOUNT)
    with uow:
        row = uow.session.execute(
            sa.select(OfficerRow).where(OfficerRow.user_name == name, OfficerRow.active.is_(True))
        ).scalar_one_or_none()
    if not _matches(row.password_hash if row else _absent_hash, password) or row is None:
        raise SignInFailedError("wrong name or password")
    with uow:
        signed = sessions.start_officer(uow, officer_id=row.id, second_factor=False)
        uow.record("officer_password_given", actor=f"officer:{row.id}", subject_id=row.id)
        uow.commit()
    return signed


def check_second_factor(uow: UnitOfWork, *, token: str, code: str) -> Signed:
    """Trade a password session and a one-time code for a full session with a new token.

    Raises ``SignInFailedError`` or ``TooManyAttemptsError``. Each code works once.
    """
    session = sessions.current(uow, token=token)
    if session is None or session.officer_id is None:
        raise SignInFailedError("no password session")
    attempts.spend(
        uow,
        purpose="officer_code",
        who=str(session.session_id),
        limit=CODE_TRIES,
        per_seconds=TRY_WINDOW_SECONDS,
    )
    with uow:
        row = uow.session.get(OfficerRow, session.officer_id)
        step = _step_of(row, code, at=uow.now) if row else None
        if row is None or step is None or not _use_step(uow, row, step):
            raise SignInFailedError("wrong code")
        signed = sessions.start_officer(uow, officer_id=row.id, second_factor=True)
        uow.session.execute(
            sa.update(SessionRow)
            .where(SessionRow.token_hash == hash_secret(token))
            .values(ended_at=uow.now)
        )
        uow.record("officer_signed_in", actor=f"officer:{row.id}", subject_id=row.id)
        uow.commit()
    return signed


def _spend(uow: UnitOfWork, purpose: str, who: str, limit: int) -> None:
    attempts.spend(uow, purpose=purpose, who=who, limit=limit, per_seconds=TRY_WINDOW_SECONDS)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _step_of(row: OfficerRow, code: str, *, at: datetime) -> int | None:
    """Return the 30 s step the code belongs to, one before or after now at most."""
    typed = "".join(char for char in code if char in "0123456789")
    now = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(row.totp_secret)
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.generate_otp(step), typed):
            return step
    return None


def _use_step(uow: UnitOfWork, row: OfficerRow, step: int) -> bool:
    used = uow.session.execute(
        sa.update(OfficerRow)
        .where(OfficerRow.id == row.id, OfficerRow.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(OfficerRow.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return used is not None
