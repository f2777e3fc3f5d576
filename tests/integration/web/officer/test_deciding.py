"""Three decisions: each shows first what it will do, and only the first officer's counts."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from review_service.adapters.mail_templates import worded
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    MailRow,
)
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import DocumentState, Theme
from review_service.samples.people import synthetic_ruc
from review_service.services.review import claiming, reviewing
from review_service.services.review.decision_checks import NOTHING_OBSERVED
from tests.factories import OTHER_RUC, RUC, Office, add_taxpayer
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    ALL_THEMES,
    DARK,
    Shot,
    WebOffice,
    accept_everything,
    add_reviewer,
    judge,
    put_case,
    sign_in,
    take,
    version_of,
)

THIRD_RUC = synthetic_ruc(77)
REASON = "No se ve a nadie trabajando."
INSTRUCTION = "Tome una foto de usted con la pieza en las manos."
REASONS = "Las fotos no son de su taller.\nLa actividad no es artesanal."


def state_of(office: Office, application_id: UUID) -> ApplicationState:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).state


def correction(office: Office, case: UUID, step: str, **changes: str) -> dict[str, Any]:
    """Return a complete correction form for one item."""
    return {
        "version": str(version_of(office, case)),
        "paso": step,
        "puntos": ["people"],
        "people_reason": REASON,
        "people_instruction": INSTRUCTION,
        **changes,
    }


def mail_of(office: Office, case: UUID, event: str) -> MailRow:
    with office.reading() as uow:
        return uow.session.scalars(
            sa.select(MailRow).where(MailRow.application_id == case, MailRow.event == event)
        ).one()


def plain(answer: TestResponse) -> str:
    """Return a page's words without tags, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_approving_shows_what_will_be_printed_and_then_numbers_it(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case, bystander = put_case(office), put_case(office, ruc=OTHER_RUC)
    take(office, case, officer_id)
    accept_everything(office, case, officer_id)
    page = plain(browser.get(f"/revision/casos/{case}/aprobar"))
    assert "TITUAÑA QUILUMBA MARIA" in page
    assert "CIIU C139209" in page
    assert "3 años: del" in page
    answer = browser.post(
        f"/revision/casos/{case}/aprobar", data={"version": version_of(office, case)}
    )
    assert answer.headers["Location"] == f"/revision/casos/{case}/emitido"
    assert state_of(office, case) is ApplicationState.APPROVED
    assert state_of(office, bystander) is ApplicationState.IN_REVIEW
    with office.reading() as uow:
        assert uow.session.scalars(sa.select(AgreementRow.application_id)).all() == [case]


def test_who_asks_to_approve_while_the_last_obstacle_goes_is_told_to_try_again(
    browser: FlaskClient, office: Office, officer_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    monkeypatch.setattr(reviewing, "why_not_approved", lambda *_args, **_named: "")
    asked = browser.get(f"/revision/casos/{case}/aprobar", follow_redirects=True)
    assert "cambió en este momento: vuelva a intentarlo." in plain(asked)


def test_one_item_short_is_no_approval(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    version = version_of(office, case)
    for item in (ReviewItem.WORKSHOP, ReviewItem.PEOPLE, ReviewItem.MACHINERY, ReviewItem.PROCESS):
        judge(office, case, officer_id, item=item, version=version)
    asked = browser.get(f"/revision/casos/{case}/aprobar", follow_redirects=True)
    assert asked.request.path == f"/revision/casos/{case}"
    assert "Para aprobar falta aceptar: hoja de datos." in asked.text
    answer = browser.post(
        f"/revision/casos/{case}/aprobar", data={"version": version}, follow_redirects=True
    )
    assert "Para aprobar falta aceptar: hoja de datos." in answer.text
    assert state_of(office, case) is ApplicationState.IN_REVIEW


def test_the_previewed_letter_is_the_mail_that_is_sent(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case, bystander = put_case(office), put_case(office, ruc=OTHER_RUC)
    take(office, case, officer_id)
    address = f"/revision/casos/{case}/correccion"
    preview = browser.post(address, data=correction(office, case, "ver"))
    assert preview.status_code == 200
    assert state_of(office, case) is ApplicationState.IN_REVIEW
    answer = browser.post(address, data=correction(office, case, "enviar"))
    assert answer.status_code == 303
    assert state_of(office, case) is ApplicationState.CORRECTION_REQUESTED
    assert state_of(office, bystander) is ApplicationState.IN_REVIEW
    words = worded(mail_of(office, case, "correction_requested").context)
    shown = plain(preview)
    assert words["items"] == [
        {
            "subject": "Usted y quienes trabajan con usted",
            "reason": REASON,
            "instruction": INSTRUCTION,
        }
    ]
    for text in (words["reference"], words["last_day"], REASON, INSTRUCTION):
        assert text in shown
    assert f"Corrija su solicitud {words['reference']}" in shown


def test_going_back_from_the_letter_keeps_what_was_typed(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    form = correction(office, case, "editar")
    page = browser.post(f"/revision/casos/{case}/correccion", data=form)
    assert page.status_code == 200
    assert REASON in page.text
    assert INSTRUCTION in page.text
    assert re.search(r'value="people"\s+checked', page.text)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"puntos": []}, "items"),
        ({"people_reason": "corto"}, "people_reason"),
        ({"people_instruction": ""}, "people_instruction"),
        ({"puntos": ["people", "prior_agreement"]}, None),
    ],
)
def test_an_incomplete_correction_says_where_and_sends_nothing(
    browser: FlaskClient,
    office: Office,
    officer_id: UUID,
    changes: dict[str, Any],
    place: str | None,
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    form = {**correction(office, case, "enviar"), **changes}
    answer = browser.post(f"/revision/casos/{case}/correccion", data=form)
    if place is None:  # an item that this case does not have is not heard
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert f'href="#{place}"' in answer.text
    assert f'id="{place}"' in answer.text
    assert state_of(office, case) is ApplicationState.IN_REVIEW


def test_an_observed_item_comes_with_ready_words(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    dark = Shot(theme=Theme.PEOPLE, findings=(DARK,))
    case = put_case(office, shots=(ALL_THEMES[0], dark, *ALL_THEMES[2:]))
    take(office, case, officer_id)
    browser.post(
        f"/revision/casos/{case}/puntos/people",
        data={"version": version_of(office, case), "veredicto": "observed"},
    )
    page = browser.get(f"/revision/casos/{case}/correccion").text
    assert re.search(r'value="people"\s+checked', page)
    assert re.search(r'name="people_reason"[^>]*>La foto está muy oscura\.</textarea>', page)
    assert re.search(
        r'name="people_instruction"[^>]*>Abra una puerta o encienda la luz y tómela otra vez\.<',
        page,
    )


def test_a_marked_page_chooses_its_item_and_a_number_fills_its_words_without_scripts(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    address = f"/revision/casos/{case}/correccion"
    page = browser.get(f"{address}?pagina=2&motivo=2").text
    assert re.findall(r'value="(\w+)"\s+checked', page) == ["people"]
    filled = r'name="people_reason"[^>]*>La foto «.+» \(página 2\) está muy oscura\.</textarea>'
    assert re.search(filled, page)
    assert re.search(r'href="[^"]*\?pagina=2&amp;punto=people&amp;motivo=3"', page)
    sheet = browser.get(f"{address}?punto=data_sheet&motivo=1").text
    assert re.findall(r'value="(\w+)"\s+checked', sheet) == ["data_sheet"]
    assert re.search(r'name="data_sheet_reason"[^>]*>La dirección no alcanza', sheet)


def test_a_picked_reason_brings_its_words_and_its_basis_into_the_letter_without_scripts(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    address = f"/revision/casos/{case}/correccion"
    page = browser.get(f"{address}?pagina=2&motivo=2").text
    assert re.search(r'value="photo_dark"\s+selected>La foto está muy oscura</option>', page)
    form = {
        **correction(office, case, "ver"),
        "people_code": "photo_dark",
        "people_reason": "",
        "people_instruction": "",
    }
    shown = plain(browser.post(address, data=form))
    assert "La foto está muy oscura." in shown
    assert "Por qué se lo pedimos: Requisito del trámite: fotos del taller" in shown
    for code, kept in (("sheet_address", ""), ("photo_dark", "photo_dark")):
        typed = correction(office, case, "ver", people_code=code)
        letter = browser.post(address, data=typed).text
        assert re.search(rf'name="people_code"\s+value="{kept}"', letter)
    assert browser.post(address, data={**form, "paso": "enviar"}).status_code == 303
    with office.reading() as uow:
        (row,) = uow.session.scalars(sa.select(CorrectionRow))
        assert row.reason_code == "photo_dark"
        assert row.legal_basis.startswith("Requisito del trámite")


@pytest.mark.parametrize("is_accepted", [True, False], ids=["accepted", "not judged"])
def test_nothing_is_refused_while_no_point_stands_observed(
    browser: FlaskClient, office: Office, officer_id: UUID, *, is_accepted: bool
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    if is_accepted:
        accept_everything(office, case, officer_id)
    address = f"/revision/casos/{case}/negar"
    shown = browser.get(address)
    assert NOTHING_OBSERVED in plain(shown)
    assert "<textarea" not in shown.text
    form = {"version": version_of(office, case), "motivos": REASONS}
    for step in ("ver", "enviar"):
        answer = browser.post(address, data={**form, "paso": step})
        assert answer.status_code == 422
        assert NOTHING_OBSERVED in plain(answer)
        assert html.escape(REASONS.splitlines()[0]) in answer.text, "what was typed stays"
    assert state_of(office, case) is ApplicationState.IN_REVIEW
    steps.observe(office, case, officer_id)
    form = {"version": version_of(office, case), "motivos": REASONS, "paso": "enviar"}
    assert browser.post(address, data=form).status_code == 303


@pytest.mark.parametrize("asked", ["pagina=99", "pagina=2&motivo=77", "pagina=x", "pagina=0"])
def test_a_page_or_reason_that_is_not_there_fills_nothing(
    browser: FlaskClient, office: Office, officer_id: UUID, asked: str
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    page = browser.get(f"/revision/casos/{case}/correccion?{asked}")
    assert page.status_code == 200
    assert re.search(r'name="people_reason"[^>]*></textarea>', page.text)


def test_a_refusal_needs_reasons_and_shows_its_letter_first(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case, bystander = put_case(office), put_case(office, ruc=OTHER_RUC)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    address = f"/revision/casos/{case}/negar"
    form = {"version": version_of(office, case), "paso": "enviar", "motivos": "x" * 19}
    assert browser.post(address, data=form).status_code == 422
    preview = browser.post(address, data={**form, "paso": "ver", "motivos": REASONS})
    assert preview.status_code == 200
    assert state_of(office, case) is ApplicationState.IN_REVIEW
    assert browser.post(address, data={**form, "motivos": REASONS}).status_code == 303
    assert state_of(office, case) is ApplicationState.REFUSED
    assert state_of(office, bystander) is ApplicationState.IN_REVIEW
    words = worded(mail_of(office, case, "refused").context)
    shown = plain(preview)
    assert words["reasons"] == REASONS.splitlines()
    for text in (*words["reasons"], words["appeal_until"], words["appeal_before"]):
        assert text in shown


def test_twenty_letters_are_reasons(browser: FlaskClient, office: Office, officer_id: UUID) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    form = {"version": version_of(office, case), "paso": "enviar", "motivos": "x" * 20}
    assert browser.post(f"/revision/casos/{case}/negar", data=form).status_code == 303


def test_nothing_is_refused_while_checks_run(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    with office.writing() as uow:
        document = uow.session.scalars(sa.select(DocumentRow).limit(1)).one()
        document.state = DocumentState.CHECKING
        uow.commit()
    form = {"version": version_of(office, case), "paso": "enviar", "motivos": REASONS}
    answer = browser.post(f"/revision/casos/{case}/negar", data=form)
    assert answer.status_code == 422
    assert "no ha terminado" in answer.text
    assert REASONS in html.unescape(answer.text)


def test_what_the_checks_advise_is_offered_once(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    dark = Shot(theme=Theme.PEOPLE, findings=(DARK,))
    case = put_case(office, shots=(ALL_THEMES[0], dark, *ALL_THEMES[2:]))
    take(office, case, officer_id)
    page = browser.get(f"/revision/casos/{case}/correccion?pagina=2").text
    offered = re.findall(r'data-instruction="([^"]+)"\s+data-code="\w*"\s+data-for="people"', page)
    assert len(offered) > 1
    assert sorted(set(offered)) == sorted(offered)


def test_the_second_officer_sees_who_decided_what(web: WebOffice, office: Office) -> None:
    andrade = add_reviewer(web)
    add_reviewer(web, "lpaz", "L. Paz")
    with office.writing() as uow:
        add_taxpayer(uow, THIRD_RUC)
        uow.commit()
    ids = [put_case(office, ruc=ruc) for ruc in (RUC, OTHER_RUC, THIRD_RUC)]
    case, following, third = ids
    with office.writing() as uow:
        for hours, identifier in enumerate(reversed(ids), start=1):
            row = uow.session.get_one(ApplicationRow, identifier)
            row.confirmed_at = uow.now - timedelta(hours=hours)
        uow.commit()
    take(office, case, andrade)
    steps.observe(office, case, andrade)
    winner, loser = sign_in(web), sign_in(web, "lpaz")
    seen = str(version_of(office, case))
    decided = winner.post(
        f"/revision/casos/{case}/negar",
        data={"version": seen, "paso": "enviar", "motivos": REASONS},
    )
    assert decided.headers["Location"] == f"/revision/casos/{following}", "and it is taken"
    for address, form in (
        (f"/revision/casos/{case}/aprobar", {"version": seen}),
        (f"/revision/casos/{case}/negar", {"version": seen, "paso": "enviar", "motivos": REASONS}),
        (f"/revision/casos/{case}/correccion", correction(office, case, "enviar", version=seen)),
        (f"/revision/casos/{case}/puntos/people", {"version": seen, "veredicto": "accepted"}),
    ):
        answer = loser.post(address, data=form)
        assert answer.status_code == 409
        page = plain(answer)
        assert "R. Andrade la negó el" in page
        assert "Negada" in page
        assert "Las fotos no son de su taller." in page
        assert 'action="/revision/siguiente"' in answer.text
    assert loser.post("/revision/siguiente").headers["Location"] == f"/revision/casos/{third}"


def test_a_page_made_before_a_correction_round_decides_nothing(
    web: WebOffice, office: Office
) -> None:
    officer = add_reviewer(web)
    case = put_case(office)
    accept_everything(office, case, officer)
    with office.writing() as uow:
        uow.session.execute(sa.update(ApplicationRow).values(version=ApplicationRow.version + 1))
        uow.commit()
    answer = sign_in(web).post(
        f"/revision/casos/{case}/aprobar", data={"version": version_of(office, case) - 1}
    )
    assert answer.status_code == 409
    assert state_of(office, case) is ApplicationState.IN_REVIEW


def test_of_many_windows_at_once_one_decides_and_all_others_are_told(
    web: WebOffice, office: Office
) -> None:
    holder = add_reviewer(web)
    case = put_case(office)
    take(office, case, holder)
    accept_everything(office, case, holder)
    windows = [sign_in(web) for _ in range(4)]
    answers = sorted(answer.status_code for answer in at_once(windows, decisions(office, case) * 2))
    assert answers == [303, 409, 409, 409]
    assert_one_decision(office, case)


def test_of_many_officers_at_once_only_the_holder_decides(web: WebOffice, office: Office) -> None:
    names = [f"funcionaria{n}" for n in range(4)]
    ids = [add_reviewer(web, name, name.title()) for name in names]
    case = put_case(office)
    take(office, case, ids[0])
    accept_everything(office, case, ids[0])
    browsers = [sign_in(web, name) for name in names]
    own, *others = at_once(browsers, decisions(office, case) * 2)
    assert own.headers["Location"] == f"/revision/casos/{case}/emitido"
    for answer in others:  # not theirs, or decided by then
        is_sent_away = answer.headers.get("Location") == f"/revision/casos/{case}"
        assert answer.status_code == 409 or is_sent_away
    assert_one_decision(office, case)
    assert state_of(office, case) is ApplicationState.APPROVED


Asked = tuple[str, dict[str, str]]


def decisions(office: Office, case: UUID) -> list[Asked]:
    """Return an approval and a request to correct of a case as it stands."""
    seen = str(version_of(office, case))
    asked = correction(office, case, "enviar", version=seen)
    address = f"/revision/casos/{case}"
    return [(f"{address}/aprobar", {"version": seen}), (f"{address}/correccion", asked)]


def at_once(browsers: list[FlaskClient], asked: list[Asked]) -> list[TestResponse]:
    """Send one form from each browser at the same moment."""
    gate = Barrier(len(browsers))

    def decide(client: FlaskClient, form: Asked) -> TestResponse:
        gate.wait()
        return client.post(form[0], data=form[1])

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(decide, browsers, asked))


def assert_one_decision(office: Office, case: UUID) -> None:
    with office.reading() as uow:
        numbered = uow.session.scalars(sa.select(AgreementRow.number)).all()
        letters = uow.session.scalars(
            sa.select(MailRow.event).where(MailRow.event.in_(("refused", "correction_requested")))
        ).all()
        corrections = uow.session.scalars(sa.select(CorrectionRow)).all()
    is_asked = state_of(office, case) is ApplicationState.CORRECTION_REQUESTED
    assert is_asked is not (state_of(office, case) is ApplicationState.APPROVED)
    assert len(numbered) == (not is_asked)
    assert list(letters) == ["correction_requested"] * is_asked
    assert len(corrections) == is_asked


@pytest.mark.parametrize("page", ["correccion", "negar"])
def test_a_decided_case_has_no_form_left(
    browser: FlaskClient, office: Office, officer_id: UUID, page: str
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    form = {"version": version_of(office, case), "paso": "enviar", "motivos": REASONS}
    browser.post(f"/revision/casos/{case}/negar", data=form)
    answer = browser.get(f"/revision/casos/{case}/{page}")
    assert answer.status_code == 409
    assert "Usted ya la negó el" in plain(answer)
    desk = browser.get(f"/revision/casos/{case}").text
    assert "data-swap" not in desk
    assert "Negada." in desk


def version_in(shown: str) -> str:
    """Return the version that the last form of a page carries."""
    return str(re.findall(r'name="version" value="([^"]+)"', shown)[-1])


def judged_meanwhile(office: Office, case: UUID, by: UUID, holder: UUID) -> None:
    """Let the holder give a case back, a colleague judge an item of it, and the holder return."""
    claiming.give_back(office.writing(), application_id=case, officer_id=holder)
    take(office, case, by)
    judge(office, case, by, item=ReviewItem.PEOPLE, version=version_of(office, case))
    claiming.give_back(office.writing(), application_id=case, officer_id=by)
    take(office, case, holder)


def test_words_typed_on_a_page_of_before_are_kept_and_go_on(web: WebOffice, office: Office) -> None:
    first, paz = add_reviewer(web), add_reviewer(web, "lpaz", "L. Paz")
    case, browser = put_case(office), sign_in(web, "lpaz")
    take(office, case, paz)
    steps.observe(office, case, paz)
    address, reasons = f"/revision/casos/{case}/negar", "Motivo largo & claro. " * 60
    old = version_in(browser.get(address).text)
    judged_meanwhile(office, case, first, paz)
    form = {"version": old, "motivos": reasons}
    late = browser.post(address, data={**form, "paso": "enviar"})
    for told in (late, browser.post(address, data={**form, "paso": "ver"})):
        assert told.status_code == 409
        assert "Otra persona actuó antes" in told.text
        assert "R. Andrade, el" in plain(told)
        assert reasons.strip() in html.unescape(told.text)
    assert state_of(office, case) is ApplicationState.IN_REVIEW
    again = {"version": version_in(late.text), "paso": "editar", "motivos": reasons}
    page = browser.post(address, data=again)
    assert page.status_code == 200
    assert reasons.strip() in html.unescape(page.text)
    sent = {**again, "version": version_in(page.text), "paso": "enviar"}
    assert browser.post(address, data=sent).status_code == 303
    assert state_of(office, case) is ApplicationState.REFUSED


def test_a_verdict_on_a_page_of_before_names_the_colleague(web: WebOffice, office: Office) -> None:
    first, paz = add_reviewer(web), add_reviewer(web, "lpaz", "L. Paz")
    case, browser = put_case(office), sign_in(web, "lpaz")
    take(office, case, paz)
    shown = browser.get(f"/revision/casos/{case}").text
    old = version_in(shown.split('id="punto-people"')[1].split("</form>")[0])
    judged_meanwhile(office, case, first, paz)
    address = f"/revision/casos/{case}/puntos/people"
    late = browser.post(address, data={"version": old, "veredicto": "observed"})
    assert late.status_code == 409
    assert "Personas trabajando Aceptado R. Andrade, el" in plain(late)
    assert "Decidir así de todos modos" in late.text
    again = browser.post(address, data={"version": version_in(late.text), "veredicto": "observed"})
    assert again.status_code == 303
