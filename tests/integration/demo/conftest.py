"""A folder as the demo leaves it, and the site that shows it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from review_service.bootstrap import Container
from review_service.demo.stage import preparing
from review_service.demo.stage.home import Home
from review_service.web.demo.start_page import (
    FILE_NAME,
    PersonGroup,
    SampleAccount,
    SampleDownload,
    SamplePerson,
    StartPage,
)
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import RUC, Office, make_office
from tests.integration.services.whole_story import container_of
from tests.integration.web.site import Site, make_site

TOTP_SECRET = pyotp.random_base32()


@pytest.fixture
def office(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[Container]:
    """A demonstration with its own settings, people and officers, before any case."""
    home = Home(folder=tmp_path)
    home.registry.mkdir()
    made = container_of(tmp_path, {})
    preparing.prepare_database(made)
    preparing.import_people(made, home)
    preparing.make_officers(made)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def demo_folder(tmp_path: Path) -> Path:
    """A data folder with a start page, one ready file and no mail yet."""
    page = StartPage(
        people=(
            SamplePerson(group=PersonGroup.ARTISAN, ruc=RUC, name="María Tituaña", shows="Activa"),
        ),
        officers=(
            SampleAccount(
                user_name="randrade",
                full_name="R. Andrade",
                unit="Zonal 1",
                password="colibri-nube-tambor-7",
                totp_secret=TOTP_SECRET,
            ),
        ),
        downloads=(SampleDownload(name="taller.jpg", group="Buenos", shows="El taller."),),
    )
    (tmp_path / FILE_NAME).write_text(json.dumps(page.to_json()), encoding="utf-8")
    for name in ("samples", "mail"):
        (tmp_path / name).mkdir()
    (tmp_path / "samples" / "taller.jpg").write_bytes(b"\xff\xd8\xff a photo")
    (tmp_path / "samples" / "unlisted.txt").write_bytes(b"nobody lists me")
    return tmp_path


@pytest.fixture
def demo_site(office: Office, demo_folder: Path) -> Site:
    return make_site(office, demo_folder, DEMO_PAGE="1", DEMONSTRATION="1")
