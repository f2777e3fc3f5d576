"""Sends mail: a message is stored in the transaction of its cause, and a task delivers it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from review_service.db import tasks
from review_service.db.models import ApplicationRow, LinkPurpose, MailRow, OneUseLinkRow
from review_service.db.named_files import named_now
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.data_sheet import DataSheet
from review_service.domain.errors import MailError, StoreError
from review_service.domain.institution import Institution
from review_service.domain.numbering import link_code, link_token
from review_service.domain.stored_files import NamedFile
from review_service.domain.work import TaskKind
from review_service.ports import FileStore, MailComposer, Mailer
from review_service.services import notices, stored_files

logger = logging.getLogger(__name__)

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
) -> None:
    """Store one message in the caller's transaction; ``attachment`` is (store key, file name)."""
    row = MailRow(
        application_id=application_id,
        event=event,
        recipient=recipient,
        context=dict(context),
        attachment_key=attachment[0] if attachment else None,
        attachment_name=attachment[1] if attachment else None,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.enqueue(TaskKind.SEND_MAIL, row.id)


def tell_applicant(
    uow: UnitOfWork,
    application: ApplicationRow,
    *,
    event: str,
    context: Mapping[str, Any],
    attachment: tuple[str, str] | None = None,
) -> None:
    """Store a message to the SRI's address, and one to the second address of the data sheet."""
    for recipient in addresses_of(application):
        post(
            uow,
            event=event,
            recipient=recipient,
            context={"reference": application.reference, "holder": application.holder, **context},
            application_id=application.id,
            attachment=attachment,
        )


def addresses_of(application: ApplicationRow) -> tuple[str, ...]:
    """Return where notices of this application go, the SRI's address first."""
    second = DataSheet.from_json(application.sheet).notice_email
    registered = application.registry_facts.get("email", "")
    return tuple(dict.fromkeys(address for address in (registered, second) if address))


def deliver(writing: UnitFactory, office: PostOffice, lease: Lease) -> None:
    """Send one message with the dates of this moment, and finish its task; its term starts now.

    A message whose link can no longer serve is not sent.

    A message may go out twice when the worker dies in between; both carry the same Message-ID.
    An attachment that is lost or changed is an incident, and the message waits for the right bytes.
    Raises ``MailError`` or ``StoreError``, ``DamagedFileError`` among them.
    """
    with writing() as uow:
        row = uow.session.get(MailRow, lease.subject_id)
        if row is None or row.sent_at is not None:
            tasks.finish(uow, lease)
            uow.commit()
            return
        try:
            notices.bring_up_to_date(uow, row, institution=office.institution)
        except MailError as error:
            _drop(uow, row, lease, error)
            uow.commit()
            return
        message = _Message(
            event=row.event,
            recipient=row.recipient,
            context=_with_link(uow, row.context, office),
            attachment=_attachment(uow, row.attachment_key),
            attachment_name=row.attachment_name or "",
        )
        uow.commit()
    _send(writing, office, message, mail_id=lease.subject_id)
    with writing() as uow:
        _mark(uow, lease)
        uow.commit()


def give_up(uow: UnitOfWork, mail_id: UUID, *, error: str) -> None:
    """Add a finding that a message could not be sent, inside the caller's transaction."""
    row = uow.session.get(MailRow, mail_id)
    if row is not None and row.sent_at is None:
        row.failed_at = uow.now
        row.last_error = error[:300]
        uow.record("mail_failed", actor="worker", subject_id=row.application_id, event=row.event)


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


def _mark(uow: UnitOfWork, lease: Lease) -> None:
    row = uow.session.get(MailRow, lease.subject_id)
    if row is not None and tasks.finish(uow, lease):
        notices.start(uow, row)
        row.sent_at, row.failed_at, row.last_error = uow.now, None, ""
        uow.record("mail_sent", actor="worker", subject_id=row.application_id, event=row.event)


def _with_link(
    uow: UnitOfWork, context: Mapping[str, Any], office: PostOffice
) -> Mapping[str, Any]:
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


def _host(public_url: str) -> str:
    return public_url.split("//", 1)[-1].split(":", 1)[0]
