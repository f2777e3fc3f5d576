"""A supervisor's page to give a case away, and what others see of it."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from review_service.domain.roles import OfficerRole
from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, put_case, sign_in

WHY = "La oficina de Quito tiene menos casos esta semana."


@pytest.fixture
def supervisor(web: WebOffice) -> FlaskClient:
    add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)
    return sign_in(web, "lpaz")


def fields(page: str) -> dict[str, str]:
    """Return what the form says it saw."""
    named = ("version", "estaba")
    return {
        name: found.group(1)
        for name in named
        if (found := re.search(rf'name="{name}"\s+value="([^"]*)"', page))
    }


def test_a_case_is_given_to_an_officer_and_everybody_sees_whose_it_is(
    web: WebOffice, office: Office, supervisor: FlaskClient, officer_id: UUID
) -> None:
    case = put_case(office)
    address = f"/revision/casos/{case}"
    assert f'href="{address}/pasar"' in supervisor.get(address).text
    form = supervisor.get(f"{address}/pasar").text
    assert "R. Andrade (Zonal 1)" in form
    data = {**fields(form), "para": str(officer_id), "zona": "Zonal 9", "motivo": WHY}
    done = supervisor.post(f"{address}/pasar", data=data, follow_redirects=True).text
    assert "Pasamos el caso" in done
    assert "Asignado a R. Andrade" in done
    add_reviewer(web, "mlopez", "M. López")
    other = sign_in(web, "mlopez")
    assert "R. Andrade lo tiene asignado" in other.get(address).text
    assert "Asignada a R. Andrade" in other.get("/revision").text
    assert "Zonal 9" in other.get("/revision").text
    taken = other.post(f"{address}/tomar", follow_redirects=True).text
    assert "asignado a otra persona" in taken
    mine = sign_in(web)
    assert "Asignado a usted" in mine.get(address).text
    assert mine.post("/revision/siguiente").headers["Location"].endswith(str(case))
    late = supervisor.post(f"{address}/pasar", data=data, follow_redirects=True).text
    assert "Otra persona lo pasó mientras tanto" in late


def test_two_colleagues_of_one_name_and_unit_can_be_told_apart(
    web: WebOffice, office: Office, supervisor: FlaskClient
) -> None:
    """Else a case or a question goes to the wrong one; everybody else is named as before."""
    add_reviewer(web)
    case, namesake = put_case(office), add_reviewer(web, "randrade2")
    supervisor.post(f"/revision/casos/{case}/tomar")  # for whoever asks must hold it
    for page in (f"casos/{case}/pasar", f"casos/{case}/preguntar"):
        form = supervisor.get(f"/revision/{page}").text
        named = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]*Andrade[^<]*)<', form))
        assert sorted(named.values()) == [
            "R. Andrade (Zonal 1, randrade)", "R. Andrade (Zonal 1, randrade2)",
        ]  # fmt: skip
        assert named[str(namesake)] == "R. Andrade (Zonal 1, randrade2)"


def test_without_a_reason_it_stays_where_it_is_and_says_so(
    office: Office, supervisor: FlaskClient
) -> None:
    address = f"/revision/casos/{put_case(office)}/pasar"
    data = {**fields(supervisor.get(address).text), "zona": "Zonal 9", "motivo": "corto"}
    assert "letras o más por qué" in supervisor.post(address, data=data, follow_redirects=True).text
    data = {**data, "motivo": WHY, "para": "nadie"}
    assert "Elija a una persona" in supervisor.post(address, data=data, follow_redirects=True).text


def test_who_is_no_supervisor_has_no_such_page(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    assert "/pasar" not in browser.get(f"/revision/casos/{case}").text
    assert browser.get(f"/revision/casos/{case}/pasar").status_code == 403
