"""What somebody else does from elsewhere spends nothing that a person needs to get in."""

import pyotp
import pytest
from flask.testing import FlaskClient

from review_service.domain.roles import OfficerRole
from review_service.services.upkeep import officers
from tests.factories import RUC
from tests.integration.services import steps
from tests.integration.web.site import Site, Visitor

PASSWORD = "nube lenta sobre el páramo 47"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.66"}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def stranger(site: Site) -> Visitor:
    client: FlaskClient = site.app.test_client()
    client.environ_base.update(ELSEWHERE)
    return Visitor(site=site, client=client)


def ask(visitor: Visitor) -> int:
    return visitor.post("/ingresar", {"ruc": RUC}, page="/ingresar").status_code


def test_a_stranger_does_not_use_up_the_sign_in_mails_of_a_ruc(
    site: Site, stranger: Visitor
) -> None:
    for _ in range(8):
        ask(stranger)
    owner = site.visitor()
    assert ask(owner) == 303, "the owner asks like anybody else"
    path = f"/ingresar/enlace/{site.token()}"
    assert owner.post(path, page=path).status_code == 303, "a good link is in the box"
    assert len(steps.mails(site.office, "sign_in")) == 3


def test_a_browser_that_signed_in_before_gets_a_mail_of_its_own(
    site: Site, stranger: Visitor
) -> None:
    owner = site.applicant()
    owner.post("/salir", page="/solicitudes")
    for _ in range(8):
        ask(stranger)
    before = len(steps.mails(site.office, "sign_in"))
    assert ask(owner) == 303
    assert len(steps.mails(site.office, "sign_in")) == before + 1


def test_past_the_limit_the_page_says_when_the_mail_left(site: Site, stranger: Visitor) -> None:
    for _ in range(3):
        ask(stranger)
    said = stranger.post("/ingresar", {"ruc": RUC}, page="/ingresar", follow_redirects=True)
    assert "Ya le escribimos a las" in said.text
    assert site.code()


def test_wrong_passwords_from_elsewhere_lock_no_officer_out(site: Site, stranger: Visitor) -> None:
    added = officers.add(
        site.office.writing(),
        user_name="randrade",
        full_name="Rosa Andrade",
        unit="Zonal 1",
        password=PASSWORD,
        role=OfficerRole.ISSUER,
        number="1710034065",
    )
    page = "/revision/ingresar"
    for _ in range(11):
        stranger.post(page, {"user_name": "randrade", "password": "x"}, page=page)
    given = {"user_name": "randrade", "password": PASSWORD}
    officer = site.visitor()
    asked = officer.post(page, given, page=page)
    assert asked.status_code == 422, "a harder question, no shut door"
    assert 'name="code"' in asked.text
    code = pyotp.TOTP(added.totp_secret).now()
    let_in = officer.post(page, {**given, "code": code}, page=page)
    assert (let_in.status_code, let_in.headers["Location"]) == (303, "/revision/inicio")
    wrong = stranger.post(page, {**given, "code": "000000"}, page=page)
    assert wrong.status_code == 422
    officer.post("/revision/salir", page="/revision")
    known = officer.post(page, given, page=page)
    assert known.headers["Location"] == "/revision/segundo-factor", "its own tries are left"
