"""Sends a draft for review: what is missing, sending, and confirming by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.handed_over import is_handed_over
from review_service.db.models import (
    ApplicationRow,
    LinkPurpose,
    OneUseLinkRow,
    ReviewItemRow,
)
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationState,
    ItemVerdict,
    confirmation_over,
    items_for,
    require_transition,
)
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.errors import (
    InvalidInputError,
    LinkError,
    ReviewServiceError,
)
from review_service.domain.numbering import hash_secret
from review_service.domain.request_limits import CONFIRM_MAIL
from review_service.domain.sightings import Sight
from review_service.domain.terms import review_due
from review_service.domain.work import TaskKind
from review_service.services import attempts, notifying
from review_service.services.applicant import gaps
from review_service.services.applicant.registering import add_link, use_code, use_link
from review_service.services.calendar import decreed_days
from review_service.services.case import current_round, documents_of, owned, require_seen
from review_service.services.findings.comparing import compare
from review_service.services.notices import CONFIRM_HOURS
from review_service.services.upkeep import terms

LAPSED_AT_ONCE = 500
"""Applications of one round: so its time and memory are bounded after a long outage too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendProblem:
    """A reason why the draft cannot be sent or, as advice, could be better."""

    place: str
    """``sheet``, ``photos``, ``prior_agreement`` or ``declaration``: the page to mend it on."""
    sentence: str
    blocking: bool = True
    """False for advice, which does not prevent sending."""


class IncompleteError(ReviewServiceError):
    """The draft cannot be sent yet; ``problems`` says why, and what would delay it besides."""

    def __init__(self, problems: tuple[SendProblem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def problems_before_sending(
    uow: UnitOfWork, *, application_id: UUID, ruc: str
) -> tuple[SendProblem, ...]:
    """Return what is still missing; what prevents sending comes first."""
    with uow:
        return problems_in(uow, owned(uow, application_id=application_id, ruc=ruc))


def problems_in(uow: UnitOfWork, row: ApplicationRow) -> tuple[SendProblem, ...]:
    """Return what is still missing, inside the caller's transaction."""
    documents = documents_of(uow, row.id)
    problems = [
        *(
            SendProblem(place="sheet", sentence=gap.sentence, blocking=gap.blocking)
            for gap in gaps.sheet(row)
        ),
        *(
            SendProblem(place="photos", sentence=gap.sentence, blocking=gap.blocking)
            for gap in (
                *gaps.evidence(uow, row, documents),
                *gaps.unsorted(uow, row, documents),
                *gaps.lost(uow, row),
                *gaps.repeated(uow, row, documents),
            )
        ),
        *(
            SendProblem(place="prior_agreement", sentence=gap.sentence, blocking=gap.blocking)
            for gap in gaps.prior_agreement(uow, row, documents)
        ),
    ]
    return tuple(sorted(problems, key=lambda problem: not problem.blocking))


def send(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    declared: bool,
    secret_key: str,
    seen: str | None = None,
) -> None:
    """Send a draft and mail the confirmation link; a second click changes nothing.

    ``seen`` is the version of what was declared to be true. Raises ``IncompleteError``,
    ``NotFoundError``, ``InvalidTransitionError``, ``StaleStateError``.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state in {ApplicationState.AWAITING_CONFIRMATION, ApplicationState.IN_REVIEW}:
            return
        require_transition(row.state, ApplicationState.AWAITING_CONFIRMATION)
        require_seen(uow, row, seen, Sight.DRAFT)
        problems = [*problems_in(uow, row)]
        if not declared:
            problems.append(
                SendProblem(
                    place="declaration",
                    sentence="Marque la declaración para poder enviar su solicitud.",
                )
            )
        if any(problem.blocking for problem in problems):
            raise IncompleteError(tuple(problems))
        confirm_by = uow.now + timedelta(hours=CONFIRM_HOURS)
        move(
            uow,
            row,
            ApplicationState.AWAITING_CONFIRMATION,
            actor="applicant",
            sent_at=uow.now,
            confirm_by=confirm_by,
        )
        ask_for_evidence(uow, application_id)
        _mail_confirmation(uow, row, confirm_by=confirm_by, secret_key=secret_key)
        uow.commit()


def send_confirmation_again(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    secret_key: str,
    seen: str | None = None,
    registered: str | None = None,
) -> None:
    """Mail a new link and code; earlier ones stay valid until they expire.

    ``registered`` is the address that the register holds now: from then on it is that of the
    application, so that who changes a dead one at the SRI gets the mail.

    Raises ``TooManyAttemptsError``, and ``NotFoundError`` for another's, whose tries are not spent;
    ``StaleStateError`` when it was a draft again meanwhile. Nothing happens when it needs no
    confirmation any more.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc)
        if row.state is ApplicationState.AWAITING_CONFIRMATION:
            require_seen(uow, row, seen, Sight.CASE)
    attempts.spend(uow, CONFIRM_MAIL, who=str(application_id))
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.AWAITING_CONFIRMATION and row.confirm_by is not None:
            if registered and registered != row.registry_facts.get("email"):
                row.registry_facts = {**row.registry_facts, "email": registered}
                uow.record("address_renewed", actor="applicant", subject_id=row.id)
            _mail_confirmation(uow, row, confirm_by=row.confirm_by, secret_key=secret_key)
            uow.commit()


def take_back(uow: UnitOfWork, *, application_id: UUID, ruc: str, seen: str | None = None) -> None:
    """Turn a sent application that was not confirmed yet back into a draft; its links end.

    A second click finds it done. Raises ``NotFoundError``, ``InvalidTransitionError`` once it is
    confirmed, ``StaleStateError`` when it was sent anew meanwhile.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.DRAFT:
            return
        require_transition(row.state, ApplicationState.DRAFT)
        require_seen(uow, row, seen, Sight.CASE)
        move(uow, row, ApplicationState.DRAFT, actor="applicant", confirm_by=None)
        uow.session.execute(
            sa.update(OneUseLinkRow)
            .where(
                OneUseLinkRow.application_id == row.id,
                OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
                OneUseLinkRow.used_at.is_(None),
            )
            .values(link_expires_at=uow.now, code_expires_at=uow.now)
            .execution_options(synchronize_session=False)
        )
        uow.commit()


def confirm_by_link(uow: UnitOfWork, *, token: str, seat: str | None = None) -> UUID:
    """Confirm by the mailed link, on any device. Raises ``LinkError``.

    ``seat`` is the canton of the authority, as in ``calendar.decreed_days``.
    """
    with uow:
        row = _behind_link(uow, token)
        use_link(uow, token=token, purpose=LinkPurpose.CONFIRM)
        _require_awaiting(row)
        _confirm(uow, row, seat=seat)
        uow.commit()
        return row.id


def confirm_by_code(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    ruc: str,
    code: str,
    secret_key: str,
    seat: str | None = None,
    seen: str | None = None,
) -> None:
    """Confirm with the code of the newest mail.

    Raises ``LinkError``, ``NotFoundError``, ``StaleStateError`` when it was sent anew meanwhile.
    """
    with uow:
        row = owned(uow, application_id=application_id, ruc=ruc, lock=True)
        if row.state is ApplicationState.IN_REVIEW:
            return
        link = uow.session.execute(
            sa.select(OneUseLinkRow)
            .where(
                OneUseLinkRow.application_id == application_id,
                OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
            )
            .order_by(OneUseLinkRow.created_at.desc(), OneUseLinkRow.id)
            .limit(1)
        ).scalar_one_or_none()
        if link is None:
            raise LinkError("wrong")
        _require_awaiting(row)
        require_seen(uow, row, seen, Sight.CASE)
        use_code(uow, link, code=code, secret_key=secret_key)
        _confirm(uow, row, seat=seat)
        uow.commit()


def lapse_unconfirmed(uow: UnitOfWork) -> int:
    """Turn applications that nobody confirmed in time back into drafts; return how many.

    At most ``LAPSED_AT_ONCE``, each in a transaction of its own; the next round goes on. Only those
    whose notice was handed over: nobody lets a term pass of which nobody heard. Raises what
    ``terms.end`` raises.
    """
    return terms.end(
        uow,
        overdue=_unconfirmed,
        by=ApplicationRow.confirm_by,
        ending=lambda uow, row: move(
            uow, row, ApplicationState.DRAFT, actor="scheduler", confirm_by=None
        ),
        most=LAPSED_AT_ONCE,
    )


def _unconfirmed(uow: UnitOfWork) -> "sa.Select[ApplicationRow]":
    return sa.select(ApplicationRow).where(
        ApplicationRow.state == ApplicationState.AWAITING_CONFIRMATION,
        ApplicationRow.confirm_by < uow.now,
        is_handed_over(),
    )


def ask_for_evidence(uow: UnitOfWork, application_id: UUID) -> None:
    """Ask the worker to make one PDF of the single photos of this round."""
    photos = [d for d in documents_of(uow, application_id) if d.kind is DocumentKind.PHOTO]
    if photos:
        sorted_so = "".join(sorted(f"{photo.id}{photo.theme}" for photo in photos))
        key = f"{current_round(uow, application_id)}:{hash_secret(sorted_so)}"
        uow.enqueue(TaskKind.ASSEMBLE_EVIDENCE, application_id, key=key)


def _confirm(uow: UnitOfWork, row: ApplicationRow, *, seat: str | None) -> None:
    decreed = decreed_days(uow, row.sheet.get("canton", ""), seat=seat)
    due: datetime = review_due(uow.now, decreed=decreed)
    move(
        uow,
        row,
        ApplicationState.IN_REVIEW,
        actor="applicant",
        confirmed_at=uow.now,
        confirm_by=None,
        due_at=due,
        open_key=None,
    )
    for item in items_for(row.kind):
        uow.session.add(
            ReviewItemRow(application_id=row.id, item=item, verdict=ItemVerdict.PENDING)
        )
    compare(uow, row.id)
    files = [
        {"name": document.file_name, "sha256": document.sha256}
        for document in documents_of(uow, row.id)
        if not document.assembled and document.state is not DocumentState.REFUSED
    ]
    notifying.tell_applicant(
        uow,
        row,
        event="received",
        context={
            "received_at": uow.now.isoformat(),
            "decide_by": due.isoformat(),
            "files": files,
            "path": f"/solicitudes/{row.id}",
        },
    )


def _mail_confirmation(
    uow: UnitOfWork, row: ApplicationRow, *, confirm_by: datetime, secret_key: str
) -> None:
    email = row.registry_facts.get("email", "")
    if not email:
        raise InvalidInputError({"email": "El SRI no tiene un correo suyo."})
    link = add_link(
        uow,
        purpose=LinkPurpose.CONFIRM,
        ruc=row.ruc,
        secret_key=secret_key,
        life=confirm_by - uow.now,
        application_id=row.id,
    )
    notifying.post(
        uow,
        event="confirm",
        recipient=email,
        context={
            "link_id": str(link.id),
            "reference": row.reference,
            "holder": row.holder,
            "confirm_by": confirm_by.isoformat(),
        },
        application_id=row.id,
    )


def _behind_link(uow: UnitOfWork, token: str) -> ApplicationRow:
    """Return the link's application; it is locked before the link, the order used everywhere."""
    row = uow.session.execute(
        sa.select(ApplicationRow)
        .join(OneUseLinkRow, OneUseLinkRow.application_id == ApplicationRow.id)
        .where(
            OneUseLinkRow.token_hash == hash_secret(token),
            OneUseLinkRow.purpose == LinkPurpose.CONFIRM,
        )
        .with_for_update(of=ApplicationRow)
    ).scalar_one_or_none()
    if row is None:
        raise LinkError("wrong")
    return row


def _require_awaiting(row: ApplicationRow) -> None:
    over = confirmation_over(row.state)
    if over is not None:
        raise LinkError(over)
