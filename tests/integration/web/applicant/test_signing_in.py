"""Signing in with the RUC, by the mail's code and by its link."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from review_service.db.models import MailRow, OneUseLinkRow, SessionRow
from review_service.domain.request_limits import MAILED_CODE, SIGN_IN_CODE, SIGN_IN_NETWORK
from review_service.domain.taxpayers import TaxpayerStatus
from tests.factories import OTHER_RUC, RUC, add_taxpayer
from tests.integration.services.counted import set_count
from tests.integration.web.site import Site, Visitor

UNKNOWN_RUC = "3000000020001"


def ask(visitor: Visitor, ruc: str = RUC) -> None:
    answer = visitor.post("/ingresar", {"ruc": ruc}, page="/ingresar")
    assert answer.status_code == 303, answer.text


def links(site: Site) -> list[OneUseLinkRow]:
    with site.office.reading() as uow:
        return list(uow.session.scalars(sa.select(OneUseLinkRow)))


def expire_links(site: Site) -> None:
    with site.office.writing() as uow:
        past = uow.now - timedelta(minutes=1)
        uow.session.execute(
            sa.update(OneUseLinkRow).values(link_expires_at=past, code_expires_at=past)
        )
        uow.commit()


def test_says_to_which_masked_address_the_link_went(visitor: Visitor) -> None:
    ask(visitor)
    shown = visitor.get("/ingresar/enviado").text
    assert "ma•••@correo.example" in shown
    assert "maria@" not in shown
    assert "SRI en línea" in shown


def test_forgives_spaces_and_hyphens_in_the_ruc(visitor: Visitor) -> None:
    ask(visitor, f" {RUC[:10]}-{RUC[10:]} ")
    assert "ma•••@correo.example" in visitor.get("/ingresar/enviado").text


def test_the_code_signs_in_once(site: Site, visitor: Visitor) -> None:
    ask(visitor)
    code = site.code()
    answer = visitor.post("/ingresar/codigo", {"code": f"{code[:3]} {code[3:]}"}, page="/ingresar")
    assert answer.status_code == 303
    assert visitor.get("/solicitudes").status_code == 200
    other = site.visitor()
    assert other.get("/solicitudes").status_code == 303


def test_a_wrong_code_keeps_the_form_and_says_what_to_do(visitor: Visitor) -> None:
    ask(visitor)
    answer = visitor.post("/ingresar/codigo", {"code": "no"}, page="/ingresar/enviado")
    assert answer.status_code == 422
    assert "Ese código no es el que enviamos" in answer.text
    assert 'href="#code"' in answer.text


def test_after_too_many_wrong_codes_even_the_right_one_is_refused(
    site: Site, visitor: Visitor
) -> None:
    ask(visitor)
    right = site.code()
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(MAILED_CODE.count):
        visitor.post("/ingresar/codigo", {"code": wrong}, page="/ingresar/enviado")
    answer = visitor.post("/ingresar/codigo", {"code": right}, page="/ingresar/enviado")
    assert answer.status_code == 410
    assert "Demasiados códigos equivocados" in answer.text


def test_a_code_is_good_only_for_the_browser_that_asked(site: Site, visitor: Visitor) -> None:
    ask(visitor)
    thief = site.visitor()
    answer = thief.post("/ingresar/codigo", {"code": site.code()}, page="/ingresar")
    assert answer.headers["Location"] == "/ingresar"
    assert thief.get("/solicitudes").status_code == 303


def test_opening_the_link_uses_nothing_up_and_the_button_does(site: Site, visitor: Visitor) -> None:
    ask(visitor)
    path = f"/ingresar/enlace/{site.token()}"
    phone = site.visitor()
    for _ in range(3):
        shown = phone.get(path)
        assert shown.status_code == 200
        assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert phone.post(path, page=path).status_code == 303
    assert phone.get("/solicitudes").status_code == 200
    again = site.visitor().get(path)
    assert again.status_code == 410
    assert "ya se usó" in again.text
    assert "Pedir uno nuevo" in again.text


def test_a_link_that_two_press_at_once_lets_one_in(site: Site, visitor: Visitor) -> None:
    ask(visitor)
    path = f"/ingresar/enlace/{site.token()}"
    first, second = site.visitor(), site.visitor()
    tokens = [first.token(path), second.token(path)]
    answers = [
        each.client.post(path, data={"csrf_token": token})
        for each, token in zip((first, second), tokens, strict=True)
    ]
    assert sorted(answer.status_code for answer in answers) == [303, 410]


@pytest.mark.parametrize("path", ["/ingresar/enlace/abc", f"/ingresar/enlace/{'a' * 26}"])
def test_a_wrong_link_offers_a_new_one(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 410
    assert "no es correcto" in answer.text


def test_an_expired_link_and_code_offer_new_ones(site: Site, visitor: Visitor) -> None:
    ask(visitor)
    expire_links(site)
    link = visitor.get(f"/ingresar/enlace/{site.token()}")
    assert link.status_code == 410
    assert "se venció" in link.text
    code = visitor.post("/ingresar/codigo", {"code": site.code()}, page="/ingresar/enviado")
    assert code.status_code == 410
    assert "Este código se venció" in code.text


@pytest.mark.parametrize(
    ("status", "email", "heading"),
    [
        (None, None, "No encontramos ese RUC"),
        (TaxpayerStatus.SUSPENDED, "a@b.example", "Su RUC está suspendido"),
        (TaxpayerStatus.PASSIVE, "a@b.example", "Su RUC está pasivo"),
        (TaxpayerStatus.ACTIVE, None, "El SRI no tiene un correo suyo"),
    ],
)
def test_says_what_stands_in_the_way_and_what_to_do(
    site: Site, visitor: Visitor, status: TaxpayerStatus | None, email: str | None, heading: str
) -> None:
    if status is not None:
        with site.office.writing() as uow:
            add_taxpayer(uow, UNKNOWN_RUC, status=status, email=email)
            uow.commit()
    answer = visitor.post("/ingresar", {"ruc": UNKNOWN_RUC}, page="/ingresar")
    assert answer.status_code == 422
    assert heading in answer.text
    assert "Qué hacer." in answer.text
    assert f'value="{UNKNOWN_RUC}"' in answer.text
    with site.office.reading() as uow:
        assert uow.session.execute(sa.select(MailRow)).first() is None


@pytest.mark.parametrize("typed", ["", "123", "1790012345001x", "hola", "8892397539001"])
def test_a_number_that_is_no_ruc_stays_in_the_field_with_the_cure(
    visitor: Visitor, typed: str
) -> None:
    answer = visitor.post("/ingresar", {"ruc": typed}, page="/ingresar")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("typed", [RUC[:10], RUC.replace("0", "O"), f"C.I. {RUC[:9]}-{RUC[9]}"])
def test_a_cedula_or_look_alike_letters_are_asked_back(visitor: Visitor, typed: str) -> None:
    answer = visitor.post("/ingresar", {"ruc": typed}, page="/ingresar")
    assert answer.status_code == 422
    assert f"¿Quiso decir {RUC}?" in answer.text
    assert f'value="{typed}"' in answer.text


def test_asking_again_and_again_ends_in_a_word_about_the_mail_that_left(visitor: Visitor) -> None:
    answers = [visitor.post("/ingresar", {"ruc": RUC}, page="/ingresar") for _ in range(7)]
    assert {answer.status_code for answer in answers} == {303}
    assert "Ya le escribimos a las" in visitor.get("/ingresar/enviado").text


def test_past_the_limit_of_a_network_the_whole_address_is_asked_for(
    site: Site, visitor: Visitor
) -> None:
    set_count(site.office, SIGN_IN_NETWORK, "127.0.0.1", SIGN_IN_NETWORK.count)
    asked = visitor.post("/ingresar", {"ruc": RUC}, page="/ingresar")
    assert asked.status_code == 422
    assert 'name="address"' in asked.text
    half = visitor.post("/ingresar", {"ruc": RUC, "address": "maria"}, page="/ingresar")
    assert half.status_code == 422
    assert 'name="address"' in half.text
    given = {"ruc": RUC, "address": "maria@correo.example"}
    assert visitor.post("/ingresar", given, page="/ingresar").status_code == 303
    assert "Si ese es el correo" in visitor.get("/ingresar/enviado").text
    code = {"code": site.code()}
    answer = visitor.post("/ingresar/codigo", code, page="/ingresar/enviado")
    assert answer.headers["Location"] == "/solicitudes"


def test_when_codes_are_not_judged_the_page_points_to_the_link(
    site: Site, visitor: Visitor
) -> None:
    ask(visitor)
    set_count(site.office, SIGN_IN_CODE, RUC, SIGN_IN_CODE.count)
    code = {"code": site.code()}
    answer = visitor.post("/ingresar/codigo", code, page="/ingresar/enviado")
    assert answer.status_code == 410
    assert "Abra el enlace de su correo" in answer.text


def test_one_ruc_that_must_wait_does_not_stop_another(site: Site, visitor: Visitor) -> None:
    for _ in range(7):
        visitor.post("/ingresar", {"ruc": RUC}, page="/ingresar")
    ask(visitor, OTHER_RUC)
    assert OTHER_RUC in [link.ruc for link in links(site)]


def test_signing_out_ends_the_session_on_the_server(site: Site, applicant: Visitor) -> None:
    cookie = applicant.client.get_cookie("solicitante")
    assert cookie is not None
    assert applicant.post("/salir").status_code == 303
    thief = site.visitor()
    thief.client.set_cookie("solicitante", cookie.value)
    assert thief.get("/solicitudes").status_code == 303
    with site.office.reading() as uow:
        assert uow.session.execute(sa.select(SessionRow.ended_at)).scalar_one() is not None


def test_comes_back_to_the_page_that_asked_for_signing_in(site: Site, visitor: Visitor) -> None:
    visitor.get("/solicitudes/nueva")
    ask(visitor)
    answer = visitor.post("/ingresar/codigo", {"code": site.code()}, page="/ingresar/enviado")
    assert answer.headers["Location"] == "/solicitudes/nueva"


def test_a_session_cookie_of_nobody_is_nobody(visitor: Visitor) -> None:
    visitor.client.set_cookie("solicitante", "x" * 43)
    answer = visitor.get("/solicitudes", follow_redirects=True)
    assert "Su sesión terminó" in answer.text
