"""Sheets of an old agreement as a telephone takes them: JPEG, turned, with a place in the EXIF."""

import io
from functools import cache

import cv2
import numpy as np
from PIL import Image

from tests.samples.old_layouts import typeset
from tests.samples.old_papers import Facts
from tests.samples.old_scans import CONDITIONS, drawn, worn

CODE = "https://acuerdos.example/v/7k4m29qxtr3h7k4m29qxtr3hab"
FACTS = Facts(number="MDT-MIPRO-2016-0123", code=CODE)
GPS, LATITUDE = 0x8825, (0.0, 13.0, 48.0)
MAKER = b"Telefono de Rosa"


@cache
def shot(layout: str = "prose", *, blur: float = 0, light: float = 1) -> bytes:
    """Return one sheet on a table; ``blur`` in pixels, ``light`` a factor."""
    page = drawn(typeset(FACTS, layout=layout), 300)
    pixels = worn(page, CONDITIONS["photographed"], np.random.default_rng(3))
    if blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), np.uint8)
    pixels = np.asarray(pixels * light, np.uint8)
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def held_sideways(jpeg: bytes) -> bytes:
    """Return the same picture as a telephone saves it that was held sideways, with the place."""
    with Image.open(io.BytesIO(jpeg)) as upright:
        turned = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, MAKER.decode()
    exif.get_ifd(GPS).update({1: "S", 2: LATITUDE, 3: "W", 4: (78.0, 15.0, 30.0)})
    out = io.BytesIO()
    turned.save(out, "JPEG", quality=90, exif=exif.tobytes())
    return out.getvalue()


def plain(tone: int) -> bytes:
    """Return a small JPEG without words, another one for each tone."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), (tone % 256, 120, 90)).save(out, "JPEG")
    return out.getvalue()
