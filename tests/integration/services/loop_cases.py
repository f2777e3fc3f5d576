"""Requests for corrections that nobody answered, and how they end."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from review_service.db.correction_loop import Loop, loop_of
from review_service.db.models import ApplicationRow
from review_service.domain.applications import ReviewItem
from review_service.domain.correction_loop import ContactChannel, ContactResult
from review_service.domain.institution import Institution, institution_on
from review_service.domain.terms import ecuador_day
from review_service.services.review import contacting, correcting, withdrawing
from review_service.services.review.letters import CorrectionItem
from tests.factories import RUC, Office, add_officer
from tests.integration.services import steps

INSTITUTION = institution_on(date(2026, 11, 20))
WORDS = "No se ve el taller por dentro."


def asked(
    office: Office, *, ruc: str = RUC, is_told: bool = True, officer_id: UUID | None = None
) -> UUID:
    """Return a case that waits for a correction of two points, its notice handed over or not."""
    application_id = steps.in_review(office, ruc=ruc)
    ask(office, application_id, is_told=is_told, officer_id=officer_id)
    return application_id


def ask(
    office: Office, application_id: UUID, *, is_told: bool = True, officer_id: UUID | None = None
) -> None:
    """Ask to correct two points of a case, and let the notice be handed over or not."""
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id or officer(office),
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(item=item, reason=WORDS, instruction=WORDS)
            for item in (ReviewItem.WORKSHOP, ReviewItem.DATA_SHEET)
        ],
    )
    if is_told:
        steps.hand_over(office, "correction_requested")


def officer(office: Office) -> UUID:
    """Return a fresh officer who may do everything."""
    return add_officer(office, f"o{uuid4().hex[:8]}")


def end_term(office: Office, application_id: UUID, *, days: int = 1) -> None:
    """Let the last day to correct have been so many days ago."""
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = ecuador_day(uow.now) - timedelta(days=days)
        uow.commit()


def loop(office: Office, application_id: UUID) -> Loop:
    """Return how the open request stands."""
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        found = loop_of(uow.session, row, today=ecuador_day(uow.now))
    assert found is not None
    return found


def log(
    office: Office,
    application_id: UUID,
    *,
    officer_id: UUID | None = None,
    channel: ContactChannel = ContactChannel.PHONE,
    result: ContactResult = ContactResult.NOT_REACHED,
    made_on: date | None = None,
    note: str = "",
) -> None:
    """Write one attempt down."""
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    contacting.log(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id or officer(office),
        version=steps.application(office, application_id).version,
        channel=channel,
        result=result,
        made_on=made_on or today,
        note=note,
    )


def sign(
    office: Office,
    application_id: UUID,
    *,
    officer_id: UUID | None = None,
    words: str = "",
    institution: Institution = INSTITUTION,
) -> None:
    """Sign the resolution as the case stands."""
    withdrawing.sign(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id or officer(office),
        version=steps.application(office, application_id).version,
        words=words,
        institution=institution,
    )


def resolve(office: Office, application_id: UUID) -> None:
    """Log an attempt and sign the resolution of a case whose term is over."""
    log(office, application_id)
    sign(office, application_id)
