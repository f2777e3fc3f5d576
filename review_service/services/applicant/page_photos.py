"""Receives photos of a paper's sheets and brings them into order: each press is a new upload.

The photos of one paper are stored one behind the other as one file, the upload. Whatever is added,
moved or taken out makes another upload of the same photos, so that the former one stands until the
checks have accepted it, as with every replacement (ADR 0015).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final
from uuid import UUID

from review_service.db.models import DocumentRow
from review_service.db.named_files import page_photos_file
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from review_service.domain.file_kinds import HEAD_BYTES
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.page_photos import (
    Change,
    PagePhoto,
    changed,
    page_photos_from,
    places,
    told_name,
    with_new,
)
from review_service.domain.stored_files import NamedFile
from review_service.domain.wording import gettext_noop, worded
from review_service.domain.wrong_files import Refused, refused_by_head, refused_by_size
from review_service.ports import FileStore
from review_service.services import stored_files
from review_service.services.applicant import budgets, receiving
from review_service.services.applicant.receiving import Received, Upload, clean_file_name
from review_service.services.case import owned

FIELD: Final = "page_photos"
"""The key of the problems below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The paper that a form is about, and the form's own key and version."""

    application_id: UUID
    ruc: str
    upload_key: str
    kind: DocumentKind = DocumentKind.AGREEMENT
    """What the sheets are of."""
    base: UUID | None = None
    """The document whose photos the form shows; None begins a new set."""
    seen: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPhoto:
    """One photo as the browser sends it."""

    file_name: str
    stream: IO[bytes]
    """Must be able to seek."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of the photos of one form: those that can be taken are, in their order."""

    received: Received
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The photos that a paper has, and the file that holds them; none for a new set."""

    file: NamedFile | None = None
    photos: tuple[PagePhoto, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One photo in a file that holds it."""

    photo: PagePhoto
    source: IO[bytes]
    start: int


def add(
    writing: UnitFactory,
    store: FileStore,
    *,
    limits: UploadLimits,
    paper: Paper,
    photos: Sequence[NewPhoto],
    instead_of: int | None = None,
) -> Added:
    """Put photos behind those of the paper, or in the place of one sheet, numbered from 1 on.

    Raises ``InvalidInputError`` when none can be taken, or when there would be too many or too
    large ones together; ``NotFoundError`` for another's paper; ``NotAllowedError`` for a first
    application; and what ``receiving.receive``
    raises.
    """
    pieces, refused = _judged(photos, limits)
    if not pieces:
        raise InvalidInputError(
            {f"{FIELD}-{place}": one.sentence for place, one in enumerate(refused)}
        )
    stored = _base(writing, paper, limits)
    order = with_new(len(stored.photos), len(pieces), instead_of=instead_of)
    told = (*stored.photos, *(piece.photo for piece in pieces))
    _require_fitting([told[place] for place in order], limits)
    with _opened(writing, store, paper, stored) as base:
        wanted = _in_order((*base, *pieces), order)
        received = _receive(writing, store, limits=limits, paper=paper, pieces=wanted)
    return Added(received=received, refused=refused)


def rearrange(
    writing: UnitFactory,
    store: FileStore,
    *,
    limits: UploadLimits,
    paper: Paper,
    number: int,
    change: Change,
) -> Received:
    """Move one sheet of the paper, numbered from 1 on, by one place, or take it out.

    Raises ``NotFoundError`` for a sheet that is none, ``InvalidInputError`` when it is the only
    one, and what ``receiving.receive`` raises.
    """
    stored = _base(writing, paper, limits)
    try:
        order = changed(len(stored.photos), number, change)
    except ValueError as error:
        raise NotFoundError(f"no sheet {number} of {paper.base}") from error
    if not order:
        raise InvalidInputError(
            {FIELD: gettext_noop("Es la única hoja: agregue otra antes de quitarla.")}
        )
    with _opened(writing, store, paper, stored) as base:
        wanted = _in_order(base, order)
        return _receive(writing, store, limits=limits, paper=paper, pieces=wanted)


def _judged(
    photos: Sequence[NewPhoto], limits: UploadLimits
) -> tuple[tuple[_Piece, ...], tuple[Refused, ...]]:
    """Tell photos by their first bytes from what is none."""
    pieces, refused = [], []
    for photo in photos:
        name = clean_file_name(photo.file_name)
        size_bytes = photo.stream.seek(0, 2)
        photo.stream.seek(0)
        head = photo.stream.read(HEAD_BYTES)
        problem = refused_by_head(head, kind=DocumentKind.AGREEMENT, file_name=name, is_sheet=True)
        if problem is None and size_bytes > limits.photo_bytes:
            kind, most = DocumentKind.PHOTO, limits.photo_bytes
            problem = refused_by_size(kind=kind, file_name=name, most_bytes=most)
        if problem is not None:
            refused.append(problem)
            continue
        told = PagePhoto(name=name, size_bytes=size_bytes)
        pieces.append(_Piece(photo=told, source=photo.stream, start=0))
    return tuple(pieces), tuple(refused)


def _base(writing: UnitFactory, paper: Paper, limits: UploadLimits) -> _Stored:
    """Return which photos the paper has; none of their bytes is read yet."""
    with writing() as uow:  # a form that comes too late is told so before anything is read
        receiving.is_new(
            uow,
            limits=limits,
            application_id=paper.application_id,
            ruc=paper.ruc,
            upload=_upload(paper, ()),
        )
        application = owned(uow, application_id=paper.application_id, ruc=paper.ruc)
        is_renewal = application.kind is ApplicationKind.RENEWAL
        if paper.kind is DocumentKind.AGREEMENT and not is_renewal:
            raise NotAllowedError(f"a first application {application.id} brings no prior agreement")
        if paper.base is None:
            return _Stored()
        row = uow.session.get(DocumentRow, paper.base)
        is_theirs = row is not None and row.application_id == paper.application_id
        file = page_photos_file(row) if row is not None and is_theirs else None
        if row is None or file is None or row.released_at is not None or row.kind is not paper.kind:
            raise NotFoundError(f"no photos of sheets in {paper.base}")
        return _Stored(file=file, photos=page_photos_from(row.page_photos))


@contextmanager
def _opened(
    writing: UnitFactory, store: FileStore, paper: Paper, stored: _Stored
) -> Iterator[tuple[_Piece, ...]]:
    """Give the photos that the paper has, compared with the SHA-256 of their row."""
    if stored.file is None:
        yield ()
        return
    budgets.spend_press(writing, ruc=paper.ruc)  # a small form makes us read and write very much
    with stored_files.opened(writing, store, stored.file) as (stream, _):
        yield tuple(
            _Piece(photo=photo, source=stream, start=start)
            for photo, (start, _) in zip(stored.photos, places(stored.photos), strict=True)
        )


def _in_order(pieces: Sequence[_Piece], order: Sequence[int]) -> tuple[_Piece, ...]:
    return tuple(pieces[place] for place in order)


def _require_fitting(photos: Sequence[PagePhoto], limits: UploadLimits) -> None:
    """Raise ``InvalidInputError`` when the sheets are too many, or too large together."""
    most = limits.agreement_pages
    if len(photos) > most:
        raise InvalidInputError(
            {
                FIELD: worded(
                    "Serían %(count)s hojas y aceptamos hasta %(most)s. Envíe solo las hojas que "
                    "hacen falta, o quite una para agregar otra.",
                    count=len(photos),
                    most=most,
                )
            }
        )
    if sum(photo.size_bytes for photo in photos) > limits.page_photos_bytes:
        raise InvalidInputError(
            {
                FIELD: worded(
                    "Las fotos de las hojas pesarían juntas más de %(megabytes)s MB, que es lo "
                    "permitido. En los ajustes de su cámara elija un tamaño menor (12 MP basta).",
                    megabytes=limits.page_photos_bytes // MEBIBYTE,
                )
            }
        )


def _receive(
    writing: UnitFactory,
    store: FileStore,
    *,
    limits: UploadLimits,
    paper: Paper,
    pieces: Sequence[_Piece],
) -> Received:
    return receiving.receive(
        writing,
        store,
        limits=limits,
        application_id=paper.application_id,
        ruc=paper.ruc,
        upload=_upload(paper, pieces),
    )


def _upload(paper: Paper, pieces: Sequence[_Piece]) -> Upload:
    return Upload(
        kind=paper.kind,
        theme=None,
        upload_key=paper.upload_key,
        file_name=told_name(len(pieces)),
        stream=_Joined(pieces),
        seen=paper.seen,
        page_photos=tuple(piece.photo for piece in pieces),
    )


class _Joined:
    """The photos one behind the other, as one stream."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        self._waiting = list(pieces)
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""
        parts, wanted = [], size if size >= 0 else sum(p.photo.size_bytes for p in self._waiting)
        while self._waiting and wanted:
            piece = self._waiting[0]
            left = piece.photo.size_bytes - self._read
            piece.source.seek(piece.start + self._read)
            part = piece.source.read(min(wanted, left))
            if not part:
                raise OSError("a photo is shorter than it was")
            parts.append(part)
            wanted -= len(part)
            self._read += len(part)
            if self._read == piece.photo.size_bytes:
                self._waiting.pop(0)
                self._read = 0
        return b"".join(parts)
