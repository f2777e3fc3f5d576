"""Officers' accounts, and their sign-in with password and second factor, both required."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
import sqlalchemy as sa

from review_service.db.models import OfficerRow, SessionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.devices import Asker, Device
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    ReviewServiceError,
)
from review_service.domain.identifiers import mailed_code
from review_service.domain.numbering import hash_secret
from review_service.domain.passwords import password_problem
from review_service.domain.request_limits import (
    CODE_ACCOUNT,
    CODE_DEVICE,
    CODE_SESSION,
    PASSWORD_ACCOUNT,
    PASSWORD_DEVICE,
    PASSWORD_FLOOD,
    PASSWORD_NETWORK,
)
from review_service.domain.roles import OfficerRole, Standing
from review_service.domain.ruc import cedula_of
from review_service.services import attempts, sessions
from review_service.services.sessions import Signed
from review_service.services.upkeep import password_hashes

ISSUER = "Registro Único de MIPYMES"
STEP_SECONDS = 30
NO_CEDULA = "Ese número no es una cédula ni el RUC de una persona. Revíselo y escríbalo otra vez."
CEDULA_TAKEN = "Ese número ya consta en otra cuenta. Avise a quien administra las cuentas."


class SignInFailedError(ReviewServiceError):
    """Name, password or code is wrong; the page does not say which."""


class CodeNeededError(ReviewServiceError):
    """Too many passwords were tried: the one-time code is to be given with the password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerAdded:
    """A new account; its second factor's secret is shown once."""

    officer_id: UUID
    totp_secret: str
    totp_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerListed:
    """One account as the operator sees it."""

    user_name: str
    full_name: str
    unit: str
    active: bool
    standing: Standing


def add(
    uow: UnitOfWork,
    *,
    user_name: str,
    full_name: str,
    unit: str,
    password: str,
    role: OfficerRole,
    number: str | None = None,
    operator: str = "",
) -> OfficerAdded:
    """Make an account with a new second factor; ``number`` is a cédula or a person's RUC.

    Without a number the officer is asked for it at the first sign-in. ``operator`` names who makes
    the account. Raises ``InvalidInputError``, ``NotAllowedError`` for an account of one's own.
    """
    name = user_name.strip().lower()
    refuse_self(name, operator)
    require_password(password, context=(name, full_name, unit))
    if not name or not name.isprintable() or " " in name:
        raise InvalidInputError({"user_name": "El nombre de usuario va sin espacios."})
    secret = pyotp.random_base32()
    with uow:
        if find(uow, name) is not None:
            raise InvalidInputError({"user_name": "Ese nombre de usuario ya existe."})
        row = OfficerRow(
            id=uuid4(),
            user_name=name,
            full_name=full_name.strip(),
            unit=unit.strip(),
            password_hash=hash_password(password),
            totp_secret=secret,
            created_at=uow.now,
            role=role,
            cedula=free_cedula(uow, number) if number is not None else None,
        )
        uow.session.add(row)
        uow.record(
            "officer_added",
            actor="operator",
            subject_id=row.id,
            role=role.value,
            operator=operator,
            second_factor=hash_secret(secret),
            password=hash_secret(row.password_hash),
        )
        uow.commit()
    return OfficerAdded(
        officer_id=row.id, totp_secret=secret, totp_uri=totp_uri(name=name, secret=secret)
    )


def give_cedula(uow: UnitOfWork, *, officer_id: UUID, number: str) -> None:
    """Store the officer's own cédula, once; later only an operator changes it.

    Raises ``InvalidInputError`` when it is none or another account has it, ``NotAllowedError`` when
    the officer gave one before.
    """
    with uow:
        cedula = free_cedula(uow, number)
        kept = uow.session.execute(
            sa.update(OfficerRow)
            .where(OfficerRow.id == officer_id, OfficerRow.cedula.is_(None))
            .values(cedula=cedula)
            .returning(OfficerRow.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if kept is None:
            raise NotAllowedError(f"officer {officer_id} gave a number before")
        uow.record("officer_cedula_given", actor=actor_of(officer_id), subject_id=officer_id)
        uow.commit()


def free_cedula(uow: UnitOfWork, number: str) -> str:
    """Return the cédula in a typed number, inside the caller's transaction.

    Raises ``InvalidInputError`` when it is none, or when another open account has it.
    """
    cedula = cedula_of(number)
    if cedula is None:
        raise InvalidInputError({"number": NO_CEDULA})
    holder = uow.session.execute(
        sa.select(OfficerRow.id).where(OfficerRow.cedula == cedula, OfficerRow.active.is_(True))
    ).first()
    if holder is not None:
        raise InvalidInputError({"number": CEDULA_TAKEN})
    return cedula


def refuse_self(user_name: str, operator: str) -> None:
    """Raise ``NotAllowedError`` when the operator would change the own account."""
    if operator.strip().lower() == user_name.strip().lower() and operator.strip():
        raise NotAllowedError(f"{operator} may not change the own account")


def require_password(password: str, *, context: tuple[str, ...]) -> None:
    """Raise ``InvalidInputError`` unless the password is hard to guess."""
    problem = password_problem(password, context=context)
    if problem:
        raise InvalidInputError({"password": problem})


def hash_password(password: str) -> str:
    """Return the hash that is stored of a password."""
    return password_hashes.make(password)


def totp_uri(*, name: str, secret: str) -> str:
    """Return the ``otpauth://`` address that an authenticator application reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def find(uow: UnitOfWork, user_name: str) -> OfficerRow | None:
    """Return the account of that name inside the caller's transaction."""
    return uow.session.execute(
        sa.select(OfficerRow).where(OfficerRow.user_name == user_name.strip().lower())
    ).scalar_one_or_none()


def listed(uow: UnitOfWork) -> list[OfficerListed]:
    """Return every account, by user name."""
    with uow:
        rows = uow.session.execute(sa.select(OfficerRow).order_by(OfficerRow.user_name)).scalars()
        return [
            OfficerListed(
                user_name=row.user_name,
                full_name=row.full_name,
                unit=row.unit,
                active=row.active,
                standing=row.standing,
            )
            for row in rows
        ]


def check_password(
    uow: UnitOfWork, *, user_name: str, password: str, asker: Asker, secret_key: str, code: str = ""
) -> Signed:
    """Check the password and open a session that can only give the second factor.

    Once strangers have tried too many, ``code`` is judged with it, and the session is a full one;
    a browser that the officer has signed in with before has tries of its own. Raises
    ``SignInFailedError``, ``CodeNeededError`` or ``TooManyAttemptsError``; known and unknown names
    alike.
    """
    name = user_name.strip().lower()
    if not name.isprintable():
        name = ""  # nobody is called so, and PostgreSQL cannot even look for it
    with uow:
        row = uow.session.execute(
            sa.select(OfficerRow).where(OfficerRow.user_name == name, OfficerRow.active.is_(True))
        ).scalar_one_or_none()
    with password_hashes.room(is_known=_known_device(row, asker, secret_key) is not None):
        needs_code = not _may_try_password(uow, name, row, asker=asker, secret_key=secret_key)
        if needs_code and not code.strip():
            raise CodeNeededError("too many passwords were tried")
        right = password_hashes.matches(row.password_hash if row else None, password)
    if row is None or not right:
        with uow:
            _record_refused(uow, "officer_password_refused", row)
        raise SignInFailedError("wrong name or password")
    if needs_code:
        attempts.spend(uow, CODE_ACCOUNT, who=str(row.id))
        with uow:
            return _with_code(uow, row.id, code)
    with uow:
        signed = sessions.start_officer(uow, officer_id=row.id, second_factor=False)
        uow.record("officer_password_given", actor=actor_of(row.id), subject_id=row.id)
        uow.commit()
    return signed


def check_second_factor(
    uow: UnitOfWork,
    *,
    token: str,
    code: str,
    secret_key: str,
    device: Device = Device(),  # noqa: B008 -- frozen
) -> Signed:
    """Check the one-time code; replace the password session by a full one with a new token.

    Raises ``SignInFailedError`` or ``TooManyAttemptsError``. Each code works once.
    """
    session = sessions.current(uow, token=token)
    if session is None or session.officer_id is None:
        raise SignInFailedError("no password session")
    officer_id = session.officer_id
    _spend_code(uow, session.session_id, officer_id, device=device, secret_key=secret_key)
    with uow:
        return _with_code(uow, officer_id, code, instead_of=token)


def renew_second_factor(
    uow: UnitOfWork,
    *,
    session_id: UUID,
    officer_id: UUID,
    code: str,
    secret_key: str,
    device: Device = Device(),  # noqa: B008 -- frozen
) -> None:
    """Check a one-time code within a full session, whose second factor is fresh from now on.

    Counts against the limits of the sign-in. Raises ``SignInFailedError`` or
    ``TooManyAttemptsError``. Each code works once.
    """
    _spend_code(uow, session_id, officer_id, device=device, secret_key=secret_key)
    with uow:
        _judge_code(uow, officer_id, code)
        sessions.renew_factor(uow, session_id)
        uow.record("officer_code_given", actor=actor_of(officer_id), subject_id=officer_id)
        uow.commit()


def _may_try_password(
    uow: UnitOfWork, name: str, row: OfficerRow | None, *, asker: Asker, secret_key: str
) -> bool:
    """Whether a password alone is judged; else the code must come with it.

    Raises ``TooManyAttemptsError`` past the limits where one has to wait.
    """
    device = _known_device(row, asker, secret_key)
    if row is not None and device is not None:
        attempts.spend(uow, PASSWORD_DEVICE, who=f"{device}:{row.id}")
        return True
    attempts.spend(uow, PASSWORD_FLOOD, who=asker.network)
    network_is_free = attempts.within(uow, PASSWORD_NETWORK, who=asker.network)
    account_is_free = attempts.within(uow, PASSWORD_ACCOUNT, who=name)
    return network_is_free and account_is_free


def _known_device(row: OfficerRow | None, asker: Asker, secret_key: str) -> str | None:
    if row is None:
        return None
    return asker.known_device(secret_key, sessions.officer_account(row.id))


def _with_code(
    uow: UnitOfWork, officer_id: UUID, code: str, *, instead_of: str | None = None
) -> Signed:
    """Judge the code and commit a full session, in place of the one with a token."""
    row = _judge_code(uow, officer_id, code)
    signed = sessions.start_officer(uow, officer_id=row.id, second_factor=True)
    if instead_of is not None:
        uow.session.execute(
            sa.update(SessionRow)
            .where(SessionRow.token_hash == hash_secret(instead_of))
            .values(ended_at=uow.now)
        )
    uow.record("officer_signed_in", actor=actor_of(row.id), subject_id=row.id)
    uow.commit()
    return signed


def _spend_code(
    uow: UnitOfWork, session_id: UUID, officer_id: UUID, *, device: Device, secret_key: str
) -> None:
    """Count a try of a one-time code. Raises ``TooManyAttemptsError``."""
    attempts.spend(uow, CODE_SESSION, who=str(session_id))
    if device.knows(secret_key, sessions.officer_account(officer_id)):
        attempts.spend(uow, CODE_DEVICE, who=f"{device.device_id}:{officer_id}")
    else:
        attempts.spend(uow, CODE_ACCOUNT, who=str(officer_id))


def _judge_code(uow: UnitOfWork, officer_id: UUID, code: str) -> OfficerRow:
    """Use up the code in the caller's transaction; a wrong one is written down and committed.

    Raises ``SignInFailedError``.
    """
    row = uow.session.get(OfficerRow, officer_id)
    step = _step_of(row, code, at=uow.now) if row else None
    if row is None or step is None or not _use_step(uow, row, step):
        _record_refused(uow, "officer_code_refused", row)
        raise SignInFailedError("wrong code")
    return row


def _record_refused(uow: UnitOfWork, action: str, row: OfficerRow | None) -> None:
    # What was typed as a name may be a password: only the id of a known account is written.
    uow.record(action, actor="visitor", subject_id=row.id if row else None)
    uow.commit()


def _step_of(row: OfficerRow, code: str, *, at: datetime) -> int | None:
    """Return the 30 s step of the code, or None; one step before or after now is accepted."""
    typed = mailed_code(code)
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
