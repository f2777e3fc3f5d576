"""Takes the photo of a letter, and keeps the picture that the sandbox makes of it.

Only a received warning of a false document takes one: nobody who has not shown an address brings
bytes. What came is deleted once it was checked; officers see what the sandbox made of it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import LetterPhotoRow, LetterRow
from review_service.db.named_files import letter_photo_file
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError, LinkError, NotFoundError
from review_service.domain.letters import LetterKind, LetterPhotoState, LetterState
from review_service.domain.limits import UploadLimits
from review_service.domain.numbering import hash_secret
from review_service.domain.refusals import RefusalReason
from review_service.domain.request_limits import LETTER_PHOTO
from review_service.domain.stored_files import NamedFile
from review_service.domain.wording import gettext_noop
from review_service.domain.work import TaskKind
from review_service.ports import FileStore, Readable, StoredFile
from review_service.services import attempts, staging
from review_service.services.applicant.receiving import clean_file_name

FIELD: Final = "foto"
NO_TURN: Final = "letters"
"""All letters of who is not signed in take one turn together, beside each applicant's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPhoto:
    """What the browser sends."""

    file_name: str
    stream: Readable


def receive(
    writing: UnitFactory, store: FileStore, *, token: str, photo: SentPhoto, limits: UploadLimits
) -> None:
    """Take a photo for the letter behind its page's address; another one while it is refused.

    Return only after both its bytes and its row are stored; the same bytes again are the same
    photo. Raises ``LinkError``, ``InvalidInputError`` (the letter takes none, or the file is none),
    ``TooManyAttemptsError`` and ``StoreError``; the letter stays as it is.
    """
    with writing() as uow:
        letter_id = _open_warning(uow, token).id
    attempts.spend(writing(), LETTER_PHOTO, who=str(letter_id))
    name = clean_file_name(photo.file_name)
    content = staging.stage(
        store,
        photo.stream,
        kind=DocumentKind.PHOTO,
        file_name=name,
        limits=limits,
        is_alone=True,
    )
    if content.stored is None:
        sentence = content.refused.sentence if content.refused else ""
        raise InvalidInputError({FIELD: sentence})
    try:
        is_new = _keep(writing(), token, content.stored)
    except (InvalidInputError, LinkError):
        staging.forget(store, content)
        raise
    if not is_new:
        staging.forget(store, content)


def require_letter(uow: UnitOfWork, token: str) -> None:
    """Return only where a warning was received behind this address: before its body is read.

    In the caller's transaction. Raises ``LinkError``.
    """
    if uow.session.execute(_warning(token)).scalar_one_or_none() is None:
        raise LinkError("wrong")


def _keep(uow: UnitOfWork, token: str, stored: StoredFile) -> bool:
    """Let the letter wait for the check of a photo; False where it has this one already."""
    with uow:
        letter = _open_warning(uow, token)
        row = uow.session.get(LetterPhotoRow, letter.id)
        if row is not None and row.state is not LetterPhotoState.REFUSED:
            if row.sha256 == stored.sha256:  # whoever did not see the answer sends it again
                return False
            raise InvalidInputError({FIELD: gettext_noop("Esta carta ya tiene otra foto.")})
        if row is None:
            row = LetterPhotoRow(letter_id=letter.id)
            uow.session.add(row)
        row.state, row.refusal, row.checked_at = LetterPhotoState.WAITING, None, None
        row.sent_at, row.size_bytes, row.sha256 = uow.now, stored.size_bytes, stored.sha256
        row.staging_key = stored.key
        uow.record(
            "letter_photo_sent",
            actor="applicant" if letter.ruc else "anybody",
            subject_id=letter.id,
            sha256=stored.sha256,
        )
        uow.session.flush()
        uow.enqueue(
            TaskKind.CHECK_LETTER_PHOTO,
            letter.id,
            key=stored.key,
            payer=letter.ruc or NO_TURN,
        )
        uow.commit()
        return True


def _warning(token: str) -> sa.Select[LetterRow]:
    return sa.select(LetterRow).where(
        LetterRow.token_hash == hash_secret(token),
        LetterRow.number.is_not(None),
        LetterRow.kind == LetterKind.FALSE_DOCUMENT,
    )


def _open_warning(uow: UnitOfWork, token: str) -> LetterRow:
    """Return the letter, locked; in the caller's transaction."""
    letter = uow.session.execute(
        _warning(token).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if letter is None:
        raise LinkError("wrong")
    if letter.state is not LetterState.OPEN:
        raise InvalidInputError(
            {FIELD: gettext_noop("Ya respondimos esta carta: no recibe más fotos.")}
        )
    return letter


def begin(uow: UnitOfWork, letter_id: UUID) -> NamedFile | None:
    """Return the staged photo of a letter that is to be checked; None when none waits."""
    with uow:
        row = uow.session.get(LetterPhotoRow, letter_id)
        waits = row is not None and row.state is LetterPhotoState.WAITING
        return letter_photo_file(row) if row is not None and waits else None


def finish(
    uow: UnitOfWork,
    lease: Lease,
    *,
    checked: str,
    made: StoredFile | None,
    refusal: RefusalReason | None,
) -> bool:
    """Store the result and end the task in one transaction.

    ``checked`` is the staged key; ``made`` the picture of the sandbox, None if and only if it was
    refused. False when the lease was lost, or another photo waits by now: nothing is stored.
    """
    with uow:
        if not tasks.finish(uow, lease):
            return False
        is_told = _end(uow, lease.subject_id, checked=checked, made=made, refusal=refusal)
        uow.commit()
        return is_told


def give_up(uow: UnitOfWork, letter_id: UUID) -> str | None:
    """Refuse a photo whose check failed at every attempt; return the key of its bytes.

    In the caller's transaction.
    """
    row = uow.session.get(LetterPhotoRow, letter_id)
    staged = row.staging_key if row is not None else None
    if staged is not None:
        _end(uow, letter_id, checked=staged, made=None, refusal=RefusalReason.TOO_COSTLY)
    return staged


def _end(
    uow: UnitOfWork,
    letter_id: UUID,
    *,
    checked: str,
    made: StoredFile | None,
    refusal: RefusalReason | None,
) -> bool:
    row = uow.session.get(LetterPhotoRow, letter_id, with_for_update=True)
    if row is None or row.staging_key != checked:
        return False
    row.state = LetterPhotoState.KEPT if made is not None else LetterPhotoState.REFUSED
    row.staging_key, row.checked_at = None, uow.now
    row.image_key, row.image_sha256 = (made.key, made.sha256) if made is not None else (None, None)
    row.refusal = refusal
    if made is not None:
        row.size_bytes = made.size_bytes
    uow.record(
        f"letter_photo_{row.state.value}",
        actor="worker",
        subject_id=letter_id,
        reason=refusal.value if refusal else "",
    )
    return True


def hand_out(uow: UnitOfWork, *, letter_id: UUID, officer_id: UUID) -> NamedFile:
    """Return the picture for an officer, and record who asked. Raises ``NotFoundError``."""
    with uow:
        row = uow.session.get(LetterPhotoRow, letter_id)
        file = letter_photo_file(row) if row is not None and row.image_key is not None else None
        if file is None:
            raise NotFoundError(f"letter {letter_id} has no photo to show")
        uow.record("letter_photo_shown", actor=actor_of(officer_id), subject_id=letter_id)
        uow.commit()
        return file
