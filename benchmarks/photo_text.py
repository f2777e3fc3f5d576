# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures reading text inside photos: CPU time, words found and words invented, by method.

python benchmarks/photo_text.py [--photos 30] [--json] [--strict]

Plain photos are generated scenes and the photographs of scikit-image without writing; signs, labels
and photographed papers are set into generated scenes. Words count as the service keeps them: sure
and of three letters at least. The service reads as the first line says.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.domain import folding
from review_service.packaged_files import static_folder
from review_service.samples import files
from workers.facts.headers import WordRow, words_from
from workers.inside.ocr import engines
from workers.inside.photo_words import READ_SIDE_PX
from workers.inside.picture import decoding
from workers.inspecting.photo_text import sure

Pixels = NDArray[np.uint8]
MODES: Final = {"automatic layout (3)": 3, "scattered text (11)": 11}
WITHOUT_WRITING: Final = ("astronaut", "camera", "coffee", "chelsea", "rocket", "brick", "grass")
SIGNS: Final = (
    "TALLER LA ESPERANZA",
    "Tejidos Otavalo",
    "ARTESANÍAS MARÍA",
    "Carpintería San José",
)
WIDTH_PX: Final = 2000
FONT: Final = str(static_folder() / "fonts" / "acuerdo-serif-bold.ttf")
"""Pillow's own font has no letters with accents."""
BAR_CPU_S: Final = 0.05
"""More on each of 20 photos would be a third of what checking an application costs."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One photo in grey and the words that stand in it."""

    pixels: Pixels
    words: tuple[str, ...] = ()


def main() -> int:
    """Measure and print a table or one JSON object; 1 with ``--strict`` when the bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=30, help="plain photos and photos with text")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when the bar is missed")
    options = parser.parse_args()
    plain = _plain(options.photos)
    kinds = {"signs": _signs(options.photos), "papers": _papers(max(4, options.photos // 4))}
    figures = {name: _measured(mode, plain, kinds) for name, mode in MODES.items()}
    if options.json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        sys.stdout.write(_table(figures, options.photos))
    return int(options.strict and bool(missed(figures)))


def missed(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the bar if it is missed, by the method with which the service reads: the first."""
    cost = next(iter(figures.values()))["cpu_s_plain_photo"]
    return [f"{cost} s for a plain photo"] if cost > BAR_CPU_S else []


def _measured(
    mode: int, plain: Sequence[Sample], kinds: dict[str, list[Sample]]
) -> dict[str, float]:
    reader = engines.tesserocr_reader(engines.tessdata(), segmentation=mode)
    _read(reader, plain[0].pixels)
    started = time.process_time()
    invented = [_read(reader, one.pixels) for one in plain]
    figures = {
        "cpu_s_plain_photo": (time.process_time() - started) / len(plain),
        "invented_words_per_100_photos": 100 * sum(map(len, invented)) / len(plain),
    }
    for kind, samples_of_kind in kinds.items():
        started = time.process_time()
        found = [(one.words, _read(reader, one.pixels)) for one in samples_of_kind]
        wanted = sum(len(words) for words, _ in found)
        hits = sum(len(set(words) & set(read)) for words, read in found)
        figures[f"cpu_s_{kind}"] = (time.process_time() - started) / len(found)
        figures[f"{kind}_words_found"] = hits / wanted
    return {name: round(figure, 3) for name, figure in figures.items()}


def _read(reader: Callable[[Pixels], list[WordRow]], pixels: Pixels) -> list[str]:
    """Return the folded words that the service would keep."""
    luma = np.ascontiguousarray(decoding.fitted(pixels, READ_SIDE_PX))
    rows = [list(row) for row in reader(luma)]
    return folding.tokens(" ".join(word.text for word in sure(words_from(rows))))


def _plain(count: int) -> list[Sample]:
    real = [cv2.resize(_grey(getattr(data, name)()), (1632, 1224)) for name in WITHOUT_WRITING]
    scenes = list(files.Scene)
    made = [
        _luma(files.photo(scenes[index % len(scenes)], seed=index, width_px=WIDTH_PX))
        for index in range(count - len(real))
    ]
    return [Sample(pixels=np.asarray(pixels, np.uint8)) for pixels in (*real, *made)]


def _signs(count: int) -> list[Sample]:
    """Return scenes with a painted sign or a label, large to small, some a little turned."""
    chance = np.random.default_rng(3)
    scenes = list(files.Scene)
    made = []
    for index in range(count):
        words = SIGNS[index % len(SIGNS)]
        size = int(chance.integers(28, 90))
        sign = _board(words, size, turned=float(chance.uniform(-3, 3)))
        photo = files.photo(scenes[index % len(scenes)], seed=index, width_px=WIDTH_PX)
        with Image.open(io.BytesIO(photo)) as picture:
            room = (picture.width - sign.width, picture.height - sign.height)
            place = int(chance.integers(0, max(1, room[0]))), int(chance.integers(0, room[1]))
            picture.paste(sign, place, sign.getchannel("A"))
            made.append(Sample(pixels=_grey(picture), words=tuple(folding.tokens(words))))
    return made


def _board(words: str, size: int, *, turned: float) -> Image.Image:
    font = ImageFont.truetype(FONT, size)
    left, top, right, bottom = font.getbbox(words)
    board = Image.new("RGBA", (int(right - left) + 2 * size, int(bottom - top) + 2 * size))
    draw = ImageDraw.Draw(board)
    draw.rectangle((0, 0, *board.size), fill=(246, 240, 222, 255))
    draw.text((size - left, size - top), words, font=font, fill=(46, 34, 26, 255))
    return board.rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)


def _papers(count: int) -> list[Sample]:
    """Return scenes with a printed list pinned to the wall."""
    lines = ("Lista de precios", "Poncho de lana", "Chalina tejida", "Gorro de alpaca", "Tapiz")
    made = []
    for index in range(count):
        paper = Image.new("RGB", (900, 700), (240, 238, 230))
        draw = ImageDraw.Draw(paper)
        for row, line in enumerate(lines):
            draw.text(
                (60, 60 + row * 110), line, font=ImageFont.truetype(FONT, 44), fill=(40, 40, 40)
            )
        photo = files.photo(list(files.Scene)[index], seed=index, width_px=WIDTH_PX)
        with Image.open(io.BytesIO(photo)) as picture:
            picture.paste(paper, (300 + 40 * index, 200))
            words = tuple(word for word in folding.tokens(" ".join(lines)) if len(word) > 2)  # noqa: PLR2004
            made.append(Sample(pixels=_grey(picture), words=words))
    return made


def _luma(jpeg: bytes) -> Pixels:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return _grey(picture)


def _grey(picture: Image.Image | Pixels) -> Pixels:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    return np.asarray(image.convert("L"), np.uint8)


def _table(figures: dict[str, dict[str, float]], photos_read: int) -> str:
    names = list(next(iter(figures.values())))
    lines = [f"{photos_read} plain photos, {photos_read} with signs"]
    lines.append(f"{'':<32}" + "".join(f"{mode:>24}" for mode in figures))
    lines += [
        f"{name:<32}" + "".join(f"{found[name]:>24}" for found in figures.values())
        for name in names
    ]
    verdict = "MISSED: stays off by default" if missed(figures) else "ok"
    lines.append(f"cost of a plain photo, bar {BAR_CPU_S} s: {verdict}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
