"""A running desk with a case of many photos, whose pictures are as large as workers make them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import cv2
import numpy as np
import sqlalchemy as sa
from werkzeug.serving import make_server

from review_service.db.models import PageRow
from review_service.samples import files
from review_service.services import sessions
from tests.conftest import migrate_to_head
from tests.factories import Office, make_office
from tests.integration.web.officer.desk_cases import Shot, add_reviewer, make_web, put_case, take
from workers.inside.picture import decoding

PHOTO_WIDTH_PX = 3264
DRAWN = 14
"""Photos that are drawn; of more pages some show the same scene, as other files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedCase:
    """Where the desk runs, and who may open the case."""

    base: str
    token: str
    case_id: UUID


@contextmanager
def weighed_case(folder: Path, *, pages: int, taken: bool = False) -> Iterator[WeighedCase]:
    """Let a site run with a case of so many pages; ``taken``: its officer holds it."""
    url = f"sqlite:///{folder / 'desk.db'}"
    migrate_to_head(url)
    office = make_office(url, folder)
    web = make_web(office, folder, PUBLIC_URL="http://127.0.0.1")
    officer_id = add_reviewer(web)
    photos = files.photo_set(count=min(pages, DRAWN), width_px=PHOTO_WIDTH_PX)
    drawn = [_as_workers_draw(photo.jpeg) for photo in photos]
    shots = [
        Shot(theme=photos[place % len(photos)].theme, jpeg=drawn[place % len(drawn)][0])
        for place in range(pages)
    ]
    case_id = put_case(office, shots=shots)
    _give_smaller(office, {image: (preview, small) for image, preview, small in drawn})
    if taken:
        take(office, case_id, officer_id)
    with office.writing() as uow:
        token = sessions.start_officer(uow, officer_id=officer_id, second_factor=True).token
        uow.commit()
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield WeighedCase(base=base, token=token, case_id=case_id)
    finally:
        server.shutdown()
        server.server_close()
        office.database.engine.dispose()


def _as_workers_draw(jpeg: bytes) -> tuple[bytes, bytes, bytes]:
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    shown = decoding.fitted(np.asarray(pixels, np.uint8), decoding.PAGE_SIDE_PX)
    preview = decoding.preview_jpeg(shown)
    assert preview is not None
    return decoding.jpeg(shown, decoding.PAGE_QUALITY), preview, decoding.small_jpeg(shown)


def _give_smaller(office: Office, smaller: dict[bytes, tuple[bytes, bytes]]) -> None:
    """Put the smaller pictures beside each page image; the world of the desk has one for both."""
    with office.writing() as uow:
        for page in uow.session.scalars(sa.select(PageRow)):
            assert page.image_key is not None
            with office.store.open(page.image_key) as stored:
                preview, small = (
                    office.store.put(f"pages/{uuid4().hex}.jpg", BytesIO(each))
                    for each in smaller[stored.read()]
                )
            page.preview_key, page.preview_sha256 = preview.key, preview.sha256
            page.thumbnail_key, page.thumbnail_sha256 = small.key, small.sha256
        uow.commit()
