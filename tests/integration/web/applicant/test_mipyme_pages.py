"""A MIPYME's pages: from the choice of a track to the certificate that is printed."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow, ApplicationRow, MailRow
from review_service.domain.applications import ApplicationState
from review_service.domain.terms import ecuador_today
from review_service.samples.people import synthetic_ruc
from review_service.services.agreements import issuing
from tests.factories import (
    BUSINESS_SHEET,
    RUC,
    add_taxpayer,
    confirm_business,
    open_business,
)
from tests.integration.services.test_issuing import make_press, only_lease
from tests.integration.web.site import Site, Visitor
from tests.plain_paper import PlainReader

NEW = "/solicitudes/nueva"
SENTENCE = "4 personas y ventas de USD 85.000 (hasta 9 personas y USD 300.000)"


def opened(applicant: Visitor) -> str:
    answer = applicant.post(NEW, {"via": "mipyme"}, page=f"{NEW}/mipyme")
    assert answer.status_code == 303
    return answer.headers["Location"].removesuffix("/datos")


def filled(applicant: Visitor, **changed: str) -> str:
    path = opened(applicant)
    answer = applicant.post(f"{path}/datos", {**BUSINESS_SHEET, **changed}, page=f"{path}/datos")
    assert answer.headers.get("Location") == f"{path}/revisar", answer.text
    return path


def version_on(applicant: Visitor, page: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', applicant.get(page).text)
    assert found
    return found.group(1)


def send(applicant: Visitor, path: str, **fields: str) -> str:
    form = {"declared": "y", "version": version_on(applicant, f"{path}/revisar"), **fields}
    answer = applicant.post(f"{path}/enviar", form, page=f"{path}/revisar")
    return answer.headers.get("Location", "") or answer.text


def confirm(site: Site, applicant: Visitor, path: str) -> str:
    form = {"code": site.code(), "version": version_on(applicant, f"{path}/confirmar")}
    answer = applicant.post(f"{path}/confirmar", form, page=f"{path}/confirmar")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def row(site: Site) -> ApplicationRow:
    with site.office.reading() as uow:
        return uow.session.execute(sa.select(ApplicationRow)).scalar_one()


def issue(site: Site) -> None:
    press = replace(make_press(site.office), reader=PlainReader(good=1, count=1))
    issuing.issue(site.office.writing, press, only_lease(site.office))


def test_both_tracks_stand_to_choose_from(applicant: Visitor) -> None:
    shown = applicant.get(NEW).text
    for way in ("mipyme", "artesano"):
        assert f'href="/solicitudes/nueva/{way}"' in shown
    assert applicant.get(f"{NEW}/otra").status_code == 404
    assert applicant.post(NEW, {"via": "otra", "kind": "new"}).status_code == 404


def test_the_sheet_asks_only_what_nobody_knows(applicant: Visitor) -> None:
    shown = applicant.get(f"{opened(applicant)}/datos").text
    assert set(re.findall(r'(?:input|select)[^>]*?name="([a-z_]+)"', shown)) - {
        "csrf_token", "kept_for", "version", "asked_year"
    } == set(BUSINESS_SHEET)  # fmt: skip
    assert 'value="Otavalo"' in shown
    assert "ACTIVO, RIMPE" in shown
    assert "Si las personas y las ventas dicen cosas distintas, valen las ventas." in shown


def test_what_is_missing_is_told_at_once_and_nothing_is_lost(applicant: Visitor) -> None:
    path = opened(applicant)
    answer = applicant.post(
        f"{path}/datos",
        {**BUSINESS_SHEET, "employees": "", "sales": "", "canton": "Ciudad Perdida"},
        page=f"{path}/datos",
    )
    assert answer.status_code == 422
    for place in ("employees", "sales", "canton"):
        assert f'<a href="#{place}">' in answer.text
    assert "Ciudad Perdida" in answer.text
    again = applicant.post(
        f"{path}/datos", {**BUSINESS_SHEET, "sales": "mucho"}, page=f"{path}/datos"
    )
    assert 'value="mucho"' in again.text
    assert "No podemos leer ese valor" in again.text


def test_a_form_open_over_new_year_is_asked_again_and_keeps_what_was_typed(
    site: Site, applicant: Visitor
) -> None:
    path, year = opened(applicant), ecuador_today().year
    page = f"{path}/datos"
    assert f'name="asked_year" value="{year}"' in applicant.get(page).text
    form = {**BUSINESS_SHEET, "employees": "7", "asked_year": str(year - 1)}
    answer = applicant.post(page, form, page=page)
    assert answer.status_code == 422
    assert f"Empezó {year} mientras llenaba esta hoja" in answer.text
    assert 'value="7"' in answer.text
    assert 'value="85.000"' in answer.text
    assert f'name="asked_year" value="{year}"' in answer.text
    assert row(site).sheet.get("sales_cents") is None
    answer = applicant.post(page, {**form, "asked_year": str(year)}, page=page)
    assert answer.headers["Location"] == f"{path}/revisar"


def test_sales_saved_in_another_year_are_not_shown_as_those_of_this_one(
    site: Site, applicant: Visitor
) -> None:
    path = filled(applicant)
    assert 'value="85.000"' in applicant.get(f"{path}/datos").text
    with site.office.writing() as uow:
        saved = uow.session.execute(sa.select(ApplicationRow)).scalar_one()
        saved.sheet = {**saved.sheet, "sales_year": ecuador_today().year - 2}
        uow.commit()
    assert 'value="85.000"' not in applicant.get(f"{path}/datos").text


def test_the_category_is_read_before_it_is_sent(applicant: Visitor) -> None:
    shown = applicant.get(f"{filled(applicant)}/revisar").text
    assert "<h2>Microempresa</h2>" in shown
    assert SENTENCE in shown
    assert "su certificado sale enseguida" in shown
    assert "USD 85.000 en" in shown
    assert "Fotos" not in shown.partition("<main")[2]
    assert "Pido que lo revise" not in shown


def test_from_confirming_to_the_printed_certificate(site: Site, applicant: Visitor) -> None:
    path = filled(applicant)
    assert send(applicant, path) == f"{path}/confirmar"
    assert confirm(site, applicant, path) == path
    waiting = applicant.get(path).text
    assert "Su categoría: Microempresa" in waiting
    assert SENTENCE in waiting
    assert "Ver si ya está listo" in waiting
    issue(site)
    ready = applicant.get(path).text
    assert "Imprimir certificado" in ready
    assert "Los archivos" not in ready
    listed = applicant.get("/solicitudes").text
    assert "Su certificado RUM-2026-000001 está vigente" in listed
    assert "Imprimir certificado" in listed
    paper = applicant.get(f"{path}/acuerdo.pdf")
    assert paper.status_code == 200
    assert "Certificado-RUM-2026-000001.pdf" in paper.headers["Content-Disposition"]


def test_an_officers_reasons_are_shown_as_written_with_one_point_at_the_end(
    site: Site, applicant: Visitor
) -> None:
    path = filled(applicant)
    send(applicant, path)
    confirm(site, applicant, path)
    issue(site)
    with site.office.writing() as uow:
        decided = uow.session.execute(sa.select(ApplicationRow)).scalar_one()
        decided.decision_reasons = "Mediana empresa: Son de dos años: 2024 y 2025."
        uow.commit()
    shown = applicant.get(path).text
    assert "<p>Son de dos años: 2024 y 2025.</p>" in shown
    assert "Usted confirmó la solicitud y recibió su categoría." in shown


def test_another_category_on_sales_of_the_same_year_is_told_before_it_is_sent(
    site: Site, applicant: Visitor
) -> None:
    path = filled(applicant)
    send(applicant, path)
    confirm(site, applicant, path)
    issue(site)
    answer = applicant.post(NEW, {"via": "mipyme", "cambiaron": "1"}, page=f"{NEW}/mipyme")
    path = answer.headers["Location"].removesuffix("/datos")
    changed = {**BUSINESS_SHEET, "sales": "400.000"}
    applicant.post(f"{path}/datos", changed, page=f"{path}/datos")
    shown = applicant.get(f"{path}/revisar").text
    assert "su certificado vigente dice «Microempresa»: una persona revisa el cambio" in shown
    assert "La decide una persona" in shown
    assert "su certificado sale enseguida" not in shown


def test_who_waits_is_told_how_many_come_before_and_asks_again_the_later(
    site: Site, applicant: Visitor
) -> None:
    for number in (20, 21):
        with site.office.writing() as uow:
            add_taxpayer(uow, synthetic_ruc(number))
            uow.commit()
        earlier = open_business(site.office, synthetic_ruc(number))
        confirm_business(site.office, earlier, synthetic_ruc(number))
    path = filled(applicant)
    send(applicant, path)
    confirm(site, applicant, path)
    waiting = applicant.get(path).text
    assert "Antes del suyo se firman 2 documentos." in waiting
    assert 'data-again="3400"' in waiting


def test_what_is_sold_stands_in_no_mail_and_in_no_verification(
    site: Site, applicant: Visitor
) -> None:
    path = filled(applicant, sales="84.731")
    send(applicant, path)
    confirm(site, applicant, path)
    issue(site)
    amount = re.compile(r"(?<!\d)84[.,]?731(?:00)?(?!\d)")
    with site.office.reading() as uow:
        sheet = uow.session.execute(sa.select(ApplicationRow.sheet)).scalar_one()
        told = str([(mail.event, mail.context) for mail in uow.session.scalars(sa.select(MailRow))])
        snapshot = str(uow.session.execute(sa.select(AgreementRow.snapshot)).scalar_one())
    assert amount.search(str(sheet))
    assert [words for words in (told, snapshot) if amount.search(words)] == []


def test_the_mailed_link_says_the_category_in_another_browser(
    site: Site, applicant: Visitor
) -> None:
    send(applicant, filled(applicant))
    address = f"/confirmar/{site.token()}"
    phone = site.visitor()
    answer = phone.post(address, page=address)
    assert answer.headers["Location"] == "/confirmada"
    shown = phone.get("/confirmada").text
    assert "Su categoría: Microempresa" in shown
    assert "85.000" not in shown
    assert row(site).state is ApplicationState.APPROVED


def test_over_the_limits_there_is_a_door(site: Site, applicant: Visitor) -> None:
    path = filled(applicant, sales="9.000.000")
    shown = applicant.get(f"{path}/revisar").text
    assert "No es una MIPYME" in shown
    assert 'href="#person"' in shown
    assert "Pido que lo revise una persona" in shown
    assert "No se pudo enviar" in send(applicant, path)
    told = send(applicant, path, person="y", wish="x" * 501)
    assert "500 letras" in told
    assert send(applicant, path, person="y", wish="Es de dos años") == f"{path}/confirmar"
    assert confirm(site, applicant, path) == f"{path}/comprobante"
    receipt = applicant.get(f"{path}/comprobante").text
    assert "Certificado RUM" in receipt
    assert "sus fotos" not in receipt
    page = applicant.get(path).text
    assert "Por qué la revisa una persona" in page
    assert "Es de dos años" in page


def test_what_contradicts_the_register_is_told_before_sending(
    site: Site, applicant: Visitor
) -> None:
    path = filled(applicant, province="Carchi", canton="Tulcán")
    shown = applicant.get(f"{path}/revisar").text
    assert "La decide una persona" in shown
    assert "<h2>Microempresa</h2>" not in shown
    send(applicant, path)
    assert confirm(site, applicant, path) == f"{path}/comprobante"
    assert row(site).referral


@pytest.mark.parametrize("page", ["fotos", "fotos/pdf", "acuerdo-anterior"])
def test_pages_of_other_tracks_lead_nowhere_wrong(applicant: Visitor, page: str) -> None:
    path = opened(applicant)
    assert applicant.get(f"{path}/{page}").status_code in {302, 303, 404, 409}


def test_one_application_of_the_track_at_a_time(site: Site, applicant: Visitor) -> None:
    path = filled(applicant)
    assert opened(applicant) == path
    assert "Ya tiene un borrador" in applicant.get(f"{NEW}/mipyme").text
    send(applicant, path)
    confirm(site, applicant, path)
    answer = applicant.post(NEW, {"via": "mipyme"}, page=f"{NEW}/mipyme")
    assert answer.status_code == 422
    assert "en trámite" in answer.text
    workshop = applicant.post(NEW, {"kind": "new"})
    assert workshop.status_code == 303
    with site.office.reading() as uow:
        tracks = {each.track for each in uow.session.scalars(sa.select(ApplicationRow))}
    assert tracks == {"artisan", "mipyme"}
    assert row_of_ruc(site) == 2


def row_of_ruc(site: Site) -> int:
    with site.office.reading() as uow:
        counted = sa.select(sa.func.count()).where(ApplicationRow.ruc == RUC)
        return uow.session.execute(counted).scalar_one()
