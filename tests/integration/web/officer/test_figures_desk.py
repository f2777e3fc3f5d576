"""The state of the monthly figures on the desk, and a correction that is seen before it is out."""

import re

import pytest
from flask.testing import FlaskClient

from review_service.db.models import MonthlyFigureRow
from review_service.domain.months import Month
from review_service.domain.roles import OfficerRole
from review_service.services.figures import correcting, publishing
from tests.factories import Office, add_officer
from tests.integration.services import steps
from tests.integration.services.test_figures import decided, import_packaged, this_month
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, sign_in

DESK = "/revision/cifras"
MONTH = f"{DESK}/2023/07"
REASON = "La oficina de Ambato contó <una> atención dos veces."
SHOWN = "La oficina de Ambato contó &lt;una&gt; atención dos veces."


@pytest.fixture
def supervisor(web: WebOffice, office: Office) -> FlaskClient:
    """A supervisor's browser, before the months of gob.ec."""
    import_packaged(office)
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "supervisa")


def form(browser: FlaskClient, step: str, **typed: str) -> dict[str, str]:
    """Return the form of the month's page, filled."""
    [version] = re.findall(r'name="version" value="([^"]+)"', browser.get(MONTH).text)
    words = {"quejas": "0", "atenciones": "2.515", "motivo": REASON, **typed}
    return {"version": version, "paso": step, **words}


def versions(office: Office) -> list[tuple[int, int | None, int | None]]:
    rows = (each for each in steps.rows(office, MonthlyFigureRow) if each.reason)
    return [(each.version, each.complaints, each.attentions) for each in rows]


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def test_the_state_of_each_month_is_told(supervisor: FlaskClient, office: Office) -> None:
    running = this_month(office)
    decided(office, running.plus(-1))
    told = words_of(supervisor.get(DESK).text)
    assert f"{running.label} Corre" in told
    assert f"{running.plus(-1).label} Falta cerrar" in told
    assert "febrero de 2024 Nadie lo publicó Quejas: sin dato Atenciones: sin dato" in told
    assert "julio de 2023 Publicado antes Quejas: 0 Atenciones: 2.514" in told
    publishing.freeze(office.reading, office.writing)
    assert "Falta cerrar" not in supervisor.get(DESK).text


def test_without_any_month_it_says_so(web: WebOffice) -> None:
    add_reviewer(web, "supervisa", "S. Paredes", role=OfficerRole.SUPERVISOR)
    assert "Todavía no hay ningún mes" in sign_in(web, "supervisa").get(DESK).text


def test_a_correction_is_seen_beside_what_is_published_before_it_is_out(
    supervisor: FlaskClient, office: Office
) -> None:
    shown = supervisor.post(MONTH, data=form(supervisor, "ver")).text
    assert "Quejas 0 0 (igual) Atenciones 2.514 2.515" in words_of(shown)
    assert SHOWN in shown
    assert versions(office) == []
    again = supervisor.post(MONTH, data=form(supervisor, "editar")).text
    assert 'value="2.515"' in again
    assert f">{SHOWN}</textarea>" in again
    sent = form(supervisor, "publicar")
    for _ in range(2):
        answer = supervisor.post(MONTH, data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, MONTH)
    assert versions(office) == [(2, 0, 2515)], "one press, one version"
    assert "Publicó la versión 2 de julio de 2023" in supervisor.get(MONTH).text
    public = supervisor.get("/cifras/2023/07").text
    assert SHOWN in public
    assert "S. Paredes, Zonal 1" in public
    assert "La primera versión la publicó" in public
    assert "Corregido" in supervisor.get(DESK).text
    event = steps.events(office, publishing.EVENT)[-1]
    assert event.actor.startswith("officer:")


def test_who_comes_second_sees_the_other_correction_and_keeps_the_words(
    supervisor: FlaskClient, office: Office
) -> None:
    late = form(supervisor, "ver")
    correcting.correct(
        office.writing(),
        Month(2023, 7),
        officer_id=add_officer(office, "mira", role=OfficerRole.SUPERVISOR),
        attentions=2600,
        reason="Faltaba el libro de Loja entero.",
    )
    for step in ("ver", "publicar"):
        page = supervisor.post(MONTH, data={**late, "paso": step})
        assert page.status_code == 409
        assert "Ahora está publicada la versión 2" in page.text
        assert "Faltaba el libro de Loja" in page.text
        assert 'value="2.515"' in page.text
        assert SHOWN in page.text
    assert versions(office) == [(2, 0, 2600)]


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ({"atenciones": "muchas"}, ["atenciones"]),
        ({"quejas": "", "atenciones": "1,5"}, ["quejas", "atenciones"]),
        ({"atenciones": "99999999999", "motivo": "error"}, ["atenciones", "motivo"]),
        ({"atenciones": "2514"}, ["atenciones"]),
        ({"motivo": " "}, ["motivo"]),
    ],
)
@pytest.mark.parametrize("step", ["ver", "publicar"])
def test_what_is_wrong_is_said_at_its_field(
    supervisor: FlaskClient, office: Office, step: str, typed: dict[str, str], places: list[str]
) -> None:
    page = supervisor.post(MONTH, data=form(supervisor, step, **typed))
    assert page.status_code == 422
    assert re.findall(r'<a href="#(\w+)">', page.text) == places
    assert f'id="{places[0]}-problem"' in page.text
    assert versions(office) == []


@pytest.mark.parametrize("address", ["2023/13", "2024/02", "2018/01", "9999/12"])
def test_a_month_that_is_not_closed_is_not_corrected(supervisor: FlaskClient, address: str) -> None:
    assert supervisor.get(f"{DESK}/{address}").status_code == 404
    answer = supervisor.post(f"{DESK}/{address}", data=form(supervisor, "publicar"))
    assert answer.status_code == 404


def test_who_is_no_supervisor_is_not_offered_it(browser: FlaskClient) -> None:
    assert DESK not in browser.get("/revision").text
    for answer in (browser.get(DESK), browser.get(MONTH), browser.post(MONTH)):
        assert answer.status_code == 403
