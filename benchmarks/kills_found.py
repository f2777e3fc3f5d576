# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Reads from database and mailboxes what ``kills_counting`` counts."""

from collections import Counter

import sqlalchemy as sa
from kills_counting import Agreement, Found, Mail
from kills_stack import Parts

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    EventRow,
    FileIncidentRow,
    MailRow,
    TaskRow,
)
from review_service.domain.errors import OutsideError
from review_service.domain.work import TaskState
from review_service.services.notices import LINK_IS_OVER

ID_CHARACTERS = 36


def look(parts: Parts) -> Found:
    """Return what is there now."""
    with parts.stack.container.reading() as uow:
        session = uow.session
        applications = session.execute(
            sa.select(ApplicationRow.id, ApplicationRow.state, ApplicationRow.reference)
        ).all()
        files = session.execute(
            sa.select(DocumentRow.application_id, DocumentRow.sha256, DocumentRow.state).where(
                DocumentRow.assembled.is_(False)
            )
        ).all()
        approved = session.scalars(
            sa.select(EventRow.subject_id).where(EventRow.action == "application_approved")
        ).all()
        return Found(
            states={str(row.id): row.state.value for row in applications},
            references=[row.reference for row in applications],
            files=[(str(row.application_id), row.sha256, row.state.value) for row in files],
            agreements=[
                Agreement(
                    application=str(row.application_id),
                    number=row.number,
                    series=row.kind.value,
                    year=row.year,
                    serial=row.serial,
                    state=row.state.value,
                )
                for row in session.scalars(sa.select(AgreementRow))
            ],
            mails=[
                Mail(
                    id=str(row.id),
                    application=str(row.application_id or ""),
                    event=row.event,
                    recipient=row.recipient,
                    is_sent=row.sent_at is not None,
                    is_over=row.sent_at is None and row.last_error == LINK_IS_OVER,
                )
                for row in session.scalars(sa.select(MailRow))
            ],
            caught=Counter(
                str(caught.message["Message-ID"])[1 : 1 + ID_CHARACTERS]
                for caught in list(parts.sink.mails)
            ),
            tasks=Counter(state.value for state in session.scalars(sa.select(TaskRow.state))),
            decisions=Counter(map(str, approved)),
        )


def is_settled(parts: Parts) -> bool:
    """Whether no task waits and no file is written down as lost or changed; no without answer."""
    waiting = sa.select(TaskRow.id).where(TaskRow.state == TaskState.READY)
    damaged = sa.select(FileIncidentRow.key).where(FileIncidentRow.mended_at.is_(None))
    try:
        with parts.stack.container.reading() as uow:
            found = [uow.session.execute(each.limit(1)).first() for each in (waiting, damaged)]
            return not any(found)
    except OutsideError:
        return False
