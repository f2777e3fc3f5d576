"""A list of the queue is saved under a name, for oneself or for the team."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import EventRow, SavedViewRow
from review_service.domain.roles import OfficerRole
from review_service.domain.saved_views import MOST_VIEWS
from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, sign_in
from tests.integration.web.officer.test_queue_filters import OTAVALO, put

LIST = "vista=por-revisar&zona=Zonal+1&tipo=new&otra=cosa"


def stored(office: Office) -> list[SavedViewRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(SavedViewRow).order_by(SavedViewRow.name)))


def events(office: Office) -> list[str]:
    with office.reading() as uow:
        chosen = sa.select(EventRow.action).where(EventRow.action.like("view_%"))
        return list(uow.session.scalars(chosen.order_by(EventRow.sequence)))


def save(browser: FlaskClient, name: str, **more: str) -> str:
    data = {"lista": LIST, "nombre": name, **more}
    return browser.post("/revision/vistas", data=data, follow_redirects=True).text


def test_what_is_saved_is_the_list_and_leads_back_to_it(
    browser: FlaskClient, office: Office
) -> None:
    put(office, OTAVALO)
    page = save(browser, " Zona 1,  nuevas ")
    assert "Guardamos la vista" in page
    assert 'aria-current="page">Zona 1, nuevas' in page
    (view,) = stored(office)
    assert view.query == "vista=por-revisar&zona=Zonal+1&tipo=new"
    assert view.owner_id == view.made_by
    assert events(office) == [], "an own view concerns nobody else"
    assert "Zona 1, nuevas" in browser.get("/revision/vistas").text


def test_an_own_view_is_nobody_elses(browser: FlaskClient, office: Office, web: WebOffice) -> None:
    save(browser, "Mías")
    (view,) = stored(office)
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    other = sign_in(web, "lpaz")
    assert "Mías" not in other.get("/revision").text
    for act in ("nombre", "quitar"):
        page = other.post(
            f"/revision/vistas/{view.id}/{act}",
            data={"nombre": "Otra", "visto": "Mías"},
            follow_redirects=True,
        ).text
        assert "Esa vista ya no está" in page
    assert [each.name for each in stored(office)] == ["Mías"]


def test_a_supervisor_makes_views_of_the_team_and_each_change_is_told(
    browser: FlaskClient, office: Office, web: WebOffice
) -> None:
    refused = browser.post(
        "/revision/vistas", data={"lista": LIST, "nombre": "Todos", "para": "equipo"}
    )
    assert refused.status_code == 403
    assert stored(office) == []
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    supervisor = sign_in(web, "lpaz")
    assert "Guardamos la vista" in save(supervisor, "Zona 1", para="equipo")
    (view,) = stored(office)
    assert view.owner_id is None
    page = browser.get("/revision").text
    assert 'Zona 1 <span class="soft">del equipo</span>' in page
    own = browser.get("/revision/vistas").text
    assert "La guardó L. Paz" in own
    assert "Quitar" not in own
    address = f"/revision/vistas/{view.id}"
    assert browser.post(f"{address}/quitar").status_code == 403
    for seen, told in (("Zona 2", "Otra persona"), ("Zona 1", "su nombre nuevo")):
        page = supervisor.post(
            f"{address}/nombre", data={"nombre": "Norte", "visto": seen}, follow_redirects=True
        ).text
        assert told in page
    assert [each.name for each in stored(office)] == ["Norte"]
    page = supervisor.post(f"{address}/quitar", follow_redirects=True).text
    assert "Todavía no hay vistas guardadas" in page
    again = supervisor.post(f"{address}/quitar", follow_redirects=True).text
    assert "Esa vista ya no está" in again
    assert events(office) == ["view_saved", "view_renamed", "view_removed"]


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "Escriba un nombre"), ("x" * 61, "60 letras"), ("mías", "Ya hay una vista")],
)
def test_a_name_that_is_none_or_taken_is_told(
    browser: FlaskClient, office: Office, name: str, told: str
) -> None:
    save(browser, "Mías")
    assert told in save(browser, name)
    assert len(stored(office)) == 1


def test_there_is_an_end_to_views(browser: FlaskClient, office: Office) -> None:
    for number in range(MOST_VIEWS):
        save(browser, f"Vista {number}")
    assert "Quite una y guarde esta" in save(browser, "Una más")
    assert len(stored(office)) == MOST_VIEWS


def test_a_search_is_saved_with_its_filters(browser: FlaskClient, office: Office) -> None:
    browser.post("/revision/vistas", data={"lista": "q=chango+pilla&zona=Zonal+1", "nombre": "P"})
    assert [each.query for each in stored(office)] == ["q=chango+pilla&zona=Zonal+1"]
    assert "/revision?q=chango+pilla&amp;zona=Zonal+1" in browser.get("/revision").text


def test_the_trail_does_not_keep_what_the_teams_view_searches(
    office: Office, web: WebOffice
) -> None:
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    supervisor = sign_in(web, "lpaz")
    form = {"lista": "q=chango+pilla&zona=Zonal+1", "nombre": "P", "para": "equipo"}
    supervisor.post("/revision/vistas", data=form)
    with office.reading() as uow:
        (event,) = uow.session.scalars(sa.select(EventRow).where(EventRow.action == "view_saved"))
    assert event.details == {"name": "P", "query": "zona=Zonal+1", "search": True}
