"""How other readers show the first page of a file: pdfium as its users call it, and poppler."""

import io
import subprocess
from typing import Final

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

SIDE: Final = 64
"""Cells along each side of what is compared: letters and edges may lie a pixel apart."""
SCALE: Final = 2
"""Pixels for a point."""
Look = NDArray[np.int16]
"""Red, green and blue of ``SIDE`` by ``SIDE`` cells."""


def look(image: Image.Image) -> Look:
    """Return what a picture shows, so coarse that it can be compared."""
    small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, np.int16)


def by_pdfium(data: bytes) -> Look:
    """Return the first page as pdfium draws it with the fields of its form."""
    with pypdfium2.PdfDocument(data) as pdf:
        pdf.init_forms()
        return look(pdf[0].render(scale=SCALE).to_pil())


def by_poppler(data: bytes) -> Look:
    """Return the first page as poppler draws it."""
    dpi = str(72 * SCALE)
    command = ["pdftoppm", "-cropbox", "-r", dpi, "-png", "-singlefile", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    with Image.open(io.BytesIO(done.stdout)) as image:
        return look(image)


def apart(one: Look, other: Look) -> float:
    """Return how far two pages differ on the mean, in units of a channel, 0 to 255."""
    return float(np.abs(one - other).mean())
