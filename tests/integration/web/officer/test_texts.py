"""The screen of the search in texts, and the words over the image of a page."""

import re

import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import PageRow
from review_service.domain.documents import Theme
from review_service.domain.reports import SURE_CONFIDENCE, Word
from tests.factories import Office
from tests.integration.web.officer.desk_cases import (
    Scan,
    ScannedPage,
    WebOffice,
    jpeg,
    line,
    put_case,
)

FIRST = "Acuerdo de la artesana de telares"
SECOND = "Obligación de la titular <b>telar</b>"


def put_pages(office: Office, *pages: tuple[Word, ...]) -> str:
    """Return the address of a renewal's case; its scan stands after the four photos."""
    scanned = tuple(ScannedPage(jpeg=jpeg(), width_px=200, height_px=150, words=w) for w in pages)
    return f"/revision/casos/{put_case(office, scan=Scan(pages=scanned))}"


def two_pages(office: Office) -> str:
    return put_pages(
        office, tuple(line(FIRST, left=5, top=20)), tuple(line(SECOND, left=5, top=20))
    )


def page_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert "style=" not in answer.text
    return re.sub(r"\s+", " ", answer.text)


def test_results_mark_the_words_and_lead_to_the_page(office: Office, browser: FlaskClient) -> None:
    two_pages(office)
    text = page_of(browser, "/revision/textos?q=telar")
    assert "2 páginas dicen «telar»" in text
    assert "<mark>telares</mark>" in text
    assert "&lt;b&gt;telar&lt;/b&gt;" in text
    assert "Acuerdo anterior, página 2" in text
    assert text.count("/miniatura.jpg") == 2
    address = re.search(r'<h2> <a href="([^"]+)"', text)
    assert address
    shown = page_of(browser, address[1].replace("&amp;", "&"))
    assert "6 de 6" in shown
    assert shown.count('class="hit"') == 1
    assert "1 palabra marcada" in shown


def test_says_what_to_do_where_nothing_is_shown(office: Office, browser: FlaskClient) -> None:
    two_pages(office)
    assert "Busque palabras dentro de las páginas" in page_of(browser, "/revision/textos")
    assert "Escriba una palabra más larga" in page_of(browser, "/revision/textos?q=de")
    assert "Ninguna página dice «horno»" in page_of(browser, "/revision/textos?q=horno")
    everything = page_of(browser, "/revision?q=horno")
    assert "No encontramos «horno»" in everything
    assert "palabras enteras que dicen las páginas" in " ".join(everything.split())


def test_one_hit_is_said_in_the_singular(office: Office, browser: FlaskClient) -> None:
    two_pages(office)
    assert "Una página dice «obligaciones»." in page_of(browser, "/revision/textos?q=obligaciones")


def test_a_search_in_the_page_stays_when_one_turns_the_page(
    office: Office, browser: FlaskClient
) -> None:
    case = two_pages(office)
    text = page_of(browser, f"{case}?pagina=6&buscar=artesana")
    assert "No está en esta página" in text
    assert re.search(r'href="[^"]*pagina=5[^"]*buscar=artesana|buscar=artesana[^"]*pagina=5', text)
    assert 'class="hit"' in page_of(browser, f"{case}?pagina=5&buscar=artesana")


def test_a_page_of_another_case_leads_to_the_first_page(
    office: Office, browser: FlaskClient
) -> None:
    case = two_pages(office)
    assert "1 de 6" in page_of(browser, f"{case}?documento=x&hoja=1")


def test_doubtful_words_say_their_confidence_others_do_not(
    office: Office, browser: FlaskClient
) -> None:
    words = (
        *line("dudosa", left=5, top=20, confidence=SURE_CONFIDENCE - 1),
        *line("segura", left=90, top=20, confidence=SURE_CONFIDENCE),
    )
    case = put_pages(office, words)
    text = page_of(browser, f"{case}?pagina=5&texto=1")
    assert text.count('class="unsure"') == 1
    assert re.search(r"dudosa<title>confianza 59 %</title>", text)
    assert "Texto leído <kbd>T</kbd>" in text


def test_a_page_without_words_has_no_search(web: WebOffice, browser: FlaskClient) -> None:
    case = f"/revision/casos/{put_case(web.office)}"
    text = page_of(browser, case)
    assert "Buscar en la página" not in text.split('id="vista"')[1]


def test_an_officer_sees_what_the_text_suggests_where_the_applicant_says_else(
    web: WebOffice, browser: FlaskClient
) -> None:
    case = f"/revision/casos/{put_case(web.office)}"
    with web.office.writing() as uow:
        uow.session.execute(
            sa.update(PageRow).values(
                suggested_theme=Theme.MACHINERY, suggested_from="Mis <máquinas>"
            )
        )
        uow.commit()
    first, third = page_of(browser, f"{case}?pagina=1"), page_of(browser, f"{case}?pagina=3")
    assert "Dice el solicitante: «El taller»." in first
    assert "sugiere «Máquinas y herramientas»: «Mis &lt;máquinas&gt;»" in first
    assert "sugiere" not in third
