"""Who may open what. A route that nobody put into this table fails the test."""

import re

import pytest
from werkzeug.routing import Rule

from tests.integration.web.site import Site, Visitor

PUBLIC = {
    "/",
    "/ayuda",
    "/otros-tramites",
    "/datos-personales",
    "/salud",
    "/static/<path:filename>",
    "/ingresar",
    "/ingresar/enviado",
    "/ingresar/codigo",
    "/ingresar/enlace/<token>",
    "/salir",
    "/confirmar/<token>",
    "/confirmada",
    "/correo/<token>",
    "/buscar",
    "/cual-es-el-mio",
    "/cual-es-el-mio/<path:given>",
    "/informacion/<topic>",
    "/oficinas",
    "/quejas",
    "/quejas/carta/<token>",
    "/quejas/enviada",
    "/quejas/nueva/<any('queja','apelacion','datos-personales','documento-falso'):kind>",
    "/robots.txt",
    "/rum/",
    "/site_rum/rum.html",
    "/sitemap.xml",
    "/verificar",
    "/verificar/archivo",
    "/v/<token>",
    "/revision/ingresar",
    "/revision/segundo-factor",
    "/revision/salir",
}
SOME_ID = "00000000-0000-4000-8000-000000000000"


def filled(rule: Rule) -> str:
    """Return an address that fits the rule."""
    path = re.sub(r"<uuid:[a-z_]+>", SOME_ID, rule.rule)
    path = re.sub(r"<int:[a-z_]+>", "1", path)
    path = re.sub(r"<any\(([a-z]+)[^>]*>", r"\1", path)
    return re.sub(r"<[^>]+>", "workshop", path)


def rules(site: Site, prefix: str) -> list[Rule]:
    return [rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith(prefix)]


def test_every_route_belongs_to_somebody(site: Site) -> None:
    unknown = {
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if rule.rule not in PUBLIC and not rule.rule.startswith(("/solicitudes", "/revision"))
    }
    assert unknown == set()


@pytest.mark.parametrize(
    ("prefix", "door"), [("/solicitudes", "/ingresar"), ("/revision", "/revision/ingresar")]
)
def test_strangers_are_led_to_the_door_of_each_audience(
    site: Site, visitor: Visitor, prefix: str, door: str
) -> None:
    token = visitor.token("/ingresar")
    for rule in rules(site, prefix):
        if rule.rule in PUBLIC:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            data = {"csrf_token": token} if method == "POST" else None
            answer = visitor.client.open(filled(rule), method=method, data=data)
            assert answer.status_code == 303, (method, rule.rule)
            assert answer.headers["Location"] == door, (method, rule.rule)


def test_an_applicant_is_a_stranger_to_the_officers_pages(site: Site, applicant: Visitor) -> None:
    for rule in rules(site, "/revision"):
        if rule.rule not in PUBLIC and "GET" in (rule.methods or set()):
            answer = applicant.get(filled(rule))
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
