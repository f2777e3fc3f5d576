"""Sessions as pages ask for them: looking writes nothing, and an idle one is touched."""

import time
from datetime import datetime, timedelta

import sqlalchemy as sa

from review_service.db.models import SessionRow
from review_service.services.sessions import TOUCH_SECONDS
from tests.integration.web.site import Site, Visitor


def last_seen(site: Site) -> datetime:
    with site.office.reading() as uow:
        return uow.session.execute(sa.select(SessionRow.last_seen_at)).scalar_one()


def idle(site: Site, seconds: float) -> datetime:
    """Pretend that the browser was last seen so long ago; return when."""
    with site.office.writing() as uow:
        moment = uow.now - timedelta(seconds=seconds)
        uow.session.execute(sa.update(SessionRow).values(last_seen_at=moment))
        uow.commit()
    return moment


def test_a_page_does_not_wait_for_somebody_who_writes(site: Site, applicant: Visitor) -> None:
    with site.office.writing():
        began = time.monotonic()
        assert applicant.get("/solicitudes").status_code == 200
        assert time.monotonic() - began < 5


def test_a_browser_seen_a_moment_ago_is_not_written_down_again(
    site: Site, applicant: Visitor
) -> None:
    before = idle(site, TOUCH_SECONDS - 5)
    applicant.get("/solicitudes")
    assert last_seen(site) == before


def test_a_browser_seen_a_minute_ago_is(site: Site, applicant: Visitor) -> None:
    before = idle(site, TOUCH_SECONDS + 5)
    applicant.get("/solicitudes")
    assert last_seen(site) > before


def test_a_browser_that_was_idle_too_long_is_asked_to_sign_in(
    site: Site, applicant: Visitor
) -> None:
    idle(site, 2 * 3600 + 5)
    assert applicant.get("/solicitudes").headers["Location"] == "/ingresar"
