"""Which JPEGs are read row by row."""

import io

import pytest
from PIL import Image

from workers.inside.picture.jpeg_header import colours, is_read_in_rows, most_pixels_of


def _saved(mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (40, 30), 90).save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_one_scan_of_all_colours_is_read_in_rows(mode: str) -> None:
    assert is_read_in_rows(_saved(mode))
    assert not is_read_in_rows(_saved(mode, progressive=True))


def test_a_thumbnail_within_says_nothing_of_the_photo() -> None:
    thumbnail, shot = _saved(), _saved(progressive=True)
    segment = b"\xff\xe5" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    assert not is_read_in_rows(shot[:2] + segment + shot[2:])


def test_colour_by_colour_is_not() -> None:
    shot = bytearray(_saved())
    scan = shot.index(b"\xff\xda")
    shot[scan + 4] = 1
    assert not is_read_in_rows(bytes(shot))


@pytest.mark.parametrize("mark", [0xC2, 0xC3, 0xC5, 0xC9, 0xCA])
def test_no_other_frame_is(mark: int) -> None:
    assert not is_read_in_rows(_saved().replace(b"\xff\xc0", bytes((0xFF, mark)), 1))


def test_a_second_frame_is_not_believed() -> None:
    shot = _saved()
    start = shot.index(b"\xff\xc0")
    length = 2 + int.from_bytes(shot[start + 2 : start + 4], "big")
    frame = shot[start : start + length]
    assert not is_read_in_rows(shot[:start] + frame + shot[start:])


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xc0\0\x02\0\0\0\0", b"\x89PNG"]
)
def test_what_is_cut_or_no_jpeg_is_not(data: bytes) -> None:
    assert not is_read_in_rows(data)


def test_filler_and_crumbs_between_segments_do_not_matter() -> None:
    shot = _saved()
    assert is_read_in_rows(shot[:2] + b"\xff\xff" + shot[2:])
    assert is_read_in_rows(shot[:20] + b"\0\0\0" + shot[20:])


def test_it_may_have_four_times_the_pixels() -> None:
    assert most_pixels_of(_saved(), 50) == 200
    assert most_pixels_of(_saved(progressive=True), 50) == 50


@pytest.mark.parametrize(("mode", "count"), [("L", 1), ("RGB", 3), ("CMYK", 4)])
@pytest.mark.parametrize("progressive", [False, True])
def test_the_colours_of_a_jpeg_are_counted(mode: str, count: int, *, progressive: bool) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG", progressive=progressive)
    jpeg = out.getvalue()
    assert colours(jpeg) == count
    assert colours(jpeg[:2] + b"\xff\xff" + jpeg[2:]) == count
    assert colours(jpeg[:20] + b"\0\0\0" + jpeg[20:]) == count


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xda" + bytes(40), b"\x89PNG"])
def test_what_has_no_frame_has_no_colours(data: bytes) -> None:
    assert colours(data) == 0
