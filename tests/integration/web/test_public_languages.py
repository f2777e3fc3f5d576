"""Public pages are whole in each language they are offered in."""

import html
import re

import pytest

from review_service import languages as offered
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.letters import LetterKind
from review_service.domain.personal_data import data_uses
from review_service.domain.terms import ecuador_today
from review_service.web import languages
from review_service.web.public.topics import TOPICS
from tests.integration.services.test_figures import import_packaged
from tests.integration.web.outside import OPEN, Marked, of_applicants, outside
from tests.integration.web.site import Site, Visitor

USES = data_uses(read_rulebook(None), on=ecuador_today())
PAGES = (
    "/",
    "/cual-es-el-mio",
    *(
        f"/cual-es-el-mio/{path}"
        for path in (
            "activo", "activo/taller", "activo/negocio", "activo/negocio/categoria",
            "activo/negocio/categoria/hasta", "activo/negocio/categoria/mas",
            "activo/negocio/emprendedor", "activo/taller/acuerdo", "activo/taller/junta",
            "suspendido", "no",
        )
    ),
    *(f"/informacion/{slug}" for slug in TOPICS),
    "/oficinas",
    "/ayuda",
    "/otros-tramites",
    "/buscar",
    "/buscar?q=certificado",
    "/buscar?q=correo",
    "/buscar?q=zzzzzz",
    "/cifras",
    "/directorio",
    "/directorio?q=zapatos",
    "/quejas",
    *(f"/quejas/nueva/{kind.slug}" for kind in LetterKind),
    "/datos-personales",
    "/datos-personales/registro",
    *(f"/datos-personales/{use.slug}" for use in USES),
)  # fmt: skip
"""Addresses of the translated ones."""


def in_english(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang=en"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of the public part stands between signs that show where it came from."""
    real = offered.translations
    public = Marked(without=of_applicants())
    monkeypatch.setattr(
        languages, "translations", lambda code: public if code == "en" else real(code)
    )


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("address", PAGES)
def test_no_sentence_stands_outside_of_the_catalogues(visitor: Visitor, address: str) -> None:
    answer = visitor.get(in_english(address))
    assert answer.status_code == 200
    assert OPEN in answer.text
    assert outside(answer) == []


@pytest.mark.parametrize("address", PAGES)
def test_the_way_to_english_and_back_is_a_link(visitor: Visitor, address: str) -> None:
    spanish, english = visitor.get(address), visitor.get(in_english(address))
    assert '<html lang="es-EC">' in spanish.text
    assert '<html lang="en">' in english.text
    assert ">English</a>" in spanish.text
    assert ">Español</a>" in english.text


def test_what_was_answered_and_asked_goes_along(visitor: Visitor) -> None:
    question = visitor.get("/cual-es-el-mio/activo?lang=en").text
    assert "How do you work?" in question
    assert 'href="/cual-es-el-mio/activo/taller?lang=en"' in question
    assert "Which is mine? · Question 2, of 4 at most" in question
    asked = visitor.get("/buscar?q=certificado&lang=en").text
    assert 'href="/buscar?q=certificado"' in asked
    assert 'name="lang" value="en"' in asked


def test_where_to_ask_is_said_in_the_language_of_the_page(visitor: Visitor) -> None:
    assert "extensiones 2282 y 2398" in visitor.get("/oficinas").text
    for address in ("/oficinas", "/ayuda"):
        page = visitor.get(in_english(address)).text
        assert "extensions 2282 and 2398" in page
        assert "extensión" not in page


def test_amounts_have_the_signs_of_the_language(visitor: Visitor) -> None:
    assert "USD 5.000.000" in visitor.get("/informacion/categorias").text
    assert "USD 5,000,000" in visitor.get("/informacion/categorias?lang=en").text


ODD = (
    "_scheme=javascript:alert(1)//",
    "_scheme=https://otro.example/%23",
    "_external=1",
    "_anchor=%22%3E%3Cscript%3E",
    "_method=POST",
    "endpoint=officer.queue",
    "self=1&values=2",
    "lang=en&lang=qu&topic=base-legal",
    "q=%22%3E%3Cscript%3E&q=dos",
    "%0d%0aSet-Cookie:%20a=b",
    "a=%00",
)
"""What may stand in an address that somebody sends to somebody else."""


@pytest.mark.parametrize("asked", ODD)
@pytest.mark.parametrize("path", ["/informacion/beneficios", "/buscar", "/directorio"])
def test_no_address_makes_a_page_lead_elsewhere_in_another_language(
    visitor: Visitor, path: str, asked: str
) -> None:
    answer = visitor.get(f"{path}?{asked}")
    assert answer.status_code == 200
    hrefs = re.findall(r'<a href="([^"]+)"\s+rel="alternate"', answer.text)
    assert len(hrefs) == 1
    assert re.fullmatch(rf"{path}(\?[^<>\s]*)?", hrefs[0])
    assert visitor.get(html.unescape(hrefs[0])).status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_no_address_is_so_long_that_a_proxy_refuses_the_answer(visitor: Visitor) -> None:
    """Nginx takes 4 kB of headers by default."""
    for address in ("/ayuda?x=", "/buscar?lang=en&q=", "/cual-es-el-mio/", "/v/"):
        answer = visitor.get(address + "a" * 3_900)
        assert len(str(answer.headers)) < 3_000, address


def test_english_months_numbers_and_words_of_figures(site: Site, visitor: Visitor) -> None:
    import_packaged(site.office)
    page = visitor.get("/cifras/2023/07?lang=en").text
    for words in ("Figures of July 2023", "2,514", "Month after: August 2023", "Published before"):
        assert words.casefold() in page.casefold()
    assert "/cifras/2023/08?lang=en" in page
    assert "no data" in visitor.get("/cifras/2024/02?lang=en").text
    assert "35,444" in visitor.get("/cifras/2023?lang=en").text
    assert "35.444" in visitor.get("/cifras/2023").text


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    "address", ["/cifras", "/cifras/2023", "/cifras/2023/07", "/cifras/2024/02"]
)
def test_no_sentence_of_the_figures_stands_outside_of_the_catalogues(
    site: Site, visitor: Visitor, address: str
) -> None:
    import_packaged(site.office)
    answer = visitor.get(in_english(address))
    assert OPEN in answer.text
    assert outside(answer) == []


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("verify a document", "/verificar?lang=en"),
        ("is this certificate genuine", "/verificar?lang=en"),
        ("fake QR code", "/verificar?lang=en"),
        ("how much does it cost", "/informacion/costo-y-tiempo?lang=en"),
        ("offices in Quito", "/oficinas?lang=en"),
        ("register my company", "/solicitudes/nueva/mipyme"),
        ("artisan agreement", "/solicitudes/nueva/artesano"),
        ("what do I need as a foreigner", "/cual-es-el-mio?lang=en"),
        ("statistics by month", "/cifras?lang=en"),
        ("legal basis", "/informacion/base-legal?lang=en"),
        ("certificado mipro", "/informacion/certificado-de-actividad-economica-mipro?lang=en"),
        ("contact phone", "/oficinas?lang=en"),
    ],
)
def test_english_words_find_the_page_and_spanish_ones_still_do(
    visitor: Visitor, typed: str, leads_to: str
) -> None:
    page = visitor.get("/buscar", query_string={"q": typed, "lang": "en"}).text
    found = re.findall(r'<a href="([^"]+)"', page[page.index('class="ways"') :])
    assert leads_to in found[:2]


def test_a_page_that_is_spanish_alone_says_so_among_english_ones(visitor: Visitor) -> None:
    page = visitor.get("/buscar?q=my+applications&lang=en").text
    found = page[page.index('class="ways"') :]
    own = found[found.index('href="/solicitudes"') :].split("</a>", 1)[0]
    assert 'hreflang="es"' in own
    assert "In Spanish" in own
    assert "In Spanish" not in visitor.get("/buscar?q=mis+solicitudes").text
