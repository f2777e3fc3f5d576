"""Who asks about a document that does not hold today is told why, and led to the one that does."""

from flask.testing import FlaskClient

from review_service.db.models import AgreementRow
from review_service.domain.numbering import verification_code, verification_token
from review_service.domain.wording import long_date
from tests.factories import SECRET, Office
from tests.integration.services.test_succession import SMALL, certified, paper, today


def page_of(browser: FlaskClient, row: AgreementRow) -> str:
    token = verification_token(SECRET, row.id)
    return " ".join(browser.get(f"/v/{token}").text.split())


def link_to(row: AgreementRow) -> str:
    return f'<a href="/v/{verification_token(SECRET, row.id)}">{row.number}</a>'


def test_one_that_does_not_hold_yet(browser: FlaskClient, office: Office) -> None:
    first, second = certified(office), certified(office)
    shown = page_of(browser, second)
    begins = long_date(second.valid_from)
    assert "Todavía no rige" in shown
    assert f"es auténtico, pero todavía no rige: vale desde el {begins}." in shown
    assert link_to(first) in shown
    assert "Hoy rige" not in page_of(browser, first)


def test_one_whose_place_another_took(browser: FlaskClient, office: Office) -> None:
    first, second = certified(office), certified(office, SMALL)
    since = long_date(today(office))
    typed = browser.post(
        "/verificar",
        data={"number": first.number, "code": verification_code(SECRET, first.id)},
    ).text
    for shown in (page_of(browser, first), " ".join(typed.split())):
        assert "Reemplazado" in shown
        assert f"fue reemplazado por {second.number} desde el {since}." in shown
        assert link_to(second) in shown
    assert "Vigente" in page_of(browser, paper(office, second.number))
