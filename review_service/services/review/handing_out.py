"""Gives applicants' files to officers; each access is recorded before the first byte is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, OfficerRow
from review_service.db.named_files import document_name, original_under
from review_service.db.sightings import case_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import NotFoundError, TicketError
from review_service.domain.file_tickets import FileTicket, WhyOriginal
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.stored_files import NamedFile
from review_service.services import attempts
from review_service.services.case import require_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Store key of the unchanged upload, and the name to give it, without its ending."""

    file: NamedFile
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDocument:
    """A document whose original may be asked for, with the version of its case for the form."""

    application_id: UUID
    document_id: UUID
    reference: str
    file_name: str
    size_bytes: int
    stamp: str


def ask_original(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    document_id: UUID,
    officer_id: UUID,
    why: WhyOriginal,
    seen: str | None = None,
) -> FileTicket:
    """Return a ticket for a document's bytes, and record who asked for them and why.

    Raises ``NotFoundError`` for a draft's document, another application's, or one not stored, and
    ``StaleStateError`` when the case was moved meanwhile.
    """
    with uow:
        application, row = _stored(uow, application_id, document_id)
        require_seen(uow, application, seen, Sight.CASE)
        uow.record(
            "original_asked",
            actor=actor_of(officer_id),
            subject_id=application_id,
            document_id=str(row.id),
            why=why.value,
        )
        ticket = FileTicket(
            id=uuid4(),
            application_id=application_id,
            document_id=document_id,
            officer_id=officer_id,
            given_at=uow.now.replace(microsecond=0),
        )
        uow.commit()
    return ticket


def document_to_ask(uow: UnitOfWork, *, application_id: UUID, document_id: UUID) -> AskedDocument:
    """Return what the page tells of a document whose bytes may be asked for.

    Raises ``NotFoundError`` as ``ask_original``.
    """
    application, row = _stored(uow, application_id, document_id)
    return AskedDocument(
        application_id=application_id,
        document_id=document_id,
        reference=application.reference,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        stamp=case_stamp(application),
    )


def original(uow: UnitOfWork, ticket: FileTicket) -> Original:
    """Return where the bytes of a ticket are, use the ticket up, and record the download.

    Raises ``TicketError`` for one that was used or is older than a minute, and where its officer
    may read no files any more; ``NotFoundError`` as ``ask_original``.
    """
    with uow:
        used = {(attempts.key_of("original_ticket", str(ticket.id)), ticket.given_at): 1}
        if not ticket.serves(uow.now) or list(attempts.add_many(uow, used).values()) != [1]:
            raise TicketError(f"ticket {ticket.id} serves no more")
        officer = uow.session.get(OfficerRow, ticket.officer_id)
        if officer is None or not officer.active or not officer.standing.may(Permission.READ_FILES):
            raise TicketError(f"officer {ticket.officer_id} may read no files")
        _, row = _stored(uow, ticket.application_id, ticket.document_id)
        uow.record(
            "original_downloaded",
            actor=actor_of(ticket.officer_id),
            subject_id=ticket.application_id,
            document_id=str(ticket.document_id),
        )
        file, stem = original_under(row, row.storage_key or ""), document_name(uow, row)
        uow.commit()
    return Original(file=file, stem=stem)


def _stored(
    uow: UnitOfWork, application_id: UUID, document_id: UUID
) -> tuple[ApplicationRow, DocumentRow]:
    found = uow.session.execute(
        sa.select(ApplicationRow, DocumentRow)
        .join(DocumentRow, DocumentRow.application_id == ApplicationRow.id)
        .where(
            DocumentRow.id == document_id,
            ApplicationRow.id == application_id,
            ApplicationRow.confirmed_at.is_not(None),
        )
    ).one_or_none()
    if found is None or found[1].storage_key is None or found[1].released_at is not None:
        raise NotFoundError(f"no original {document_id} in {application_id}")
    return found[0], found[1]


def compared(
    uow: UnitOfWork, *, application_id: UUID, others: Iterable[UUID], officer_id: UUID
) -> None:
    """Record on each other application that an officer compared a photo of it with this one."""
    with uow:
        for other in sorted(set(others)):
            uow.record(
                "photos_compared",
                actor=actor_of(officer_id),
                subject_id=other,
                beside=str(application_id),
            )
        uow.commit()
