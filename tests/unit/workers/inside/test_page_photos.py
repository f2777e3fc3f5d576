"""One PDF of photographed sheets: a page for each, upright, readable, without a place."""

import io
import random
import tempfile
from collections.abc import Iterator, Sequence

import pikepdf
import pytest
from PIL import Image

from review_service.domain.limits import UploadLimits
from review_service.domain.page_photos import PagePhoto
from review_service.domain.refusals import RefusalReason
from tests.samples.photographed import MAKER, held_sideways, plain
from workers.facts.frames import RefusedPhoto
from workers.inside.page_photos import SIDE_POINTS, SIDE_PX
from workers.inspecting.document import start_sandbox, stop_sandbox
from workers.inspecting.page_photos import bind

LIMITS = UploadLimits()


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    start_sandbox()
    yield
    stop_sandbox()


def bound(photos: Sequence[bytes], limits: UploadLimits = LIMITS) -> bytes | RefusedPhoto:
    told = [PagePhoto(name=f"{i}.jpg", size_bytes=len(photo)) for i, photo in enumerate(photos)]
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(photos))
        file.flush()
        return bind(file.fileno(), told, limits=limits)


def made(photos: Sequence[bytes], limits: UploadLimits = LIMITS) -> bytes:
    answer = bound(photos, limits)
    assert isinstance(answer, bytes)
    return answer


def pictures(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [bytes(page.Resources.XObject["/S"].read_raw_bytes()) for page in document.pages]


def saved(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def test_each_photo_is_a_page_in_its_order() -> None:
    pages = pictures(made([plain(tone) for tone in (10, 120, 240)]))
    tones = [Image.open(io.BytesIO(page)).convert("RGB").getpixel((5, 5)) for page in pages]
    assert [round(tone[0], -1) for tone in tones if isinstance(tone, tuple)] == [10, 120, 240]


def test_the_same_photos_make_the_same_bytes() -> None:
    one, other = plain(10), plain(200)
    assert made([one, other]) == made([one, other])
    assert made([one, other]) != made([other, one])


def test_it_stands_upright_and_says_nothing_of_place_and_telephone() -> None:
    upright = saved(Image.new("RGB", (90, 120), (200, 200, 200)))
    pdf = made([held_sideways(upright)])
    (picture,) = pictures(pdf)
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (90, 120)
        assert not image.getexif()
    assert MAKER not in pdf
    assert b"Exif" not in pdf


def test_a_large_photo_is_reduced_to_what_is_read_and_the_page_is_as_large_as_paper() -> None:
    pdf = made([saved(Image.new("RGB", (6000, 8000), (220, 220, 220)))])
    (picture,) = pictures(pdf)
    with Image.open(io.BytesIO(picture)) as image:
        assert max(image.size) == SIDE_PX
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert float(document.pages[0].mediabox[3]) == SIDE_POINTS


def test_a_png_and_a_grey_picture_are_taken_too() -> None:
    clear = saved(Image.new("RGBA", (40, 60), (0, 0, 0, 0)), "PNG")
    grey = saved(Image.new("L", (40, 60), 90))
    ink = saved(Image.new("CMYK", (40, 60), (0, 0, 0, 100)))
    assert len(pictures(made([clear, grey, ink]))) == 3


def test_noise_from_edge_to_edge_fits_into_the_pdf() -> None:
    noise = Image.frombytes("RGB", (1500, 2000), random.Random(1).randbytes(9_000_000))  # noqa: S311 -- the same at every run
    limits = UploadLimits(agreement_bytes=1_000_000)
    pdf = made([saved(noise, quality=95)] * 12, limits)
    assert len(pdf) <= limits.agreement_bytes
    assert len(pictures(pdf)) == 12


def test_a_page_is_the_same_whatever_stands_beside_it() -> None:
    noise = Image.frombytes("RGB", (900, 1200), random.Random(2).randbytes(3_240_000))  # noqa: S311 -- the same at every run
    limits, photo = UploadLimits(agreement_bytes=4_000_000), saved(noise, quality=95)
    alone, among = made([photo], limits), made([plain(9), photo, plain(200)], limits)
    assert pictures(alone)[0] == pictures(among)[1]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (plain(7)[:-200], RefusalReason.DAMAGED),
        (b"\xff\xd8\xff\xe0 no picture", RefusalReason.DAMAGED),
        (b"%PDF-1.7 named hoja.jpg", RefusalReason.NOT_A_PHOTO),
        (b"", RefusalReason.NOT_A_PHOTO),
        (saved(Image.new("1", (30_000, 30_000)), "PNG"), RefusalReason.IMAGE_TOO_LARGE),
    ],
    ids=["cut", "a mark and nothing behind it", "pdf", "nothing", "bomb"],
)
def test_a_photo_for_which_there_is_no_page_is_named(bad: bytes, reason: RefusalReason) -> None:
    answer = bound([plain(1), bad, plain(2)])
    assert isinstance(answer, RefusedPhoto)
    assert (answer.number, answer.refusal.reason) == (2, reason)
    assert ("30000 × 30000 px" in answer.refusal.figure) is (
        reason is RefusalReason.IMAGE_TOO_LARGE
    )
