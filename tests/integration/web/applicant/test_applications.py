"""My applications: the list, a new one, one in each state, and giving one up."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, MailRow
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import long_date
from review_service.services import calendar
from review_service.services.calendar import DecreedDay
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import OTHER_RUC, RUC, add_officer
from tests.integration.services import loop_cases, steps
from tests.integration.services.test_notices import asked, hand_over, of_case, refuse
from tests.integration.web.applicant.story import complete, confirmed, draft
from tests.integration.web.officer.desk_cases import (
    accept_everything,
    approve,
    publish_everything,
    version_of,
)
from tests.integration.web.site import Site, Visitor

NOWHERE = "00000000-0000-4000-8000-000000000000"
PAGES = [
    "",
    "/datos",
    "/fotos",
    "/fotos/estado",
    "/pdf",
    "/acuerdo-anterior",
    "/revisar",
    "/confirmar",
    "/comprobante",
    "/comprobante.pdf",
    "/corregir",
    "/retirar",
    "/acuerdo.pdf",
    f"/documentos/{NOWHERE}/original",
    f"/documentos/{NOWHERE}/estado",
    f"/paginas/{NOWHERE}/1/miniatura.jpg",
    f"/paginas/{NOWHERE}/1/imagen.jpg",
]
ACTIONS = [
    "/datos",
    "/fotos/subir",
    "/pdf/subir",
    "/pdf/temas",
    "/acuerdo-anterior/subir",
    "/enviar",
    "/confirmar/otra-vez",
    "/corregir",
    "/retirar",
    f"/documentos/{NOWHERE}/mover",
    f"/documentos/{NOWHERE}/comentar",
    f"/documentos/{NOWHERE}/quitar",
]


def test_an_empty_list_says_how_to_begin(applicant: Visitor) -> None:
    shown = applicant.get("/solicitudes").text
    assert "Todavía no tiene solicitudes" in shown
    assert 'href="/solicitudes/nueva"' in shown


def test_a_double_click_opens_one_application(applicant: Visitor) -> None:
    first = applicant.post("/solicitudes/nueva", {"kind": "new"})
    second = applicant.post("/solicitudes/nueva", {"kind": "new"})
    assert first.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert applicant.get("/solicitudes").text.count("AR-20") == 1


def test_asks_for_the_kind_when_none_was_chosen(applicant: Visitor) -> None:
    answer = applicant.post("/solicitudes/nueva", {"kind": "other"})
    assert answer.status_code == 422
    assert 'href="#kind"' in answer.text


def test_offers_the_open_draft_instead_of_a_second_one(site: Site, applicant: Visitor) -> None:
    draft(site)
    assert "Ya tiene un borrador" in applicant.get("/solicitudes/nueva/artesano").text
    assert "Ya tiene un borrador" not in applicant.get("/solicitudes/nueva/mipyme").text


def test_lists_only_the_own_applications(site: Site, applicant: Visitor) -> None:
    draft(site, ruc=OTHER_RUC)
    assert "AR-20" not in applicant.get("/solicitudes").text


@pytest.mark.parametrize("page", PAGES)
def test_somebody_elses_pages_do_not_exist(site: Site, applicant: Visitor, page: str) -> None:
    theirs = draft(site, ruc=OTHER_RUC)
    assert applicant.get(f"/solicitudes/{theirs}{page}").status_code == 404
    assert applicant.get(f"/solicitudes/{NOWHERE}{page}").status_code in {404, 200}
    assert applicant.get(f"/solicitudes/nope{page}").status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_somebody_elses_application_takes_no_action(
    site: Site, applicant: Visitor, action: str
) -> None:
    theirs = draft(site, ruc=OTHER_RUC)
    data = {"theme": "workshop", "upload_key": "0" * 32, "kind": "new", "declared": "y"}
    answer = applicant.post(f"/solicitudes/{theirs}{action}", data)
    assert answer.status_code in {404, 422}, answer.text
    shown = site.applicant(OTHER_RUC).get(f"/solicitudes/{theirs}").text
    assert "Borrador" in shown


@pytest.mark.parametrize("page", ["", *PAGES])
def test_strangers_are_asked_to_sign_in(site: Site, visitor: Visitor, page: str) -> None:
    answer = visitor.get(f"/solicitudes/{draft(site)}{page}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/ingresar"


@pytest.mark.parametrize("action", ACTIONS)
def test_strangers_take_no_action(site: Site, visitor: Visitor, action: str) -> None:
    path = f"/solicitudes/{draft(site)}{action}"
    assert visitor.post(path, page="/ingresar").headers["Location"] == "/ingresar"


def test_an_application_tells_its_story_in_words(site: Site, applicant: Visitor) -> None:
    application_id = confirmed(site, applicant)
    shown = applicant.get(f"/solicitudes/{application_id}").text
    for words in (
        "En revisión",
        "Una persona la está revisando",
        "Usted empezó la solicitud.",
        "Usted envió la solicitud.",
        "Usted confirmó la solicitud y la recibimos.",
        "Comprobante de recepción",
        "ma•••@correo.example",
        "Retirar esta solicitud",
    ):
        assert words in shown
    assert "17h00" in shown
    assert "maria@" not in shown


def test_pages_of_a_sent_application_lead_to_where_it_stands(
    site: Site, applicant: Visitor
) -> None:
    application_id = confirmed(site, applicant)
    for page in ("datos", "fotos", "pdf", "revisar"):
        answer = applicant.get(f"/solicitudes/{application_id}/{page}")
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/solicitudes/{application_id}"
    assert "ya no se puede cambiar" in applicant.get(f"/solicitudes/{application_id}").text


def test_giving_up_asks_first_and_happens_once(site: Site, applicant: Visitor) -> None:
    application_id = complete(site, applicant)
    path = f"/solicitudes/{application_id}/retirar"
    assert "No se puede deshacer" in applicant.get(path).text
    assert "Borrador" in applicant.get(f"/solicitudes/{application_id}").text
    for _ in range(2):
        assert applicant.post(path).status_code == 303
    assert "Desistida" in applicant.get(f"/solicitudes/{application_id}").text
    assert "ya no se puede retirar" in applicant.get(path).text


def test_after_giving_up_a_new_one_may_be_opened(site: Site, applicant: Visitor) -> None:
    former = draft(site)
    applicant.post(f"/solicitudes/{former}/retirar")
    answer = applicant.post("/solicitudes/nueva", {"kind": "renewal"})
    assert str(former) not in answer.headers["Location"]


def test_a_new_application_is_prefilled_from_the_registry(applicant: Visitor) -> None:
    path = applicant.post("/solicitudes/nueva", {"kind": "new"}).headers["Location"]
    shown = applicant.get(path).text
    assert "TITUAÑA QUILUMBA MARIA" in shown
    assert RUC in shown
    assert 'value="C139209" selected' in shown
    assert 'value="Imbabura" selected' in shown
    assert 'value="Otavalo"' in shown


def test_a_renewal_has_one_step_more(site: Site, applicant: Visitor) -> None:
    application_id = draft(site, ApplicationKind.RENEWAL)
    assert "Paso 2 de 5" in applicant.get(f"/solicitudes/{application_id}/fotos").text


def appeal_day(site: Site, application_id: UUID) -> str:
    """Return the last day that the letter told, in words."""
    with site.office.reading() as uow:
        mail = uow.session.scalars(
            sa.select(MailRow).where(
                MailRow.application_id == application_id,
                MailRow.event.in_(("refused", "withdrawn")),
            )
        ).first()
    assert mail is not None
    return long_date(date.fromisoformat(mail.context["appeal_until"]))


def refused(site: Site, applicant: Visitor) -> UUID:
    """Return an application that an officer refused."""
    application_id = confirmed(site, applicant)
    steps.observe(site.office, application_id)
    reviewing.refuse(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office),
        version=version_of(site.office, application_id),
        reasons="No se ve el taller en ninguna foto.",
        institution=site.container.institution(),
    )
    return application_id


def test_a_refused_one_says_until_when_before_whom_and_how_to_appeal(
    site: Site, applicant: Visitor
) -> None:
    application_id = refused(site, applicant)
    steps.hand_over(site.office, "refused")
    remedies = site.container.institution().remedies
    shown = applicant.get(f"/solicitudes/{application_id}").text
    for words in (
        appeal_day(site, application_id),
        remedies.before,
        "artículo 224 del Código Orgánico Administrativo",
        "Con un escrito de apelación",
        "/solicitudes/nueva",
    ):
        assert words in shown


def test_the_day_that_the_letter_told_stays_when_a_holiday_is_decreed(
    site: Site, applicant: Visitor
) -> None:
    application_id = refused(site, applicant)
    steps.hand_over(site.office, "refused")
    told = appeal_day(site, application_id)
    with site.office.reading() as uow:
        soon = ecuador_day(uow.now) + timedelta(days=1)
    for days in range(7):
        calendar.decree(
            site.office.writing(),
            DecreedDay(day=soon + timedelta(days=days), canton="", name="Feriado", source="D. 1"),
        )
    assert told in applicant.get(f"/solicitudes/{application_id}").text


def test_after_its_last_day_the_page_says_that_it_is_over(site: Site, applicant: Visitor) -> None:
    application_id = refused(site, applicant)
    steps.hand_over(site.office, "refused")
    with site.office.writing() as uow:
        for mail in uow.session.scalars(sa.select(MailRow).where(MailRow.event == "refused")):
            mail.context = {**mail.context, "appeal_until": "2026-01-05"}
        uow.commit()
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert "terminó el <strong>5 de enero de 2026</strong>" in shown


def test_one_taken_as_withdrawn_has_the_same_door_and_one_given_up_has_none(
    site: Site, applicant: Visitor
) -> None:
    given_up = draft(site)
    applicant.post(f"/solicitudes/{given_up}/retirar")
    assert "Hasta cuándo" not in applicant.get(f"/solicitudes/{given_up}").text
    application_id = confirmed(site, applicant)
    words = "Una frase que alcanza para todo."
    correcting.request_correction(
        site.office.writing(),
        application_id=application_id,
        officer_id=add_officer(site.office),
        version=version_of(site.office, application_id),
        items=[CorrectionItem(item=ReviewItem.WORKSHOP, reason=words, instruction=words)],
    )
    steps.hand_over(site.office, "correction_requested")
    with site.office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).correct_by = date(2026, 1, 5)
        uow.commit()
    loop_cases.resolve(site.office, application_id)
    steps.hand_over(site.office, "withdrawn")
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert "el plazo terminó el 5 de enero de 2026 sin respuesta" in shown
    assert appeal_day(site, application_id) in shown
    assert site.container.institution().remedies.before in shown


@pytest.mark.parametrize("event", ["refused", "withdrawn"])
@pytest.mark.parametrize(
    ("fate", "words"),
    [("waits", "empieza cuando salga la carta"), ("refused", "no pudimos entregarle la carta")],
)
def test_no_term_to_appeal_runs_or_is_over_before_its_letter_left(
    site: Site, applicant: Visitor, event: str, fate: str, words: str
) -> None:
    application_id = refused(site, applicant) if event == "refused" else taken_back(site)
    mail = of_case(site.office, event, application_id)
    if fate == "refused":
        refuse(site.office, mail.id)
    with site.office.writing() as uow:
        held = uow.session.get_one(MailRow, mail.id)
        held.context = {**held.context, "appeal_until": "2026-01-05"}
        uow.commit()
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert words in shown
    assert "5 de enero de 2026</strong>" not in shown
    assert site.container.institution().remedies.before in shown
    hand_over(site.office, mail.id)
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert words not in shown
    assert "Hasta cuándo" in shown


def taken_back(site: Site) -> UUID:
    """Return an application that counts as withdrawn; its letter has not left."""
    application_id = asked(site.office)
    steps.hand_over(site.office, "correction_requested")
    with site.office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).correct_by = date(2026, 1, 5)
        uow.commit()
    loop_cases.resolve(site.office, application_id)
    return application_id


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("waits", "se lo enviamos a su correo"),
        ("refused", "Su correo rechazó el mensaje"),
        ("delivered", "también llegó a su correo"),
    ],
)
def test_the_page_of_an_issued_one_says_whether_its_mail_arrived(
    site: Site, applicant: Visitor, fate: str, words: str
) -> None:
    application_id = confirmed(site, applicant)
    officer_id = add_officer(site.office)
    accept_everything(site.office, application_id, officer_id)
    approve(site.office, application_id, officer_id)
    publish_everything(site.office)
    if fate == "refused":
        refuse(site.office, of_case(site.office, "issued", application_id).id)
    if fate == "delivered":
        steps.hand_over(site.office, "issued")
    shown = applicant.get(f"/solicitudes/{application_id}").text
    assert words in shown
    assert ("también llegó" in shown) is (fate == "delivered")


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("waits", "empieza cuando salga el aviso"),
        ("refused", "No pudimos entregarle el aviso"),
        ("delivered", "Tiene hasta el"),
    ],
)
def test_the_page_says_whether_the_term_to_correct_runs(
    site: Site, applicant: Visitor, fate: str, words: str
) -> None:
    application_id = asked(site.office)
    mail = of_case(site.office, "correction_requested", application_id)
    if fate == "refused":
        refuse(site.office, mail.id)
    if fate == "delivered":
        steps.hand_over(site.office, "correction_requested")
    page = applicant.get(f"/solicitudes/{application_id}/corregir").text
    assert words in page
    assert ("Tiene hasta el" in page) is (fate == "delivered")
