"""Which pages show their image as it is stored."""

import io

import pytest

from review_service.samples import files
from tests.samples import crowded_pages
from tests.samples.pictures import opened
from workers.inside.pdf.stored_images import StoredImages

PHOTO = opened(files.photo(files.Scene.LOOM, width_px=400))
CHANGED = ("inverted", "masked", "half masked", "stencilled")


@pytest.mark.parametrize("how", crowded_pages.CHANGES)
def test_masks_and_tones_are_told(how: str) -> None:
    stored = StoredImages(io.BytesIO(crowded_pages.changed(PHOTO, how, is_alone=True)))
    assert stored.are_shown_as_stored(1) is (how not in CHANGED)


def test_what_nobody_can_read_or_has_no_such_page_is_not_believed() -> None:
    assert not StoredImages(io.BytesIO(b"nothing")).are_shown_as_stored(1)
    plain = StoredImages(io.BytesIO(crowded_pages.changed(PHOTO, "plain", is_alone=True)))
    assert not plain.are_shown_as_stored(2)
