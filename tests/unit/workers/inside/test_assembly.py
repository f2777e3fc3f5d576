"""The evidence PDF: the very same pictures, without what could tell where they were taken."""

import io
import os
from collections.abc import Callable

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageOps

from review_service.samples import files
from tests.samples.raw_pdf import small_photo
from workers.inside import assembly
from workers.inside.picture import decoding as photos


def _bound(*photos: tuple[bytes, str]) -> bytes:
    memory = os.memfd_create("photos")
    try:
        os.write(memory, b"".join(data for data, _ in photos))
        parts = [(len(data), heading, heading) for data, heading in photos]
        (frame,) = assembly.bind(memory, photos=parts, most_pixels=50_000_000)
    finally:
        os.close(memory)
    return frame.blobs[0]


def _located() -> bytes:
    """Return a photo with a place, a comment and a second picture after its end."""
    exif = Image.Exif()
    exif[0x010F] = "Marca"
    exif.get_ifd(0x8825)[1] = "S"
    out = io.BytesIO()
    with Image.open(io.BytesIO(small_photo())) as image:
        image.save(out, "JPEG", exif=exif.tobytes(), comment=b"Calle Secreta 7")
    return out.getvalue() + b"trailing: Calle Secreta 7"


def test_a_bare_jpeg_shows_the_very_same_pixels() -> None:
    photo = _located()
    bare = assembly.bare_jpeg(photo)
    with Image.open(io.BytesIO(photo)) as before, Image.open(io.BytesIO(bare)) as after:
        assert before.tobytes() == after.tobytes()


def test_a_bare_jpeg_tells_no_place_no_comment_and_nothing_after_its_end() -> None:
    bare = assembly.bare_jpeg(_located())
    assert b"Secreta" not in bare
    assert b"Exif" not in bare
    assert bare.endswith(b"\xff\xd9")


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x04ab"])
def test_what_is_no_jpeg_has_no_bare_form(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JPEG|picture|marker"):
        assembly.bare_jpeg(data)


def test_embeds_each_jpeg_without_decoding_it_anew() -> None:
    photo = files.photo(files.Scene.LOOM, width_px=800)
    with pikepdf.open(io.BytesIO(_bound((photo, "El taller")))) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.read_raw_bytes() == assembly.bare_jpeg(photo)
        assert image.Filter == pikepdf.Name.DCTDecode


def test_two_wide_photos_of_one_theme_share_a_page_and_themes_do_not() -> None:
    wide = small_photo()
    tall = small_photo(size=(480, 640))
    pdf = _bound((wide, "A"), (wide, "A"), (wide, "A"), (wide, "B"), (tall, "B"), (tall, "B"))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert [len(page.Resources.XObject) for page in opened.pages] == [2, 1, 1, 1, 1]
        text = opened.pages[0].Contents.read_bytes().decode("cp1252")
    assert "(A) Tj" in text
    assert "(A · Foto 2) Tj" in text


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_page_shows_each_photo_upright(orientation: int) -> None:
    picture = Image.new("RGB", (96, 64), (230, 230, 230))
    picture.paste((220, 20, 20), (0, 0, 32, 24))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif.tobytes(), quality=95)
    with Image.open(out) as image:
        upright = ImageOps.exif_transpose(image)
    drawn = _drawn(_bound((out.getvalue(), "A")), upright.size)
    corners = [(8, 8), (upright.width - 8, 8), (8, upright.height - 8),
               (upright.width - 8, upright.height - 8)]  # fmt: skip
    red = [_is_red(upright, corner) for corner in corners]
    assert [_is_red(drawn, corner) for corner in corners] == red
    assert sum(red) == 1


def _is_red(image: Image.Image, place: tuple[int, int]) -> bool:
    pixel = np.asarray(image)[place[1], place[0]]
    return bool(pixel[1] < 100)


def _drawn(pdf: bytes, size: tuple[int, int]) -> Image.Image:
    """Draw the only photo of the only page and cut it out, at its own size."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        scale = 2.0
        whole: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        (image,) = page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,))
        left, bottom, right, top = image.get_bounds()
        height = page.get_height()
        box = tuple(round(side * scale) for side in (left, height - top, right, height - bottom))
    return whole.crop(box).resize(size)


def test_a_png_keeps_its_pixels_and_gets_paper_where_it_was_transparent() -> None:
    picture = Image.effect_noise((50, 40), 80).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "PNG")
    with pikepdf.open(io.BytesIO(_bound((out.getvalue(), "A")))) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.read_bytes() == picture.tobytes()
    clear = io.BytesIO()
    Image.new("RGBA", (5, 4), (9, 9, 9, 0)).save(clear, "PNG")
    with pikepdf.open(io.BytesIO(_bound((clear.getvalue(), "A")))) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.read_bytes() == b"\xff" * 60


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16"])
def test_every_kind_of_png_that_is_accepted_can_be_bound(mode: str) -> None:
    made = Image.new("I;16", (60, 40), 51_400) if mode == "I;16" else Image.new("L", (60, 40), 200)
    out = io.BytesIO()
    (made if mode == "I;16" else made.convert(mode)).save(out, "PNG")
    with pypdfium2.PdfDocument(_bound((out.getvalue(), "Taller"))) as pdf:
        (image,) = pdf[0].get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,))
        shade = float(image.get_bitmap().to_numpy().mean())
        assert abs(shade - 200) < (60 if mode == "1" else 10)


@pytest.mark.parametrize(
    "odd",
    [
        lambda shot: shot.replace(b"\xff\xdb", b"\x00\x07\xff\xdb", 1),
        lambda shot: shot[:2] + b"\xff\xff\xff" + shot[2:],
        lambda shot: shot + os.urandom(500),
        lambda shot: shot.replace(b"\xff\xdb", b"\xff\xdb\x00\x00\xff\xdb", 1),
    ],
    ids=["crumbs between its parts", "filling", "a tail", "a part without a length"],
)
def test_an_odd_photo_that_was_accepted_does_not_keep_the_others_out(
    odd: Callable[[bytes], bytes],
) -> None:
    strange = odd(small_photo())
    try:
        photos.decode(strange, most_pixels=50_000_000)
    except photos.NotAPictureError:
        return
    bound = _bound((strange, "Taller"), (small_photo(), "Proceso"))
    with pypdfium2.PdfDocument(bound) as pdf:
        assert len(pdf) == 2


def test_the_same_photos_give_the_same_file() -> None:
    photo = files.photo(files.Scene.WOOL, width_px=400)
    assert _bound((photo, "A")) == _bound((photo, "A"))


def test_no_photos_give_a_file_without_pages() -> None:
    with pikepdf.open(io.BytesIO(_bound())) as pdf:
        assert len(pdf.pages) == 0
