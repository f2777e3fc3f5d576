"""Acuerdos of before this service, imported: which one a new Acuerdo follows, and what it says."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow, PriorAgreementRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.data_sheet import DataSheet
from review_service.domain.prior_activity import PriorActivity
from review_service.domain.sheet_comparison import activity_words
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import ARTISAN


def standing_import(
    uow: UnitOfWork, *, ruc: str, track: str, issued: Sequence[AgreementRow]
) -> PriorAgreementRow | None:
    """Return the imported Acuerdo of the RUC that holds today, of several the longest.

    None of a track that issues no Acuerdos, and once one of ``issued``, those of ours on the track,
    came after it: that one followed it, or took its place.
    """
    if track != ARTISAN.key:
        return None
    today = ecuador_day(uow.now)
    since = max((row.valid_from for row in issued), default=date.min)
    return uow.session.scalars(
        _of(ruc)
        .where(
            PriorAgreementRow.issued_on <= today,
            PriorAgreementRow.issued_on > since,
            PriorAgreementRow.valid_until >= today,
            sa.or_(PriorAgreementRow.revoked_on.is_(None), PriorAgreementRow.revoked_on > today),
        )
        .limit(1)
    ).first()


def newest_import(uow: UnitOfWork, ruc: str) -> PriorAgreementRow | None:
    """Return the imported Acuerdo of the RUC that holds longest, or held; None without one."""
    return uow.session.scalars(_of(ruc).limit(1)).first()


def facts_said(former: PriorAgreementRow, row: ApplicationRow) -> Mapping[str, str]:
    """Return the holder's facts of an imported Acuerdo that a new one may differ in."""
    ciiu = DataSheet.from_json(row.sheet).ciiu
    registered = activity_words(row.registry_facts, ciiu)
    activity = PriorActivity.from_text(former.activity)
    return {"holder": former.holder, **activity.facts(registered=registered)}


def _of(ruc: str) -> "sa.Select[PriorAgreementRow]":
    return (
        sa.select(PriorAgreementRow)
        .where(PriorAgreementRow.ruc == ruc)
        .order_by(PriorAgreementRow.valid_until.desc(), PriorAgreementRow.number)
    )
