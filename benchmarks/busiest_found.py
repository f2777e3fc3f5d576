# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Reads from the database, and from the page of verification, what ``busiest_month.py`` counts."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from attack_browser import Browser
from busiest_counting import Ended, Notice
from busiest_people import MIX, Walk
from kills_stack import Parts

from review_service.db.models import AgreementRow, ApplicationRow, DocumentRow, MailRow
from review_service.domain.documents import DocumentState
from review_service.domain.numbering import verification_token
from review_service.services.notices import LINK_IS_OVER
from tests.factories import SECRET


def ended(parts: Parts, walks: Iterable[Walk]) -> list[Ended]:
    """Return how the confirmed applications of these people ended."""
    cases = {UUID(each.case.application): each.case for each in walks
             if each.case and each.case.is_sent}  # fmt: skip
    with parts.stack.container.reading() as uow:
        session = uow.session
        rows = session.scalars(sa.select(ApplicationRow).where(ApplicationRow.id.in_(cases)))
        published = dict(
            session.execute(sa.select(AgreementRow.application_id, AgreementRow.published_at)).all()
        )
        checked = Counter(
            session.scalars(
                sa.select(DocumentRow.application_id).where(
                    DocumentRow.state == DocumentState.CHECKED, DocumentRow.assembled.is_(False)
                )
            )
        )
        return [
            Ended(
                name=f"{row.track} {row.reference}",
                state=row.state.value,
                ends_in=MIX[row.track].ends_in,
                confirmed_at=row.confirmed_at,
                due_at=row.due_at,
                published_at=published.get(row.id),
                files=cases[row.id].files.total(),
                checked_files=checked[row.id],
            )
            for row in rows
        ]


def notices(parts: Parts, walks: Iterable[Walk]) -> list[Notice]:
    """Return the mails about the applications of these people, but for those rightly not sent."""
    with parts.stack.container.reading() as uow:
        rows = uow.session.execute(
            sa.select(MailRow, ApplicationRow.reference)
            .join(ApplicationRow, ApplicationRow.id == MailRow.application_id)
            .where(ApplicationRow.id.in_(_ids(walks)), MailRow.last_error != LINK_IS_OVER)
        )
        return [
            Notice(
                name=reference,
                event=mail.event,
                created_at=mail.created_at,
                sent_at=mail.sent_at,
            )
            for mail, reference in rows
        ]


def check_seconds(parts: Parts, walks: Iterable[Walk]) -> list[float]:
    """Return how long each file of these people waited until its checks had ended."""
    times = sa.select(DocumentRow.created_at, DocumentRow.checked_at).where(
        DocumentRow.application_id.in_(_ids(walks)),
        DocumentRow.assembled.is_(False),
        DocumentRow.checked_at.is_not(None),
    )
    with parts.stack.container.reading() as uow:
        rows = uow.session.execute(times).all()
    return [(checked - received).total_seconds() for received, checked in rows if checked]


def not_in_force(parts: Parts) -> list[str]:
    """Ask the page behind the QR of each document; name those that it does not call in force."""
    with parts.stack.container.reading() as uow:
        numbers = uow.session.execute(sa.select(AgreementRow.id, AgreementRow.number)).all()
    anybody, told = Browser(parts.stack.base), []
    for agreement_id, number in numbers:
        page = anybody.ask("GET", f"/v/{verification_token(SECRET, agreement_id)}").data
        if b"Vigente" not in page:
            told.append(f"{number}: the page of verification does not say «Vigente»")
    return told


def _ids(walks: Iterable[Walk]) -> list[UUID]:
    return [UUID(each.case.application) for each in walks if each.case]
