"""A stored file as a database row names it, and what can be wrong with its bytes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class FileKind(StrEnum):
    """The kinds of stored files; derived ones can be made again from the originals."""

    ORIGINAL = "original"
    ASSEMBLED = "assembled"
    """The evidence PDF that the service makes from the single photos."""
    PAGE_IMAGE = "page_image"
    PREVIEW = "preview"
    """Of a page, between its image and its thumbnail: what a desk shows before anybody zooms."""
    THUMBNAIL = "thumbnail"
    AGREEMENT = "agreement"
    LETTER_PHOTO = "letter_photo"
    """Of a letter to the service: as it came until its check ends, then as the sandbox made it."""

    @property
    def label(self) -> str:
        """What people call it."""
        return {
            FileKind.ORIGINAL: "Archivo original",
            FileKind.ASSEMBLED: "PDF reunido de las fotos",
            FileKind.PAGE_IMAGE: "Imagen de una página",
            FileKind.PREVIEW: "Vista de una página",
            FileKind.THUMBNAIL: "Miniatura de una página",
            FileKind.AGREEMENT: "Documento emitido",
            FileKind.LETTER_PHOTO: "Foto de una carta",
        }[self]

    @property
    def is_derived(self) -> bool:
        """Whether it is made from originals, and can be made from them again."""
        return self not in (FileKind.ORIGINAL, FileKind.AGREEMENT, FileKind.LETTER_PHOTO)

    @property
    def is_picture(self) -> bool:
        """Whether it is a JPEG that the sandbox made."""
        return self in (FileKind.PAGE_IMAGE, FileKind.PREVIEW, FileKind.THUMBNAIL)


class FileProblem(StrEnum):
    """What is wrong with stored bytes."""

    MISSING = "missing"
    ALTERED = "altered"

    @property
    def label(self) -> str:
        """One word for a table."""
        return {FileProblem.MISSING: "No está", FileProblem.ALTERED: "Cambió"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A store key, the SHA-256 that its bytes must have, and the row that names both."""

    key: str
    kind: FileKind
    application_id: UUID | None
    """None for the photo of a letter."""
    owner_id: UUID
    """The document, the agreement, or the letter."""
    sha256: str | None
    """Hex. None for a page image made before its hash was written down."""
    size_bytes: int | None = None
    page: int | None = None

    @property
    def subject_id(self) -> UUID:
        """The subject of events about it: the application, or the letter."""
        return self.application_id or self.owner_id
