"""Notes in the audit trail that an officer downloads a list of the queue, before it is sent."""

from collections.abc import Mapping
from uuid import UUID

from review_service.db.models import OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import NotAllowedError
from review_service.domain.roles import Permission

EVENT = "list_exported"


def record(
    uow: UnitOfWork,
    *,
    officer_id: UUID,
    file_kind: str,
    rows: int,
    view: str,
    filters: Mapping[str, str],
    is_search: bool,
) -> None:
    """Record who downloads how many rows of which list; nothing of its contents.

    The words of a search may be a name or a number of a person, which the trail, kept for ever,
    must not hold: it says that there was one. So may a filter that no case has: of those that found
    nothing only the names are kept. Raises ``NotAllowedError``.
    """
    with uow:
        officer = uow.session.get(OfficerRow, officer_id)
        may = officer is not None and officer.active and officer.cedula is not None
        if officer is None or not may or not officer.standing.may(Permission.EXPORT_LISTS):
            raise NotAllowedError(f"officer {officer_id} may not export lists")
        uow.record(
            EVENT,
            actor=actor_of(officer_id),
            subject_id=officer_id,
            file=file_kind,
            rows=rows,
            view=view,
            filters={name: value if rows else "" for name, value in filters.items()},
            search=is_search,
        )
        uow.commit()
