"""The front door: what a person who never was here can find out without signing in."""

import json
import re

import pytest

from review_service.domain.track_questions import Ending
from review_service.web.public.topics import TOPICS
from tests.factories import RUC
from tests.integration.web.applicant.test_mipyme_pages import confirm, filled, issue, send
from tests.integration.web.site import Site, Visitor
from tests.unit.domain.test_track_questions import ways


def links(page: str) -> list[str]:
    body = page[page.index("<main") : page.index("</main>")]
    return re.findall(r'href="([^"]+)"', body)


def test_each_way_through_the_questions_is_walked_by_its_links(visitor: Visitor) -> None:
    met = set()
    for way in ways():
        address = "/cual-es-el-mio"
        for place, answer in enumerate(way, start=1):
            page = visitor.get(address)
            assert page.status_code == 200
            assert f"Pregunta {place}, de 4" in page.text
            onwards = f"{address}/{answer}"
            assert onwards in links(page.text)
            if place > 1:
                assert address.rpartition("/")[0] in links(page.text), "the way back"
            address = onwards
        last = visitor.get(address)
        assert last.status_code == 200
        assert address.rpartition("/")[0] in links(last.text)
        assert "Lo que respondió" in last.text
        met.add(re.findall(r"<h1>([^<]+)</h1>", last.text)[0])
    assert len(met) == len(Ending)


def test_where_it_is_ours_the_ending_says_what_to_have_at_hand_and_begins_there(
    visitor: Visitor,
) -> None:
    for given, track, needed in (
        ("activo/taller/acuerdo", "artesano", "Fotos"),
        ("activo/negocio/emprendedor", "emprendedor", "obligaciones patronales"),
        ("activo/negocio/categoria/hasta", "mipyme", "cuánto vendió"),
    ):
        page = visitor.get(f"/cual-es-el-mio/{given}").text
        assert "Tenga a mano" in page
        assert needed in page
        assert "Gratis" in page
        assert f"/solicitudes/nueva/{track}" in links(page)


@pytest.mark.parametrize("given", ["nada", "activo/nada", "no/activo", "activo/taller/"])
def test_an_address_that_answers_nothing_is_not_there(visitor: Visitor, given: str) -> None:
    assert visitor.get(f"/cual-es-el-mio/{given}").status_code == 404


def test_the_limit_that_the_question_names_is_that_of_the_rules(visitor: Visitor) -> None:
    page = visitor.get("/cual-es-el-mio/activo/negocio/categoria").text
    assert "USD 5.000.000 o menos" in page
    table = visitor.get("/informacion/categorias").text
    assert "USD 5.000.000" in table
    assert "199 personas" in table


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_is_a_page_that_leads_on(visitor: Visitor, topic: str) -> None:
    page = visitor.get(f"/informacion/{topic}")
    assert page.status_code == 200
    assert f"<h1>{TOPICS[topic].title}</h1>" in page.text
    assert f'content="{TOPICS[topic].summary}"' in page.text
    assert "/cual-es-el-mio" in links(page.text)
    assert f"/informacion/{topic}" in links(visitor.get("/").text)


def test_the_page_of_benefits_names_articles_and_prints_no_law(visitor: Visitor) -> None:
    page = visitor.get("/informacion/beneficios").text
    for article in ("9", "11", "22", "25"):
        assert f"artículo {article} de la Ley de Fomento Artesanal" in page
    assert "JNDA" not in page


def test_all_four_kinds_of_person_read_that_it_is_for_them(visitor: Visitor) -> None:
    page = visitor.get("/informacion/certificado-de-actividad-economica-mipro").text
    for word in ("ecuatorianas", "extranjeras", "privadas", "públicas"):
        assert word in page


def test_the_legal_basis_names_the_code_and_not_the_law_of_the_article(visitor: Visitor) -> None:
    page = visitor.get("/informacion/base-legal").text
    assert "Código Orgánico de la Producción, Comercio e Inversiones (COPCI), artículo 56" in page
    assert "Productividad, Innovación" not in page


def test_the_offices_stand_with_address_and_hours(visitor: Visitor) -> None:
    page = visitor.get("/oficinas").text
    for words in ("Guayaquil", "Zonal 9", "edificio La Previsora", "08h00 a 16h30"):
        assert words in page
    assert "Zonal 8" not in page


def test_the_institution_is_written_to_and_called_by_a_press(visitor: Visitor) -> None:
    page = visitor.get("/oficinas").text
    assert {"mailto:soporterum@produccion.gob.ec", "tel:+59323948760"} <= set(links(page))
    assert "extensiones 2282 y 2398" in page


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("registro único de mipymes", "/solicitudes/nueva/mipyme"),
        ("RUM", "/solicitudes/nueva/mipyme"),
        ("registro unico mypimes", "/solicitudes/nueva/mipyme"),
        ("certificado mipyme", "/solicitudes/nueva/mipyme"),
        (
            "certificado de actividad económica MIPRO",
            "/informacion/certificado-de-actividad-economica-mipro",
        ),
        ("certificado mipro", "/informacion/certificado-de-actividad-economica-mipro"),
        ("categorización", "/solicitudes/nueva/mipyme"),
        ("emisión de registro único de mipymes", "/"),
        ("acuerdo interministerial artesano", "/solicitudes/nueva/artesano"),
        ("certificado de emprendedor", "/solicitudes/nueva/emprendedor"),
        ("renovar acuerdo de artesano", "/solicitudes/nueva/artesano"),
        ("imprimir mi certificado", "/solicitudes"),
        ("cuánto cuesta el RUM", "/informacion/costo-y-tiempo"),
        ("cómo saco el rum en línea", "/"),
        ("requisitos para el rum de mi negocio", "/solicitudes/nueva/mipyme"),
        ("quiero sacar el carnet de artesano", "/solicitudes/nueva/artesano"),
        ("calificación artesanal del ministerio", "/solicitudes/nueva/artesano"),
        ("certificado de categorización de mipymes", "/solicitudes/nueva/mipyme"),
        ("sertificado mipyme", "/solicitudes/nueva/mipyme"),
        ("Emision de Registro Unico de MIPYMES - RUM", "/"),
        ("registro de emprendedores", "/solicitudes/nueva/emprendedor"),
        ("consultar si mi acuerdo es válido", "/verificar"),
        ("dónde queda la oficina de Cuenca", "/oficinas"),
        ("soy extranjero", "/informacion/certificado-de-actividad-economica-mipro"),
    ],
)
def test_what_people_type_finds_the_page_they_mean(
    visitor: Visitor, typed: str, leads_to: str
) -> None:
    page = visitor.get("/buscar", query_string={"q": typed}).text
    found = [link for link in links(page) if link != "/buscar"]
    assert leads_to in found[:2]


def test_a_search_for_nothing_we_have_says_so_and_shows_a_way(visitor: Visitor) -> None:
    page = visitor.get("/buscar", query_string={"q": "<b>pasaporte</b>"}).text
    assert "No encontramos nada para «&lt;b&gt;pasaporte&lt;/b&gt;»" in page
    assert "/cual-es-el-mio" in links(page)
    assert visitor.get("/buscar", query_string={"q": "a" * 9_000}).status_code == 200


@pytest.mark.parametrize("former", ["/rum/", "/site_rum/rum.html"])
def test_the_addresses_of_before_lead_on(visitor: Visitor, former: str) -> None:
    answer = visitor.get(former)
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/"
    assert visitor.get("/rum").headers["Location"] == "/"


def test_search_engines_are_told_of_public_pages_that_answer_and_of_no_other(
    site: Site, visitor: Visitor
) -> None:
    base = site.container.settings.public_url
    told = visitor.get("/sitemap.xml")
    assert told.content_type.startswith("application/xml")
    addresses = re.findall("<loc>([^<]+)</loc>", told.text)
    assert f"{base}/" in addresses
    assert f"{base}/oficinas" in addresses
    assert len(addresses) == len(set(addresses))
    for address in addresses:
        assert visitor.get(address.removeprefix(base)).status_code == 200
    assert not [one for one in addresses if "/solicitudes" in one]
    robots = visitor.get("/robots.txt").text
    assert f"Sitemap: {base}/sitemap.xml" in robots
    assert "Disallow: /v/" in robots


def test_the_first_page_describes_the_service_to_search_engines(visitor: Visitor) -> None:
    page = visitor.get("/").text
    [described] = re.findall(r'<script type="application/ld\+json">(.+?)</script>', page)
    told = json.loads(described)
    assert told["@type"] == "GovernmentService"
    assert told["isAccessibleForFree"] is True
    for word in ("Servicios en línea", "Ingrese al sistema", "Categorización"):
        assert word in page


def test_who_holds_a_document_sees_it_first_on_the_first_page(
    site: Site, applicant: Visitor, visitor: Visitor
) -> None:
    path = filled(applicant)
    assert "está vigente" not in applicant.get("/").text
    send(applicant, path)
    confirm(site, applicant, path)
    issue(site)
    page = applicant.get("/").text
    assert page.index("Su certificado RUM-2026-000001 está vigente") < page.index("<h1>")
    assert f"{path}/acuerdo.pdf" in links(page)
    assert "está vigente" not in visitor.get("/").text
    other = site.visitor()
    assert RUC not in other.get("/").text


@pytest.mark.parametrize(
    "typed",
    [
        "\x00", "%", "'; drop table applications;--", "\u202e\u2066rum", "🙂" * 80, "ﷺ" * 80,
        "\uff41" * 80,
        "rum " * 400, "\ud800", "../../etc/passwd", "{{7*7}}", "{% x %}", "\n\r\t", "ß" * 80,
    ],
)  # fmt: skip
def test_odd_words_are_answered_and_shown_as_they_are(visitor: Visitor, typed: str) -> None:
    question = typed.encode("utf-8", "replace")
    page = visitor.get("/buscar", query_string={"q": question})
    assert page.status_code == 200
    assert "49" not in page.text[page.text.index("<main") :].split("</form>")[1][:300]


@pytest.mark.parametrize(
    "former",
    [
        "/rum//",
        "//rum/",
        "//otro.example/rum/",
        "/site_rum//rum.html",
        "/v//x",
        "/cual-es-el-mio//x",
    ],
)
def test_no_former_address_leads_off_the_site(visitor: Visitor, former: str) -> None:
    answer = visitor.client.get(former, headers={"Host": "otro.example"}, base_url="http://x")
    leads_to = answer.headers.get("Location", "/")
    assert re.match(r"/(?!/)", leads_to), leads_to


def test_a_page_for_somebody_with_a_cookie_is_kept_by_no_cache_between(
    applicant: Visitor, visitor: Visitor
) -> None:
    assert visitor.get("/").headers["Cache-Control"] == "no-cache"
    assert applicant.get("/").headers["Cache-Control"] == "private, no-cache"
