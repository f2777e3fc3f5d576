# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Sessions of many people for benchmarks: one account computes one page at a time (ADR 31)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from scale_database import OFFICER

from review_service.bootstrap import Container
from review_service.db.models import ApplicationRow, OfficerRow, SessionKind, SessionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.numbering import hash_secret

OFFICERS: Final = 40
LIFE: Final = timedelta(hours=3)


def applicants(here: Container, rows: Sequence[ApplicationRow]) -> list[tuple[UUID, str]]:
    """Sign the owners of these applications in; return each id with the owner's token."""
    with here.writing() as uow:
        signed = [(row.id, session_of(uow, ruc=row.ruc)) for row in rows]
        uow.commit()
    return signed


def officers(here: Container) -> list[str]:
    """Sign in officers who may do what the one of the rows may; return their tokens."""
    with here.writing() as uow:
        known = uow.session.get_one(OfficerRow, OFFICER)
        same = {
            column.key: getattr(known, column.key)
            for column in OfficerRow.__table__.columns
            if column.key not in {"id", "user_name"}
        }
        added = [
            OfficerRow(**same, id=uuid4(), user_name=f"load-{uuid4().hex}") for _ in range(OFFICERS)
        ]
        uow.session.add_all(added)
        uow.session.flush()
        tokens = [session_of(uow, officer_id=each.id) for each in added]
        uow.commit()
    return tokens


def session_of(uow: UnitOfWork, *, ruc: str | None = None, officer_id: UUID | None = None) -> str:
    """Write a session down in the caller's transaction; return what its cookie says."""
    token = uuid4().hex + uuid4().hex
    uow.session.add(
        SessionRow(
            kind=SessionKind.OFFICER if officer_id else SessionKind.APPLICANT,
            token_hash=hash_secret(token),
            ruc=ruc,
            officer_id=officer_id,
            created_at=uow.now,
            last_seen_at=uow.now,
            expires_at=uow.now + LIFE,
            second_factor_at=uow.now if officer_id else None,
        )
    )
    return token
