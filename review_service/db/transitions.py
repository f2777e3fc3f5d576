"""The only code that changes an application's state: compare-and-set, with its event."""

from typing import Any, Final

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, PendingDecisionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, require_transition
from review_service.domain.errors import StaleStateError

EFFECTS: Final = frozenset({ApplicationState.APPROVED, ApplicationState.REFUSED})
"""The states to which a decision of an officer moves."""


def move(
    uow: UnitOfWork,
    application: ApplicationRow,
    to: ApplicationState,
    *,
    actor: str,
    by_appeal: bool = False,
    **values: Any,  # noqa: ANN401 -- columns set along with the state
) -> None:
    """Change an application's state if its state and version are still those that were read.

    It is a rule's move where ``decided_rule`` is set along with it, and with ``by_appeal`` that of
    an accepted appeal.

    Raises ``InvalidTransitionError`` when the table does not list the move and
    ``StaleStateError`` when somebody moved it first.
    """
    origin, version = application.state, application.version
    by_rule = values.get("decided_rule") is not None
    require_transition(origin, to, by_rule=by_rule, by_appeal=by_appeal)
    if origin is ApplicationState.IN_REVIEW:  # nobody holds what is to be reviewed no longer
        _end_pending(uow, application, to, actor=actor)
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


def _end_pending(
    uow: UnitOfWork, application: ApplicationRow, to: ApplicationState, *, actor: str
) -> None:
    """End what was decided and had no effect yet: it has it now, or the case went another way."""
    pending = uow.session.get(PendingDecisionRow, application.id)
    if pending is None:
        return
    if pending.decided_by is None or to not in EFFECTS:
        uow.record(
            "decision_dropped",
            actor=actor,
            subject_id=application.id,
            outcome=pending.outcome.value,
        )
    uow.session.delete(pending)
