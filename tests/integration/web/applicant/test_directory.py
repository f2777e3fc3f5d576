"""The directory as anybody sees it, and how an artisan comes in and goes out."""

import csv
import json
import re
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow
from review_service.db.queries import directory
from review_service.services.agreements import issuing
from review_service.web import concurrency
from tests.factories import SHEET
from tests.integration.services.directory_cases import copy_listed
from tests.integration.services.test_directory import consent
from tests.integration.services.test_issuing import approved, make_press, only_lease
from tests.integration.web.site import Site, Visitor


@pytest.fixture
def issued(site: Site) -> UUID:
    """A published Acuerdo."""
    application_id = approved(site.office)
    issuing.issue(site.office.writing, make_press(site.office), only_lease(site.office))
    return application_id


def shown(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.text.split())


def test_it_is_empty_at_first_and_says_so(visitor: Visitor) -> None:
    assert "Todavía no hay nadie" in shown(visitor, "/directorio")
    assert "Nadie por ahora" in shown(visitor, "/directorio?q=zapatos")


def test_an_artisan_comes_in_and_goes_out_by_one_press(
    site: Site, issued: UUID, visitor: Visitor
) -> None:
    applicant = site.applicant()
    page = f"/solicitudes/{issued}/directorio"
    assert page in shown(applicant, f"/solicitudes/{issued}")
    before = shown(applicant, page)
    assert "su oficio, su cantón y provincia, y hasta cuándo vale su Acuerdo" in before
    assert "checked" not in before
    applicant.post(page, {"name": "y"}, page=page)
    assert "Está en el directorio" in shown(applicant, page)
    found = shown(visitor, "/directorio?q=")
    assert SHEET["trade"] in found
    assert SHEET["phone"] not in found
    applicant.post(f"{page}/salir", page=page)
    assert "Todavía no hay nadie" in shown(visitor, "/directorio")
    assert SHEET["trade"] not in shown(visitor, "/directorio?q=")


def test_robots_index_the_search_and_no_person(site: Site, issued: UUID, visitor: Visitor) -> None:
    consent(site.office, issued, name=True, phone=True)
    first = visitor.get("/directorio")
    assert "X-Robots-Tag" not in first.headers
    assert SHEET["trade"] not in first.text
    for address in ("/directorio?q=", "/directorio.csv", "/directorio.json"):
        headers = visitor.get(address).headers
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Cache-Control"] == "no-store", "who leaves is out of browsers too"
        assert "ETag" not in headers
    assert "/directorio<" in visitor.get("/sitemap.xml").text


def test_the_same_as_csv_and_json(site: Site, issued: UUID, visitor: Visitor) -> None:
    consent(site.office, issued)
    [told] = json.loads(visitor.get("/directorio.json").text)
    assert (told["oficio"], told["nombre"], told["teléfono"]) == (SHEET["trade"], "", "")
    [row] = csv.DictReader(StringIO(visitor.get("/directorio.csv").text.lstrip("\ufeff")))
    assert row == told
    assert json.loads(visitor.get("/directorio.json?oficio=zapatos").text) == []


def test_files_of_many_parts_are_whole(
    site: Site, issued: UUID, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent(site.office, issued)
    monkeypatch.setattr(directory, "AT_ONCE", 1)
    for count in (1, 2):
        told = json.loads(visitor.get("/directorio.json").text)
        table = visitor.get("/directorio.csv")
        assert table.content_length == len(table.data)
        assert list(csv.DictReader(StringIO(table.text.lstrip("\ufeff")))) == told
        assert len(told) == count
        if count == 1:
            copy_listed(site.office, ["Otavalo"])


@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("/directorio", 0),
        ("/directorio?q=", 1),
        ("/directorio?oficio=tejidos&pagina=9", 1),
        ("/directorio.csv", 1),
        ("/directorio.json?q=tejidos", 1),
    ],
)
def test_what_reads_many_rows_keeps_no_short_page_waiting(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, address: str, steps: int
) -> None:
    stepped: list[str] = []
    monkeypatch.setattr(concurrency, "step_aside", lambda: stepped.append(address))
    assert visitor.get(address).status_code == 200
    assert stepped == [address] * steps


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40, "²"])
def test_a_page_that_is_none_is_no_error(visitor: Visitor, page: str) -> None:
    assert "Nadie por ahora" in shown(visitor, f"/directorio?pagina={page}")


def test_who_has_an_acuerdo_that_ended_is_told_that_nobody_sees_it(
    site: Site, issued: UUID, visitor: Visitor
) -> None:
    consent(site.office, issued, name=True)
    applicant, page = site.applicant(), f"/solicitudes/{issued}/directorio"
    assert "Está en el directorio" in shown(applicant, page)
    with site.office.writing() as uow:
        row = uow.session.scalars(sa.select(AgreementRow)).one()
        row.valid_until = uow.now.date() - timedelta(days=3)
        uow.commit()
    assert "Ahora no aparece en el directorio" in shown(applicant, page)
    assert "Todavía no hay nadie" in shown(visitor, "/directorio")


def test_it_is_found_by_the_search_of_the_site(visitor: Visitor) -> None:
    assert re.search(r'href="/directorio"', visitor.get("/buscar?q=directorio artesanos").text)
