"""A lone photo is judged from its stream only where the page shows all of it."""

from collections.abc import Sequence

import pypdfium2
import pytest

from tests.samples import raw_pdf
from workers.inside.pdf import layout

JPEG = raw_pdf.small_photo()
PLAIN = b"/ColorSpace /DeviceRGB /Filter /DCTDecode"


def lone(
    *,
    clip: bytes = b"",
    matrix: bytes = b"300 0 0 200 0 0",
    image: bytes = PLAIN,
    page: bytes = b"",
) -> layout.LonePhoto | None:
    """Return what is seen of a page of 300 by 200 points that draws one photo."""
    pdf = raw_pdf.one_page(
        content=b"q %s %s cm /I Do Q" % (clip, matrix),
        resources=b"/XObject << /I 10 0 R >>",
        page=page,
        objects={10: raw_pdf.image(640, 480, JPEG, image)},
    )
    with pypdfium2.PdfDocument(pdf) as document:
        return layout.lone_photo(document[0])


@pytest.mark.parametrize(
    "clip",
    [
        b"",
        b"0 0 300 200 re W n",
        b"0.5 0.5 299 199 re W n",
        b"0 0 m 300 0 l 300 200 l 0 200 l W n",
        b"0 0 m 0 200 l 300 200 l 300 0 l h W n",
        b"2 2 296 196 re W n",
    ],
)
def test_a_photo_within_an_upright_frame_is_given_as_it_stands_in_the_file(clip: bytes) -> None:
    assert lone(clip=clip) == layout.LonePhoto(data=JPEG, quarter_turns=0)


@pytest.mark.parametrize(
    "clip",
    [
        b"20 0 280 200 re W n",
        b"0 20 300 180 re W n",
        b"0 0 280 200 re W n",
        b"0 0 300 180 re W n",
        b"0 0 m 300 0 l 300 200 l W n",
        b"0 0 m 300 0 l 300 200 l h W n",
        b"0 0 m 300 0 l 300 200 l 300 0 l W n",
        b"0 0 m 300 200 l 300 0 l 0 200 l h W n",
        b"0 0 m 300 0 l 300 200 l 150 100 l 0 200 l h W n",
        b"0 0 m 300 10 l 300 200 l 0 190 l h W n",
        b"0 0 300 200 re W n 20 20 10 10 re W n",
    ],
)
def test_a_photo_that_a_frame_cuts_is_drawn(clip: bytes) -> None:
    assert lone(clip=clip) is None


@pytest.mark.parametrize(
    "matrix", [b"400 0 0 200 0 0", b"300 0 0 200 -10 0", b"300 0 0 200 0 10", b"300 0 0 260 0 -30"]
)
def test_a_photo_that_the_edge_of_the_page_cuts_is_drawn(matrix: bytes) -> None:
    assert lone(matrix=matrix) is None


@pytest.mark.parametrize(
    ("matrix", "rotation", "turns"),
    [
        ((300, 0, 0, 200, 0, 0), 0, 0),
        ((-300, 0, 0, -200, 300, 200), 0, 180),
        ((0, 200, -300, 0, 300, 0), 0, 90),
        ((0, -200, 300, 0, 0, 200), 0, 270),
        ((300, 0, 0, 200, 0, 0), 90, 270),
        ((0, 200, -300, 0, 300, 0), 90, 0),
        ((300, 0.3, -0.3, 200, 0, 0), 0, 0),
        ((300, 0.31, 0, 200, 0, 0), 0, None),
        ((300, 0, 0.31, 200, 0, 0), 0, None),
        ((0.31, 200, -300, 0, 0, 0), 0, None),
        ((0, 200, -300, 0.31, 0, 0), 0, None),
        ((-300, 0, 0, 200, 300, 0), 0, None),
        ((0, 200, 300, 0, 0, 0), 0, None),
        ((200, 200, -200, 200, 0, 0), 0, None),
    ],
)
def test_quarter_turns_are_told_and_slants_and_mirrors_are_drawn(
    matrix: Sequence[float], rotation: int, turns: int | None
) -> None:
    assert layout.quarter_turns(matrix, rotation) == turns


@pytest.mark.parametrize(
    "image",
    [
        b"/ColorSpace /DeviceRGB",
        b"/ColorSpace /DeviceRGB /Filter [/ASCIIHexDecode /DCTDecode]",
        b"/ColorSpace /DeviceCMYK /Filter /DCTDecode",
    ],
)
def test_a_stream_that_is_no_plain_jpeg_is_drawn(image: bytes) -> None:
    assert lone(image=image) is None


def test_a_photo_under_a_note_is_drawn() -> None:
    note = b"/Annots [<< /Type /Annot /Subtype /Square /Rect [10 10 90 90] >>]"
    assert lone(page=note) is None


def test_a_photo_among_others_is_not_alone() -> None:
    twice = b"q 150 0 0 200 0 0 cm /I Do Q"
    assert lone(clip=twice) is None
