"""Every page, for everybody: with a thumb, with a keyboard, zoomed, read aloud."""

import pytest

from tests import sentences
from tests.e2e import judging
from tests.e2e.browsing import DESK, PHONE
from tests.e2e.conftest import OpenBrowser
from tests.e2e.gallery import Gallery
from tests.e2e.officer_routes import SHOWN_BY, misled
from tests.e2e.pages import DEMO, EVERY_PAGE
from tests.e2e.reaching import Audience, Sight
from tests.e2e.visiting import look_at


@pytest.mark.parametrize("sight", EVERY_PAGE, ids=lambda sight: sight.name)
def test_everybody_can_use_the_page(
    sight: Sight, gallery: Gallery, open_browser: OpenBrowser
) -> None:
    assert barriers_of(sight, gallery, open_browser) == []


def test_each_sight_that_shows_a_route_is_there() -> None:
    assert set(SHOWN_BY.values()) <= {sight.name for sight in EVERY_PAGE}


@pytest.mark.parametrize("sight", DEMO, ids=lambda sight: sight.name)
def test_everybody_can_use_the_demo(
    sight: Sight, demo_gallery: Gallery, open_browser: OpenBrowser
) -> None:
    assert barriers_of(sight, demo_gallery, open_browser) == []


def barriers_of(sight: Sight, gallery: Gallery, open_browser: OpenBrowser) -> list[str]:
    """Go there and return everything that keeps somebody out."""
    page = look_at(sight, gallery, open_browser, viewport=DESK if sight.is_dense else PHONE).page
    problems = judging.barriers(page) + judging.structure(page)
    if sight.audience is Audience.OFFICER or sight.is_dense:
        problems += judging.barriers_at_200_percent(page)
    if not sight.is_dense:
        problems += judging.small_targets(page)
        problems += sentences.problems(sentences.of_page(page.content()))
    problems += judging.layout(page) + judging.unseen_focus(page)
    return problems + misled(sight.name, page.url)
