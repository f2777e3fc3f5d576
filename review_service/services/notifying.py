"""Sends mail: a message is stored in the transaction of its cause, and a task delivers it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import (
    ApplicationRow,
    LetterRow,
    LinkPurpose,
    MailRow,
    OfficerRow,
    OneUseLinkRow,
    SecondAddressRow,
)
from review_service.db.named_files import named_now
from review_service.db.second_addresses import asked_for, confirmed_address
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import MailError, StoreError
from review_service.domain.institution import Institution
from review_service.domain.numbering import link_code, link_token
from review_service.domain.officer_digest import DIGEST_CODE_TERM
from review_service.domain.stored_files import NamedFile
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskKind
from review_service.ports import FileStore, MailComposer, Mailer
from review_service.services import notices, stored_files

logger = logging.getLogger(__name__)

REMINDER = "correction_reminder"
COPIED = frozenset(
    {
        "received",
        "correction_requested",
        REMINDER,
        "extension_decided",
        "refused",
        "issued",
        "withdrawn",
    }
)
"""Messages of which a confirmed second address gets a copy."""
SECOND_PATH = "/correo"
ACCOUNT_PATH = "/revision/cuenta"
LETTER_PATH = "/quejas/carta"
LINK_PATHS = {LinkPurpose.SIGN_IN: "/ingresar/enlace", LinkPurpose.CONFIRM: "/confirmar"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """The parts needed to deliver a message."""

    mailer: Mailer
    composer: MailComposer
    store: FileStore
    public_url: str
    secret_key: str
    institution: Institution | None = None
    """Whose seat and remedies the dates of a message follow; None: as packaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    event: str
    recipient: str
    context: Mapping[str, Any]
    attachment: NamedFile | None
    attachment_name: str


def post(
    uow: UnitOfWork,
    *,
    event: str,
    recipient: str,
    context: Mapping[str, Any],
    application_id: UUID | None = None,
    attachment: tuple[str, str] | None = None,
    is_copy: bool = False,
) -> UUID:
    """Store one message in the caller's transaction; return its id.

    ``attachment`` is (store key, file name).
    """
    row = MailRow(
        application_id=application_id,
        event=event,
        recipient=recipient,
        context=dict(context),
        attachment_key=attachment[0] if attachment else None,
        attachment_name=attachment[1] if attachment else None,
        is_copy=is_copy,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.enqueue(TaskKind.SEND_MAIL, row.id)
    return row.id


def tell_applicant(
    uow: UnitOfWork,
    application: ApplicationRow,
    *,
    event: str,
    context: Mapping[str, Any],
    attachment: tuple[str, str] | None = None,
) -> None:
    """Store a message to the SRI's address.

    A second address that confirmed gets its copy once this one was handed over or given up.
    """
    post(
        uow,
        event=event,
        recipient=application.registry_facts.get("email", ""),
        context={"reference": application.reference, "holder": application.holder, **context},
        application_id=application.id,
        attachment=attachment,
    )


def deliver(writing: UnitFactory, office: PostOffice, lease: Lease) -> None:
    """Send one message with the dates of this moment, and finish its task; its term starts now.

    A message whose link can no longer serve is not sent.

    That the relay took it is written down at once, alone, so that it is not sent again when the
    worker dies before the rest is done. Who dies between the relay's answer and that one write
    lets it go out twice, under the same Message-ID: SMTP cannot be asked what it took.
    An attachment that is lost or changed is an incident, and the message waits for the right bytes.
    Raises ``MailError`` or ``StoreError``, ``DamagedFileError`` among them.
    """
    with writing() as uow:
        row = uow.session.get(MailRow, lease.subject_id)
        if row is None or row.sent_at is not None:
            tasks.finish(uow, lease)
            uow.commit()
            return
        if row.taken_at is not None:  # its worker died right after
            _mark(uow, lease)
            uow.commit()
            return
        try:
            _require_wanted(uow, row)
            notices.bring_up_to_date(uow, row, institution=office.institution)
            context = _with_link(uow, row.context, office)
        except MailError as error:
            if error.retryable:
                raise
            _drop(uow, row, lease, error)
            uow.commit()
            return
        message = _Message(
            event=row.event,
            recipient=row.recipient,
            context=context,
            attachment=_attachment(uow, row.attachment_key),
            attachment_name=row.attachment_name or "",
        )
        uow.commit()
    _send(writing, office, message, mail_id=lease.subject_id)
    _note_taken(writing, lease.subject_id)
    with writing() as uow:
        _mark(uow, lease)
        uow.commit()


def give_up(uow: UnitOfWork, mail_id: UUID, *, error: str) -> None:
    """Add a finding that a message could not be sent, inside the caller's transaction.

    One that the relay took was sent, whatever failed after.
    """
    row = uow.session.get(MailRow, mail_id)
    if row is None or row.sent_at is not None:
        return
    if row.taken_at is not None:
        _note_sent(uow, row)
    else:
        row.failed_at = uow.now
        row.last_error = error[:300]
        uow.record("mail_failed", actor="worker", subject_id=row.application_id, event=row.event)
        _copy(uow, row)


def _attachment(uow: UnitOfWork, key: str | None) -> NamedFile | None:
    """Return the attached file and the row that names it; a key without a row is not sent."""
    if key is None:
        return None
    file = named_now(uow, key)
    if file is None:
        raise MailError("no row names the attachment", retryable=False)
    return file


def _send(writing: UnitFactory, office: PostOffice, message: _Message, *, mail_id: UUID) -> None:
    attachments: list[tuple[str, bytes]] = []
    if message.attachment is not None:
        attached = stored_files.content(writing, office.store, message.attachment)
        attachments.append((message.attachment_name, attached))
    composed = office.composer.compose(
        message.event,
        message.context,
        recipient=message.recipient,
        message_id=f"<{mail_id}@{_host(office.public_url)}>",
        attachments=attachments,
    )
    try:
        office.mailer.send(composed)
    except (MailError, StoreError):
        logger.warning("mail_not_sent", extra={"mail_id": str(mail_id)})
        raise


def _drop(uow: UnitOfWork, row: MailRow, lease: Lease, error: MailError) -> None:
    if tasks.finish(uow, lease):
        row.failed_at, row.last_error = uow.now, str(error)
        uow.record("mail_dropped", actor="worker", subject_id=row.application_id, event=row.event)


def _note_taken(writing: UnitFactory, mail_id: UUID) -> None:
    """Write down that the relay took a message: one statement, which waits for nothing else."""
    with writing() as uow:
        uow.session.execute(
            sa.update(MailRow).where(MailRow.id == mail_id).values(taken_at=uow.now)
        )
        uow.commit()


def _mark(uow: UnitOfWork, lease: Lease) -> None:
    row = uow.session.get(MailRow, lease.subject_id)
    if row is not None and tasks.finish(uow, lease):
        _note_sent(uow, row)


def _note_sent(uow: UnitOfWork, row: MailRow) -> None:
    notices.start(uow, row)
    row.sent_at, row.failed_at, row.last_error = row.taken_at or uow.now, None, ""
    uow.record("mail_sent", actor="worker", subject_id=row.application_id, event=row.event)
    _copy(uow, row)


def _copy(uow: UnitOfWork, mail: MailRow) -> None:
    """Post the same message, with the dates that it names now, to the confirmed second address."""
    if mail.event not in COPIED or mail.application_id is None or notices.is_copy(uow, mail):
        return
    application = uow.session.get(ApplicationRow, mail.application_id)
    second = confirmed_address(uow.session, application) if application is not None else ""
    if second:
        post(
            uow,
            event=mail.event,
            recipient=second,
            context=mail.context,
            application_id=mail.application_id,
            attachment=_attached(mail),
            is_copy=True,
        )


def _attached(mail: MailRow) -> tuple[str, str] | None:
    if mail.attachment_key is None:
        return None
    return mail.attachment_key, mail.attachment_name or ""


def _require_wanted(uow: UnitOfWork, mail: MailRow) -> None:
    """Raise ``MailError`` for what nobody needs any more.

    That is a copy to an address that never said that it wants it, and a reminder of what was done.
    """
    if mail.application_id is None:
        return
    application = uow.session.get(ApplicationRow, mail.application_id)
    if mail.event == REMINDER and not _is_still_asked(uow, mail, application):
        raise MailError("nothing is left to correct", retryable=False)
    if not notices.is_copy(uow, mail):
        return
    wanted = confirmed_address(uow.session, application) if application is not None else ""
    if mail.recipient != wanted:
        raise MailError("the second address did not confirm", retryable=False)


def _is_still_asked(uow: UnitOfWork, mail: MailRow, application: ApplicationRow | None) -> bool:
    """Whether the correction that a reminder names is still open and its last day not over."""
    if application is None or application.state is not ApplicationState.CORRECTION_REQUESTED:
        return False
    last_day = application.correct_by
    is_its_day = last_day is not None and last_day.isoformat() == mail.context.get("last_day")
    return is_its_day and last_day is not None and last_day >= ecuador_day(uow.now)


def _with_link(
    uow: UnitOfWork, context: Mapping[str, Any], office: PostOffice
) -> Mapping[str, Any]:
    second_id = context.get("second_address_id")
    if second_id is not None:
        return _question(uow, UUID(second_id), office)
    question = context.get("digest_question")
    if question is not None:
        return _digest_code(uow, UUID(question), office)
    letter_id = context.get("letter_id")
    if letter_id is not None:
        return _letter(uow, UUID(letter_id), context, office)
    link_id = context.get("link_id")
    if link_id is None:
        return {**context, "link": f"{office.public_url}{context.get('path', '/')}"}
    link = uow.session.get(OneUseLinkRow, UUID(link_id))
    if link is None:
        raise MailError("the link is gone", retryable=False)
    token = link_token(office.secret_key, link.id)
    return {
        **{name: value for name, value in context.items() if name != "link_id"},
        "link": f"{office.public_url}{LINK_PATHS[link.purpose]}/{token}",
        "code": link_code(office.secret_key, link.id),
        "link_expires_at": link.link_expires_at,
        "code_expires_at": link.code_expires_at,
    }


def _question(uow: UnitOfWork, second_id: UUID, office: PostOffice) -> Mapping[str, Any]:
    """Return the words of the question to a second address: none of whoever asked."""
    second = uow.session.get(SecondAddressRow, second_id)
    row = uow.session.get(ApplicationRow, second.application_id) if second is not None else None
    if second is None or row is None or second.confirmed_at or asked_for(row) != second.address:
        raise MailError("the question needs no answer any more", retryable=False)
    return {
        "link": f"{office.public_url}{SECOND_PATH}/{link_token(office.secret_key, second.id)}",
        "link_expires_at": second.expires_at,
    }


def _digest_code(uow: UnitOfWork, question: UUID, office: PostOffice) -> Mapping[str, Any]:
    """Return the words of the question to the address of an officer's digest."""
    asked_at = uow.session.scalar(
        sa.select(OfficerRow.digest_asked_at).where(OfficerRow.digest_question == question)
    )
    if asked_at is None:
        raise MailError("the question needs no answer any more", retryable=False)
    return {
        "link": f"{office.public_url}{ACCOUNT_PATH}",
        "code": link_code(office.secret_key, question),
        "code_expires_at": asked_at + DIGEST_CODE_TERM,
    }


def _letter(
    uow: UnitOfWork, letter_id: UUID, context: Mapping[str, Any], office: PostOffice
) -> Mapping[str, Any]:
    """Return the words of a message about a letter to us, with the address of its page."""
    row = uow.session.get(LetterRow, letter_id)
    if row is None:
        raise MailError("the letter was never confirmed", retryable=False)
    told = {name: value for name, value in context.items() if name != "letter_id"}
    link = f"{office.public_url}{LETTER_PATH}/{link_token(office.secret_key, row.id)}"
    return {**told, "link": link, "link_expires_at": row.confirm_by or ""}


def _host(public_url: str) -> str:
    return urlsplit(public_url).hostname or ""
