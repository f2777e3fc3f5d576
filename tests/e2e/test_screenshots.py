"""Pictures of every page for the documentation: ``pytest tests/e2e --screenshots`` writes them."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.browsing import DESK, PHONE
from tests.e2e.conftest import OpenBrowser
from tests.e2e.gallery import Gallery
from tests.e2e.pages import DEMO, EVERY_PAGE
from tests.e2e.reaching import Sight
from tests.e2e.visiting import look_at

pytestmark = pytest.mark.screenshots

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
MOST_BYTES = 200_000
COLOURS = 96
LEAST_COLOURS = 12
TALLEST_PX = 4000
"""A longer page is cut below: nobody looks at more in a picture."""
SETTLED = """() => Promise.all([
  document.fonts.ready,
  ...[...document.images].map((image) => {
    image.loading = 'eager';
    return image.decode().catch(() => null);
  }),
])"""


PICTURED = [sight for sight in EVERY_PAGE if sight.is_pictured]


@pytest.mark.parametrize("sight", PICTURED, ids=lambda sight: sight.name)
def test_a_picture_of_the_page(sight: Sight, gallery: Gallery, open_browser: OpenBrowser) -> None:
    assert pictures_taken(sight, gallery, open_browser) == [PHONE["width"], DESK["width"]]


@pytest.mark.parametrize("sight", DEMO, ids=lambda sight: sight.name)
def test_a_picture_of_the_demo(
    sight: Sight, demo_gallery: Gallery, open_browser: OpenBrowser
) -> None:
    assert pictures_taken(sight, demo_gallery, open_browser) == [PHONE["width"], DESK["width"]]


def pictures_taken(sight: Sight, gallery: Gallery, open_browser: OpenBrowser) -> list[int]:
    """Write a picture at each width where it is small enough; return the widths."""
    page = look_at(sight, gallery, open_browser, viewport=PHONE).page
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = []
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        content = picture_of(page)
        if len(content) <= MOST_BYTES:
            (FOLDER / f"{sight.name}-{viewport['width']}.png").write_bytes(content)
            taken.append(viewport["width"])
    return taken


def picture_of(page: Page) -> bytes:
    """Return the whole page in as few colours as keep it small."""
    page.evaluate(SETTLED)
    page.wait_for_timeout(150)
    with Image.open(BytesIO(page.screenshot(full_page=True))) as shot:
        image = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, TALLEST_PX)))
    colours = COLOURS
    while True:
        out = BytesIO()
        reduced = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES or colours <= LEAST_COLOURS:
            return out.getvalue()
        colours = colours * 2 // 3
