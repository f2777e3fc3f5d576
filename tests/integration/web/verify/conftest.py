"""A published agreement and a browser of somebody who holds its paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from review_service.db.models import AgreementRow
from review_service.domain.numbering import spaced, verification_code, verification_token
from tests.copied_cases import copied
from tests.factories import SECRET, Office, add_officer
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    approve,
    make_web,
    publish_everything,
    put_case,
)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What stands on one issued paper."""

    id: UUID
    number: str
    token: str
    code: str
    pdf: bytes


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database in turn."""
    return office_on_each_database


@pytest.fixture
def former_hosts() -> str:
    """Hosts of before, as the setting names them."""
    return ""


@pytest.fixture
def web(office: Office, tmp_path: Path, former_hosts: str) -> WebOffice:
    """The web process of that office, with form tokens on as in production."""
    made = make_web(office, tmp_path, FORMER_HOSTS=former_hosts)
    made.app.config["WTF_CSRF_ENABLED"] = True
    return made


@pytest.fixture
def port(web: WebOffice) -> Iterator[int]:
    """Where that web process answers a real browser."""
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield server.port
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def browser(web: WebOffice) -> FlaskClient:
    """Somebody who never was here."""
    return web.app.test_client()


@copied
def _publish(office: Office) -> None:
    approve(office, put_case(office), add_officer(office))
    publish_everything(office)


@pytest.fixture
def paper(office: Office) -> Paper:
    """A published agreement."""
    _publish(office)
    with office.reading() as uow:
        row = uow.session.scalars(sa.select(AgreementRow)).one()
    assert row.storage_key is not None
    with office.store.open(row.storage_key) as stream:
        pdf = stream.read()
    return Paper(
        id=row.id,
        number=row.number,
        token=verification_token(SECRET, row.id),
        code=spaced(verification_code(SECRET, row.id)),
        pdf=pdf,
    )
