"""What the supervisors' panel shows, from a bounded number of rows however many cases there are.

Decided cases are the ``MOST_DECIDED`` newest of the period by one index; everything that is told of
them is read for those alone. Open cases are counted; their legal terms are computed for the
``MOST_OPEN`` that came in first.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.decreed_days import DecreedDays
from review_service.db.legal_terms import legal_terms_of, rounds_of
from review_service.db.listed import is_listed
from review_service.db.models import AgreementRow, ApplicationRow, CorrectionRow, OfficerRow
from review_service.db.queries.officer.appeals import AppealCounts, TermRules, appeal_counts
from review_service.db.queued_cases import MOST_LOOKED_AT, first_rows
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.correction_reasons import OWN_WORDS
from review_service.domain.proportions import Proportion
from review_service.domain.roles import GRANTS, Permission
from review_service.domain.supervision import (
    LEGAL_BANDS,
    PROMISE_BANDS,
    Band,
    DecidedCase,
    Round,
    StageTime,
    banded,
    stage_times,
)
from review_service.domain.terms import add_business_days, ecuador_day, end_of_day

MOST_DECIDED: Final = 2_000
"""Decided cases that are looked at, newest first."""
MOST_OPEN: Final = 300
"""Open cases whose legal term is computed, in the order in which they came in."""
MOST_OFFICERS: Final = 100
MOST_REASONS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one officer has and did."""

    name: str
    """With the name to sign in where two have the same."""
    held: int
    """Cases that the officer holds at this moment."""
    assigned: int
    """Cases in review that a supervisor gave to the officer, of the first ``MOST_LOOKED_AT``."""
    decided: int
    refused: int
    """Of the decided ones."""
    sent_back: int
    """Requests to correct, of the cases that were looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """How often one thing was asked to be corrected."""

    item: ReviewItem
    reason: str
    """What the catalogue calls it, or that it was in own words: these may name somebody."""
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCases:
    """The cases in review by the business days that are left."""

    total: int
    promise: tuple[tuple[Band, int], ...]
    legal: tuple[tuple[Band, int], ...]
    """Of the ``MOST_OPEN`` that came in first."""

    @property
    def is_partial(self) -> bool:
        """Whether the legal terms are told of a part only."""
        return self.total > MOST_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All of it, as of one moment."""

    since: datetime
    """When the first of the decided cases that were looked at was decided."""
    is_cut: bool
    """Whether the period has more than ``MOST_DECIDED``: the newest were looked at."""
    open: OpenCases
    loads: tuple[Load, ...]
    by_officers: int
    """Decided cases that officers decided; rules decided the others."""
    by_rules: int
    times: tuple[StageTime, ...]
    returned: Proportion
    """Cases in which something was asked to be corrected, of those that officers decided."""
    items: tuple[tuple[ReviewItem, int], ...]
    """In how many requests each item was, the most frequent first."""
    reasons: tuple[SentBack, ...]
    """At most ``MOST_REASONS``."""
    appeals: AppealCounts
    """Those that are open, and how those of the period were decided."""


def panel(
    uow: UnitOfWork,
    *,
    days: int,
    track: str | None = None,
    seat: str | None = None,
    labels: Mapping[str, str],
    near_days: int,
) -> Panel:
    """Return the panel over the decided cases of the last ``days`` days.

    ``track`` is the key of one track; None: all. ``seat`` is the canton of the authority, as in
    ``legal_terms.legal_terms_of``; ``labels`` says what each code of a reason means, as in
    ``correction_reasons.reason_labels``; ``near_days`` is as in ``appeals.AppealRules``.
    """
    since = uow.now - timedelta(days=days)
    decided = _decided(uow, since, track)
    is_cut = len(decided) > MOST_DECIDED
    decided = decided[:MOST_DECIDED]
    by_officers = [row for row in decided if row.decided_by is not None]
    corrections = _corrections(uow, [row.id for row in by_officers])
    published = _published(uow, [row.id for row in by_officers])
    rounds = _rounds(uow, [row.id for row in by_officers])
    asked = [each for found in corrections.values() for each in found]
    return Panel(
        since=decided[-1].decided_at if is_cut else since,
        is_cut=is_cut,
        open=_open_cases(uow, track, seat),
        loads=_loads(uow, by_officers, asked, track),
        by_officers=len(by_officers),
        by_rules=len(decided) - len(by_officers),
        times=stage_times(
            DecidedCase(
                received_at=row.confirmed_at or row.decided_at,
                rounds=rounds.get(row.id, ()),
                decided_at=row.decided_at,
                published_at=published.get(row.id),
            )
            for row in by_officers
        ),
        returned=Proportion(count=len(corrections), of=len(by_officers)),
        items=tuple(Counter(each.item for each in asked).most_common()),
        reasons=tuple(
            SentBack(item=item, reason=labels.get(code, labels[OWN_WORDS]), times=times)
            for (item, code), times in Counter(
                (each.item, each.reason_code) for each in asked
            ).most_common(MOST_REASONS)
        ),
        appeals=appeal_counts(
            uow,
            terms=TermRules(near_days=near_days, seat=seat or ""),
            days=days,
            track=track,
        ),
    )


def _decided(uow: UnitOfWork, since: datetime, track: str | None) -> Sequence[Any]:
    return uow.session.execute(
        sa.select(
            ApplicationRow.id,
            ApplicationRow.state,
            ApplicationRow.confirmed_at,
            ApplicationRow.decided_at,
            ApplicationRow.decided_by,
        )
        .where(
            ApplicationRow.decided_at.is_not(None),
            ApplicationRow.decided_at >= since,
            *_of_track(track),
        )
        .order_by(ApplicationRow.decided_at.desc())
        .limit(MOST_DECIDED + 1)
    ).all()


def _of_track(track: str | None) -> list[sa.ColumnElement[bool]]:
    return [] if track is None else [ApplicationRow.track == track]


def _corrections(uow: UnitOfWork, ids: Collection[UUID]) -> Mapping[UUID, Sequence[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in uow.session.execute(
        sa.select(
            CorrectionRow.application_id,
            CorrectionRow.round,
            CorrectionRow.item,
            CorrectionRow.reason_code,
            CorrectionRow.asked_by,
            CorrectionRow.asked_at,
            CorrectionRow.answered_at,
        )
        .where(is_listed(uow.session, CorrectionRow.application_id, ids))
        .order_by(CorrectionRow.application_id, CorrectionRow.round)
    ):
        found[row.application_id].append(row)
    return found


def _rounds(uow: UnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, tuple[Round, ...]]:
    """Return the requests to correct of each case, the first one first."""
    found: defaultdict[UUID, list[Round]] = defaultdict(list)
    for each in rounds_of(uow, ids):
        is_answered = each.answered == each.asked
        answered_at = each.answered_at if is_answered else None
        found[each.application_id].append(Round(asked_at=each.asked_at, answered_at=answered_at))
    return {case: tuple(rounds) for case, rounds in found.items()}


def _published(uow: UnitOfWork, ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    rows = uow.session.execute(
        sa.select(AgreementRow.application_id, AgreementRow.published_at).where(
            is_listed(uow.session, AgreementRow.application_id, ids),
            AgreementRow.published_at.is_not(None),
        )
    )
    return {application_id: at for application_id, at in rows if at is not None}


def _open_cases(uow: UnitOfWork, track: str | None, seat: str | None) -> OpenCases:
    waiting = [ApplicationRow.state == ApplicationState.IN_REVIEW, *_of_track(track)]
    today = ecuador_day(uow.now)
    home = DecreedDays.read(uow).of(seat or "", seat or "")
    days = [add_business_days(today, count, decreed=home) for count in (1, 2)]
    due = ApplicationRow.due_at
    band = sa.case(
        (due < uow.now, -1),
        (due <= end_of_day(today), 0),
        (due <= end_of_day(days[0]), 1),
        (due <= end_of_day(days[1]), 2),
        else_=3,
    )
    left = uow.session.execute(
        sa.select(band, sa.func.count()).where(*waiting).group_by(band)
    ).all()
    first = uow.session.scalars(
        sa.select(ApplicationRow)
        .where(*waiting)
        .order_by(ApplicationRow.confirmed_at, ApplicationRow.id)
        .limit(MOST_OPEN)
    ).all()
    terms = legal_terms_of(uow, first, seat=seat)
    return OpenCases(
        total=sum(count for _, count in left),
        promise=banded((days for days, count in left for _ in range(count)), PROMISE_BANDS),
        legal=banded((term.days_left for term in terms.values()), LEGAL_BANDS),
    )


def _loads(
    uow: UnitOfWork,
    decided: Sequence[Any],
    asked: Sequence[Any],
    track: str | None,
) -> tuple[Load, ...]:
    """Return every officer who may review, and whoever else decided; who has most first."""
    held = Counter(
        uow.session.scalars(
            sa.select(ApplicationRow.claimed_by)
            .where(
                ApplicationRow.state == ApplicationState.IN_REVIEW,
                ApplicationRow.claimed_until > uow.now,
                *_of_track(track),
            )
            .limit(MOST_OPEN)
        )
    )
    assigned = _assigned(uow, track)
    done = Counter(row.decided_by for row in decided)
    refused = Counter(row.decided_by for row in decided if row.state is ApplicationState.REFUSED)
    requests = Counter(
        asked_by
        for asked_by, _, _ in {(each.asked_by, each.application_id, each.round) for each in asked}
    )
    roles = [role for role in GRANTS if Permission.REVIEW in GRANTS[role]]
    may = sa.and_(OfficerRow.active.is_(True), OfficerRow.role.in_(roles))
    busy = {*held, *assigned, *done, *requests} - {None}
    officers = uow.session.execute(
        sa.select(OfficerRow.id, OfficerRow.full_name, OfficerRow.user_name)
        .where(sa.or_(may, OfficerRow.id.in_(busy)))
        .order_by(OfficerRow.full_name, OfficerRow.user_name)
        .limit(MOST_OFFICERS)
    ).all()
    named = Counter(full_name for _, full_name, _ in officers)
    loads = [
        Load(
            name=full_name if named[full_name] == 1 else f"{full_name} ({user_name})",
            held=held[officer_id],
            assigned=assigned[officer_id],
            decided=done[officer_id],
            refused=refused[officer_id],
            sent_back=requests[officer_id],
        )
        for officer_id, full_name, user_name in officers
    ]
    return tuple(sorted(loads, key=lambda load: (-load.held, -load.assigned, -load.decided)))


def _assigned(uow: UnitOfWork, track: str | None) -> Counter[UUID]:
    """Return how many cases in review were given to each officer."""
    rows = first_rows(MOST_LOOKED_AT)
    given = (
        sa.select(rows.c.assigned_to, sa.func.count())
        .where(
            rows.c.assigned_to.is_not(None),
            *([] if track is None else [rows.c.track == track]),
        )
        .group_by(rows.c.assigned_to)
    )
    return Counter({row[0]: row[1] for row in uow.session.execute(given)})
