"""The form for photos of the prior agreement's sheets, without JavaScript."""

import hashlib
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from review_service.db.models import DocumentRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.limits import MEBIBYTE
from review_service.domain.refusals import RefusalReason
from tests.factories import OTHER_RUC, Office
from tests.integration.services import steps
from tests.integration.services.test_page_photos import HEIC, end_check
from tests.integration.web.applicant.story import draft, send_pdf
from tests.integration.web.site import JSON, Site, Visitor, jpeg, make_site, pdf

PRIOR = "acuerdo-anterior"
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def page_of(application_id: UUID) -> str:
    return f"/solicitudes/{application_id}/{PRIOR}"


def send(
    visitor: Visitor,
    application_id: UUID,
    *photos: tuple[bytes, str],
    fields: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 -- options of the client
) -> TestResponse:
    data: dict[str, Any] = {
        "upload_key": uuid4().hex,
        "hojas": [(BytesIO(content), name) for content, name in photos],
        **(fields or {}),
    }
    return visitor.post(f"{page_of(application_id)}/hojas", data, **more)


def forms(page: str, what: str) -> list[dict[str, str]]:
    """Return the hidden fields of each form that has these words."""
    found = [form for form in FORM.findall(page) if what in form]
    return [
        {**dict(HIDDEN.findall(form)), "action": form.split('action="')[1].split('"')[0]}
        for form in found
    ]


def newest(site: Site) -> DocumentRow:
    with site.office.reading() as uow:
        query = sa.select(DocumentRow).order_by(DocumentRow.created_at.desc(), DocumentRow.id)
        return uow.session.scalars(query.limit(1)).one()


@pytest.fixture
def application_id(site: Site) -> UUID:
    """A renewal without a paper."""
    return draft(site, ApplicationKind.RENEWAL)


def test_one_chooses_between_the_pdf_and_photographing_the_sheets(
    applicant: Visitor, application_id: UUID
) -> None:
    shown = applicant.get(page_of(application_id)).text
    assert "<summary>Tengo el PDF</summary>" in shown
    assert "<summary>Voy a fotografiar las hojas</summary>" in shown
    (form,) = forms(shown, 'name="hojas"')
    assert form["action"] == f"{page_of(application_id)}/hojas"
    assert form["base"] == ""
    assert "hasta 12 hojas" in shown


def test_the_whole_way_by_the_forms_of_the_page(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    answer = send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    assert answer.status_code == 303
    waiting = applicant.get(page_of(application_id)).text
    assert "Revisando «2 hojas fotografiadas»" in waiting
    assert "http-equiv" not in waiting, "a form that one fills is not drawn anew"
    (more,) = forms(waiting, "Más hojas")
    end_check(site.office, newest(site).id)

    shown = applicant.get(page_of(application_id)).text
    assert "¿Falta alguna hoja?" in shown
    (more,) = forms(shown, "Más hojas")
    address = more.pop("action")
    photo = {"hojas": [(BytesIO(jpeg(3)), "c.jpg")]}
    assert applicant.post(address, {**more, **photo}).status_code == 303
    assert newest(site).file_name == "3 hojas fotografiadas"


def test_a_sheet_that_a_script_asks_for_has_the_same_buttons(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    """Once its checks have ended; the page then comes without being loaded anew."""
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    steps.check_all(site.office, pages=2)
    document_id = newest(site).id
    state = f"/solicitudes/{application_id}/documentos/{document_id}/estado"
    told = applicant.get(state, headers=JSON)
    assert told.status_code == 200
    moves = [
        forms("".join(page["html"] for page in told.get_json()["pages"]), 'value="remove"'),
        forms(applicant.get(page_of(application_id)).text, 'value="remove"'),
    ]
    by_script, by_page = ([(each["action"], each["page"]) for each in one] for one in moves)
    assert by_script == by_page
    assert [page for _, page in by_script] == ["acuerdo"] * 2


def test_each_sheet_has_its_buttons(site: Site, applicant: Visitor, application_id: UUID) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"), (jpeg(3), "c.jpg"))
    first = newest(site)
    steps.check_all(site.office, pages=3)
    shown = applicant.get(page_of(application_id)).text
    moves = forms(shown, 'value="remove"')
    assert [move["action"].rpartition("/")[2] for move in moves] == ["1", "2", "3"]
    assert len(forms(shown, 'value="earlier"')) == len(forms(shown, 'value="later"')) == 2
    assert 'aria-label="Quitar la hoja 2"' in shown
    second = dict(moves[1])
    address = second.pop("action")
    answer = applicant.post(address, {**second, "change": "earlier"})
    assert answer.headers["Location"].startswith(page_of(application_id))
    names = [name for name, _ in newest(site).page_photos or ()]
    assert names == ["b.jpg", "a.jpg", "c.jpg"]
    again = applicant.post(address, {**second, "change": "earlier"})
    assert again.status_code == 303, "a second press finds the work done"
    assert len(steps.rows(site.office, DocumentRow)) == 2
    steps.check_all(site.office, pages=3)
    shown = applicant.get(page_of(application_id)).text
    assert "Movimos la hoja 2 hacia el principio." in shown
    retake = forms(shown, "Foto nueva de la hoja 3")[0]
    address = retake.pop("action")
    applicant.post(address, {**retake, "hojas": (BytesIO(jpeg(9)), "nueva.jpg")})
    assert [name for name, _ in newest(site).page_photos or ()] == ["b.jpg", "a.jpg", "nueva.jpg"]
    steps.check_all(site.office, pages=3)
    third = forms(applicant.get(page_of(application_id)).text, 'value="remove"')[2]
    applicant.post(third.pop("action"), {**third, "change": "remove"})
    assert [name for name, _ in newest(site).page_photos or ()] == ["b.jpg", "a.jpg"]
    assert newest(site).id != first.id


def test_what_is_no_photo_is_said_with_its_name_and_the_others_are_taken(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send(applicant, application_id, (HEIC, "IMG_1.HEIC"), (jpeg(1), "b.jpg"), (pdf(), "c.jpg"))
    shown = applicant.get(page_of(application_id)).text
    assert "«IMG_1.HEIC» es una foto en formato HEIC" in shown
    assert "«c.jpg» es un PDF, y aquí van fotos de las hojas" in shown
    assert newest(site).file_name == "1 hoja fotografiada"


def test_when_none_is_a_photo_the_form_says_so_and_is_open(
    applicant: Visitor, application_id: UUID
) -> None:
    answer = send(applicant, application_id, (HEIC, "IMG_1.HEIC"), (pdf(), "c.jpg"))
    assert answer.status_code == 422
    assert 'href="#hojas"' in answer.text
    assert answer.text.count("formato HEIC") == 2  # in the summary and at the field
    assert re.search(r'<details class="way"\s+open>\s*<summary>Voy a fotografiar', answer.text)
    nothing = send(applicant, application_id)
    assert "Elija o tome al menos una foto." in nothing.text
    as_script = send(applicant, application_id, (HEIC, "IMG_1.HEIC"), headers=JSON)
    assert "HEIC" in as_script.get_json()["message"]


def test_a_photo_sent_as_the_pdf_leads_to_photographing(
    applicant: Visitor, application_id: UUID
) -> None:
    send_pdf(applicant, application_id, PRIOR, jpeg(1), name="hoja.jpg")
    shown = applicant.get(page_of(application_id)).text
    assert "«hoja.jpg» es una foto, no un PDF." in shown
    assert "elija en esta página «Voy a fotografiar las hojas»" in shown


def test_fifty_sheets_are_too_many(applicant: Visitor, application_id: UUID) -> None:
    answer = send(applicant, application_id, *[(jpeg(1), f"{n}.jpg") for n in range(50)])
    assert answer.status_code == 422
    assert "Serían 50 hojas y aceptamos hasta 12." in answer.text


def test_a_sheet_that_was_refused_is_photographed_again_or_taken_out(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    end_check(site.office, newest(site).id, reason=RefusalReason.DAMAGED, sheet=2)
    shown = applicant.get(page_of(application_id)).text
    assert "Quitarla y seguir con las demás" in shown
    (form,) = forms(shown, "Quitarla y seguir")
    address = form.pop("action")
    assert applicant.post(address, {**form, "change": "remove"}).status_code == 303
    assert [name for name, _ in newest(site).page_photos or ()] == ["a.jpg"]
    end_check(site.office, newest(site).id)
    shown = applicant.get(page_of(application_id)).text
    assert "No pudimos aceptar" not in shown


def test_one_of_several_refused_while_another_paper_stands(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send_pdf(applicant, application_id, PRIOR, name="bueno.pdf")
    steps.check_all(site.office)
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    end_check(site.office, newest(site).id, reason=RefusalReason.DAMAGED, sheet=1)
    shown = applicant.get(page_of(application_id)).text
    assert "En su solicitud sigue «bueno.pdf»." in shown
    assert "Foto nueva de la hoja 1" in shown


def test_too_much_at_once_is_said_before_it_is_read(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path, PHOTO_MAX_BYTES=str(MEBIBYTE))
    applicant = site.applicant()
    application_id = draft(site, ApplicationKind.RENEWAL)
    big = jpeg(1).ljust(6 * MEBIBYTE, b"\0")
    answer = send(applicant, application_id, (big, "a.jpg"))
    assert answer.status_code == 413
    assert "Aceptamos hasta 12 hojas, y sus fotos pueden pesar juntas hasta 4 MB." in answer.text


def test_a_form_of_yesterday_is_told_so(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    document_id = newest(site).id
    address = f"/solicitudes/{application_id}/documentos/{document_id}/hojas/1"
    form = {"upload_key": uuid4().hex, "change": "later", "version": "1." + "0" * 20}
    late = applicant.post(address, form)
    assert late.status_code == 409
    assert page_of(application_id) in late.text
    assert "Lo que usted envió" not in late.text, "nobody typed what a button says"
    sent = {"base": str(document_id), "place": "2", "version": form["version"]}
    late = send(applicant, application_id, (jpeg(3), "c.jpg"), fields=sent)
    assert late.status_code == 409
    assert str(document_id) not in late.text
    assert len(steps.rows(site.office, DocumentRow)) == 1
    missing = applicant.post(address, {"upload_key": uuid4().hex, "change": "sideways"})
    assert missing.status_code == 422


def test_nobody_else_moves_them(site: Site, applicant: Visitor, application_id: UUID) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    address = f"/solicitudes/{application_id}/documentos/{newest(site).id}/hojas/1"
    stranger = site.applicant(OTHER_RUC)
    form = {"upload_key": uuid4().hex, "change": "later"}
    assert stranger.post(address, form).status_code == 404
    theirs = draft(site, ApplicationKind.RENEWAL, OTHER_RUC)
    answer = send(stranger, theirs, (jpeg(3), "c.jpg"), fields={"base": str(newest(site).id)})
    assert answer.status_code == 404
    for base in ("x", str(uuid4())):
        assert (
            send(applicant, application_id, (jpeg(3), "c"), fields={"base": base}).status_code
            == 404
        )


def test_what_is_wrong_with_one_sheet_is_said_at_that_sheet(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    steps.check_all(site.office, pages=2)
    page = applicant.get(page_of(application_id)).text
    (retake,) = forms(page, "Foto nueva de la hoja 2")
    address = retake.pop("action")
    for photo in ({}, {"hojas": (BytesIO(HEIC), "IMG_1.HEIC")}):
        answer = applicant.post(address, {**retake, **photo})
        assert answer.status_code == 422
        assert 'href="#hoja-2"' in answer.text
        assert answer.text.count('id="hoja-2-problem"') == 1
        assert "hojas-problem" not in answer.text
    (more,) = forms(page, "Más hojas")
    answer = applicant.post(more.pop("action"), more)
    assert 'href="#mas-hojas"' in answer.text
    assert answer.text.count('id="mas-hojas-problem"') == 1


def test_a_refused_sheet_is_decided_on_before_anything_could_drop_those_sent_with_it(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    steps.check_all(site.office, pages=2)
    base = {"base": str(newest(site).id)}
    send(applicant, application_id, (jpeg(3), "c.jpg"), (jpeg(4), "d.jpg"), fields=base)
    refused = newest(site)
    end_check(site.office, refused.id, reason=RefusalReason.DAMAGED, sheet=4)
    shown = applicant.get(page_of(application_id)).text
    assert "Cambie o quite aquí esa hoja" in shown
    assert "otro PDF" not in shown
    assert "Más hojas" not in shown
    (move,) = forms(shown, 'value="remove"')
    assert str(refused.id) in move["action"]
    (retake,) = forms(shown, "Foto nueva de la hoja")
    assert retake["base"] == str(refused.id)


def test_one_may_photograph_everything_anew(
    site: Site, applicant: Visitor, application_id: UUID
) -> None:
    send(applicant, application_id, (jpeg(1), "a.jpg"), (jpeg(2), "b.jpg"))
    steps.check_all(site.office, pages=2)
    shown = applicant.get(page_of(application_id)).text
    (anew,) = forms(shown, "Fotos de las hojas")
    assert anew["base"] == ""
    address = anew.pop("action")
    applicant.post(address, {**anew, "hojas": (BytesIO(jpeg(3)), "c.jpg")})
    assert newest(site).file_name == "1 hoja fotografiada"
    assert shown.count('id="hojas"') == shown.count('id="mas-hojas"') == 1


def test_of_very_many_refused_files_some_are_named_and_the_others_counted(
    applicant: Visitor, application_id: UUID
) -> None:
    names = [hashlib.sha512(bytes([number])).hexdigest()[:110] for number in range(50)]
    send(applicant, application_id, (jpeg(1), "a.jpg"), *[(HEIC, name) for name in names])
    shown = applicant.get(page_of(application_id)).text
    assert shown.count("es una foto en formato HEIC") == 8
    assert "Tampoco pudimos tomar otros 42 archivos" in shown


def test_a_first_application_takes_no_sheets(site: Site, applicant: Visitor) -> None:
    first = draft(site, ApplicationKind.NEW)
    answer = send(applicant, first, (jpeg(1), "a.jpg"))
    assert answer.headers["Location"] == f"/solicitudes/{first}"
    assert "Eso ya no se puede cambiar" in applicant.get(f"/solicitudes/{first}").text
    assert steps.rows(site.office, DocumentRow) == []
