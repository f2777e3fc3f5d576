"""Sessions: a random token in the cookie, its hash in the database; ended on the server."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import claims
from review_service.db.models import OfficerRow, SessionKind, SessionRow, standing_in
from review_service.db.readable import readable
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.numbering import hash_secret
from review_service.domain.roles import Standing

TOKEN_BYTES = 32
ABSOLUTE_HOURS = 12
IDLE_MINUTES = {SessionKind.APPLICANT: 120, SessionKind.OFFICER: 30}
"""Minutes without a request after which a session ends. Source: ASVS 7.3.1, decision 2."""
PASSWORD_ONLY_MINUTES = 10
"""How long an officer may take for the second factor."""
TOUCH_SECONDS = 60
_SESSIONS, _OFFICERS = readable(SessionRow), readable(OfficerRow)
_OPEN: Final = (
    sa.select(
        *(_SESSIONS.c[name] for name in (
            "id", "kind", "ruc", "officer_id", "last_seen_at", "expires_at", "second_factor_at",
        )),
        _OFFICERS.c.id.label("officer"),
        *(_OFFICERS.c[name] for name in (
            "full_name", "unit", "role", "cedula", "represented_rucs",
        )),
    )
    .outerjoin_from(
        _SESSIONS, _OFFICERS, (_OFFICERS.c.id == _SESSIONS.c.officer_id) & _OFFICERS.c.active
    )
    .where(_SESSIONS.c.token_hash == sa.bindparam("token_hash"), _SESSIONS.c.ended_at.is_(None))
)  # fmt: skip
"""A session that nobody ended, and its officer if the account is active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A new session, with the token for the cookie."""

    token: str
    expires_at: datetime
    account: str = ""
    """The account that its browser is known to from now on; empty until all was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentSession:
    """Who is asking."""

    session_id: UUID
    kind: SessionKind
    ruc: str | None
    officer_id: UUID | None
    officer_name: str
    officer_unit: str
    standing: Standing | None
    """What the officer may do; None for an applicant."""
    second_factor_at: datetime | None
    """When an officer last gave a one-time code; None before, and for applicants."""
    asked_at: datetime
    """The database's time when this was asked."""

    @property
    def second_factor(self) -> bool:
        """Whether an officer gave both factors."""
        return self.second_factor_at is not None

    def is_factor_fresh(self, minutes: int) -> bool:
        """Whether the last one-time code was given within so many minutes."""
        given = self.second_factor_at
        return given is not None and self.asked_at - given < timedelta(minutes=minutes)


def start_applicant(uow: UnitOfWork, *, ruc: str) -> Signed:
    """Open a session for a RUC inside the caller's transaction."""
    row = SessionRow(kind=SessionKind.APPLICANT, ruc=ruc)
    return _start(uow, row, account=applicant_account(ruc))


def start_officer(uow: UnitOfWork, *, officer_id: UUID, second_factor: bool) -> Signed:
    """Open a session for an officer inside the caller's transaction."""
    row = SessionRow(kind=SessionKind.OFFICER, officer_id=officer_id)
    row.second_factor_at = uow.now if second_factor else None
    return _start(uow, row, account=officer_account(officer_id) if second_factor else "")


def renew_factor(uow: UnitOfWork, session_id: UUID) -> None:
    """Note in the caller's transaction that a one-time code was given just now."""
    _set(uow, session_id, second_factor_at=uow.now)


def applicant_account(ruc: str) -> str:
    """Return the name under which a browser is known to a RUC."""
    return f"applicant:{ruc}"


def officer_account(officer_id: UUID) -> str:
    """Return the name under which a browser is known to an officer's account."""
    return f"officer:{officer_id}"


def current(uow: UnitOfWork, *, token: str) -> CurrentSession | None:
    """Return the session of a token, or None when it ended or does not exist."""
    with uow:
        row = _live(uow, token)
        told = _told(uow, row)
        if told is not None and _is_stale(uow, row):
            _set(uow, told.session_id, last_seen_at=uow.now)
            uow.commit()
        return told


def seen(
    reading: UnitFactory, writing: UnitFactory, *, token: str, is_use: bool = True
) -> CurrentSession | None:
    """Do as ``current``, and note the use at most once a minute, so that few requests write.

    ``is_use`` is False for what a page asks by itself: it keeps no session alive.
    """
    with reading() as uow:
        row = _live(uow, token)
        if row is None:
            return None
        if not is_use or not _is_stale(uow, row):
            return _told(uow, row)
    return current(writing(), token=token)


def end(uow: UnitOfWork, *, token: str) -> None:
    """End the session on the server and record the event; an unknown token is no error.

    Cases that an officer holds are free soon, unless another session of the officer uses them.
    """
    with uow:
        row = _live(uow, token)
        if row is not None:
            _set(uow, row.id, ended_at=uow.now)
            if row.officer_id is not None:
                claims.leave_all(uow, officer_id=row.officer_id)
                uow.record(
                    "officer_signed_out",
                    actor=actor_of(row.officer_id),
                    subject_id=row.officer_id,
                )
            else:
                uow.record("signed_out", actor="applicant", subject_id=row.id)
            uow.commit()


def end_all_of_officer(uow: UnitOfWork, *, officer_id: UUID) -> None:
    """End every session of an officer inside the caller's transaction; no case is held any more."""
    claims.give_all_back(uow, officer_id=officer_id)
    uow.session.execute(
        sa.update(SessionRow)
        .where(SessionRow.officer_id == officer_id, SessionRow.ended_at.is_(None))
        .values(ended_at=uow.now)
    )


def _start(uow: UnitOfWork, row: SessionRow, *, account: str) -> Signed:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    waits = row.kind is SessionKind.OFFICER and row.second_factor_at is None
    life = timedelta(minutes=PASSWORD_ONLY_MINUTES) if waits else timedelta(hours=ABSOLUTE_HOURS)
    row.token_hash = hash_secret(token)
    row.created_at = row.last_seen_at = uow.now
    row.expires_at = uow.now + life
    uow.session.add(row)
    return Signed(token=token, expires_at=row.expires_at, account=account)


def _live(uow: UnitOfWork, token: str) -> Any:  # noqa: ANN401 -- a row of ``_OPEN``
    """Return the session of a token with its officer; None when it is not there or has ended."""
    row = uow.one_with_time(_OPEN, token_hash=hash_secret(token))
    if row is None or row.expires_at <= uow.now:
        return None
    if uow.now - row.last_seen_at > timedelta(minutes=IDLE_MINUTES[row.kind]):
        return None
    return row


def _set(uow: UnitOfWork, session_id: UUID, **values: datetime) -> None:
    uow.session.execute(sa.update(SessionRow).where(SessionRow.id == session_id).values(**values))


def _is_stale(uow: UnitOfWork, row: Any) -> bool:  # noqa: ANN401
    return bool((uow.now - row.last_seen_at).total_seconds() > TOUCH_SECONDS)


def _told(uow: UnitOfWork, row: Any) -> CurrentSession | None:  # noqa: ANN401
    is_officer = row is not None and row.officer is not None
    if row is None or (row.kind is SessionKind.OFFICER and not is_officer):
        return None
    return CurrentSession(
        session_id=row.id,
        kind=row.kind,
        ruc=row.ruc,
        officer_id=row.officer_id,
        officer_name=row.full_name if is_officer else "",
        officer_unit=row.unit if is_officer else "",
        standing=standing_in(row) if is_officer else None,
        second_factor_at=row.second_factor_at,
        asked_at=uow.now,
    )
