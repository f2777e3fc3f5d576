"""The result of inspecting one document: values made in ``workers``, stored by services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from review_service.domain.documents import (
    DocumentKind,
    PageKind,
    PhotoLayout,
    SupportKind,
    TextSource,
    Theme,
)
from review_service.domain.findings import Finding
from review_service.domain.refusals import RefusalReason
from review_service.domain.wording import gettext_noop

PREVIEW_SIDE_PX: Final = 1200
"""Longest side of what an officer sees before zooming: the place is some 400 by 600 px in a window
of 1280, and twice as large in one of 2560."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on the page image, in pixels from its top left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word that OCR or the text layer gave; confidence runs from 0 to 100."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoReport:
    """One photo found on a page, measured on its untouched stream."""

    sha256: str
    """Hex digest of the raw image stream as it stands in the file."""
    width_px: int
    height_px: int
    exif: Mapping[str, str] = field(default_factory=dict)
    """A hint: messaging apps strip it. Of a position only that there is one."""
    sharpness: float | None = None
    """Per cent of the least sharpness."""
    exposure: float | None = None
    """Mean luma, 0 to 255."""
    pdq_forms: tuple[str, ...] = ()
    """PDQ hashes, 64 hex digits each: as seen, then the seven turned and mirrored forms."""
    pdq_views: tuple[str, ...] = ()
    """The same of views of it, cut at the edges: what a cropped or bordered copy looks like."""
    pdq_grid: tuple[str, ...] = ()
    """Rows of its brightness, a byte for each cell, in hex digits."""
    pdq_quality: int | None = None
    """0 to 100; at 49 or below the hash says nothing."""
    features: bytes = b""
    """Its local features, as ``domain.likeness`` lays them out."""
    box: Box | None = None
    """Position of the photo on the page image; None when it is the whole page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """The results for one page; ``number`` is 1-based."""

    number: int
    kind: PageKind
    width_px: int
    height_px: int
    sharpness: float | None = None
    """Per cent of the least sharpness; of the least sharp photo."""
    exposure: float | None = None
    """Mean luma, 0 to 255."""
    photos: tuple[PhotoReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    words: tuple[Word, ...] = ()
    words_from: TextSource | None = None
    """None while nothing has read the page."""
    photo_layout: PhotoLayout | None = None
    """None for a page without photos."""
    suggested_theme: Theme | None = None
    """What its caption or heading says it shows; a person confirms."""
    suggested_from: str = ""
    """The words from which the theme was suggested."""
    image: bytes | None = None
    """The page as a JPEG made in the sandbox, what officers see."""
    preview: bytes | None = None
    """The same at ``PREVIEW_SIDE_PX``; None where the image is no larger."""
    thumbnail: bytes | None = None


class AgreementField(StrEnum):
    """What is read from a prior agreement, in the order of the paper."""

    NUMBER = "number"
    HOLDER = "holder"
    RUC = "ruc"
    ACTIVITY = "activity"
    MINISTRIES = "ministries"
    ISSUED_ON = "issued_on"
    VALID_UNTIL = "valid_until"

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        return {
            AgreementField.NUMBER: gettext_noop("Número"),
            AgreementField.HOLDER: gettext_noop("A favor de"),
            AgreementField.RUC: "RUC",
            AgreementField.ACTIVITY: gettext_noop("Actividad"),
            AgreementField.MINISTRIES: gettext_noop("Ministerios"),
            AgreementField.ISSUED_ON: gettext_noop("Emitido"),
            AgreementField.VALID_UNTIL: gettext_noop("Vigente hasta"),
        }[self]


class FieldOutcome(StrEnum):
    """Result of comparing a value on the paper with the register and the application."""

    MATCHES = "matches"
    DIFFERS = "differs"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            FieldOutcome.MATCHES: gettext_noop("Coincide"),
            FieldOutcome.DIFFERS: gettext_noop("No coincide"),
            FieldOutcome.UNREADABLE: gettext_noop("No se lee"),
        }[self]


RENEWED_NUMBER: Final = "renewed_number"
"""Name of the read value that is the number of the older Acuerdo which a prior one renews: it is
told to officers and compared with nothing."""
SURE_CONFIDENCE: Final = 60.0
"""Mean confidence of words, 0 to 100; a value read with less is not used as evidence: it neither
matches, nor accuses, nor selects."""


class SupportField(StrEnum):
    """What is read from a document of the emprendedor track."""

    RUC = "ruc"
    HOLDER = "holder"
    ISSUED_ON = "issued_on"
    VALID_UNTIL = "valid_until"
    WORKERS = "workers"

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        return {
            SupportField.RUC: "RUC",
            SupportField.HOLDER: gettext_noop("A nombre de"),
            SupportField.ISSUED_ON: gettext_noop("Emitido"),
            SupportField.VALID_UNTIL: gettext_noop("Válido hasta"),
            SupportField.WORKERS: gettext_noop("Trabajadores"),
        }[self]


class SignatureOutcome(StrEnum):
    """Result of checking the electronic signature of a received file."""

    ABSENT = "absent"
    VALID = "valid"
    """Intact, covers the whole file, no later revision, by an authority we trust."""
    UNTRUSTED = "untrusted"
    """Intact, but by an authority that we do not trust."""
    ALTERED = "altered"
    """The file was changed after it was signed, or the signature covers only a part."""

    @property
    def label(self) -> str:
        """Spanish words for the officer's screen."""
        return {
            SignatureOutcome.ABSENT: gettext_noop("Sin firma electrónica"),
            SignatureOutcome.VALID: gettext_noop("Firma válida, archivo sin cambios"),
            SignatureOutcome.UNTRUSTED: gettext_noop("Firmado por alguien que no conocemos"),
            SignatureOutcome.ALTERED: gettext_noop("Cambiado después de la firma"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """The signature of a prior agreement."""

    outcome: SignatureOutcome
    signer: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCode:
    """The text of one QR code found on a page."""

    text: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadField:
    """One value read from a document; confidence runs from 0 to 100."""

    name: str
    """Value of an ``AgreementField`` or, in the emprendedor track, of a ``SupportField``; or
    ``RENEWED_NUMBER``."""
    value: str
    confidence: float
    page: int
    box: Box
    label: str = ""
    """The label beside which it stands, as printed; empty: none, and then it is never sure."""
    candidates: tuple[str, ...] = ()
    """What the paper may say instead, the likeliest first; only of a value in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """The verdict on one document. ``reason`` is set if and only if it was refused."""

    kind: DocumentKind
    sha256: str
    size_bytes: int
    reason: RefusalReason | None = None
    page_count: int = 0
    pages: tuple[PageReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Of the whole document; those of a page stand in its PageReport."""
    fields: tuple[ReadField, ...] = ()
    codes: tuple[ReadCode, ...] = ()
    """QR codes of a prior agreement."""
    signature: SignatureReport | None = None
    """None when it was not checked: only prior agreements are."""
    recognised_as: SupportKind | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall seconds per stage."""
    peak_bytes: int = 0
    """Most memory that one child of the sandbox held."""
    memory_limit_bytes: int = 0
    """What a child may hold."""
