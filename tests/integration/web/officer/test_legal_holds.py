"""A legal hold on the page of a case: who sees it, who puts it there, and what it asks."""

import re

from flask.testing import FlaskClient

from review_service.domain.roles import OfficerRole
from tests.factories import Office
from tests.integration.web.officer.desk_cases import WebOffice, add_reviewer, put_case, sign_in

REASON = "Juicio 17230-2026-00012, oficio de la Fiscalía."


def shown(browser: FlaskClient, address: str) -> str:
    return " ".join(browser.get(address).text.split())


def version(page: str) -> str:
    found = re.search(r'id="retencion".*?name="version" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_supervisor_puts_a_hold_and_lifts_it_and_others_see_it(
    office: Office, web: WebOffice, browser: FlaskClient
) -> None:
    case = f"/revision/casos/{put_case(office)}"
    add_reviewer(web, "jefa", "J. Efa", role=OfficerRole.SUPERVISOR)
    boss = sign_in(web, "jefa")
    page = shown(boss, case)
    assert "Impedir que se elimine" in page
    assert "Retención legal" not in shown(browser, case)
    seen = version(page)

    def send(address: str, reason: str) -> str:
        told = {"retencion": reason, "version": seen}
        answer = boss.post(f"{case}/{address}", data=told)
        assert answer.status_code == 303, answer.text
        return shown(boss, case)

    refused = send("retencion", "no")
    assert refused.count("Diga en 20 letras o más por qué.") == 2, "on top, and at its field"
    assert 'aria-describedby="retencion-pista retencion-problema"' in refused
    assert "aria-invalid" not in shown(boss, case)
    send("retencion", REASON)
    page = shown(browser, case)
    assert "No se elimina nada" in page
    assert REASON in page
    assert "Terminar la retención" not in page
    send("retencion/fin", "El juicio terminó ayer, con sentencia.")
    page = shown(browser, case)
    assert "No se elimina nada" not in page
    assert "El juicio terminó ayer" in page


def test_who_may_not_is_told_so(office: Office, browser: FlaskClient) -> None:
    case = f"/revision/casos/{put_case(office)}"
    told = {"retencion": REASON, "version": "1.0"}
    assert browser.post(f"{case}/retencion", data=told).status_code == 403
