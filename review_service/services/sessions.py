"""Sessions: a random token in the cookie, its hash in the database; ended on the server."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import OfficerRow, SessionKind, SessionRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.numbering import hash_secret
from review_service.domain.roles import Standing

TOKEN_BYTES = 32
ABSOLUTE_HOURS = 12
IDLE_MINUTES = {SessionKind.APPLICANT: 120, SessionKind.OFFICER: 30}
"""Minutes without a request after which a session ends. Source: ASVS 7.3.1, decision 2."""
PASSWORD_ONLY_MINUTES = 10
"""How long an officer may take for the second factor."""
TOUCH_SECONDS = 60


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
    second_factor: bool


def start_applicant(uow: UnitOfWork, *, ruc: str) -> Signed:
    """Open a session for a RUC inside the caller's transaction."""
    row = SessionRow(kind=SessionKind.APPLICANT, ruc=ruc)
    return _start(uow, row, account=applicant_account(ruc))


def start_officer(uow: UnitOfWork, *, officer_id: UUID, second_factor: bool) -> Signed:
    """Open a session for an officer inside the caller's transaction."""
    row = SessionRow(kind=SessionKind.OFFICER, officer_id=officer_id)
    row.second_factor_at = uow.now if second_factor else None
    return _start(uow, row, account=officer_account(officer_id) if second_factor else "")


def applicant_account(ruc: str) -> str:
    """Return the name under which a browser is known to a RUC."""
    return f"applicant:{ruc}"


def officer_account(officer_id: UUID) -> str:
    """Return the name under which a browser is known to an officer's account."""
    return f"officer:{officer_id}"


def current(uow: UnitOfWork, *, token: str) -> CurrentSession | None:
    """Return the session of a token, or None when it ended or does not exist."""
    with uow:
        row, officer = _live(uow, token)
        told = _told(row, officer)
        if row is not None and told is not None and _is_stale(uow, row):
            row.last_seen_at = uow.now
            uow.commit()
        return told


def seen(reading: UnitFactory, writing: UnitFactory, *, token: str) -> CurrentSession | None:
    """Do as ``current``, and note the use at most once a minute, so that few requests write."""
    with reading() as uow:
        row, officer = _live(uow, token)
        if row is None:
            return None
        if not _is_stale(uow, row):
            return _told(row, officer)
    return current(writing(), token=token)


def end(uow: UnitOfWork, *, token: str) -> None:
    """End the session on the server and record the event; an unknown token is no error."""
    with uow:
        row, _ = _live(uow, token)
        if row is not None:
            row.ended_at = uow.now
            if row.officer_id is not None:
                uow.record(
                    "officer_signed_out",
                    actor=f"officer:{row.officer_id}",
                    subject_id=row.officer_id,
                )
            else:
                uow.record("signed_out", actor="applicant", subject_id=row.id)
            uow.commit()


def end_all_of_officer(uow: UnitOfWork, *, officer_id: UUID) -> None:
    """End every session of an officer inside the caller's transaction."""
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


def _live(uow: UnitOfWork, token: str) -> tuple[SessionRow | None, OfficerRow | None]:
    """Return the session of a token and its officer; None for what is not there or has ended."""
    found = uow.one_with_time(
        sa.select(SessionRow, OfficerRow)
        .outerjoin(OfficerRow, (OfficerRow.id == SessionRow.officer_id) & OfficerRow.active)
        .where(SessionRow.token_hash == hash_secret(token), SessionRow.ended_at.is_(None))
    )
    if found is None:
        return None, None
    row, officer = found[0], found[1]
    if row.expires_at <= uow.now:
        return None, None
    if uow.now - row.last_seen_at > timedelta(minutes=IDLE_MINUTES[row.kind]):
        return None, None
    return row, officer


def _is_stale(uow: UnitOfWork, row: SessionRow) -> bool:
    return (uow.now - row.last_seen_at).total_seconds() > TOUCH_SECONDS


def _told(row: SessionRow | None, officer: OfficerRow | None) -> CurrentSession | None:
    if row is None or (row.kind is SessionKind.OFFICER and officer is None):
        return None
    return CurrentSession(
        session_id=row.id,
        kind=row.kind,
        ruc=row.ruc,
        officer_id=row.officer_id,
        officer_name=officer.full_name if officer else "",
        officer_unit=officer.unit if officer else "",
        standing=officer.standing if officer else None,
        second_factor=row.second_factor_at is not None,
    )
