"""A list as a file: the rows that its filters show, no formula in it, an event without contents."""

import csv
import json
import zipfile
from io import BytesIO, StringIO
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from review_service.db.models import ApplicationRow, EventRow
from review_service.domain.roles import OfficerRole
from review_service.services.review import list_exports
from review_service.web.officer import exporting
from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, put_case, sign_in
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA = '=HYPERLINK("http://ejemplo";"aquí")'


@pytest.fixture
def supervisor(web: WebOffice) -> FlaskClient:
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "lpaz")


def export(browser: FlaskClient, kind: str, lista: str = "vista=por-revisar") -> TestResponse:
    form = {"lista": lista, "formato": kind}
    return browser.post("/revision/descargar", data=form, buffered=True)


def lines(answer: TestResponse) -> list[list[str]]:
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def cells(answer: TestResponse) -> list[list[tuple[str | None, str | None]]]:
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 -- our own
    assert not list(sheet.iter(f"{MAIN}f"))
    return [
        [(cell.get("t"), cell.findtext(f"{MAIN}is/{MAIN}t")) for cell in row]
        for row in sheet.iter(f"{MAIN}row")
    ]


def events(office: Office) -> list[EventRow]:
    with office.reading() as uow:
        return list(
            uow.session.scalars(
                sa.select(EventRow)
                .where(EventRow.action == list_exports.EVENT)
                .order_by(EventRow.sequence)
            )
        )


def name(office: Office, case: UUID, holder: str) -> str:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, case)
        row.holder = holder
        uow.commit()
        return row.reference


def test_every_row_of_the_list_is_in_the_file_and_of_no_other(
    office: Office, supervisor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PART", 2)
    shown = {put(office, OTAVALO, days=number) for number in range(5)}
    put(office, QUITO)
    asked = "vista=por-revisar&zona=Zonal+1"
    told = lines(export(supervisor, "csv", asked))
    assert tuple(told[0]) == exporting.HEAD
    with office.reading() as uow:
        references = set(
            uow.session.scalars(
                sa.select(ApplicationRow.reference).where(ApplicationRow.id.in_(shown))
            )
        )
    place = exporting.HEAD.index("Solicitud")
    assert {row[place] for row in told[1:]} == references
    assert len(told) == 6
    assert [[text for _, text in row] for row in cells(export(supervisor, "xlsx", asked))[1:]] == [
        [text for text in row if text] for row in told[1:]
    ]


def test_a_name_that_looks_like_a_formula_is_text_in_both(
    office: Office, supervisor: FlaskClient
) -> None:
    name(office, put_case(office), FORMULA)
    place = exporting.HEAD.index("Solicitante")
    assert lines(export(supervisor, "csv"))[1][place] == f"'{FORMULA}"
    assert ("inlineStr", FORMULA) in cells(export(supervisor, "xlsx"))[1]


def test_the_trail_says_who_which_list_and_how_many_and_no_contents(
    web: WebOffice, office: Office, supervisor: FlaskClient
) -> None:
    del web
    reference = name(office, put_case(office), "CHANGO PILLA SEGUNDO")
    export(supervisor, "csv", "vista=por-revisar&via=artisan")
    export(supervisor, "xlsx", "q=chango")
    first, second = events(office)
    assert first.actor == f"officer:{first.subject_id}"
    assert (first.details["file"], first.details["rows"]) == ("csv", 1)
    assert first.details["filters"] == {"via": "artisan"}
    assert (first.details["view"], first.details["search"]) == ("por-revisar", False)
    assert (second.details["file"], second.details["search"]) == ("xlsx", True)
    told = json.dumps([first.details, second.details]).casefold()
    assert "chango" not in told
    assert reference.casefold() not in told


def test_what_cannot_be_written_down_is_not_sent(
    office: Office, supervisor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_case(office)

    def fails(*_: object, **__: object) -> None:
        raise OSError("the trail is full")

    monkeypatch.setattr(list_exports, "record", fails)
    supervisor.application.testing = False
    answer = export(supervisor, "csv")
    assert answer.status_code == 500
    assert "AR-" not in answer.text


def test_a_list_that_is_too_long_is_told_and_nothing_is_sent(
    office: Office, supervisor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    put_case(office)
    put(office, QUITO)
    answer = export(supervisor, "xlsx", "vista=por-revisar&tipo=new")
    assert (answer.status_code, answer.location) == (303, "/revision?vista=por-revisar&tipo=new")
    assert "La lista tiene más de 10.000 casos" in supervisor.get(answer.location).text
    assert events(office) == []


def test_an_empty_list_is_a_file_with_its_header(supervisor: FlaskClient, office: Office) -> None:
    assert len(lines(export(supervisor, "csv", "vista=por-revisar&zona=Zonal+7"))) == 1
    assert events(office)[0].details["rows"] == 0


def test_the_file_is_named_by_the_day_and_kept_nowhere(supervisor: FlaskClient) -> None:
    answer = export(supervisor, "xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=bandeja-20")
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_who_may_download_lists_does(
    browser: FlaskClient, supervisor: FlaskClient, office: Office
) -> None:
    put_case(office)
    assert "Descargar toda la lista" in supervisor.get("/revision").text
    assert "Descargar toda la lista" not in browser.get("/revision").text
    assert export(browser, "csv").status_code == 403
    assert events(office) == []


def test_the_trail_keeps_no_filter_that_no_case_has(
    office: Office, supervisor: FlaskClient
) -> None:
    put_case(office)
    export(supervisor, "csv", "vista=por-revisar&canton=CHANGO+PILLA+SEGUNDO")
    (event,) = events(office)
    assert (event.details["rows"], event.details["filters"]) == (0, {"canton": ""})
