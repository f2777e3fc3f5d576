"""Saves views of the queue under a name, renames and removes them.

Own ones are everybody's who may see the queue; those of the team are a supervisor's to make, and
each change of one is in the audit trail.
"""

from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.models import OfficerRow, SavedViewRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.roles import Permission
from review_service.domain.saved_views import (
    MOST_VIEWS,
    SEARCH,
    query_arguments,
    query_text,
    view_name,
)


def save(
    uow: UnitOfWork, *, officer_id: UUID, name: str, query: str, for_team: bool = False
) -> UUID:
    """Save what an address carries under a name; return the view.

    Raises ``InvalidInputError`` for a name that is none or taken, or when there are too many, and
    ``NotAllowedError``.
    """
    given = view_name(name)
    with uow:
        _require(uow, officer_id, for_team=for_team)
        owner = None if for_team else officer_id
        others = _of(uow, owner)
        _require_free(others, given)
        if len(others) >= MOST_VIEWS:
            raise InvalidInputError(
                {"nombre": f"Ya hay {MOST_VIEWS} vistas guardadas. Quite una y guarde esta."}
            )
        row = SavedViewRow(
            id=uuid4(),
            name=given,
            query=query,
            owner_id=owner,
            made_by=officer_id,
            made_at=uow.now,
        )
        uow.session.add(row)
        _note(uow, "view_saved", row, officer_id)
        uow.commit()
        return row.id


def rename(uow: UnitOfWork, *, officer_id: UUID, view_id: UUID, name: str, seen: str) -> None:
    """Give a view another name; ``seen`` is the one that it had on the page.

    Raises ``InvalidInputError``, ``NotFoundError``, ``NotAllowedError``, and ``StaleStateError``
    when somebody else renamed it meanwhile.
    """
    given = view_name(name)
    with uow:
        row = _view(uow, view_id, officer_id)
        if row.name == given:
            return
        if row.name != seen:
            raise StaleStateError(f"view {view_id} has another name")
        _require_free([each for each in _of(uow, row.owner_id) if each.id != row.id], given)
        row.name = given
        _note(uow, "view_renamed", row, officer_id)
        uow.commit()


def remove(uow: UnitOfWork, *, officer_id: UUID, view_id: UUID) -> None:
    """Remove a view. Raises ``NotFoundError`` and ``NotAllowedError``."""
    with uow:
        row = _view(uow, view_id, officer_id)
        uow.session.delete(row)
        _note(uow, "view_removed", row, officer_id)
        uow.commit()


def _view(uow: UnitOfWork, view_id: UUID, officer_id: UUID) -> SavedViewRow:
    row = uow.session.execute(
        sa.select(SavedViewRow).where(SavedViewRow.id == view_id).with_for_update()
    ).scalar_one_or_none()
    if row is None or row.owner_id not in {None, officer_id}:
        raise NotFoundError(f"no view {view_id} of officer {officer_id}")
    _require(uow, officer_id, for_team=row.owner_id is None)
    return row


def _of(uow: UnitOfWork, owner: UUID | None) -> list[SavedViewRow]:
    return list(uow.session.scalars(sa.select(SavedViewRow).where(SavedViewRow.owner_id == owner)))


def _require(uow: UnitOfWork, officer_id: UUID, *, for_team: bool) -> None:
    """Lock the account, so that two requests of one officer come one after the other."""
    officer = uow.session.execute(
        sa.select(OfficerRow).where(OfficerRow.id == officer_id).with_for_update()
    ).scalar_one_or_none()
    needed = Permission.TEAM_VIEWS if for_team else Permission.READ_CASES
    if officer is None or not officer.active or not officer.standing.may(needed):
        raise NotAllowedError(f"officer {officer_id} may not {needed.value}")


def _require_free(others: list[SavedViewRow], name: str) -> None:
    if any(each.name.casefold() == name.casefold() for each in others):
        raise InvalidInputError({"nombre": "Ya hay una vista con ese nombre. Escriba otro."})


def _note(uow: UnitOfWork, action: str, row: SavedViewRow, officer_id: UUID) -> None:
    """Write a change of the team's views into the trail; own ones concern nobody else.

    Of a search only that there is one: its words may be a name, and the trail is kept for ever.
    """
    if row.owner_id is None:
        told = query_arguments(row.query)
        is_search = told.pop(SEARCH, None) is not None
        uow.record(
            action,
            actor=actor_of(officer_id),
            subject_id=row.id,
            name=row.name,
            query=query_text(told),
            search=is_search,
        )
