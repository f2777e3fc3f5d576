"""What scanners, fax machines, stamps and telephones do to a printed page."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
A4_POINTS: Final = (595, 842)
BAND_ROWS: Final = 64
DESK: Final = (58, 84, 122)
"""Blue, green and red of a wooden table."""
INKS: Final = ((150, 60, 40), (60, 40, 190), (130, 50, 110))
"""Blue, red and violet stamping ink, as blue, green, red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How one page was worn and taken."""

    dpi: int = 300
    tilt_degrees: float = 0.4
    quarter_turns: int = 0
    """Laid on the glass turned so often by 90° against the clock."""
    noise: float = 5.0
    """Standard deviation, in luma units."""
    contrast: float = 0.84
    """Of the ink, 1 is black on white."""
    paper: tuple[int, int, int] = (238, 240, 240)
    jpeg_quality: int = 75
    is_grey: bool = True
    fax: bool = False
    """One bit a pixel, with specks."""
    stamps: int = 0
    photographed: bool = False
    """By telephone, on a table: perspective and a shadow."""


CONDITIONS: Final[Mapping[str, Wear]] = MappingProxyType(
    {
        "300 dpi": Wear(),
        "200 dpi, skewed": Wear(dpi=200, tilt_degrees=3.0),
        "150 dpi": Wear(dpi=150, jpeg_quality=60),
        "150 dpi, skewed": Wear(dpi=150, tilt_degrees=2.2, jpeg_quality=65, noise=7),
        "fax": Wear(dpi=200, fax=True, tilt_degrees=0.8),
        "stamps": Wear(dpi=200, stamps=3, is_grey=False, tilt_degrees=0.7),
        "upside down": Wear(dpi=200, quarter_turns=2),
        "sideways": Wear(dpi=200, quarter_turns=1, tilt_degrees=1.0),
        "faded": Wear(dpi=200, contrast=0.34, noise=6, paper=(196, 214, 222), is_grey=False),
        "photographed": Wear(photographed=True, jpeg_quality=80, is_grey=False, noise=4),
    }
)


def scanned(pdf: bytes, wear: Wear, *, seed: int = 0) -> bytes:
    """Return the pages of a PDF as they come back from the scanner: pictures and nothing else."""
    rng = np.random.default_rng(seed)
    with pypdfium2.PdfDocument(pdf) as source, pikepdf.new() as out:
        for page in source:
            drawn = page.render(scale=wear.dpi / 72).to_numpy()[:, :, :3]
            add(out, worn(np.ascontiguousarray(drawn), wear, rng), wear)
        stream = io.BytesIO()
        out.save(stream, deterministic_id=True)
    return stream.getvalue()


def drawn(pdf: bytes, dpi: int) -> Pixels:
    """Return the first page of a PDF as pixels."""
    with pypdfium2.PdfDocument(pdf) as source:
        pixels = source[0].render(scale=dpi / 72).to_numpy()[:, :, :3]
        return np.array(pixels, order="C")


def worn(page_drawn: Pixels, wear: Wear, rng: np.random.Generator) -> Pixels:
    """Return one drawn page worn as asked; grey where the scan is grey."""
    page = page_drawn
    for index in range(wear.stamps):
        page = stamped(page, wear, rng, INKS[index % len(INKS)])
    page = _on_paper(page, wear, rng)
    if wear.photographed:
        page = _photographed(page, rng)
    else:
        side = 1 if rng.random() < 0.5 else -1
        tilt = wear.tilt_degrees * side * float(rng.uniform(0.85, 1.0))
        page = _tilted(page, tilt, wear.paper)
    page = _noisy(page, wear.noise, rng)
    page = np.ascontiguousarray(np.rot90(page, wear.quarter_turns))
    if wear.is_grey or wear.fax:
        page = np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8)
    return _faxed(page, rng) if wear.fax else page


def _on_paper(page: Pixels, wear: Wear, rng: np.random.Generator) -> Pixels:
    """Lay the ink, a little uneven, on paper of a colour."""
    height, width = page.shape[:2]
    coarse = rng.uniform(0.86, 1.0, (height // 90 + 2, width // 90 + 2)).astype(np.float32)
    uneven = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)[:, :, None]
    paper = np.asarray(wear.paper, np.float32) * np.linspace(1.0, 0.965, width)[None, :, None]
    laid = np.empty_like(page)
    for rows in _bands(height):
        ink = (255 - page[rows].astype(np.float32)) / 255 * wear.contrast
        ink *= uneven[rows]
        laid[rows] = np.clip(paper * (1 - ink), 0, 255)
    return laid


def _bands(height: int) -> Iterator[slice]:
    """Yield rows a few at a time: a whole page of fractions is slow to get from the system."""
    yield from (slice(top, top + BAND_ROWS) for top in range(0, height, BAND_ROWS))


def stamped(
    page: Pixels,
    wear: Wear,
    rng: np.random.Generator,
    ink: tuple[int, int, int],
    *,
    middle_px: tuple[int, int] | None = None,
) -> Pixels:
    """Press a round stamp, worn and turned, around a place, in pixels from the left and the top.

    Without a place it comes somewhere on the upper two thirds of the text.
    """
    height, width = page.shape[:2]
    unit = wear.dpi / 200
    side = int(330 * unit)
    plate = np.zeros((side, side), np.uint8)
    middle = side // 2
    for radius, stroke in ((155, 6), (112, 3)):
        cv2.circle(plate, (middle, middle), int(radius * unit), 255, max(1, int(stroke * unit)))
    for text, below, size in (("RECIBIDO", -8, 1.15), ("ARTESANIAS", 34, 0.95)):
        at = (int(middle - 98 * unit), int(middle + below * unit))
        cv2.putText(
            plate, text, at, cv2.FONT_HERSHEY_DUPLEX, size * unit, 255, max(1, int(3 * unit))
        )
    turn = cv2.getRotationMatrix2D((middle, middle), float(rng.uniform(-35, 35)), 1)
    plate = np.asarray(cv2.warpAffine(plate, turn, (side, side)), np.uint8)
    worn_off = cv2.resize(rng.uniform(0.35, 1.0, (14, 14)), (side, side))
    strength = (plate / 255.0 * worn_off * 0.85)[:, :, None]
    left = int(rng.uniform(0.1, 0.72) * (width - side))
    top = int(rng.uniform(0.05, 0.5) * (height - side))
    if middle_px is not None:
        left = min(max(0, middle_px[0] - middle), width - side)
        top = min(max(0, middle_px[1] - middle), height - side)
    stamped = page.copy()
    part = stamped[top : top + side, left : left + side]
    inked = part * (1 - strength) + np.minimum(part, np.asarray(ink)) * strength
    stamped[top : top + side, left : left + side] = inked.astype(np.uint8)
    return stamped


def _tilted(page: Pixels, degrees: float, paper: tuple[int, int, int]) -> Pixels:
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(
        cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper),
        np.uint8,
    )


def _noisy(page: Pixels, noise: float, rng: np.random.Generator) -> Pixels:
    height, width = page.shape[:2]
    tile = rng.standard_normal((257, 263, 1), np.float32) * np.float32(noise)
    spread = np.tile(tile, (height // 257 + 1, width // 263 + 1, 1))[:height, :width]
    spoiled = np.empty_like(page)
    for rows in _bands(height):
        spoiled[rows] = np.clip(page[rows] + spread[rows], 0, 255)
    for _ in range(60):
        y, x = int(rng.integers(height - 4)), int(rng.integers(width - 4))
        spoiled[y : y + 3, x : x + 2] = 90
    return spoiled


def _faxed(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Cut at half, with coarse lines, specks and lost dots; keep two values."""
    height, width = page.shape
    coarse = cv2.resize(page, (width, int(height * 0.72)), interpolation=cv2.INTER_AREA)
    fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    black = fine < 168 + rng.normal(0, 14, fine.shape)
    black |= rng.random(fine.shape) < 0.0016
    black &= rng.random(fine.shape) >= 0.004
    return np.where(black, 0, 255).astype(np.uint8)


def _photographed(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Take the page from above with a telephone: a table, perspective, shadow, soft focus."""
    height, width = page.shape[:2]
    across, down = 2000, 2660
    corners = np.asarray([[0.07, 0.06], [0.93, 0.06], [0.93, 0.94], [0.07, 0.94]])
    corners = (corners + rng.uniform(-0.028, 0.028, (4, 2))) * (across, down)
    sheet = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    way = cv2.getPerspectiveTransform(sheet, corners.astype(np.float32))
    grain = rng.normal(0, 5, (down, 1, 1)) + rng.normal(0, 3, (down, across, 1))
    table = np.clip(np.asarray(DESK) + grain, 0, 255).astype(np.uint8)
    taken = np.asarray(
        cv2.warpPerspective(
            page, way, (across, down), dst=table, flags=cv2.INTER_AREA,
            borderMode=cv2.BORDER_TRANSPARENT,
        ),
        np.float32,
    )  # fmt: skip
    x = np.linspace(0, 1, across, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, down, dtype=np.float32)[:, None]
    edge = float(rng.uniform(0.3, 0.7))
    shadow = 1 / (1 + np.exp((x + 0.4 * y - edge - 0.2) * 18))
    light = (1.0 - 0.25 * y) * (1 - 0.42 * shadow)
    shot = np.clip(taken * light[:, :, None], 0, 255).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(shot, (3, 3), 0.7), np.uint8)


def add(pdf: pikepdf.Pdf, picture: Pixels, wear: Wear) -> None:
    """Add one page that is exactly this picture."""
    height, width = picture.shape[:2]
    is_grey = picture.ndim == 2
    lies = width > height
    across, down = A4_POINTS[::-1] if lies else A4_POINTS
    space = pikepdf.Name.DeviceGray if is_grey else pikepdf.Name.DeviceRGB
    if wear.fax:
        stream = pikepdf.Stream(pdf, np.packbits(picture > 0, axis=1).tobytes())
        facts = {"BitsPerComponent": 1}
    else:
        options = [cv2.IMWRITE_JPEG_QUALITY, wear.jpeg_quality]
        stream = pikepdf.Stream(pdf, cv2.imencode(".jpg", picture, options)[1].tobytes())
        stream.Filter = pikepdf.Name.DCTDecode
        facts = {"BitsPerComponent": 8}
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.ColorSpace = width, height, space
    stream.BitsPerComponent = facts["BitsPerComponent"]
    page = pdf.add_blank_page(page_size=(across, down))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
    page.Contents = pdf.make_stream(f"{across} 0 0 {down} 0 0 cm /Im0 Do".encode())


Taker = Callable[[bytes, int], bytes]


def taken_as(condition: str, **changes: float) -> Taker:
    """Return what takes a PDF under one of the ``CONDITIONS``, some of its values changed."""
    wear = replace(CONDITIONS[condition], **changes)  # type: ignore[arg-type]  # any of its fields
    return lambda pdf, seed: scanned(pdf, wear, seed=seed)
