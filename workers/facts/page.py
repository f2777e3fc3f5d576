"""What the sandbox measures of a photo, a page and a document, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from review_service.domain.documents import PageKind, PhotoLayout, TextSource
from review_service.domain.reports import Box, ReadCode, Word

PDQ_FORMS: Final = 8
"""As seen, and the seven turned and mirrored forms."""
PDQ_VIEWS: Final = 51
"""Three cuts at every side in eight forms, three and twenty-four at some sides as seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """How a picture is lit and drawn. What could not be measured is None."""

    sharpness: float
    """Per cent of the least sharpness: the least of the three votes that follow."""
    mean: float
    """Mean luma, 0 to 255."""
    spread: float
    """Standard deviation of the luma."""
    burnt_share: float
    """Share of pixels without any detail left in the lights, 0 to 1."""
    edges: float | None = None
    """Sharpness of the finest edges, per cent of the least."""
    wide_edges: float | None = None
    """The same one octave coarser, where noise does not reach."""
    weakest_way: float | None = None
    """The same in the direction that has least: low alone, the camera moved."""
    finest: float | None = None
    """Detail that only neighbouring pixels hold, per cent of the least."""
    highlight: float = 255.0
    """Luma, 0 to 255, that the brightest 1 % exceed."""
    unburnt_mean: float = 0.0
    """Mean luma of what is not burnt."""
    bright_share: float = 0.0
    """Share of pixels that are nearly burnt, 0 to 1."""
    shade_median: float = 255.0
    """Median luma of the others."""
    blocks: float = 0.0
    """Luma units by which squares of a compression stand out."""
    jpeg_quality: float | None = None
    """1 to 100, as the file's tables tell; None when it is no JPEG."""
    dark: float | None = None
    """How much it looks too dark, 0 to 100; 50 is the limit, as of all that follow."""
    bright: float | None = None
    """The same of too much light."""
    partly_clipped: float | None = None
    """Share of pixels, 0 to 1, that lost one colour to the light and not all."""
    hazy: float | None = None
    """Of a pale veil over everything: steam, a greasy or fogged lens."""
    covered: float | None = None
    """Of a finger, or something else out of focus, over much of it."""
    corner: float | None = None
    """Of a shadow from one corner over much of it."""
    crushed: float | None = None
    """Of a compression that took its detail, whatever was done to it since."""
    unsharp: float | None = None
    """Of blur or movement. It and the two that follow only deny what the measures above say; this
    and the last are not asked of a photo that they call sharp."""
    backlit: float | None = None
    enlarged: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """One image found on a page."""

    sha256: str
    width_px: int
    height_px: int
    exif: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, str] = field(default_factory=dict)
    """What its file tells of its making, by the keys of ``making.declared``."""
    light: Light | None = None
    pdq_forms: tuple[str, ...] = ()
    """Eight PDQ hashes, 64 hex digits each: as seen, then turned and mirrored."""
    pdq_views: tuple[str, ...] = ()
    """The same of views of it, cut at the edges; in the order of ``pdq.measure``."""
    pdq_grid: tuple[str, ...] = ()
    """Rows of its brightness, a byte for each cell, in hex digits; as ``pdq.seen`` gives them."""
    pdq_quality: int | None = None
    """0 to 100."""
    features: bytes = b""
    """Its local features, as ``domain.likeness`` lays them out; empty where there are none."""
    box: Box | None = None
    """Where it stands on the page image; None when it is the whole page.

    Of a collage both are told: the picture as it came, hashed, and each photo of it, judged and
    hashed.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """Paper and ink of one word of a scan, in luma units."""

    paper: float
    """How much lighter its paper is than the paper around it."""
    ink: float
    """Of its darkest pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """One page as the sandbox saw it."""

    number: int
    kind: PageKind
    width_px: int
    height_px: int
    width_pt: float = 0.0
    """0 for a photo that came on its own."""
    height_pt: float = 0.0
    light: Light | None = None
    photos: tuple[PhotoFacts, ...] = ()
    photo_layout: PhotoLayout | None = None
    too_small: int = 0
    """Pictures that are too small to be judged: nobody could see them on the page image."""
    too_many: int = 0
    """Pictures that were left out because the page or the document has so many."""
    damaged: bool = False
    """The picture ends before its end."""
    words: tuple[Word, ...] = ()
    words_from: TextSource | None = None
    read: bool = False
    """OCR came to its end on this page."""
    tones: tuple[Tone | None, ...] = ()
    """Of the words, in their order; only those that OCR read in a supporting document have any."""
    codes: tuple[ReadCode, ...] = ()
    """QR codes; only a prior agreement's are looked for."""

    @property
    def lights(self) -> tuple[Light, ...]:
        """The light of each photo; that of the whole page where no photo was measured."""
        known = tuple(photo.light for photo in self.photos if photo.light is not None)
        return known or ((self.light,) if self.light is not None else ())

    @property
    def is_alone(self) -> bool:
        """Whether this is a photo that came as a file of its own."""
        return not self.width_pt and self.number == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What the intake check saw of a whole PDF."""

    page_count: int = 0
    reason: str | None = None
    """Value of a ``RefusalReason``."""
    figure: str = ""
    """The number that led to the refusal, in Spanish."""
    header_offset: int = 0
    trailing_bytes: int = 0
    repaired: bool = False
    owner_locked: bool = False
    page_counts: tuple[int, ...] = ()
    """As each parser that could open the file counts them."""
    active: Mapping[str, int] = field(default_factory=dict)
    """Kind of active content and how often it occurs."""
    signatures: int = 0
    """Electronic signatures that the file seems to hold; nobody has looked at them yet."""
