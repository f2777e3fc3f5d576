"""Goes to a page as whoever may see it."""

from playwright.sync_api import ViewportSize

from review_service.db.models import SessionKind
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.e2e.artisan import is_shown
from tests.e2e.browsing import Visitor
from tests.e2e.conftest import OpenBrowser
from tests.e2e.gallery import Gallery
from tests.e2e.reaching import Audience, Sight

PROVOKED = ("413", "503 for", "net::ERR_INTERNET_DISCONNECTED")
"""What pages that show an error must be allowed to say on the console."""
OUR_FAULT = "Algo falló de nuestro lado"
"""Heading of the page of an error that nobody expected: no sight is of one."""


def look_at(
    sight: Sight, gallery: Gallery, open_browser: OpenBrowser, *, viewport: ViewportSize
) -> Visitor:
    """Open a browser for the sight's audience and go there."""
    visitor = open_browser(gallery.stack, viewport=viewport)
    visitor.watch.expected.extend(PROVOKED)
    if sight.audience is not Audience.ANYBODY:
        kind = SessionKind(sight.audience.value)
        visitor.sign_in_as(COOKIES[kind], _session(sight, gallery, kind))
    sight.reach(visitor.page, gallery)
    assert not is_shown(visitor.page.get_by_role("heading", name=OUR_FAULT)), sight.name
    return visitor


def _session(sight: Sight, gallery: Gallery, kind: SessionKind) -> str:
    with gallery.stack.container.writing() as uow:
        if kind is SessionKind.APPLICANT:
            signed = sessions.start_applicant(uow, ruc=gallery.owners[sight.owner])
        else:
            signed = sessions.start_officer(uow, officer_id=gallery.officer.id, second_factor=True)
        uow.commit()
    return signed.token
