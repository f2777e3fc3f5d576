"""What a browser fetches before an officer sees a case: what is in sight, small if shown small."""

import threading
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Response, ViewportSize
from werkzeug.serving import make_server

from review_service.db.models import PageRow, SessionKind
from review_service.samples import files
from review_service.services import sessions
from review_service.web.auth import COOKIES
from tests.conftest import migrate_to_head
from tests.e2e.browsing import Visitor
from tests.factories import Office, make_office
from tests.integration.web.officer.desk_cases import Shot, add_reviewer, make_web, put_case
from workers.inside.picture import decoding

PHOTOS = 14
MOST_SMALL_BYTES = 20_000
"""Of one picture of the strip, on average."""
MOST_BYTES = 1_000_000
"""Of everything that comes before the officer has done anything."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, UUID]]:
    """Give address, officer's cookie and id of a case whose pictures are as workers make them."""
    tmp_path = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrate_to_head(url)
    office = make_office(url, tmp_path)
    web = make_web(office, tmp_path, PUBLIC_URL="http://127.0.0.1")
    officer_id = add_reviewer(web)
    taken = files.photo_set(count=PHOTOS, width_px=3264)
    drawn = [_as_workers_draw(photo.jpeg) for photo in taken]
    shots = [
        Shot(theme=photo.theme, jpeg=image) for photo, (image, _) in zip(taken, drawn, strict=True)
    ]
    case_id = put_case(office, shots=shots)
    _give_thumbnails(office, dict(drawn))
    with office.writing() as uow:
        token = sessions.start_officer(uow, officer_id=officer_id, second_factor=True).token
        uow.commit()
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", token, case_id
    server.shutdown()
    server.server_close()
    office.database.engine.dispose()


def _as_workers_draw(jpeg: bytes) -> tuple[bytes, bytes]:
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    shown = decoding.fitted(np.asarray(pixels, np.uint8), decoding.PAGE_SIDE_PX)
    return decoding.jpeg(shown, decoding.PAGE_QUALITY), decoding.small_jpeg(shown)


def _give_thumbnails(office: Office, small: dict[bytes, bytes]) -> None:
    """Put the small picture beside each page image; the world of the desk has one for both."""
    with office.writing() as uow:
        for page in uow.session.scalars(sa.select(PageRow)):
            assert page.image_key is not None
            with office.store.open(page.image_key) as stored:
                kept = office.store.put(f"pages/{uuid4().hex}.jpg", BytesIO(small[stored.read()]))
            page.thumbnail_key, page.thumbnail_sha256 = kept.key, kept.sha256
        uow.commit()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_case_of_many_photos_loads_what_is_in_sight(
    browser: Browser, case: tuple[str, str, UUID], width: int
) -> None:
    base, token, case_id = case
    visitor = Visitor(browser, base, viewport=ViewportSize(width=width, height=800))
    visitor.sign_in_as(COOKIES[SessionKind.OFFICER], token)
    fetched: dict[str, int] = {}

    def note(response: Response) -> None:
        if response.status == 200:
            fetched[response.url] = len(response.body())

    visitor.page.on("response", note)
    visitor.page.goto(f"{base}/revision/casos/{case_id}", wait_until="networkidle")
    small = {url: size for url, size in fetched.items() if url.endswith("miniatura.jpg")}
    large = [url for url in fetched if url.endswith(".jpg") and url not in small]
    assert len(large) == 1, "only the page in sight comes in full"
    assert 3 <= len(small) <= PHOTOS
    assert sum(small.values()) <= MOST_SMALL_BYTES * len(small)
    assert sum(fetched.values()) <= MOST_BYTES, fetched
