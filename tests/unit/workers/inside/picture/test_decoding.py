"""Pictures in memory: decoding, turning, fitting, and what is no picture."""

import io
from typing import Final

import numpy as np
import pytest
from PIL import Image, ImageOps

from review_service.samples import files
from tests.samples.hostile import jpeg_with_size
from workers.inside.picture import decoding

MOST: Final = 50_000_000


def _saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _corner_picture() -> Image.Image:
    """Wider than high, with a red mark in its upper left corner."""
    picture = Image.new("RGB", (96, 64), (230, 230, 230))
    picture.paste((220, 20, 20), (0, 0, 32, 24))
    return picture


@pytest.mark.parametrize("orientation", range(1, 9))
def test_honours_each_exif_orientation(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = _saved(_corner_picture(), exif=exif.tobytes(), quality=95)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))[:, :, ::-1].astype(int)
    turned = decoding.decode(data, most_pixels=MOST).pixels.astype(int)
    assert turned.shape == expected.shape
    assert np.abs(turned - expected).mean() < 3


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turns_as_the_page_does_and_then_ignores_the_exif(degrees: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = _saved(_corner_picture(), exif=exif.tobytes(), quality=95)
    turned = decoding.decode(data, most_pixels=MOST, degrees=degrees).pixels
    expected = np.asarray(_corner_picture().rotate(degrees, expand=True))
    assert turned.shape == expected.shape
    assert np.abs(turned[:, :, ::-1].astype(int) - expected).mean() < 6


@pytest.mark.parametrize(
    ("side", "seen"), [(1600, 1600), (3199, 3199), (3200, 1600), (6399, 3200), (6400, 1600)]
)
def test_decodes_at_a_reduced_scale_as_long_as_enough_remains(side: int, seen: int) -> None:
    data = _saved(Image.new("RGB", (side, 40), (90, 120, 150)))
    picture = decoding.decode(data, most_pixels=MOST)
    assert (picture.width_px, picture.pixels.shape[1]) == (side, seen)


def test_refuses_more_pixels_than_allowed_from_the_header_alone() -> None:
    image = Image.new("L", (100, 50))
    for data, most in ((_saved(image, "PNG"), 5000), (_saved(image), 1250)):
        assert decoding.decode(data, most_pixels=most).width_px == 100
        with pytest.raises(decoding.TooManyPixelsError):
            decoding.decode(data, most_pixels=most - 1)
    with pytest.raises(decoding.TooManyPixelsError):
        decoding.decode(jpeg_with_size(30_000, 30_000), most_pixels=MOST)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-1.7", b"\xff\xd8\xff\xe0", b"II*\0" * 9])
def test_refuses_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(decoding.NotAPictureError):
        decoding.decode(data, most_pixels=MOST)


def test_tells_a_cut_photo_from_a_whole_one() -> None:
    whole = files.photo(files.Scene.POTS, width_px=800)
    assert decoding.decode(whole, most_pixels=MOST).damaged is False
    assert decoding.decode(whole[: len(whole) // 2], most_pixels=MOST).damaged is True


@pytest.mark.parametrize(
    "film", [b"\0\0\0\x18ftypmp42" + b"moov\xff\xd9\xff\xda" * 50, b"\xff\xd8\xff\xda", b"\0" * 9]
)
def test_a_photo_with_a_film_after_its_end_is_whole(film: bytes) -> None:
    whole = files.photo(files.Scene.POTS, width_px=800)
    assert decoding.decode(whole + film, most_pixels=MOST).damaged is False


@pytest.mark.parametrize("progressive", [False, True])
def test_a_cut_photo_with_a_whole_thumbnail_is_cut(*, progressive: bool) -> None:
    thumbnail = _saved(_corner_picture())
    shot = _saved(Image.effect_noise((640, 480), 60).convert("RGB"), progressive=progressive)
    length = (len(thumbnail) + 2).to_bytes(2, "big")
    with_thumbnail = shot[:2] + b"\xff\xe5" + length + thumbnail + shot[2:]
    assert decoding.decode(with_thumbnail, most_pixels=MOST).damaged is False
    assert decoding.decode(with_thumbnail[:-400], most_pixels=MOST).damaged is True


def test_an_orientation_that_is_no_number_is_upright() -> None:
    entry = b"II*\0\x08\0\0\0\x01\0" + b"\x12\x01\x02\0\x04\0\0\0abc\0" + b"\0" * 4
    shot = _saved(_corner_picture(), exif=b"Exif\0\0" + entry)
    assert decoding.decode(shot, most_pixels=MOST).pixels.shape[:2] == (64, 96)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_reads_every_kind_of_png(mode: str) -> None:
    picture = Image.new("L", (60, 40), 200)
    made = Image.new("I;16", (60, 40), 51_400) if mode == "I;16" else picture.convert(mode)
    pixels = decoding.decode(_saved(made, "PNG"), most_pixels=MOST).pixels
    assert pixels.shape[:2] == (40, 60)
    assert abs(float(decoding.grey(pixels).mean()) - 200) < 40


def test_what_is_transparent_becomes_paper() -> None:
    data = _saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert decoding.grey(decoding.decode(data, most_pixels=MOST).pixels).min() == 255


def test_keeps_few_exif_entries_and_of_the_place_only_that_there_is_one() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Marca"
    exif[0x0132] = "2026:11:20 10:00:00"
    exif[0x8298] = "Nombre Apellido"  # Copyright
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (0.0, 10.0, 48.0)
    hints = decoding.decode(_saved(Image.new("L", (9, 9)), exif=exif.tobytes()), most_pixels=9999)
    assert hints.exif == {"Make": "Marca", "DateTime": "2026:11:20 10:00:00", "GPS": "sí"}


def test_writes_jpegs_without_any_metadata() -> None:
    data = decoding.jpeg(np.full((40, 60, 3), 120, np.uint8), 80)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (60, 40)
        assert len(image.getexif()) == 0


@pytest.mark.parametrize(("size", "expected"), [((4000, 3000), (2000, 1500)), ((2100, 900), None)])
def test_fits_a_picture_into_a_side(
    size: tuple[int, int], expected: tuple[int, int] | None
) -> None:
    pixels = np.zeros((size[1], size[0]), np.uint8)
    fitted = decoding.fitted(pixels, 2000)
    width, height = expected or size
    assert fitted.shape == (height, width)
