"""The pages and files of the monthly figures: what they tell, to whom, and at which addresses."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

import pytest

from review_service.domain.months import Month
from review_service.domain.roles import OfficerRole
from review_service.services.figures import correcting
from review_service.web import concurrency
from tests.factories import add_officer
from tests.integration.services.test_figures import (
    decided,
    freeze,
    import_packaged,
    this_month,
)
from tests.integration.web.site import Site, Visitor
from tests.integration.web.test_public_pages import links
from tests.unit.domain.test_figure_list import OF_THE_SEED

FILES = {
    "/cifras/meses.csv": "text/csv",
    "/cifras/versiones.csv": "text/csv",
    "/cifras/desgloses.csv": "text/csv",
    "/cifras/cifras.json": "application/json",
    "/cifras/datapackage.json": "application/json",
    "/cifras/novedades.atom": "application/atom+xml",
}
VALID: Mapping[str, Callable[[str], object]] = {
    "integer": re.compile(r"-?\d+").fullmatch,
    "number": re.compile(r"-?\d+(\.\d+)?").fullmatch,
    "string": str.isprintable,
    "date": re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch,
    "datetime": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z").fullmatch,
}
"""Of each type of a table schema (Frictionless) what a value of it looks like."""
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def published(site: Site) -> Site:
    """A site that knows the months of gob.ec."""
    import_packaged(site.office)
    return site


def text_of(page: str) -> str:
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def rows(visitor: Visitor, name: str) -> list[dict[str, str]]:
    told = visitor.get(f"/cifras/{name}.csv").text
    assert told.startswith("\ufeff"), "a spreadsheet takes it for UTF-8"
    return list(csv.DictReader(io.StringIO(told[1:])))


@pytest.mark.usefixtures("published")
def test_every_month_stands_newest_first_and_what_nobody_published_has_no_data(
    visitor: Visitor,
) -> None:
    page = visitor.get("/cifras").text
    told = text_of(page)
    assert told.index("2024 enero 0 1.889") < told.index("2023 diciembre 0 1.131")
    assert "2022 octubre 150 400" in told
    assert "2024 febrero sin dato sin dato" in told
    assert "2024 febrero 0" not in told
    for year, (complaints, attentions) in OF_THE_SEED.items():
        numbers = (f"{number:,}".replace(",", ".") for number in (complaints, attentions))
        assert f"Total de {year} {' '.join(numbers)}" in told
        assert f"/cifras/{year}" in links(page)
    assert "Una solicitud que recibió su respuesta en el mes" in told
    assert "Una carta de la clase «queja»" in told


@pytest.mark.usefixtures("published")
def test_the_chart_is_the_table(visitor: Visitor) -> None:
    page = visitor.get("/cifras/2023").text
    bars = [float(width) for width in re.findall(r'<rect width="([\d.]+)%"', page)]
    assert len(bars) == 12
    assert max(bars) == 100
    assert bars[-1] == pytest.approx(100 * 314 / 6417, abs=0.01)
    assert "style=" not in page
    assert page.count("<script") == page.count('<script type="module"')


@pytest.mark.usefixtures("published")
def test_years_and_months_have_addresses_that_lead_to_each_other(visitor: Visitor) -> None:
    assert "Total de 2023 0 35.444" in text_of(visitor.get("/cifras/2023").text)
    page = visitor.get("/cifras/2023/07").text
    assert "Atenciones 2.514" in text_of(page)
    assert {"/cifras/2023/06", "/cifras/2023/08", "/cifras/2023"} <= set(links(page))
    assert "gob.ec" in text_of(page)
    assert "/cifras/2018/12" not in links(visitor.get("/cifras/2019/01").text)
    assert "Nadie publicó cifras" in text_of(visitor.get("/cifras/2025/03").text)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "address",
    ["2018", "2018/12", "2023/00", "2023/13", "2023/7", "9999", "0000", "0000/01", "9999/12", "x"],
)
def test_an_address_of_no_month_is_not_there(visitor: Visitor, address: str) -> None:
    assert visitor.get(f"/cifras/{address}").status_code == 404


def test_an_installation_without_figures_says_so(visitor: Visitor) -> None:
    page = visitor.get("/cifras")
    assert page.status_code == 200
    assert "Todavía no hay cifras publicadas" in page.text
    for address, kind in FILES.items():
        found = visitor.get(address)
        assert found.status_code == 200
        assert found.mimetype == kind
    assert rows(visitor, "meses") == []


@pytest.mark.usefixtures("published")
def test_the_files_say_what_the_page_says(visitor: Visitor) -> None:
    months = rows(visitor, "meses")
    totals: Counter[int] = Counter()
    for row in months:
        totals[int(row["anio"])] += int(row["atenciones"] or 0)
    assert {year: totals[year] for year in OF_THE_SEED} == {
        year: attentions for year, (_, attentions) in OF_THE_SEED.items()
    }
    unknown = next(row for row in months if (row["anio"], row["mes"]) == ("2024", "2"))
    assert (unknown["quejas"], unknown["atenciones"]) == ("", "")
    told = json.loads(visitor.get("/cifras/cifras.json").text)
    assert len(told["meses"]) == len(months)
    assert told["meses"][-1]["atenciones"] == 935
    assert [each["atenciones"] for each in told["meses"] if each["anio"] == 2025] == [None] * 12
    assert told["licencia"]["nombre"] == "CC-BY-4.0"
    assert len(told["versiones"]) == 61


def test_the_data_package_describes_what_the_files_hold(published: Site, visitor: Visitor) -> None:
    last = this_month(published.office).plus(-1)
    decided(published.office, last)
    freeze(published.office)
    supervisor = add_officer(published.office, "supervisa", role=OfficerRole.SUPERVISOR)
    correcting.correct(
        published.office.writing(),
        last,
        officer_id=supervisor,
        attentions=8,
        reason="Faltaban, dijo «ella», siete; y más",
    )
    package = json.loads(visitor.get("/cifras/datapackage.json").text)
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        told, schema = rows(visitor, resource["name"]), resource["schema"]
        assert list(told[0]) == [field["name"] for field in schema["fields"]]
        for field in schema["fields"]:
            values = {row[field["name"]] for row in told} - set(schema["missingValues"])
            assert all(VALID[field["type"]](value) for value in values), field["name"]
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in told]
        assert len(set(keys)) == len(keys)
        assert all(all(key) for key in keys), "no part of a key is missing"


def test_the_feed_tells_each_version_newest_first(published: Site, visitor: Visitor) -> None:
    supervisor = add_officer(published.office, "supervisa", role=OfficerRole.SUPERVISOR)
    correcting.correct(
        published.office.writing(),
        Month(2019, 1),
        officer_id=supervisor,
        attentions=936,
        reason="Faltaba una <b>del</b> día 31",
    )
    feed = ET.fromstring(visitor.get("/cifras/novedades.atom").text)  # noqa: S314 -- ours
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 60
    first = entries[0]
    assert first.findtext(f"{ATOM}title") == (
        "Enero de 2019: 0 quejas y 936 atenciones (corrección)"
    )
    assert first.findtext(f"{ATOM}summary") == "Faltaba una <b>del</b> día 31"
    identifiers = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len(set(identifiers)) == 60
    assert identifiers[0].endswith("/cifras/2019/01#version-2")
    assert entries[1].findtext(f"{ATOM}title", "").startswith("Enero de 2024")


def test_a_correction_shows_every_version_with_its_reason(
    published: Site, visitor: Visitor
) -> None:
    supervisor = add_officer(published.office, "supervisa", role=OfficerRole.SUPERVISOR)
    correcting.correct(
        published.office.writing(),
        Month(2023, 7),
        officer_id=supervisor,
        complaints=3,
        reason='=HYPERLINK("a";"b") en el libro',
    )
    page = text_of(visitor.get("/cifras/2023/07").text)
    assert page.index("Versión 2: corregido Quejas: 3") < page.index("Versión 1: publicado antes")
    assert "Funcionaria supervisa, Zonal 1" in page
    assert "(corregido)" in text_of(visitor.get("/cifras/2023").text)
    reasons = [row["motivo"] for row in rows(visitor, "versiones") if row["motivo"]]
    assert reasons == ['\'=HYPERLINK("a";"b") en el libro']


def test_a_running_month_says_so_and_a_closed_one_shows_its_breakdowns(
    site: Site, visitor: Visitor
) -> None:
    running = this_month(site.office)
    last = running.plus(-1)
    decided(site.office, last)
    freeze(site.office)
    page = text_of(visitor.get(f"/cifras/{last.year}/{last.number:02d}").text)
    assert "Atenciones 1" in page
    assert "No se publica: hay grupos tan pequeños" in page
    assert "Imbabura" not in page
    now = text_of(visitor.get(f"/cifras/{running.year}/{running.number:02d}").text)
    assert "Este mes no está cerrado" in now
    assert "Desgloses" not in now
    told = {(row["desglose"], row["oculto"]) for row in rows(visitor, "desgloses")}
    assert ("via", "retenido") in told
    assert all(row["valor"] == "" for row in rows(visitor, "desgloses"))


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("address", ["/cifras", "/cifras/2023", "/cifras/2023/07", *FILES])
def test_who_has_it_already_is_sent_nothing(visitor: Visitor, address: str) -> None:
    first = visitor.get(address)
    tag = first.headers["ETag"]
    again = visitor.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.get_data() == b""


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("address", ["/cifras", *FILES])
@pytest.mark.parametrize(
    "condition",
    [{"If-Match": '"another"'}, {"If-Unmodified-Since": "Tue, 01 Jan 2019 00:00:00 GMT"}],
)
def test_a_condition_for_writers_keeps_nothing_from_a_reader(
    visitor: Visitor, address: str, condition: dict[str, str]
) -> None:
    assert visitor.get(address, headers=condition).status_code == 200


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("/cifras", 0),
        ("/cifras/2023/07", 0),
        ("/cifras/desgloses.csv", 1),
        ("/cifras/cifras.json", 1),
    ],
)
def test_the_large_files_keep_no_short_page_waiting(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, address: str, steps: int
) -> None:
    stepped: list[str] = []
    monkeypatch.setattr(concurrency, "step_aside", lambda: stepped.append(address))
    assert visitor.get(address).status_code == 200
    assert stepped == [address] * steps


@pytest.mark.usefixtures("published")
def test_files_may_be_read_by_pages_of_others_and_pages_may_not(visitor: Visitor) -> None:
    for address in FILES:
        headers = visitor.get(address).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in headers
    page = visitor.get("/cifras").headers
    assert "Access-Control-Allow-Origin" not in page
    assert page["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_figures_are_found_from_the_foot_the_map_and_the_search(
    published: Site, visitor: Visitor
) -> None:
    base = published.container.settings.public_url
    assert 'href="/cifras"' in visitor.get("/").text
    addresses = re.findall("<loc>([^<]+)</loc>", visitor.get("/sitemap.xml").text)
    assert {f"{base}/cifras", f"{base}/cifras/2019"} <= set(addresses)
    for typed in ("cuántas quejas", "estadísticas", "transparencia", "cifras mensuales"):
        page = visitor.get("/buscar", query_string={"q": typed}).text
        assert next(link for link in links(page) if link != "/buscar") == "/cifras"


@pytest.mark.usefixtures("published")
def test_search_engines_are_told_of_a_data_set_with_its_licence(visitor: Visitor) -> None:
    page = visitor.get("/cifras").text
    [described] = re.findall(r'<script type="application/ld\+json">(.+?)</script>', page)
    told = json.loads(described)
    assert told["@type"] == "Dataset"
    assert told["license"].startswith("https://creativecommons.org")
    assert told["temporalCoverage"].startswith("2019-01/")
    assert {each["encodingFormat"] for each in told["distribution"]} >= {"text/csv"}


@pytest.mark.usefixtures("published")
def test_the_page_of_all_months_is_light(visitor: Visitor) -> None:
    page = visitor.get("/cifras", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.get_data()) < 12_000
