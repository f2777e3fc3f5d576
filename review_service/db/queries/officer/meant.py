"""What an officer's search that found nothing may have meant: numbers that exist, by one slip."""

from typing import Final

import sqlalchemy as sa

from review_service.db import agreement_numbers
from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.identifiers import (
    REFERENCE_LETTERS,
    as_digits,
    near_identities,
    near_serials,
    number_parts,
)
from review_service.domain.numbering import application_reference

MOST: Final = 3
"""Proposals shown; more would be a list to read."""


def meant_by(uow: UnitOfWork, text: str, *, only_agreements: bool = False) -> tuple[str, ...]:
    """Return references, numbers of Acuerdos and RUC near the typed text, at most ``MOST``.

    For officers only, who may search all of them. With ``only_agreements`` just what leads to a
    numbered agreement counts.
    """
    found = (
        *_numbers(uow, text),
        *_references(uow, text, only_agreements),
        *_rucs(uow, text, only_agreements),
    )
    return found[:MOST]


def _numbers(uow: UnitOfWork, text: str) -> list[str]:
    parts = number_parts(text)
    if parts is None or parts.letters in {REFERENCE_LETTERS, ""}:
        return []
    return [row.number for row in agreement_numbers.near(uow.session, text)[:MOST]]


def _references(uow: UnitOfWork, text: str, only_agreements: bool) -> list[str]:  # noqa: FBT001
    parts = number_parts(text)
    if parts is None or parts.letters not in {REFERENCE_LETTERS, ""}:
        return []
    near = [application_reference(*each) for each in near_serials(parts)]
    seen = sa.select(ApplicationRow.reference).where(
        ApplicationRow.reference.in_(near), ApplicationRow.confirmed_at.is_not(None)
    )
    if only_agreements:
        seen = seen.where(sa.exists().where(AgreementRow.application_id == ApplicationRow.id))
    return sorted(uow.session.scalars(seen), key=near.index)[:MOST]


def _rucs(uow: UnitOfWork, text: str, only_agreements: bool) -> list[str]:  # noqa: FBT001
    near = near_identities(as_digits(text))
    if not near:
        return []
    column = AgreementRow.ruc if only_agreements else ApplicationRow.ruc
    seen = sa.select(column).where(column.in_(near)).distinct().order_by(column).limit(MOST)
    if not only_agreements:
        seen = seen.where(ApplicationRow.confirmed_at.is_not(None))
    return list(uow.session.scalars(seen))
