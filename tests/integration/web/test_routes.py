"""Who is led where, route by route. What each route allows: ``test_access_table``."""

import re

import pytest
from werkzeug.routing import Rule

from review_service.web.access_table import TABLE, Audience
from tests.e2e.officer_routes import SHOWN_BY, WITHOUT_SIGHT
from tests.integration.web.addresses import filled
from tests.integration.web.site import Site, Visitor

DOORS_OF_OFFICERS = {
    "/revision/ingresar",
    "/revision/segundo-factor",
    "/revision/salir",
}
TICKETS = {"/revision/archivo/<ticket>"}
"""Served to whoever brings a ticket, once and for a minute: the second host sees no session."""


def rules(site: Site, prefix: str) -> list[Rule]:
    return [rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith(prefix)]


def test_each_page_of_officers_is_judged_in_a_browser_or_says_why_not(site: Site) -> None:
    read = {rule.rule for rule in rules(site, "/revision") if "GET" in (rule.methods or set())}
    assert read == set(SHOWN_BY) | set(WITHOUT_SIGHT)
    assert not set(SHOWN_BY) & set(WITHOUT_SIGHT)


def test_under_the_own_pages_of_somebody_nothing_is_for_anybody(site: Site) -> None:
    open_to_all = {
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if TABLE[rule.endpoint].audience is Audience.ANYBODY
        and rule.rule.startswith(("/solicitudes", "/revision"))
    }
    assert open_to_all == DOORS_OF_OFFICERS | TICKETS


@pytest.mark.parametrize(
    ("prefix", "door"), [("/solicitudes", "/ingresar"), ("/revision", "/revision/ingresar")]
)
def test_strangers_are_led_to_the_door_of_each_audience(
    site: Site, visitor: Visitor, prefix: str, door: str
) -> None:
    token = visitor.token("/ingresar")
    for rule in rules(site, prefix):
        if rule.rule in DOORS_OF_OFFICERS | TICKETS:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            data = {"csrf_token": token} if method == "POST" else None
            answer = visitor.client.open(filled(rule.rule), method=method, data=data)
            assert answer.status_code == 303, (method, rule.rule)
            assert answer.headers["Location"] == door, (method, rule.rule)


def test_an_applicant_is_a_stranger_to_the_officers_pages(site: Site, applicant: Visitor) -> None:
    for rule in rules(site, "/revision"):
        if rule.rule not in DOORS_OF_OFFICERS | TICKETS and "GET" in (rule.methods or set()):
            answer = applicant.get(filled(rule.rule))
            assert answer.headers["Location"] == "/revision/ingresar", rule.rule


def test_an_applicants_cookie_opens_nothing_under_the_officers_name(
    site: Site, applicant: Visitor
) -> None:
    cookie = applicant.client.get_cookie("solicitante")
    assert cookie is not None
    thief = site.visitor()
    thief.client.set_cookie("funcionario", cookie.value)
    assert thief.get("/revision").headers["Location"] == "/revision/ingresar"


def test_nothing_changes_by_opening_a_page(site: Site) -> None:
    changing = re.compile(r"/(subir|temas|mover|comentar|quitar|enviar|otra-vez|salir|codigo)")
    for rule in site.app.url_map.iter_rules():
        if changing.search(rule.rule):
            assert "GET" not in (rule.methods or set()), rule.rule


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_methods_nobody_declared_are_refused(visitor: Visitor, method: str) -> None:
    token = visitor.token("/ingresar")
    answer = visitor.client.open("/solicitudes", method=method, headers={"X-CSRFToken": token})
    assert answer.status_code == 405
