"""What officers said where checks had found something, of the newest cases they decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from review_service.db.listed import is_listed
from review_service.db.models import ApplicationRow, EventRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.check_precision import EVENT, CheckVerdict, judged_in
from review_service.domain.months import Month
from review_service.domain.terms import ecuador_day

MOST_CASES: Final = 2_000
"""Decided cases that are looked at, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChecks:
    """The verdicts of one period."""

    verdicts: tuple[CheckVerdict, ...]
    """Of the newest case first."""
    cases: int
    """Cases that were looked at, with findings or without."""
    since: datetime
    is_cut: bool
    """Whether the period has more than ``MOST_CASES``: the newest were looked at."""


def judged_checks(uow: UnitOfWork, *, days: int, track: str | None = None) -> JudgedChecks:
    """Return what was said in the cases that officers decided in the last ``days`` days.

    Cases are found by the index of the decision, their events by that of the subject. ``track`` is
    the key of one track; None: all.
    """
    begin = uow.now - timedelta(days=days)
    conditions = [
        ApplicationRow.decided_at.is_not(None),
        ApplicationRow.decided_at >= begin,
        ApplicationRow.decided_by.is_not(None),
    ]
    if track is not None:
        conditions.append(ApplicationRow.track == track)
    cases = uow.session.execute(
        sa.select(
            ApplicationRow.id,
            ApplicationRow.reference,
            ApplicationRow.track,
            ApplicationRow.decided_at,
        )
        .where(*conditions)
        .order_by(ApplicationRow.decided_at.desc(), ApplicationRow.id)
        .limit(MOST_CASES + 1)
    ).all()
    is_cut = len(cases) > MOST_CASES
    cases = cases[:MOST_CASES]
    places = {row.id: place for place, row in enumerate(cases)}
    events = uow.session.execute(
        sa.select(EventRow.subject_id, EventRow.details).where(
            is_listed(uow.session, EventRow.subject_id, places), EventRow.action == EVENT
        )
    )
    found = [
        (
            places[event.subject_id],
            CheckVerdict(
                code=code,
                item=item,
                was_observed=was_observed,
                application_id=event.subject_id,
                reference=cases[places[event.subject_id]].reference,
                track=cases[places[event.subject_id]].track,
                month=Month.of(ecuador_day(cases[places[event.subject_id]].decided_at)),
            ),
        )
        for event in events
        for code, item, was_observed in judged_in(event.details)
    ]
    return JudgedChecks(
        verdicts=tuple(one for _, one in sorted(found, key=lambda pair: pair[0])),
        cases=len(cases),
        since=cases[-1].decided_at if is_cut else begin,
        is_cut=is_cut,
    )
