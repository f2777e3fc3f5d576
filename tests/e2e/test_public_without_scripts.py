"""Every public page is whole with all scripts switched off: nothing on it waits for one."""

import pytest
from playwright.sync_api import expect

from tests.e2e import judging, letters
from tests.e2e.browsing import PHONE
from tests.e2e.conftest import OpenBrowser
from tests.e2e.gallery import Gallery
from tests.e2e.public_pages import PUBLIC_PAGES, UNPICTURED

ADDRESSES = {
    "inicio": "/",
    "ayuda": "/ayuda",
    "verificar": "/verificar",
    "ingresar": "/ingresar",
    "datos-personales": "/datos-personales",
    **PUBLIC_PAGES,
    **UNPICTURED,
    **letters.PAGES,
}
DEAD = ", ".join(
    f"body {each}:visible"
    for each in (
        "button[type=button]",
        "a:not([href])",
        "progress",
        "video",
        "[aria-busy=true]",
        "form:not([method]):not([action])",
    )
)
"""What does nothing, or never ends, where no script runs."""


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_on_a_public_page_waits_for_a_script(
    name: str, gallery: Gallery, open_browser: OpenBrowser
) -> None:
    page = open_browser(gallery.stack, viewport=PHONE, scripts=False).page
    page.goto(ADDRESSES[name])
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(DEAD)).to_have_count(0)
    assert judging.layout(page) == []
