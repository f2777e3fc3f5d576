"""A logo has few colours, a photo has many, a dark one too."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from review_service.samples import files
from tests.samples.pictures import opened, saved
from workers.inside.picture import decoding, drawings


def _small(image: Image.Image) -> decoding.Pixels:
    image.thumbnail((240, 240))
    return decoding.decode(saved(image), most_pixels=1_000_000).pixels


@pytest.mark.parametrize("flaw", [files.Flaw.NONE, files.Flaw.DARK, files.Flaw.BLURRED])
@pytest.mark.parametrize("scene", files.Scene)
def test_a_small_photo_is_no_drawing(scene: files.Scene, flaw: files.Flaw) -> None:
    assert not drawings.is_drawing(_small(opened(files.photo(scene, flaw=flaw))))


def test_a_logo_is_a_drawing() -> None:
    logo = Image.new("RGB", (240, 120), (255, 255, 255))
    draw = ImageDraw.Draw(logo)
    draw.ellipse((10, 10, 110, 110), fill=(0, 70, 140))
    draw.text((125, 50), "TALLER ARTESANAL", fill=(20, 20, 20))
    assert drawings.is_drawing(_small(logo))
    assert drawings.is_drawing(np.full((40, 40), 255, np.uint8))
