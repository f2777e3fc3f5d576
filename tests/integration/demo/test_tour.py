"""The tour of the demo's start page: signed in as the act's person, one press from its end."""

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, SessionRow
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import NotFoundError
from review_service.samples import people
from review_service.services.applicant import applying
from review_service.web import languages
from review_service.web.demo import entering, tour
from review_service.web.demo.acts import FIGURES_PATH, Act
from review_service.web.demo.tour import Paper, Subject, Tour
from tests.factories import OTHER_RUC, RUC, Office, add_officer, add_taxpayer, open_business
from tests.integration.demo.test_start_page import keep_mail
from tests.integration.web.officer.desk_cases import accept_everything, approve, put_case
from tests.integration.web.outside import Marked, outside
from tests.integration.web.site import Site, Visitor, make_site

ARTISAN, BUSINESS = people.TOUR_CASES[0].ruc, people.TOUR_BUSINESSES[0].ruc
PAPER = Paper(token="a" * 26, changed_sha256="5" * 64, changed_identifiers="7" * 32)
PREPARING = "Se está preparando"
WAITS = '<meta http-equiv="refresh"'


@pytest.fixture
def site(office: Office, demo_folder: Path) -> Site:
    """A demo whose register knows the people of two acts."""
    with office.writing() as uow:
        add_taxpayer(uow, ARTISAN, name="LEMA TOCAGÓN CARLOS")
        add_taxpayer(uow, BUSINESS, name="CAFETERÍA MITAD DEL MUNDO")
        uow.commit()
    return make_site(office, demo_folder, DEMO_PAGE="1", DEMONSTRATION="1")


def prepare(folder: Path, act: Act, ruc: str, application_id: UUID | None) -> None:
    known = tour.read(folder)
    subject = Subject(ruc=ruc, application_id=application_id)
    tour.write(folder, replace(known, subjects={**known.subjects, act: subject}))


def begin(visitor: Visitor, act: Act) -> str:
    """Press the act's button on the start page; return where it leads."""
    answer = visitor.post(f"/demo/recorrido/{act.value}", page="/demo")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def card(page: str, act: Act) -> str:
    """Return the act's card."""
    [found] = [each for each in page.split("<li ") if f"images/tour-{act.value}." in each]
    return found.split("</li>")[0]


def bar(page: str) -> str:
    """Return the bar of the tour, empty where there is none."""
    return page.split("<aside", 1)[1].split("</aside>", maxsplit=1)[0] if "<aside" in page else ""


def sessions_of(site: Site) -> int:
    with site.office.reading() as uow:
        return uow.session.execute(sa.select(sa.func.count(SessionRow.id))).scalar_one()


def test_what_was_written_for_the_web_process_is_read_alike(tmp_path: Path) -> None:
    assert tour.read(tmp_path) == Tour()
    told = Tour(
        subjects={
            Act.ARTISAN: Subject(ruc=ARTISAN, application_id=uuid4(), turn=3),
            Act.OFFICER: Subject(ruc=BUSINESS),
        },
        paper=PAPER,
        given_up=frozenset({Act.ENTREPRENEUR}),
    )
    tour.write(tmp_path, told)
    assert tour.read(tmp_path) == told


def test_what_an_earlier_version_wrote_is_read_too() -> None:
    assert Tour.from_json({"subjects": {}, "paper": None}) == Tour()


def test_a_card_that_was_given_up_says_so_and_the_page_waits_for_it_no_more(
    site: Site, office: Office, demo_folder: Path
) -> None:
    draft = open_business(office, BUSINESS)
    for act in (Act.ARTISAN, Act.ENTREPRENEUR):
        prepare(demo_folder, act, BUSINESS, draft)
    prepare(demo_folder, Act.OFFICER, ARTISAN, put_case(office, ruc=ARTISAN))
    told = replace(tour.read(demo_folder), paper=PAPER, given_up=frozenset({Act.BUSINESS}))
    tour.write(demo_folder, told)
    page = site.visitor().get("/demo").text
    assert "No se pudo preparar" in card(page, Act.BUSINESS)
    assert "<button" not in card(page, Act.BUSINESS)
    assert WAITS not in page
    assert begin(site.visitor(), Act.BUSINESS) == "/demo#recorrido"


def test_a_card_without_its_case_says_that_it_is_prepared_and_looks_again(
    site: Site, office: Office, demo_folder: Path
) -> None:
    page = site.visitor().get("/demo").text
    assert PREPARING in card(page, Act.BUSINESS)
    assert "<button" not in card(page, Act.BUSINESS)
    assert WAITS in page.split("<noscript>")[1].split("</noscript>")[0]
    prepare(demo_folder, Act.BUSINESS, BUSINESS, open_business(office, BUSINESS))
    page = site.visitor().get("/demo").text
    assert Act.BUSINESS.words.button in card(page, Act.BUSINESS)
    assert PREPARING in card(page, Act.ARTISAN)


def test_the_page_stands_still_once_everything_is_ready(
    site: Site, office: Office, demo_folder: Path
) -> None:
    draft = open_business(office, BUSINESS)
    for act in (Act.ARTISAN, Act.BUSINESS, Act.ENTREPRENEUR):
        prepare(demo_folder, act, BUSINESS, draft)
    prepare(demo_folder, Act.OFFICER, ARTISAN, put_case(office, ruc=ARTISAN))
    tour.write(demo_folder, replace(tour.read(demo_folder), paper=PAPER))
    page = site.visitor().get("/demo").text
    assert PREPARING not in page
    assert WAITS not in page
    assert Act.PASSERBY.words.button in card(site.visitor().get("/demo/estado").get_json()["acts"],
                                             Act.PASSERBY)  # fmt: skip


def test_an_act_that_is_not_ready_leads_back_to_the_tour(site: Site) -> None:
    visitor = site.visitor()
    for act in (Act.ARTISAN, Act.OFFICER, Act.PASSERBY):
        assert begin(visitor, act) == "/demo#recorrido"
    assert sessions_of(site) == 0


def test_the_company_is_one_press_from_sending_and_one_from_its_certificate(
    site: Site, office: Office, demo_folder: Path
) -> None:
    draft = open_business(office, BUSINESS)
    prepare(demo_folder, Act.BUSINESS, BUSINESS, draft)
    visitor = site.visitor()
    review = begin(visitor, Act.BUSINESS)
    assert review == f"/solicitudes/{draft}/revisar"
    page = visitor.get(review).text
    assert re.search(r'<button[^>]*form="send"\s+name="declared"\s+value="y"', bar(page))

    sent = visitor.post(f"/solicitudes/{draft}/enviar", {"declared": "y"}, page=review)
    assert sent.headers["Location"] == f"/solicitudes/{draft}/confirmar"
    mail = f"/demo/recorrido/{Act.BUSINESS.value}/correo"
    assert f'href="{mail}"' in bar(visitor.get(sent.headers["Location"]).text)
    waiting = visitor.get(mail)
    assert "El correo está en camino" in waiting.text
    assert WAITS in waiting.text
    keep_mail(demo_folder, text=f"http://localhost/confirmar/{'x' * 43}")
    assert visitor.get(mail).status_code == 200, "another application's mail"
    keep_mail(demo_folder, text=f"Abra http://localhost/confirmar/{site.token()}")
    link = visitor.get(mail).headers["Location"]
    assert link == f"/confirmar/{site.token()}"
    assert "botón" in bar(visitor.get(link).text)
    assert begin(visitor, Act.BUSINESS) == sent.headers["Location"], "left and begun again"

    done = visitor.post(link, page=link)
    assert done.headers["Location"] == f"/solicitudes/{draft}"
    said = bar(visitor.get(done.headers["Location"]).text)
    assert "hecho" in said
    assert Act.BUSINESS.words.played in said
    own = card(visitor.get("/demo").text, Act.BUSINESS)
    assert "Hecho" in own
    assert "Se prepara otra vez" in own
    assert "Hecho" not in site.visitor().get("/demo").text, "another browser"


def test_a_played_act_is_played_again_and_stays_played(
    site: Site, office: Office, demo_folder: Path
) -> None:
    case = put_case(office, ruc=ARTISAN)
    prepare(demo_folder, Act.OFFICER, ARTISAN, case)
    officer = add_officer(office)
    visitor = site.visitor()
    begin(visitor, Act.OFFICER)
    approve(office, case, officer)
    again = put_case(office, ruc=OTHER_RUC)
    with office.writing() as uow:  # as if the demo had prepared it
        uow.session.execute(
            sa.update(ApplicationRow).where(ApplicationRow.id == again).values(ruc=BUSINESS)
        )
        uow.commit()
    prepare(demo_folder, Act.OFFICER, BUSINESS, again)
    own = card(visitor.get("/demo").text, Act.OFFICER)
    assert "Hecho" in own
    assert "Verlo otra vez" in own
    assert begin(visitor, Act.OFFICER) == f"/revision/casos/{again}/aprobar"


def test_the_officer_stands_before_the_approval_with_both_factors_given(
    site: Site, office: Office, demo_folder: Path
) -> None:
    case, officer = put_case(office, ruc=ARTISAN), add_officer(office)
    accept_everything(office, case, officer)
    prepare(demo_folder, Act.OFFICER, ARTISAN, case)
    visitor = site.visitor()
    place = begin(visitor, Act.OFFICER)
    assert place == f"/revision/casos/{case}/aprobar"
    page = visitor.get(place).text
    assert f'href="/revision/casos/{case}"' in bar(page)
    assert f'href="{place}"' in bar(visitor.get(f"/revision/casos/{case}").text)
    assert bar(visitor.get("/revision").text) == ""
    answer = visitor.post(place, page=place)
    assert answer.headers["Location"] == f"/revision/casos/{case}/emitido"
    said = bar(visitor.get(answer.headers["Location"]).text)
    assert Act.OFFICER.words.played in said


def test_the_next_act_that_is_ready_is_offered(
    site: Site, office: Office, demo_folder: Path
) -> None:
    case, officer = put_case(office, ruc=ARTISAN), add_officer(office)
    prepare(demo_folder, Act.OFFICER, ARTISAN, case)
    prepare(demo_folder, Act.BUSINESS, BUSINESS, open_business(office, BUSINESS))
    visitor = site.visitor()
    begin(visitor, Act.OFFICER)
    approve(office, case, officer)
    said = bar(visitor.get(f"/revision/casos/{case}/emitido").text)
    if "/recorrido/cifras" not in said:  # the page of figures is an act that needs no preparing
        assert 'action="/demo/recorrido/empresa"' in said
    tour.write(demo_folder, replace(tour.read(demo_folder), paper=PAPER))
    said = bar(visitor.get(f"/revision/casos/{case}/emitido").text)
    assert 'action="/demo/recorrido/documento"' in said, "the later ones come first"


def test_the_passer_by_sees_the_answer_and_then_that_a_copy_was_changed(
    site: Site, demo_folder: Path
) -> None:
    tour.write(demo_folder, Tour(paper=PAPER))
    visitor = site.visitor()
    place = begin(visitor, Act.PASSERBY)
    assert place == f"/v/{PAPER.token}"
    said = bar(visitor.get(place).text)
    assert 'action="/verificar/archivo"' in said
    fields = dict(re.findall(r'name="(sha256|identifiers)"\s+value="([^"]*)"', said))
    assert fields == {"sha256": PAPER.changed_sha256, "identifiers": PAPER.changed_identifiers}
    assert "Hecho" not in visitor.get("/demo").text
    answer = visitor.post("/verificar/archivo", fields, page=place)
    assert Act.PASSERBY.words.played in bar(answer.text)
    assert "Hecho" in card(visitor.get("/demo").text, Act.PASSERBY)


def test_the_bar_speaks_the_language_of_its_page(
    site: Site, demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tour.write(demo_folder, Tour(paper=PAPER))
    visitor = site.visitor()
    place = f"{begin(visitor, Act.PASSERBY)}?lang=en"
    said = bar(visitor.get(place).text)
    assert "Act 5 · Who is shown a document." in said
    assert "Compare the changed copy" in said
    assert 'action="/verificar/archivo?lang=en"' in said
    fields = dict(re.findall(r'name="(sha256|identifiers)"\s+value="([^"]*)"', said))
    done = bar(visitor.post("/verificar/archivo?lang=en", fields, page=place).text)
    for words in (": done.", "A change that nobody sees", "Next act: the journalist", "Back to"):
        assert words in done
    monkeypatch.setattr(languages, "translations", lambda _code: Marked())
    assert outside(visitor.get(place)) == []
    assert outside(visitor.post("/verificar/archivo?lang=en", fields, page=place)) == []


def test_the_journalist_comes_with_the_page_of_figures(site: Site) -> None:
    if not any(rule.rule == FIGURES_PATH for rule in site.app.url_map.iter_rules()):
        with_figures = make_site(site.office, site.container.settings.data_dir, DEMO_PAGE="1")
        assert f"tour-{Act.JOURNALIST.value}." not in site.visitor().get("/demo").text
        refused = site.visitor().post("/demo/recorrido/cifras", page="/demo")
        assert refused.status_code == 404
        site = with_figures
        site.app.add_url_rule(FIGURES_PATH, "figures_for_this_test", lambda: "61 meses")
    visitor = site.visitor()
    assert Act.JOURNALIST.words.button in card(visitor.get("/demo").text, Act.JOURNALIST)
    assert begin(visitor, Act.JOURNALIST) == FIGURES_PATH
    assert "Hecho" in card(visitor.get("/demo").text, Act.JOURNALIST)


def test_the_bar_stands_on_no_other_application_and_in_no_other_browser(
    site: Site, office: Office, demo_folder: Path
) -> None:
    draft = open_business(office, BUSINESS)
    prepare(demo_folder, Act.BUSINESS, BUSINESS, draft)
    visitor = site.visitor()
    place = begin(visitor, Act.BUSINESS)
    assert bar(visitor.get(place).text)
    for path in ("/", "/solicitudes", "/verificar", "/demo", "/no-existe"):
        assert bar(visitor.get(path).text) == "", path
    assert bar(visitor.get(f"/solicitudes/{draft}/datos").text)
    other = site.visitor()
    begin(other, Act.BUSINESS)
    other.client.delete_cookie("recorrido")
    assert bar(other.get(place).text) == ""


def test_withdrawn_the_case_has_no_bar_and_its_act_waits(
    site: Site, office: Office, demo_folder: Path
) -> None:
    draft = open_business(office, BUSINESS)
    prepare(demo_folder, Act.BUSINESS, BUSINESS, draft)
    visitor = site.visitor()
    begin(visitor, Act.BUSINESS)
    applying.withdraw(office.writing(), application_id=draft, ruc=BUSINESS)
    assert bar(visitor.get(f"/solicitudes/{draft}").text) == ""
    own = card(visitor.get("/demo").text, Act.BUSINESS)
    assert "Hecho" not in own
    assert PREPARING in own


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "artesana",
        "artesana:",
        "artesana:1 or 1",
        "|:|",
        "empresa:0b5c9d0e-8a4f-4c0e-9d53-3f6a1c2b7e90",
    ],
)
def test_a_cookie_of_somebody_else_s_making_does_no_harm(site: Site, cookie: str) -> None:
    visitor = site.visitor()
    visitor.client.set_cookie("recorrido", cookie)
    page = visitor.get("/demo")
    assert page.status_code == 200
    assert "Hecho" not in page.text
    assert visitor.get("/demo/recorrido/artesana/correo").status_code == 404
    assert visitor.get("/demo/recorrido/empresa/correo").status_code == 404


def test_a_state_of_somebody_outside_the_tour_is_not_told(site: Site, office: Office) -> None:
    case = put_case(office, ruc=RUC)
    visitor = site.visitor()
    visitor.client.set_cookie("recorrido", f"empresa:{case}")
    assert "Hecho" not in visitor.get("/demo").text
    assert visitor.get("/demo/recorrido/empresa/correo").status_code == 404


def test_nobody_but_a_person_of_the_tour_is_signed_in(
    site: Site, office: Office, demo_folder: Path
) -> None:
    """Not even if the prepared file names another RUC, or there is no officer for visitors."""
    visitor = site.visitor()
    prepare(demo_folder, Act.BUSINESS, RUC, open_business(office, RUC))
    assert begin(visitor, Act.BUSINESS) == "/demo#recorrido"
    draft = open_business(office, BUSINESS)
    prepare(demo_folder, Act.BUSINESS, RUC, draft)
    refused = visitor.post("/demo/recorrido/empresa", {"ruc": RUC}, page="/demo")
    assert refused.status_code == 404
    add_officer(office, "lpaz")
    prepare(demo_folder, Act.OFFICER, ARTISAN, put_case(office, ruc=ARTISAN))
    refused = visitor.post("/demo/recorrido/funcionario", {"user_name": "lpaz"}, page="/demo")
    assert refused.status_code == 404
    assert sessions_of(site) == 0
    with site.app.test_request_context("/demo"), pytest.raises(NotFoundError):
        entering.as_applicant(OTHER_RUC)


def test_everybody_of_the_tour_is_a_sample_person() -> None:
    assert {person.ruc for person in people.TOUR_PEOPLE} == entering.TOUR_RUCS
    assert all(ruc.startswith("30") for ruc in entering.TOUR_RUCS)
    listed = {people.VISITOR_NEW.ruc, people.VISITOR_SHOP.ruc, people.WEAVER.ruc}
    assert not entering.TOUR_RUCS & listed


@pytest.mark.parametrize("act", list(Act))
def test_an_act_begins_only_by_a_form_of_the_page(site: Site, act: Act) -> None:
    client = site.visitor().client
    assert client.post(f"/demo/recorrido/{act.value}").status_code == 400
    assert client.get(f"/demo/recorrido/{act.value}").status_code in {303, 405}
    assert sessions_of(site) == 0


def test_an_act_that_nobody_knows_is_not_there(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.post("/demo/recorrido/ministro", page="/demo").status_code == 404
    assert visitor.get("/demo/recorrido/ministro/correo").status_code == 404


@pytest.mark.parametrize("environment", [{}, {"DEMO_PAGE": "0"}, {"DEMONSTRATION": "1"}])
def test_without_the_demo_page_nobody_is_signed_in_without_a_mail_or_a_code(
    office: Office, demo_folder: Path, environment: dict[str, str]
) -> None:
    with office.writing() as uow:
        add_taxpayer(uow, BUSINESS, name="CAFETERÍA MITAD DEL MUNDO")
        uow.commit()
    prepare(demo_folder, Act.BUSINESS, BUSINESS, open_business(office, BUSINESS))
    add_officer(office)
    site = make_site(office, demo_folder, **environment)
    assert not any("recorrido" in rule.rule for rule in site.app.url_map.iter_rules())
    visitor = site.visitor()
    for act in Act:
        path = f"/demo/recorrido/{act.value}"
        assert visitor.post(path, page="/ingresar").status_code == 404
        assert visitor.get(f"{path}/correo").status_code == 404
    visitor.client.set_cookie("recorrido", "documento:")
    assert bar(visitor.get(f"/v/{PAPER.token}").text) == ""
    assert sessions_of(site) == 0


def test_the_states_in_which_an_act_is_open_or_played() -> None:
    draft, awaiting = ApplicationState.DRAFT, ApplicationState.AWAITING_CONFIRMATION
    for act in (Act.ARTISAN, Act.BUSINESS, Act.ENTREPRENEUR):
        assert act.open_states == {draft, awaiting}
        unplayed = {state for state in ApplicationState if not act.was_played(state)}
        assert unplayed == {draft, awaiting, ApplicationState.WITHDRAWN}
    assert Act.OFFICER.open_states == {ApplicationState.IN_REVIEW}
    played = {state for state in ApplicationState if Act.OFFICER.was_played(state)}
    assert played == {ApplicationState.APPROVED, ApplicationState.ISSUED}
    assert Act.PASSERBY.open_states == Act.JOURNALIST.open_states == frozenset()
