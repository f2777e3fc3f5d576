"""The data sheet: kept as it is typed, named problems, nothing typed is lost."""

import pytest

from tests.factories import SHEET
from tests.integration.web.applicant.story import draft
from tests.integration.web.site import Site, Visitor

FORM = {**SHEET, "kind": "new"}


def test_a_complete_sheet_goes_on_to_the_photos(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, "trade": "Guitarras"})
    assert answer.headers["Location"] == f"/solicitudes/{application_id}/fotos"
    assert "Guitarras" in applicant.get(f"/solicitudes/{application_id}/datos").text


def test_an_incomplete_sheet_is_kept_and_says_what_is_missing(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    typed = {**FORM, "trade": "Guitarras", "address": "", "phone": "12"}
    answer = applicant.post(f"/solicitudes/{application_id}/datos", typed)
    assert answer.status_code == 422
    assert "Guardamos lo que escribió" in answer.text
    for place in ("#address", "#phone"):
        assert f'href="{place}"' in answer.text
    assert "Guitarras" in applicant.get(f"/solicitudes/{application_id}/datos").text


def test_all_errors_of_a_sheet_are_told_at_once(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/datos"
    typed = {
        **FORM,
        "trade": "x" * 401,
        "canton": "Ota\u202evalo",
        "address": "",
        "workers": "muchos",
        "phone": "12",
        "notice_email": "hija",
    }
    answer = applicant.post(path, typed)
    assert answer.status_code == 422
    for field in ("trade", "canton", "address", "workers", "phone", "notice_email"):
        assert f'href="#{field}"' in answer.text
    assert answer.text.count('class="problem"') == 6
    later = applicant.post(path, {**typed, "later": "1"})
    assert 'href="#workers"' in later.text
    assert 'href="#address"' not in later.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("trade", "x" * 201), ("workers", "muchos"), ("workers", "1000"), ("address", "a\u202eb")],
)
def test_an_impossible_value_is_not_kept_but_stays_on_the_page(
    site: Site, applicant: Visitor, field: str, value: str
) -> None:
    application_id = draft(site)
    answer = applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert value in answer.text
    assert value not in applicant.get(f"/solicitudes/{application_id}/datos").text


def test_save_and_leave_asks_for_nothing(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    typed = {**FORM, "address": "", "later": "y"}
    answer = applicant.post(f"/solicitudes/{application_id}/datos", typed)
    assert answer.headers["Location"] == "/solicitudes"
    assert "Puede seguir cuando quiera" in applicant.get("/solicitudes").text


def test_turning_to_a_renewal_adds_the_step_of_the_prior_agreement(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, "kind": "renewal"})
    assert "Paso 2 de 5" in applicant.get(f"/solicitudes/{application_id}/fotos").text


def test_what_was_typed_is_shown_as_text_and_never_runs(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, "trade": hostile})
    for page in ("datos", "revisar", ""):
        shown = applicant.get(f"/solicitudes/{application_id}/{page}".rstrip("/")).text
        assert "<script>alert" not in shown
        assert "{{ 7*7 }}" in shown


def test_no_field_of_the_form_reaches_what_is_not_the_applicants(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    extra = {"state": "issued", "ruc": "1792060346001", "holder": "Otra", "reference": "AR-1"}
    applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, **extra})
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert "Borrador" in shown
    assert "Otra" not in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [("ciiu", "C999999"), ("province", "Atlántida"), ("canton", "Ciudad Perdida")],
)
def test_what_no_closed_list_holds_is_kept_and_cannot_be_sent(
    site: Site, applicant: Visitor, field: str, value: str
) -> None:
    application_id = draft(site)
    answer = applicant.post(f"/solicitudes/{application_id}/datos", {**FORM, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    sent = applicant.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    assert sent.status_code == 422
    assert "No se pudo enviar" in sent.text


def test_before_sending_the_applicant_reads_what_officers_are_warned_of(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    applicant.post(
        f"/solicitudes/{application_id}/datos",
        {**FORM, "workers": "40", "canton": "Cotacachi", "ciiu": "C321101"},
    )
    shown = applicant.get(f"/solicitudes/{application_id}/revisar").text
    assert "Puso 40 operarios; la Ley de Defensa del Artesano admite 15." in shown
    assert "El SRI no registra un local suyo abierto en Cotacachi, Imbabura." in shown
    assert "La actividad que puso no consta en su RUC." in shown
