"""The officers who may decide a case or an appeal, or answer a letter, for one who may not."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, OfficerRow
from review_service.db.queries.officer.appeals import AppealView
from review_service.db.queries.officer.letters import OfficerLetter
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.appeals import first_decider_problem
from review_service.domain.errors import NotFoundError
from review_service.domain.letters import needed_to_answer, own_decision_problem
from review_service.domain.roles import GRANTS, Permission

MOST = 10
"""Names shown at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """One case, and the names of those who may decide it."""

    application_id: UUID
    reference: str
    holder: str
    names: tuple[str, ...]
    """Name and unit, at most ``MOST``."""


def who_may_decide(uow: UnitOfWork, application_id: UUID | None) -> Colleagues:
    """Return who may decide the case: active, of a deciding role, with a cédula, not their own.

    Raises ``NotFoundError`` for one that was never confirmed.
    """
    case = uow.session.get(ApplicationRow, application_id) if application_id else None
    if case is None or case.confirmed_at is None:
        raise NotFoundError(f"no application {application_id} for officers")
    may = who_may(uow, frozenset({Permission.DECIDE}), rucs=(case.ruc,))
    return Colleagues(
        application_id=case.id,
        reference=case.reference,
        holder=case.holder,
        names=_named(may),
    )


def answerers_of(uow: UnitOfWork, found: OfficerLetter) -> tuple[str, ...]:
    """Return who may answer a letter, name and unit: at most ``MOST``."""
    kind = found.letter.kind
    return _named(
        row
        for row in who_may(uow, needed_to_answer(kind), rucs=found.rucs)
        if not own_decision_problem(kind, deciders=found.deciders, officer_id=row.id)
    )


def appeal_deciders_of(uow: UnitOfWork, found: AppealView) -> tuple[str, ...]:
    """Return who may decide an appeal, name and unit: at most ``MOST``."""
    may = who_may(uow, frozenset({Permission.DECIDE_APPEALS}), rucs=(found.ruc,))
    return _named(
        row for row in may if not first_decider_problem(found.deciders, officer_id=row.id)
    )


def who_may(
    uow: UnitOfWork, needed: frozenset[Permission], *, rucs: Collection[str]
) -> Iterator[OfficerRow]:
    """Yield who is active, of a role that may, with a cédula, and of none of these RUCs."""
    roles = [role for role in GRANTS if needed <= GRANTS[role]]
    rows = uow.session.scalars(
        sa.select(OfficerRow)
        .where(
            OfficerRow.active.is_(True),
            OfficerRow.role.in_(roles),
            OfficerRow.cedula.is_not(None),
        )
        .order_by(OfficerRow.full_name, OfficerRow.user_name)
    )
    return (row for row in rows if not any(map(row.standing.is_own, rucs)))


def told_apart(officers: Iterable[OfficerRow]) -> tuple[tuple[UUID, str], ...]:
    """Return the id of each and how it is named in a list: «R. Andrade (Zonal 1)».

    Those who would be named alike also have the name with which they sign in.
    """
    listed = tuple(officers)
    times = Counter((each.full_name, each.unit) for each in listed)
    return tuple(
        (each.id, _name_and_unit(each, is_one=times[each.full_name, each.unit] == 1))
        for each in listed
    )


def _name_and_unit(officer: OfficerRow, *, is_one: bool) -> str:
    more = "" if is_one else f", {officer.user_name}"
    return f"{officer.full_name} ({officer.unit}{more})"


def _named(officers: Iterable[OfficerRow]) -> tuple[str, ...]:
    return tuple(words for _, words in islice(told_apart(officers), MOST))
