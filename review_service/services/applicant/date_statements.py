"""States the dates of an application that was not decided within the legal term (COA 207)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from review_service.db.legal_terms import legal_terms_of
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import AWAITING_DECISION, ApplicationState
from review_service.domain.date_statements import DateStatement, StatedRest
from review_service.domain.errors import NotFoundError
from review_service.domain.legal_term import LEGAL_DAYS, LegalTerm
from review_service.domain.terms import ecuador_day
from review_service.services.case import owned


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What a statement says of the institution and of the request."""

    kind: str
    """Spanish words for what is asked for."""
    institution: str
    seat: str
    """Canton of the authority, whose decreed days rest too."""
    support: str
    address: str
    demonstration: bool


def term_of(uow: UnitOfWork, *, application_id: UUID, ruc: str, seat: str) -> LegalTerm | None:
    """Return the legal term of an own application, once decided as of that day.

    None before it was received, and once it is withdrawn.

    Raises ``NotFoundError``.
    """
    row = owned(uow, application_id=application_id, ruc=ruc)
    return legal_terms_of(uow, [row], seat=seat, decided_too=True).get(row.id)


def stated(
    writing: UnitFactory,
    *,
    application_id: UUID,
    ruc: str,
    letterhead: Letterhead,
    render: Callable[[DateStatement], bytes],
) -> bytes:
    """Return the statement as PDF and note in the audit trail that it was given.

    Raises ``NotFoundError`` where the term is not over, or was not when it was decided;
    ``OutsideError``
    when it could not be printed.
    """
    with writing() as uow:
        statement = _statement(uow, application_id, ruc, letterhead)
    content = render(statement)
    with writing() as uow:
        _statement(uow, application_id, ruc, letterhead)  # a decision may have come meanwhile
        uow.record(
            "dates_stated",
            actor="applicant",
            subject_id=application_id,
            last_day=statement.last_day.isoformat(),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        uow.commit()
    return content


def _statement(
    uow: UnitOfWork, application_id: UUID, ruc: str, letterhead: Letterhead
) -> DateStatement:
    row = owned(uow, application_id=application_id, ruc=ruc)
    term = legal_terms_of(uow, [row], seat=letterhead.seat, decided_too=True).get(row.id)
    decided_at = row.decided_at if row.state not in AWAITING_DECISION else None
    if term is None or row.confirmed_at is None or not term.is_over:
        raise NotFoundError(f"nothing to state of {application_id}")
    return DateStatement(
        reference=row.reference,
        holder=row.holder,
        ruc=row.ruc,
        kind=letterhead.kind,
        received_on=ecuador_day(row.confirmed_at),
        returned_on=ecuador_day(row.returned_at) if row.returned_at else None,
        rests=tuple(
            StatedRest(
                notified_on=rest.notified_on,
                last_day=last_day,
                answered_on=rest.answered_on,
            )
            for rest, last_day in zip(term.rests, term.rested_until, strict=True)
        ),
        days=LEGAL_DAYS,
        last_day=term.last_day,
        decided_on=ecuador_day(decided_at) if decided_at else None,
        is_refused=row.state is ApplicationState.REFUSED,
        stated_at=uow.now,
        institution=letterhead.institution,
        support=letterhead.support,
        address=letterhead.address,
        demonstration=letterhead.demonstration,
    )
