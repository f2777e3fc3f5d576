"""What the sandbox measured, as plain values: the only thing that leaves a child besides pixels.

A child may have been taken over by the document it read. ``page_from`` and ``document_from``
therefore trust nothing: they take known keys of known types and raise ``FactsError`` for the rest.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Final, TypeVar

from review_service.domain.documents import PageKind, PhotoLayout, TextSource
from review_service.domain.reports import Box, ReadCode, Word

MAX_TEXT: Final = 200
MAX_WORDS: Final = 20_000
MAX_PHOTOS: Final = 200
MAX_ACTIVE: Final = 20
MAX_CODES: Final = 8
MOST: Final = 2**31 - 1
PDQ_FORMS: Final = 8
"""As seen, and the seven turned and mirrored forms."""
PDQ_VIEWS: Final = 51
"""Three cuts at every side in eight forms, three and twenty-four at some sides as seen."""
T = TypeVar("T")


class FactsError(ValueError):
    """A child sent something that is no measurement."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """One image found on a page."""

    sha256: str
    width_px: int
    height_px: int
    exif: Mapping[str, str] = field(default_factory=dict)
    light: Light | None = None
    pdq_forms: tuple[str, ...] = ()
    """Eight PDQ hashes, 64 hex digits each: as seen, then turned and mirrored."""
    pdq_views: tuple[str, ...] = ()
    """The same of views of it, cut at the edges; in the order of ``pdq.measure``."""
    pdq_quality: int | None = None
    """0 to 100."""
    box: Box | None = None
    """Where it stands on the page image; None when it is the whole page."""


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
    damaged: bool = False
    """The picture ends before its end."""
    too_large: bool = False
    """An image on the page has more pixels than may be decoded."""
    words: tuple[Word, ...] = ()
    words_from: TextSource | None = None
    read: bool = False
    """OCR came to its end on this page."""
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


def _is(kind: type[T], value: object) -> T:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise FactsError(f"expected {kind.__name__}")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FactsError("expected a number")
    if not abs(value) <= MOST:  # neither NaN nor infinity is
        raise FactsError("expected a smaller number")
    return float(value)


def _whole(value: object) -> int:
    """Return a whole number that a column holds."""
    return int(_number(_is(int, value)))


def _size(value: object) -> int:
    """Return a number of pixels, or of anything else that is counted."""
    size = _whole(value)
    if size < 0:
        raise FactsError("expected no negative number")
    return size


def _percent(value: object) -> int | None:
    """Return a whole number from 0 to 100, None for what was not measured."""
    if value is None:
        return None
    share = _size(value)
    if share > 100:  # noqa: PLR2004 -- a whole
        raise FactsError("expected at most 100")
    return share


def _text(value: object, limit: int = MAX_TEXT) -> str:
    """Return printable text only: no control or direction marks reach a page or a log."""
    return "".join(sign for sign in _is(str, value)[:limit] if sign.isprintable())


def text_from(value: object) -> str:
    """Read a line of text. Raises ``FactsError``."""
    return _text(value)


def _sha256(value: object) -> str:
    return _hex64(value)


def _hex64(value: object) -> str:
    """Return 256 bits as hex digits: a SHA-256 or a PDQ hash."""
    text = _is(str, value)
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):  # noqa: PLR2004 -- hex digits
        raise FactsError("expected 64 hex digits")
    return text


def _hashes(value: object, count: int) -> tuple[str, ...]:
    hashes = tuple(_hex64(form) for form in _is(list, value))
    if len(hashes) not in {0, count}:
        raise FactsError(f"expected {count} hashes")
    return hashes


def _box(value: object) -> Box | None:
    if value is None:
        return None
    left, top, width, height = (_whole(side) for side in _is(list, value))
    return Box(left=left, top=top, width=width, height=height)


def _light(value: object) -> Light | None:
    if value is None:
        return None
    raw = _is(dict, value)
    return Light(**{entry.name: _measure(raw, entry) for entry in fields(Light)})


def _measure(raw: Mapping[str, Any], entry: Field[Any]) -> Any:  # noqa: ANN401 -- as the field
    """Return a measured number; only what may be unknown may be missing."""
    value = raw.get(entry.name)
    if value is None and entry.default is not MISSING:
        return entry.default
    return _number(value)


def _photo(value: object) -> PhotoFacts:
    raw = _is(dict, value)
    exif = _is(dict, raw.get("exif", {}))
    return PhotoFacts(
        sha256=_sha256(raw.get("sha256")),
        width_px=_size(raw.get("width_px")),
        height_px=_size(raw.get("height_px")),
        exif={_text(key): _text(entry) for key, entry in list(exif.items())[:MAX_ACTIVE]},
        light=_light(raw.get("light")),
        pdq_forms=_hashes(raw.get("pdq_forms", []), PDQ_FORMS),
        pdq_views=_hashes(raw.get("pdq_views", []), PDQ_VIEWS),
        pdq_quality=_percent(raw.get("pdq_quality")),
        box=_box(raw.get("box")),
    )


def _layout(value: object) -> PhotoLayout | None:
    return None if value is None else PhotoLayout(_is(str, value))


def words_from(value: object) -> tuple[Word, ...]:
    """Read words: text, confidence, left, top, width, height. Raises ``FactsError``."""
    words = []
    for entry in _is(list, value)[:MAX_WORDS]:
        text, confidence, *box = _is(list, entry)
        left, top, width, height = (_whole(side) for side in box)
        words.append(
            Word(
                text=_text(text),
                confidence=max(0.0, min(100.0, _number(confidence))),
                box=Box(left=left, top=top, width=width, height=height),
            )
        )
    return tuple(words)


def codes_from(value: object, *, page: int) -> tuple[ReadCode, ...]:
    """Read QR codes: text, left, top, width, height. Raises ``FactsError``."""
    codes = []
    for entry in _is(list, value)[:MAX_CODES]:
        text, *box = _is(list, entry)
        left, top, width, height = (_whole(side) for side in box)
        place = Box(left=left, top=top, width=width, height=height)
        codes.append(ReadCode(text=_text(text), page=page, box=place))
    return tuple(codes)


def way_from(value: object) -> tuple[float, ...]:
    """Read the nine numbers of a way back to the page image. Raises ``FactsError``."""
    numbers = tuple(_number(entry) for entry in _is(list, value))
    if len(numbers) != 9:  # noqa: PLR2004 -- three by three
        raise FactsError("expected a way of nine numbers")
    return numbers


def page_from(header: Mapping[str, Any]) -> PageFacts:
    """Read the facts of one page. Raises ``FactsError``."""
    _is(dict, header)
    try:
        layer = words_from(header.get("layer", []))
        return PageFacts(
            number=_whole(header.get("number")),
            kind=PageKind(_is(str, header.get("kind"))),
            width_px=_size(header.get("width_px")),
            height_px=_size(header.get("height_px")),
            width_pt=_number(header.get("width_pt", 0)),
            height_pt=_number(header.get("height_pt", 0)),
            light=_light(header.get("light")),
            photos=tuple(_photo(raw) for raw in _is(list, header.get("photos", []))[:MAX_PHOTOS]),
            photo_layout=_layout(header.get("photo_layout")),
            damaged=_is(bool, header.get("damaged", False)),
            too_large=_is(bool, header.get("too_large", False)),
            words=layer,
            words_from=TextSource.LAYER if layer else None,
        )
    except (ValueError, TypeError) as error:
        raise FactsError("no facts of a page") from error


def document_from(header: Mapping[str, Any]) -> DocumentFacts:
    """Read the intake check's facts. Raises ``FactsError``."""
    active = _is(dict, header.get("active", {}))
    reason = header.get("reason")
    return DocumentFacts(
        page_count=_whole(header.get("page_count", 0)),
        reason=None if reason is None else _text(reason),
        figure=_text(header.get("figure", "")),
        header_offset=_whole(header.get("header_offset", 0)),
        trailing_bytes=_whole(header.get("trailing_bytes", 0)),
        repaired=_is(bool, header.get("repaired", False)),
        owner_locked=_is(bool, header.get("owner_locked", False)),
        page_counts=tuple(_whole(n) for n in _is(list, header.get("page_counts", []))[:9]),
        active={_text(key): _whole(n) for key, n in list(active.items())[:MAX_ACTIVE]},
        signatures=_size(header.get("signatures", 0)),
    )
