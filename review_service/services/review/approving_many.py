"""Approves several cases at once: each as ``reviewing.approve`` does, as if it were alone.

Only what its officer accepted point by point is ready; nobody approves what a colleague looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    OfficerRow,
    ReviewItemRow,
)
from review_service.db.pending_decisions import pending_of
from review_service.db.queries.officer.consultations import open_on
from review_service.db.sightings import sighting
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.chosen_cases import MOST_AT_ONCE, ChosenCase, Outcome
from review_service.domain.data_sheet import DataSheet
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.pending_decisions import AT_ONCE, DecisionOutcome, DecisionPolicy
from review_service.domain.sheet_comparison import told_activity
from review_service.domain.sightings import Sight
from review_service.domain.tracks import Track, track_of
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.review import reviewing
from review_service.services.review.decision_checks import require_all_accepted
from review_service.services.review.looking import leaves_of, opened_by
from review_service.services.review.one_by_one import one_by_one

CHOOSES: Final = "Al aprobarla se elige la categoría: hágalo en su página."
WAITS: Final = "Usted espera la respuesta de un colega: decida en su página."
UNSEEN: Final = "Usted no ha abierto sus páginas."
ACCEPTED_BY_ANOTHER: Final = "Otra persona aceptó algún punto: mírelo usted y acéptelo."
NOT_HELD: Final = "Usted ya no tiene el caso: tómelo otra vez."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyCase:
    """A case of which the officer accepted every point."""

    id: UUID
    reference: str
    holder: str
    ruc: str
    activity: str
    canton: str
    track: Track
    stamp: str
    """Version of all items with their verdicts; the approval carries it."""
    leaves: tuple[str, ...]
    """Its pages, as the desk names them where it keeps which were on the screen."""
    hindrance: str
    """Why it is approved on its own page or not yet, a sentence; empty where it may be ticked."""


def ready_cases(
    uow: UnitOfWork, *, officer_id: UUID, only: Collection[UUID] | None = None
) -> tuple[ReadyCase, ...]:
    """Return the cases that the officer holds and accepted whole, those that came in first first.

    At most ``MOST_AT_ONCE``; with ``only`` those of them that are ready now.
    """
    accepted = sa.func.count(
        sa.case((ReviewItemRow.verdict == ItemVerdict.ACCEPTED, ReviewItemRow.item))
    )
    whole = (
        sa.select(ReviewItemRow.application_id)
        .join(ApplicationRow, ApplicationRow.id == ReviewItemRow.application_id)
        .where(
            ApplicationRow.state == ApplicationState.IN_REVIEW,
            ApplicationRow.claimed_by == officer_id,
            *([ApplicationRow.id.in_(only)] if only is not None else []),
        )
        .group_by(ReviewItemRow.application_id)
        .having(accepted == sa.func.count())
    )
    officer = uow.session.get_one(OfficerRow, officer_id)
    rows = uow.session.scalars(
        sa.select(ApplicationRow)
        .where(ApplicationRow.id.in_(whole))
        .order_by(ApplicationRow.confirmed_at, ApplicationRow.id)
        .limit(MOST_AT_ONCE)
    ).all()
    rows = [row for row in rows if not officer.standing.is_own(row.ruc)]
    known = _Known.read(uow, [row.id for row in rows], officer_id=officer_id)
    return tuple(
        ReadyCase(
            id=row.id,
            reference=row.reference,
            holder=row.holder,
            ruc=row.ruc,
            activity=told_activity(row.registry_facts, DataSheet.from_json(row.sheet)),
            canton=str(row.sheet.get("canton") or ""),
            track=track_of(row.track),
            stamp=sighting(uow.session, row, Sight.REVIEW),
            leaves=known.leaves.get(row.id, ()),
            hindrance=_hindrance(uow, row, known, officer_id=officer_id),
        )
        for row in rows
    )


def approve_each(
    reading: UnitFactory,
    writing: UnitFactory,
    *,
    chosen: Sequence[ChosenCase],
    officer_id: UUID,
    rules: IssuingRules,
    policy: DecisionPolicy = AT_ONCE,
) -> tuple[Outcome, ...]:
    """Approve each case in the version that the page showed; return what became of each.

    Where ``policy`` says so each is recommended, or can be undone first. A case that the officer
    approved already, as with a second click, counts as done.
    """

    def act(each: ChosenCase) -> str:
        with reading() as uow:
            row = uow.session.get(ApplicationRow, each.id)
            if row is None or row.confirmed_at is None:
                raise NotFoundError(f"no application {each.id}")
            if _is_on_its_way(uow, row.id, officer_id=officer_id):
                return "Ya la había recomendado." if policy.four_eyes else "Ya la había aprobado."
            if row.state is ApplicationState.IN_REVIEW:
                known = _Known.read(uow, [row.id], officer_id=officer_id)
                if told := _hindrance(uow, row, known, officer_id=officer_id):
                    raise InvalidInputError({"items": told})
            version = row.version
        try:
            number = reviewing.approve(
                writing(),
                application_id=each.id,
                officer_id=officer_id,
                version=version,
                rules=rules,
                seen=each.seen,
                policy=policy,
            )
        except StaleStateError:
            former = _approved_before(reading, each.id, officer_id=officer_id)
            if not former:
                raise
            return f"Ya la había aprobado: {former}."
        if number:
            return f"Aprobada: {number}."
        if policy.four_eyes:
            return "Recomendada: otra persona la emite o la devuelve."
        return f"Aprobada: puede deshacerlo en su página durante {policy.undo_seconds} segundos."

    return one_by_one(reading, chosen, act)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of several cases, each kind of thing from one question."""

    judges: Mapping[UUID, frozenset[UUID | None]]
    """Who judged the items of a case."""
    waiting: Mapping[UUID, Sequence[str]]
    looked_at: frozenset[UUID]
    """Cases whose pages the officer opened."""
    leaves: Mapping[UUID, tuple[str, ...]]

    @classmethod
    def read(cls, uow: UnitOfWork, ids: Sequence[UUID], *, officer_id: UUID) -> "_Known":
        judges: dict[UUID, set[UUID | None]] = {}
        items = sa.select(ReviewItemRow.application_id, ReviewItemRow.judged_by)
        for case, by in uow.session.execute(items.where(ReviewItemRow.application_id.in_(ids))):
            judges.setdefault(case, set()).add(by)
        return cls(
            judges={case: frozenset(who) for case, who in judges.items()},
            waiting=open_on(uow, ids),
            looked_at=opened_by(uow, ids, officer_id=officer_id),
            leaves=leaves_of(uow, ids),
        )


def _hindrance(uow: UnitOfWork, row: ApplicationRow, known: _Known, *, officer_id: UUID) -> str:
    """Return the first thing that keeps the case from being approved with others, a sentence."""
    track = track_of(row.track)
    judges = known.judges.get(row.id, frozenset())
    for is_in_the_way, told in (
        (row.claimed_by != officer_id, NOT_HELD),
        (judges != frozenset({officer_id}), ACCEPTED_BY_ANOTHER),
        (row.id in known.leaves and row.id not in known.looked_at, UNSEEN),
        (row.id in known.waiting, WAITS),
        (track.issues is IssuedKind.CERTIFICATE and not track.category, CHOOSES),
    ):
        if is_in_the_way:
            return told
    try:
        require_all_accepted(uow, row)
    except InvalidInputError as error:
        return " ".join(error.problems.values())
    return ""


def _is_on_its_way(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> bool:
    """Whether this officer's approval is recommended or can still be undone.

    Raises ``StaleStateError`` for any other decision that has no effect yet.
    """
    pending = pending_of(uow.session, application_id)
    if pending is None:
        return False
    is_mine = officer_id in {pending.recommended_by, pending.decided_by}
    if not is_mine or pending.outcome is not DecisionOutcome.APPROVE:
        raise StaleStateError(f"application {application_id} has a decision on its way")
    return True


def _approved_before(reading: UnitFactory, application_id: UUID, *, officer_id: UUID) -> str:
    """Return the number that this officer's approval gave; empty when it is not theirs."""
    with reading() as uow:
        number = uow.session.scalar(
            sa.select(AgreementRow.number)
            .join(ApplicationRow, ApplicationRow.id == AgreementRow.application_id)
            .where(
                ApplicationRow.id == application_id,
                ApplicationRow.decided_by == officer_id,
                ApplicationRow.state.in_((ApplicationState.APPROVED, ApplicationState.ISSUED)),
            )
        )
    return number or ""
