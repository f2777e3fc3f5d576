"""Photos: several at once, once each, with their verdict, changed, moved, explained, removed."""

import gc
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import DocumentRow
from review_service.db.queries.applicant.files import OwnDocument, files_of
from review_service.domain.findings import Finding, Severity
from review_service.domain.limits import MEBIBYTE
from review_service.domain.refusals import RefusalReason
from tests.factories import OTHER_RUC, Office
from tests.integration.web.applicant.story import draft, send_photos
from tests.integration.web.site import JSON, Site, Visitor, finish_checks, jpeg, make_site

DARK = Finding(
    check="exposure",
    code="photo_dark",
    severity=Severity.DOUBT,
    message="Foto oscura: brillo medio 21 de 255 (mínimo 60).",
    advice="La foto salió muy oscura. Abra una puerta y tómela otra vez.",
)


def photos_of(site: Site, application_id: UUID) -> tuple[OwnDocument, ...]:
    with site.office.reading() as uow:
        return files_of(uow, application_id).photos


def rows_of(site: Site) -> int:
    with site.office.reading() as uow:
        return uow.session.execute(sa.select(sa.func.count(DocumentRow.id))).scalar_one()


def test_several_photos_go_up_in_one_plain_form(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    bystander = draft(site, ruc=OTHER_RUC)
    answer = send_photos(applicant, application_id, jpeg(1), jpeg(2), jpeg(3))
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/fotos#workshop")
    shown = applicant.get(f"/solicitudes/{application_id}/fotos").text
    assert shown.count("Revisando…") == 3
    assert photos_of(site, bystander) == ()


def test_the_same_form_sent_twice_adds_nothing(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    for _ in range(3):
        send_photos(applicant, application_id, jpeg(1), jpeg(2), key="k" * 20)
    assert len(photos_of(site, application_id)) == 2


def test_a_script_gets_the_card_of_its_photo(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    answer = send_photos(applicant, application_id, jpeg(), as_script=True).get_json()
    (card,) = answer["cards"]
    assert card["waits"]
    assert not card["refused"]
    assert f'data-id="{card["id"]}"' in card["html"]
    assert answer["numbers"] == {card["id"]: 1}


def test_the_verdict_comes_when_the_checks_end(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office, findings=(DARK,))
    (photo,) = photos_of(site, application_id)
    answer = applicant.get(
        f"/solicitudes/{application_id}/fotos/estado?ids={photo.id}", headers=JSON
    ).get_json()
    (card,) = answer["cards"]
    assert not card["waits"]
    assert "Oscura" in card["html"]
    assert "Abra una puerta" in card["html"]
    assert "miniatura.jpg" in card["html"]
    assert "La foto conviene repetirla" in answer["summary"]


def test_the_officers_words_and_figures_stay_with_the_officer(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office, findings=(DARK,))
    shown = applicant.get(f"/solicitudes/{application_id}/fotos").text
    assert "21 de 255" not in shown


def test_a_state_asked_for_with_nonsense_is_empty(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/fotos/estado?ids=x,1,"
    assert applicant.get(path, headers=JSON).get_json()["cards"] == []


def test_what_is_no_photo_is_refused_with_the_cure(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, b"hola, no soy una foto")
    shown = applicant.get(f"/solicitudes/{application_id}/fotos").text
    assert "No se pudo aceptar" in shown
    assert "no es una foto JPG o PNG" in shown


def test_a_photo_of_an_iphone_is_named_and_its_cure_told(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    heic = b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + bytes(2000)
    send_photos(applicant, application_id, heic)
    (photo,) = photos_of(site, application_id)
    shown = applicant.get(f"/solicitudes/{application_id}/fotos").text
    assert f"«{photo.file_name}» es una foto en formato HEIC" in shown
    assert "«El más compatible»" in shown
    answer = send_photos(applicant, application_id, heic, as_script=True).get_json()
    assert "formato HEIC" in answer["cards"][0]["html"]


def test_a_form_without_a_photo_says_so_beside_its_field(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    data = {"theme": "people", "upload_key": "k" * 20, "photos": (BytesIO(), "")}
    answer = applicant.post(f"/solicitudes/{application_id}/fotos/subir", data)
    assert answer.status_code == 422
    assert 'href="#fotos-people"' in answer.text
    assert "Elija al menos una foto." in answer.text


def test_a_theme_that_does_not_exist_is_refused(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    assert send_photos(applicant, application_id, jpeg(), theme="cats").status_code == 422


def test_a_photo_over_its_limit_is_refused_and_the_limit_is_named(
    office: Office, tmp_path: Path
) -> None:
    site = make_site(office, tmp_path, PHOTO_MAX_BYTES=str(MEBIBYTE))
    applicant = site.applicant()
    application_id = draft(site)
    at_limit = jpeg().ljust(MEBIBYTE, b"\0")
    send_photos(applicant, application_id, at_limit)
    send_photos(applicant, application_id, at_limit + b"\0")
    states = [photo.refusal for photo in photos_of(site, application_id)]
    assert [refusal and refusal.value for refusal in states] == [None, "too_large"]


def test_a_form_over_its_limit_is_refused_before_anything_is_kept(
    office: Office, tmp_path: Path
) -> None:
    site = make_site(office, tmp_path, PHOTO_MAX_BYTES=str(MEBIBYTE))
    applicant = site.applicant()
    application_id = draft(site)
    contents = [jpeg(n).ljust(MEBIBYTE, b"\0") for n in range(6)]
    answer = send_photos(applicant, application_id, *contents)
    assert answer.status_code == 413
    assert "Cada foto puede pesar hasta 1 MB" in answer.text
    assert f'href="/solicitudes/{application_id}"' in answer.text
    as_json = send_photos(applicant, application_id, *contents, as_script=True)
    assert "hasta 4 MB" in as_json.get_json()["message"]
    assert rows_of(site) == 0


def test_one_photo_more_than_allowed_is_refused_with_the_cure(
    office: Office, tmp_path: Path
) -> None:
    site = make_site(office, tmp_path, EVIDENCE_MAX_PAGES="2")
    applicant = site.applicant()
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    answer = send_photos(applicant, application_id, jpeg(3))
    assert answer.status_code == 422
    assert "Quite una para agregar otra" in answer.text
    assert send_photos(applicant, application_id, jpeg(3), as_script=True).status_code == 422


def test_a_photo_takes_the_place_of_another(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    finish_checks(site.office)
    first, second = photos_of(site, application_id)
    send_photos(applicant, application_id, jpeg(3), replaces=first.id)
    left = photos_of(site, application_id)
    assert first.id not in {photo.id for photo in left}
    assert second.id in {photo.id for photo in left}
    assert len(left) == 2


def test_another_photo_under_the_same_form_key_is_not_dropped(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    for content in (jpeg(10), jpeg(90), jpeg(90)):
        answer = send_photos(applicant, application_id, content, key="k" * 20, as_script=True)
        assert [card["refused"] for card in answer.get_json()["cards"]] == [False]
    assert len(photos_of(site, application_id)) == 2
    send_photos(applicant, application_id, jpeg(90), key="k" * 20, theme="people")
    assert len(photos_of(site, application_id)) == 3, "the same photo may show two themes"


def test_the_page_says_that_the_former_photo_stands(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/fotos"
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    finish_checks(site.office)
    first, _ = photos_of(site, application_id)
    send_photos(applicant, application_id, jpeg(3), replaces=first.id)
    assert "Seguimos con la foto anterior hasta que esta pase la revisión." in (
        applicant.get(path).text
    )
    (new,) = [one for one in photos_of(site, application_id) if one.replaces]
    finish_checks(site.office, reason=RefusalReason.DAMAGED)
    shown = applicant.get(path).text
    assert "La foto anterior sigue en su solicitud." in shown
    assert "La anterior sigue en su solicitud." in shown
    assert "para poder enviar" not in shown
    assert f'id="foto-{first.id}"' in shown
    (card,) = applicant.get(f"{path}/estado?ids={new.id}", headers=JSON).get_json()["cards"]
    assert card["former"]["id"] == str(first.id)
    assert f'id="foto-{first.id}"' in card["former"]["html"]
    third = send_photos(applicant, application_id, jpeg(4), replaces=new.id, as_script=True)
    assert str(first.id) not in third.get_json()["numbers"], "it steps back while the new one waits"
    finish_checks(site.office)
    assert first.id not in {photo.id for photo in photos_of(site, application_id)}
    assert len(photos_of(site, application_id)) == 2


def test_a_refused_photo_takes_nobodys_place(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1))
    (first,) = photos_of(site, application_id)
    send_photos(applicant, application_id, b"hola", replaces=first.id)
    assert first.id in {photo.id for photo in photos_of(site, application_id)}


def test_a_photo_moves_to_another_theme(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    first, second = photos_of(site, application_id)
    applicant.post(
        f"/solicitudes/{application_id}/documentos/{first.id}/mover", {"theme": "process"}
    )
    themes = {photo.id: photo.theme for photo in photos_of(site, application_id)}
    assert themes[first.id] == "process"
    assert themes[second.id] == "workshop"


def test_an_explanation_is_kept_beside_the_photo(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg())
    finish_checks(site.office, findings=(DARK,))
    (photo,) = photos_of(site, application_id)
    path = f"/solicitudes/{application_id}/documentos/{photo.id}/comentar"
    applicant.post(path, {"comment": "Se fue la luz ese día"})
    shown = applicant.get(f"/solicitudes/{application_id}/fotos").text
    assert "Usted comentó: «Se fue la luz ese día»" in shown
    assert applicant.post(path, {"comment": "x" * 501}).status_code == 422


def test_a_removed_photo_is_gone_and_the_others_stay(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    send_photos(applicant, application_id, jpeg(1), jpeg(2))
    first, second = photos_of(site, application_id)
    path = f"/solicitudes/{application_id}/documentos/{first.id}/quitar"
    assert applicant.post(path).status_code == 303
    assert applicant.post(path).status_code == 303  # a second click finds the work done
    assert [photo.id for photo in photos_of(site, application_id)] == [second.id]


def test_somebody_elses_photo_cannot_be_touched_from_ones_own_application(
    site: Site, applicant: Visitor
) -> None:
    own, theirs = draft(site), draft(site, ruc=OTHER_RUC)
    send_photos(site.applicant(OTHER_RUC), theirs, jpeg())
    (photo,) = photos_of(site, theirs)
    for action, data in (("mover", {"theme": "people"}), ("comentar", {}), ("quitar", {})):
        path = f"/solicitudes/{own}/documentos/{photo.id}/{action}"
        assert applicant.post(path, data).status_code == 404
    assert photos_of(site, theirs) == (photo,)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_body_that_breaks_off_leaves_nothing_behind(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    token = applicant.token()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token.encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
        + jpeg()[:200]
    )
    answer = applicant.client.post(
        f"/solicitudes/{application_id}/fotos/subir",
        input_stream=BytesIO(body),
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(len(body) + 5000)},
    )
    gc.collect()  # the server leaves the half file to the collector, with a warning
    assert answer.status_code == 400
    assert rows_of(site) == 0
