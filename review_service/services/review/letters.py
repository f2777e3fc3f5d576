"""The data of the letters; the officer's preview and the sent mail use the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.domain.errors import LetterChangedError, NotFoundError
from review_service.domain.institution import Institution
from review_service.domain.not_applicable import said_in
from review_service.domain.terms import (
    CORRECTION_DAYS,
    add_business_days,
    ecuador_day,
)
from review_service.domain.wording import paragraphs, visible
from review_service.services.calendar import decreed_days_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionItem:
    """One item to correct, in the officer's words."""

    item: ReviewItem
    reason: str
    instruction: str
    code: str = ""
    """Of the catalogue's reason that was picked; empty for own words."""
    basis: str = ""
    """What asks for it, as the letter prints it; empty for own words."""


def correction_letter(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    items: Sequence[CorrectionItem],
    seat: str | None = None,
) -> dict[str, Any]:
    """Return the facts of a correction request if it were sent now, dates as ISO text."""
    with uow:
        row = _row(uow, application_id)
        return correction_facts(row, items=items, last_day=correction_last_day(uow, row, seat=seat))


def refusal_letter(
    uow: UnitOfWork, *, application_id: UUID, reasons: str, institution: Institution
) -> dict[str, Any]:
    """Return the facts of a refusal if it were sent now, dates as ISO text."""
    with uow:
        row = _row(uow, application_id)
        return refusal_facts(
            row,
            reasons=reasons,
            institution=institution,
            appeal_until=appeal_last_day(uow, row, institution),
        )


def correction_last_day(uow: UnitOfWork, row: ApplicationRow, *, seat: str | None = None) -> date:
    """Return the last of the ten business days to correct (COA 140).

    ``seat`` is the canton of the authority, as in ``calendar.decreed_days``.
    """
    decreed = decreed_days_of(uow, row, seat=seat)
    return add_business_days(ecuador_day(uow.now), CORRECTION_DAYS, decreed=decreed)


def appeal_last_day(uow: UnitOfWork, row: ApplicationRow, institution: Institution) -> date:
    """Return the last of the business days to appeal (COA 224)."""
    decreed = decreed_days_of(uow, row, seat=institution.place)
    return add_business_days(
        ecuador_day(uow.now), institution.remedies.appeal_days, decreed=decreed
    )


def correction_facts(
    row: ApplicationRow, *, items: Sequence[CorrectionItem], last_day: date
) -> dict[str, Any]:
    """Return what the correction letter's template needs."""
    said = {ReviewItem(theme.value): each for theme, each in said_in(row.not_applicable).items()}
    return {
        "reference": row.reference,
        "holder": row.holder,
        "items": [
            {
                "subject": entry.item.heading,
                "reason": visible(entry.reason),
                "instruction": visible(entry.instruction),
                **({"basis": entry.basis} if entry.basis else {}),
                **({"said": said[entry.item].sentence} if entry.item in said else {}),
            }
            for entry in items
        ],
        "last_day": last_day.isoformat(),
        "path": f"/solicitudes/{row.id}/corregir",
    }


def refusal_facts(
    row: ApplicationRow, *, reasons: str, institution: Institution, appeal_until: date
) -> dict[str, Any]:
    """Return what the refusal letter's template needs."""
    return {
        "reference": row.reference,
        "holder": row.holder,
        "reasons": paragraphs(visible(reasons)),
        "remedies": institution.remedies.text,
        "appeal_before": institution.remedies.before,
        "appeal_until": appeal_until.isoformat(),
        "path": f"/solicitudes/{row.id}",
    }


def mark_of(facts: Mapping[str, Any]) -> str:
    """Return a mark of a letter: the same for the same facts, another when one is another."""
    told = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def require_previewed(facts: Mapping[str, Any], previewed: str | None) -> None:
    """Raise ``LetterChangedError`` unless the letter is the one whose mark was seen.

    A day ends between reading and sending: the last day is another then, or the norm. None: it was
    not previewed by anybody.
    """
    if previewed is not None and previewed != mark_of(facts):
        raise LetterChangedError("the letter is another than the one that was previewed")


def _row(uow: UnitOfWork, application_id: UUID) -> ApplicationRow:
    row = uow.session.get(ApplicationRow, application_id)
    if row is None:
        raise NotFoundError(f"no application {application_id}")
    return row
