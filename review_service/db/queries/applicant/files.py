"""An applicant's files with the results of the checks, and their stored pictures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.file_places import placed
from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    PageRow,
)
from review_service.db.named_files import (
    Pictures,
    document_name,
    original_under,
    pictures_where,
)
from review_service.db.queries.applicant.file_rows import (
    FILE,
    FILES,
    OF_PRESENT_FILES,
    OfFiles,
    of_files,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import (
    OWN_PAPER_KEY,
    DocumentKind,
    DocumentState,
    PageKind,
    SupportKind,
    Theme,
)
from review_service.domain.errors import NotFoundError
from review_service.domain.file_places import standing_formers
from review_service.domain.finding_audiences import is_heard_beside_the_file
from review_service.domain.findings import Severity
from review_service.domain.page_photos import PagePhoto, page_photos_from
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import AgreementField, SupportField
from review_service.domain.stored_files import NamedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One finding in the applicant's words."""

    code: str
    severity: Severity
    sentence: str
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """One page of a file."""

    number: int
    theme: Theme | None
    kind: PageKind
    has_picture: bool
    comment: str
    suggested: Theme | None
    """The theme that its caption suggests; the applicant confirms it."""
    suggested_from: str = ""
    """The words of the caption."""
    is_sorted: bool = True
    """Whether a person chose its theme, «otra cosa» included."""
    advice: tuple[Advice, ...]

    @property
    def worst(self) -> Severity | None:
        """The most severe advice, or None."""
        return max((a.severity for a in self.advice), key=lambda s: s.rank, default=None)

    @property
    def to_confirm(self) -> Theme | None:
        """The suggestion that nobody has confirmed yet, or None."""
        return None if self.theme else self.suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One value read from a paper, without the expected value."""

    name: AgreementField | SupportField
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDocument:
    """One file of an application."""

    id: UUID
    kind: DocumentKind
    state: DocumentState
    theme: Theme | None
    file_name: str
    size_bytes: int
    sha256: str
    refusal: RefusalReason | None
    page_count: int | None
    pages_checked: int
    comment: str
    created_at: datetime
    removed_at: datetime | None
    round: int
    replaces: UUID | None = None
    """The file that it replaces once its checks have accepted it."""
    is_ours: bool = False
    """Whether it is the paper that we issued, put there by ourselves."""
    recognised_as: SupportKind | None = None
    """Which paper of an emprendedor the checks say it is; None for none of them."""
    page_photos: tuple[PagePhoto, ...] = ()
    """The photos of sheets of which it is made, in order; none for what came as one file."""
    pages: tuple[OwnPage, ...]
    advice: tuple[Advice, ...]
    """Of the whole file and of its pages."""
    fields: tuple[ReadValue, ...]

    @property
    def why_refused(self) -> str:
        """What happened and what to do, in a sentence; empty when it was not refused."""
        if self.refusal is None:
            return ""
        said = (one.sentence for one in self.advice if one.code == self.refusal.value)
        return next(said, self.refusal.sentence)

    @property
    def refused_sheet(self) -> int | None:
        """The number of the sheet for whose photo it was refused; None for another reason."""
        if self.refusal is None or not self.page_photos:
            return None
        numbers = (one.page for one in self.advice if one.code == self.refusal.value)
        return next(numbers, None)

    @property
    def has_picture(self) -> bool:
        """Whether the first page can be shown."""
        return bool(self.pages) and self.pages[0].has_picture

    @property
    def worst(self) -> Severity | None:
        """The most severe advice, or None."""
        return max((a.severity for a in self.advice), key=lambda s: s.rank, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFiles:
    """The present files of an application."""

    photos: tuple[OwnDocument, ...]
    evidence: OwnDocument | None
    agreement: OwnDocument | None
    papers: Mapping[SupportKind, OwnDocument] = field(default_factory=dict)
    """The papers of an emprendedor, by what they were sent as."""
    refused: tuple[OwnDocument, ...] = ()
    """PDFs that were refused, so that the former one remains."""
    formers: Mapping[UUID, OwnDocument] = field(default_factory=dict)
    """By the id of a file not accepted yet: the one that stands instead of it."""

    def former_of(self, document: OwnDocument) -> OwnDocument | None:
        """Return the file that stands until this one is accepted, or since it was refused."""
        return self.formers.get(document.id)

    @property
    def all(self) -> tuple[OwnDocument, ...]:
        """Return every present file, in the order of the page."""
        single = tuple(d for d in (self.evidence, self.agreement) if d is not None)
        return (*self.photos, *single, *self.papers.values(), *self.refused)

    def refused_of(self, kind: DocumentKind) -> OwnDocument | None:
        """Return the refused PDF of a kind, which did not replace the former one."""
        return next((one for one in self.refused if one.kind is kind), None)

    @property
    def is_settled(self) -> bool:
        """Whether the checks of all files have ended."""
        return all(document.state.is_final for document in self.all)

    def under(self, theme: Theme) -> tuple[OwnDocument, ...]:
        """Return the photos sorted under a theme."""
        return tuple(photo for photo in self.photos if photo.theme is theme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Store key of an unchanged upload, and the name to give it, without its ending."""

    file: NamedFile
    stem: str


def files_of(uow: UnitOfWork, application_id: UUID) -> OwnFiles:
    """Return the present files; what the service itself assembled stays out.

    A photo that another one is about to replace stays out too, and comes back if that is refused.
    """
    rows = uow.rows(FILES, application_id=application_id).all()
    present = [row for row in rows if row.removed_at is None]
    documents = _documents(uow, present, OF_PRESENT_FILES, application_id)
    replaced = {d.replaces for d in documents if not d.state.is_final}
    by_id = {document.id: document for document in documents}
    evidence, refused_evidence = _standing(documents, DocumentKind.EVIDENCE)
    agreement, refused_agreement = _standing(documents, DocumentKind.AGREEMENT)
    photos = [d for d in documents if d.kind is DocumentKind.PHOTO and d.id not in replaced]
    papers = {kind: _standing(documents, kind.document_kind) for kind in SupportKind}
    refused_papers = [one for _, refused in papers.values() for one in refused]
    return OwnFiles(
        photos=tuple(sorted(photos, key=_order)),
        evidence=evidence,
        agreement=agreement,
        papers={kind: stands for kind, (stands, _) in papers.items() if stands is not None},
        refused=(*refused_evidence, *refused_agreement, *refused_papers),
        formers={
            new: by_id[former]
            for new, former in standing_formers([placed(row) for row in rows]).items()
            if former in by_id
        },
    )


def _standing(
    documents: Sequence[OwnDocument], kind: DocumentKind
) -> tuple[OwnDocument | None, list[OwnDocument]]:
    """Return the newest PDF of a kind, and those refused beside one that stands."""
    mine = [d for d in documents if d.kind is kind]
    standing = [d for d in mine if d.refusal is None]
    if standing:
        return standing[-1], [d for d in mine if d.refusal is not None]
    return (mine[-1] if mine else None), []


def former_files_of(uow: UnitOfWork, application_id: UUID) -> tuple[OwnDocument, ...]:
    """Return what was replaced or removed, oldest first."""
    return _chosen(uow, FILE.removed_at.is_not(None), application_id)


def files_received(
    uow: UnitOfWork, application_id: UUID, *, at: datetime
) -> tuple[OwnDocument, ...]:
    """Return what the application held when it was confirmed, whatever was corrected later."""
    there_then = sa.and_(
        FILE.created_at <= at,
        sa.or_(FILE.removed_at.is_(None), FILE.removed_at > at),
        FILE.state != DocumentState.REFUSED,
    )
    return tuple(sorted(_chosen(uow, there_then, application_id), key=_order))


def pictures_of(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, document_id: UUID, number: int
) -> Pictures:
    """Return the stored pictures of one page. Raises ``NotFoundError``."""
    found = pictures_where(
        uow,
        ApplicationRow.id == application_id,
        ApplicationRow.ruc == ruc,
        DocumentRow.id == document_id,
        PageRow.number == number,
    )
    if found is None:
        raise NotFoundError(f"no page {number} of {document_id}")
    return found


def original_of(uow: UnitOfWork, *, application_id: UUID, ruc: str, document_id: UUID) -> Original:
    """Return a stored upload, once its checks have ended. Raises ``NotFoundError``."""
    row = uow.session.execute(
        sa.select(DocumentRow)
        .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
        .where(
            ApplicationRow.id == application_id,
            ApplicationRow.ruc == ruc,
            DocumentRow.id == document_id,
        )
    ).scalar_one_or_none()
    if row is None or row.storage_key is None or row.released_at is not None:
        raise NotFoundError(f"no document {document_id}")
    return Original(file=original_under(row, row.storage_key), stem=document_name(uow, row))


def _order(document: OwnDocument) -> tuple[int, int]:
    kinds = (DocumentKind.PHOTO, *(each for each in DocumentKind if each is not DocumentKind.PHOTO))
    theme = list(Theme).index(document.theme) if document.theme else len(Theme)
    return kinds.index(document.kind), theme


def _chosen(
    uow: UnitOfWork, which: sa.ColumnElement[bool], application_id: UUID
) -> tuple[OwnDocument, ...]:
    rows = uow.rows(FILES.where(which), application_id=application_id).all()
    return tuple(_documents(uow, rows, of_files(which), application_id))


def _documents(
    uow: UnitOfWork, rows: Sequence[Any], told: OfFiles, application_id: UUID
) -> list[OwnDocument]:
    advice = _advice(uow.rows(told.findings, application_id=application_id))
    pages = _pages(uow.rows(told.pages, application_id=application_id), advice)
    fields = _fields(uow.rows(told.fields, application_id=application_id))
    return [
        _own(row, pages=pages[row.id], advice=advice[row.id], fields=fields[row.id]) for row in rows
    ]


def _own(
    row: Any,  # noqa: ANN401 -- of ``FILES``
    *,
    pages: Sequence[OwnPage],
    advice: Sequence[Advice],
    fields: Sequence[tuple[str, str]],
) -> OwnDocument:
    return OwnDocument(
        id=row.id,
        kind=row.kind,
        state=row.state,
        theme=row.theme,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        refusal=row.refusal,
        page_count=row.page_count,
        pages_checked=row.pages_checked,
        comment=row.comment,
        created_at=row.created_at,
        removed_at=row.removed_at,
        round=row.round,
        replaces=row.replaces,
        is_ours=row.upload_key.startswith(OWN_PAPER_KEY),
        recognised_as=row.recognised_as,
        page_photos=page_photos_from(row.page_photos),
        pages=tuple(pages),
        advice=tuple(advice),
        fields=_read(row.kind, fields),
    )


def _advice(rows: Iterable[Any]) -> Mapping[UUID, list[Advice]]:
    found: defaultdict[UUID, list[Advice]] = defaultdict(list)
    for row in rows:
        if is_heard_beside_the_file(row.code):
            found[row.document_id].append(
                Advice(code=row.code, severity=row.severity, sentence=row.advice, page=row.page)
            )
    return found


def _pages(
    rows: Iterable[Any], advice: Mapping[UUID, list[Advice]]
) -> Mapping[UUID, list[OwnPage]]:
    found: defaultdict[UUID, list[OwnPage]] = defaultdict(list)
    for row in rows:
        found[row.document_id].append(
            OwnPage(
                number=row.number,
                theme=row.theme,
                kind=row.kind,
                has_picture=row.thumbnail_key is not None,
                comment=row.comment,
                suggested=row.suggested_theme,
                suggested_from=row.suggested_from,
                is_sorted=row.theme is not None or row.sorted_at is not None,
                advice=tuple(a for a in advice[row.document_id] if a.page == row.number),
            )
        )
    return found


def _fields(rows: Iterable[Any]) -> Mapping[UUID, list[tuple[str, str]]]:
    found: defaultdict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        found[row.document_id].append((row.name, row.value))
    return found


def _read(kind: DocumentKind, fields: Sequence[tuple[str, str]]) -> tuple[ReadValue, ...]:
    """Return the values in the order of the paper."""
    names: Sequence[AgreementField | SupportField] = (
        tuple(SupportField) if kind.is_support else tuple(AgreementField)
    )
    given = dict(fields)
    return tuple(ReadValue(name=name, value=given[name]) for name in names if name in given)
