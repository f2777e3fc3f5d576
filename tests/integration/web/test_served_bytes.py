"""What leaves through the web was compared with its SHA-256; the routes are found, not listed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from review_service.db.models import AgreementRow, DocumentRow
from review_service.domain.documents import Theme
from review_service.ports import FileStore
from tests.factories import Office, make_office
from tests.integration.services import letter_cases
from tests.integration.web.addresses import every_filled
from tests.integration.web.officer.desk_cases import (
    Shot,
    add_reviewer,
    approve,
    ask_original,
    jpeg,
    make_web,
    publish_everything,
    put_case,
    sign_in,
)
from tests.integration.web.site import Visitor, make_site

COLORS = ((180, 160, 120), (20, 160, 120), (180, 60, 120), (80, 60, 20))
Spoil = Callable[[bytes], bytes | None]
DAMAGES: Mapping[str, Spoil] = {
    "one bit turned": lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "cut short": lambda data: data[:-1],
    "longer": lambda data: data + b"\n",
    "lost": lambda _: None,
}


@pytest.fixture
def database_kind(place: tuple[str, str]) -> str:
    return place[0]


@pytest.fixture
def store_kind(place: tuple[str, str]) -> str:
    return place[1]


@pytest.fixture
def office(migrated_database_url: str, store: FileStore, tmp_path: Path) -> Iterator[Office]:
    """An office on each kind of database with each kind of store."""
    made = make_office(migrated_database_url, tmp_path, store)
    yield made
    made.database.engine.dispose()


class Audience:
    """An officer and the applicant of an issued case, and every address that they may open."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        site, web = make_site(office, folder), make_web(office, folder)
        officer_id = add_reviewer(web)
        self.officer = sign_in(web)
        self.applicant: Visitor = site.applicant()
        shots = [
            Shot(theme=theme, jpeg=jpeg(color)) for theme, color in zip(Theme, COLORS, strict=True)
        ]
        self.application_id = put_case(office, shots=shots)
        approve(office, self.application_id, officer_id)
        publish_everything(office)
        self.letter_id = letter_cases.photographed(office)
        self.paths = sorted(
            {
                path
                for rule in site.app.url_map.iter_rules()
                if "GET" in (rule.methods or set()) and "salir" not in rule.rule
                for path in self._filled(rule.rule)
            }
        )

    def _filled(self, rule: str) -> list[str]:
        """Return the addresses of one route with the ids of what is really there."""
        with self.office.reading() as uow:
            documents = uow.session.scalars(sa.select(DocumentRow.id)).all()
            agreement_id = uow.session.execute(sa.select(AgreementRow.id)).scalar_one()
        known = {
            "application_id": [str(self.application_id)],
            "document_id": [str(each) for each in documents],
            "agreement_id": [str(agreement_id)],
            "letter_id": [str(self.letter_id)],
            "number": ["1"],
        }
        names = [name for name in known if f"{name}>" in rule]
        return [
            path
            for values in product(*(known[name] for name in names))
            for path in every_filled(rule, dict(zip(names, values, strict=True)))
        ]

    def open(self, path: str) -> TestResponse:
        """Open an address as whoever may; of an original, where its ticket leads."""
        if path.startswith("/revision") and path.endswith("/original"):
            document = UUID(path.split("/")[-2])
            ticket = ask_original(self.officer, self.application_id, document)
            path = ticket.headers.get("Location", path)
        client: FlaskClient = (
            self.officer if path.startswith("/revision") else self.applicant.client
        )
        return client.get(path, buffered=True)

    def serving(self, paths: Iterable[str]) -> dict[str, str]:
        """Return each address that answers with a stored file as it is, and the file's key."""
        stored = {contents: key for key, contents in self.stored().items()}
        answers = {path: self.open(path).data for path in paths}
        return {path: stored[data] for path, data in answers.items() if data in stored}

    def stored(self) -> dict[str, bytes]:
        """Return all that is in the store."""
        found = {}
        for entry in self.office.store.keys(""):
            with self.office.store.open(entry.key) as stream:
                found[entry.key] = stream.read()
        return found

    def put(self, files: Mapping[str, bytes]) -> None:
        """Leave these files in the store, and no other, behind the service's back."""
        for key in self.stored():
            self.office.store.delete(key)
        for key, data in files.items():
            self.office.store.put(key, BytesIO(data))


@pytest.fixture
def audience(office: Office, tmp_path: Path) -> Audience:
    return Audience(office, tmp_path)


def test_no_route_gives_out_a_byte_of_a_file_that_changed(audience: Audience) -> None:
    good, serving = audience.stored(), audience.serving(audience.paths)
    routes = {re.sub(r"[0-9a-f-]{36}", "*", path) for path in serving}
    assert len(routes) >= 9, "pictures, originals and the Acuerdo, for both audiences; a letter's"
    assert "/revision/cartas/*/foto.jpg" in routes
    for name, damage in DAMAGES.items():
        damaged = {key: damage(data) for key, data in good.items()}
        audience.put({key: data for key, data in damaged.items() if data is not None})
        for path in serving:
            answer = audience.open(path)
            assert answer.status_code != 200, (name, path)
            assert not any(data and data[:64] in answer.data for data in damaged.values()), name
        audience.put(good)
        assert set(audience.serving(serving)) == set(serving), "only what changed was withheld"
