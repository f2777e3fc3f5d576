"""The only code that changes an application's state: compare-and-set, with its event."""

from typing import Any

import sqlalchemy as sa

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, require_transition
from review_service.domain.errors import StaleStateError


def move(
    uow: UnitOfWork,
    application: ApplicationRow,
    to: ApplicationState,
    *,
    actor: str,
    **values: Any,  # noqa: ANN401 -- columns set along with the state
) -> None:
    """Change an application's state if its state and version are still those that were read.

    It is a rule's move where ``decided_rule`` is set along with it.

    Raises ``InvalidTransitionError`` when the table does not list the move and
    ``StaleStateError`` when somebody moved it first.
    """
    origin, version = application.state, application.version
    require_transition(origin, to, by_rule=values.get("decided_rule") is not None)
    if origin is ApplicationState.IN_REVIEW:  # nobody holds what is to be reviewed no longer
        values = {"claimed_by": None, "claimed_at": None, "claimed_until": None, **values}
    moved = uow.session.execute(
        sa.update(ApplicationRow)
        .where(
            ApplicationRow.id == application.id,
            ApplicationRow.state == origin,
            ApplicationRow.version == version,
        )
        .values(state=to, version=version + 1, changed_at=uow.now, **values)
        .returning(ApplicationRow.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if moved is None:
        raise StaleStateError(f"application {application.id} is no longer {origin.value}")
    uow.session.expire(application)
    uow.record(
        f"application_{to.value}", actor=actor, subject_id=application.id, origin=origin.value
    )
