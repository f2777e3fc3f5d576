"""Sample files for demo, tests and benchmarks; the same arguments give the same bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pikepdf
from PIL import Image, ImageEnhance, ImageFilter, ImageOps, ImageStat

from review_service.domain.documents import Theme
from review_service.samples.canvas import Canvas
from review_service.samples.scan import PriorAgreement, scanned_agreement
from review_service.samples.scenes import Scene, paint

__all__ = [
    "EIGHT_MEGAPIXELS",
    "SMALL",
    "Flaw",
    "PriorAgreement",
    "SamplePhoto",
    "Scene",
    "evidence_pdf",
    "passed_on",
    "photo",
    "photo_set",
    "scanned_agreement",
]

EIGHT_MEGAPIXELS: Final = 3264
"""Width in pixels of a photo of 8 megapixels, 4:3."""
SMALL: Final = 1600
"""Width in pixels of a photo as a messaging app leaves it."""
BENT: Final = (6, 5)
"""Columns and rows of the net by which a scene is bent."""
MOST_BENT: Final = 0.03
"""Share of width and height by which a knot of it may move."""
WIDER: Final = 1.3
"""How many times wider a scene is drawn than the part that its photo shows."""
A4_POINTS: Final = (595, 842)


class Flaw(StrEnum):
    """What is wrong with a sample photo."""

    NONE = "none"
    DARK = "dark"
    BLURRED = "blurred"
    OVEREXPOSED = "overexposed"
    TINY = "tiny"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePhoto:
    """One photo as a phone would send it."""

    theme: Theme
    name: str
    """File name, such as ``telar-2.jpg``."""
    jpeg: bytes


def photo(scene: Scene, *, seed: int = 0, width_px: int = SMALL, flaw: Flaw = Flaw.NONE) -> bytes:
    """Return a 4:3 JPEG of the scene, with EXIF as a phone writes it.

    ``seed`` says whose it is: 0 shows the scene as it was drawn.
    """
    width = round(width_px * WIDER)
    canvas = Canvas(width, background=(200, 190, 170), seed=_seed_of(scene, seed))
    paint(scene, canvas)
    light = (float(canvas.rng.uniform(0.2, 0.8)), 0.2)
    aim = (float(canvas.rng.uniform()), float(canvas.rng.uniform()))
    framed = _framed(canvas.finished(light=light, strength=0.55), width_px, aim)
    image = _spoilt(_bent(framed, canvas.rng) if seed else framed, flaw)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, exif=_exif(seed).tobytes())
    return out.getvalue()


def passed_on(jpeg: bytes) -> bytes:
    """Return a photo changed to hide its origin: mirrored, smaller, saved again."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        small = image.reduce(2)
        ImageOps.mirror(small).save(out, "JPEG", quality=70)
    return out.getvalue()


def photo_set(*, count: int, width_px: int = SMALL, seed: int = 0) -> tuple[SamplePhoto, ...]:
    """Return good photos that show all four themes in turn (from a count of four on)."""
    turn = [Scene.WORKSHOP, Scene.WEAVER, Scene.LOOM, Scene.CLOTH, Scene.FACADE, Scene.HANDS,
            Scene.TOOLS, Scene.WOOL, Scene.SEWING, Scene.POTS]  # fmt: skip
    return tuple(
        SamplePhoto(
            theme=scene.theme,
            name=f"{scene.value}-{index + 1}.jpg",
            jpeg=photo(scene, seed=seed + index, width_px=width_px),
        )
        for index in range(count)
        for scene in [turn[index % len(turn)]]
    )


def evidence_pdf(photos: Sequence[bytes]) -> bytes:
    """Return a PDF with one JPEG a page, embedded as it is, fitted to A4."""
    with pikepdf.new() as pdf:
        for jpeg in photos:
            _add_photo_page(pdf, jpeg)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _add_photo_page(pdf: pikepdf.Pdf, jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        width, height = image.size
    paper = A4_POINTS if height > width else A4_POINTS[::-1]
    scale = min((paper[0] - 40) / width, (paper[1] - 40) / height)
    page = pdf.add_blank_page(page_size=paper)
    stream = pikepdf.Stream(
        pdf,
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
    left, bottom = (paper[0] - width * scale) / 2, (paper[1] - height * scale) / 2
    place = f"q {width * scale:.2f} 0 0 {height * scale:.2f} {left:.2f} {bottom:.2f} cm /Im0 Do Q"
    page.Contents = pdf.make_stream(place.encode())


def _seed_of(scene: Scene, seed: int) -> int:
    return list(Scene).index(scene) * 1000 + seed


def _framed(image: Image.Image, width_px: int, aim: tuple[float, float]) -> Image.Image:
    """Return the part of the scene that this artisan's photo shows.

    Two artisans who photograph the same kind of loom do not send the same photo.
    """
    height_px = round(width_px * image.height / image.width)
    left = round(aim[0] * (image.width - width_px))
    top = round(aim[1] * (image.height - height_px))
    return image.crop((left, top, left + width_px, top + height_px))


def _bent(image: Image.Image, chance: np.random.Generator) -> Image.Image:
    """Return the scene as if each artisan had built the same things a little otherwise.

    Drawn things are the same in all photos of a scene, where real ones differ: without this they
    would be copies of each other to whoever compares places.
    """
    columns, rows = BENT
    width, height = image.size
    across, down = np.meshgrid(np.linspace(0, width, columns + 1), np.linspace(0, height, rows + 1))
    across[:, 1:-1] += chance.uniform(-MOST_BENT, MOST_BENT, across[:, 1:-1].shape) * width
    down[1:-1] += chance.uniform(-MOST_BENT, MOST_BENT, down[1:-1].shape) * height
    mesh = []
    for row in range(rows):
        for column in range(columns):
            corners = ((row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1))
            box = (
                round(column * width / columns),
                round(row * height / rows),
                round((column + 1) * width / columns),
                round((row + 1) * height / rows),
            )
            quad = [float(value) for at in corners for value in (across[at], down[at])]
            mesh.append((box, quad))
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _spoilt(image: Image.Image, flaw: Flaw) -> Image.Image:
    if flaw is Flaw.DARK:
        return ImageEnhance.Brightness(image).enhance(
            22 / ImageStat.Stat(image.convert("L")).mean[0]
        )
    if flaw is Flaw.BLURRED:
        return image.filter(ImageFilter.GaussianBlur(image.width / 130))
    if flaw is Flaw.OVEREXPOSED:
        return image.point([min(255, round(120 + value * 1.5)) for value in range(256)] * 3)
    if flaw is Flaw.TINY:
        return image.resize((320, 240), Image.Resampling.LANCZOS)
    return image


def _exif(seed: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Demostracion"  # Make
    exif[0x0110] = "Telefono de prueba"  # Model
    exif[0x0112] = 1  # Orientation
    exif[0x0132] = f"2026:11:{1 + seed % 19:02d} 10:{seed % 60:02d}:00"  # DateTime
    return exif
