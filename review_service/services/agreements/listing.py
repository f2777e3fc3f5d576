"""Lets the holder of an Acuerdo into the public directory, and out of it at once."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    IS_PUBLISHED_ACUERDO,
    AgreementRow,
    ApplicationRow,
    DirectoryConsentRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.directory import TEXT_VERSION, searched
from review_service.domain.errors import NotFoundError
from review_service.domain.sightings import Sight
from review_service.services.case import owned, require_seen


def consent(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    shows_name: bool,
    shows_phone: bool,
    seen: str | None = None,
) -> None:
    """List the artisan; a new consent stands in the place of the former one.

    Raises ``NotFoundError`` for what is no published Acuerdo of the RUC, ``StaleStateError``.
    """
    with uow:
        row, snapshot = _acuerdo(uow, application_id, ruc)
        require_seen(uow, row, seen, Sight.CASE)
        standing = _standing(uow, application_id)
        if standing is not None:
            if (standing.shows_name, standing.shows_phone) == (shows_name, shows_phone):
                return
            _end(uow, standing)
            uow.session.flush()
        trade, canton, province = (snapshot[name] for name in ("trade", "canton", "province"))
        name = snapshot["holder"] if shows_name else ""
        uow.session.add(
            DirectoryConsentRow(
                application_id=application_id,
                text_version=TEXT_VERSION,
                shows_name=shows_name,
                shows_phone=shows_phone,
                trade=trade,
                canton=canton,
                province=province,
                words=searched(trade, canton, province, name),
                given_at=uow.now,
            )
        )
        uow.record(
            "directory_joined",
            actor="applicant",
            subject_id=application_id,
            text_version=TEXT_VERSION,
            shows_name=shows_name,
            shows_phone=shows_phone,
        )
        uow.commit()


def withdraw(uow: UnitOfWork, *, application_id: UUID, ruc: str, seen: str | None = None) -> None:
    """Take the artisan out; whoever is not in it stays so. Raises as ``consent``."""
    with uow:
        row, _ = _acuerdo(uow, application_id, ruc)
        require_seen(uow, row, seen, Sight.CASE)
        standing = _standing(uow, application_id)
        if standing is None:
            return
        _end(uow, standing)
        uow.record("directory_left", actor="applicant", subject_id=application_id)
        uow.commit()


def _end(uow: UnitOfWork, row: DirectoryConsentRow) -> None:
    """End a consent; what is searched of it goes at once, that it was given stays."""
    row.ended_at, row.words = uow.now, ""


def _acuerdo(
    uow: UnitOfWork, application_id: UUID, ruc: str
) -> tuple[ApplicationRow, dict[str, str]]:
    row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
    snapshot = uow.session.scalars(
        sa.select(AgreementRow.snapshot).where(
            AgreementRow.application_id == application_id, IS_PUBLISHED_ACUERDO
        )
    ).one_or_none()
    if snapshot is None:
        raise NotFoundError(f"no published Acuerdo of {application_id}")
    return row, snapshot


def _standing(uow: UnitOfWork, application_id: UUID) -> DirectoryConsentRow | None:
    return uow.session.scalars(
        sa.select(DirectoryConsentRow).where(
            DirectoryConsentRow.application_id == application_id,
            DirectoryConsentRow.ended_at.is_(None),
        )
    ).one_or_none()
