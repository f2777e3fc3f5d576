"""Nothing typed is lost: every form, with an ended session, a stale token and an older version.

To extend: name the new form's page in ``PAGES`` of ``review_service/web/kept.py``, and here what
is typed into it and what of it the page must show again.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from review_service.db.models import KeptFormRow, SessionRow
from review_service.domain.applications import ApplicationState
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.terms import ecuador_today
from review_service.services import keeping
from review_service.services.upkeep import old_rows
from review_service.web import kept, seeing
from review_service.web.access_table import TABLE, Audience
from tests.conftest import migrate_to_head
from tests.factories import OTHER_RUC, RUC, SHEET, make_office
from tests.integration.services.test_figures import import_packaged
from tests.integration.web.access_world import Asker, World, make_world
from tests.integration.web.addresses import WORDS, filled
from tests.integration.web.applicant.story import draft
from tests.integration.web.site import JSON, Site, Visitor, make_site
from tests.integration.web.test_access_table import DOORS
from tests.integration.web.test_access_table import FORMS as FILES
from tests.integration.web.test_versions import STALE, STATES, asker_for

TYPED = "Sombreros <b>de</b> paja «toquilla», a mano & con paciencia"
SHOWN = html.escape(TYPED)
KEPT_FOR = re.compile(r'name="kept_for" value="([^"]+)"')
NONE_HERE = {
    "applicant.upload_prior_agreement",
    "applicant.upload_page_photos",
    "applicant.change_page_photo",
    "applicant.upload_paper",
    "applicant.upload_paper_photos",
    "applicant.move_paper",
    "applicant.employs_nobody",
    "applicant.take_not_applicable_back",
    "officer.decide_appeal",
    "officer.correct_entry_day",
    "officer.end_later_control",
    "officer.say_second_review",
    "officer.settle_second_review",
    "officer.answer_recommendation",
    "officer.answer_colleague",
    "officer.remind_colleague",
    "officer.withdraw_question",
    "officer.judge_copy",
}
"""The world has no renewal, no emprendedor, no later control, no appeal, no case that was drawn for
a second review, nothing recommended, no question between officers, no photos alike and nothing
said of a theme: these forms stand nowhere else. ``test_kept_of_later_tracks`` tries them."""
ITS_OWN = {
    "applicant.keep_words",
    "officer.keep_words",
    "officer.next_case",
    "officer.keep_case",
    "officer.next_second_review",
    "officer.undo_decision",
    "officer.issue_cases",
    "officer.export_list",
}
"""Forms without words."""
SENTENCE = "no llegó a enviarse"
FORMS: Mapping[str, Mapping[str, str]] = {
    "applicant.open_application": {"kind": "renewal", "via": "artesano"},
    "applicant.save_sheet": {**SHEET, "kind": "new", "trade": TYPED},
    "applicant.save_themes": {"page-1": "people"},
    "applicant.move_photo": {"theme": "process"},
    "applicant.say_not_applicable": {"reason": "otra", "words": TYPED},
    "applicant.comment_photo": {"comment": TYPED},
    "applicant.comment_page": {"comment": TYPED, "page": "pdf"},
    "applicant.send": {"declared": "y"},
    "applicant.send_correction": {"answer-workshop": TYPED},
    "applicant.confirm_by_code": {"code": "482913"},
    "officer.give_cedula": {"number": TYPED},
    "officer.set_digest": {"address": TYPED},
    "officer.take_case": {"motivo_toma": TYPED},
    "officer.judge": {"veredicto": "observed"},
    "officer.answer_letter": {"respuesta": TYPED},
    "officer.correct_figures": {"atenciones": "2515", "motivo": TYPED},
    "officer.send_correction": {"puntos": "workshop", "workshop_reason": TYPED},
    "officer.send_refusal": {"motivos": TYPED},
    "applicant.ask_extension": {"prorroga": TYPED},
    "officer.decide_extension": {"dias": "0", "motivo_prorroga": TYPED},
    "officer.log_attempt": {
        "medio": "in_person",
        "resultado_aviso": "not_reached",
        "el_dia": ecuador_today().isoformat(),
        "nota_aviso": TYPED,
    },
    "officer.sign_withdrawal": {"resolucion": TYPED},
    "officer.restart_notice": {"motivo_aviso": TYPED},
    "officer.ask_original": {"para_que": "appeal"},
    "officer.move_case": {"zona": "Zonal 4", "motivo": TYPED},
    "officer.move_cases": {"zona": "Zonal 4", "motivo": TYPED},
    "officer.ask_colleague": {"pregunta": TYPED},
    "officer.write_note": {"nota_interna": TYPED},
    "officer.record_appeal": {"recurso": TYPED},
    "officer.place_hold": {"retencion": TYPED},
    "officer.lift_hold": {"retencion": TYPED},
}
"""What is typed or chosen in each form; the others only have a button."""
AGAIN: Mapping[str, str] = {
    "applicant.open_application": 'value="renewal" checked>',
    "applicant.save_themes": "La página 1 muestra",
    "applicant.move_photo": '<option value="process" selected>',
    "applicant.send": " checked>",
    "applicant.confirm_by_code": SENTENCE,
    "officer.judge": "Observado",
    "officer.ask_original": "Responder una queja o una apelación",
}
"""What the page must hold where it is not what was typed."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("kept")
    url = f"sqlite:///{folder / 'kept.db'}"
    migrate_to_head(url)
    office = make_office(url, folder)
    import_packaged(office)
    made = make_world(make_site(office, folder), folder / "kept.db")
    yield made
    made.watching.close()
    made.pristine.close()
    office.database.engine.dispose()


@pytest.fixture(autouse=True)
def _as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no test see the words that another one kept, whether it passed or not."""
    yield
    if "world" in request.fixturenames:
        request.getfixturevalue("world").restore()


def test_every_form_of_applicants_and_officers_is_kept() -> None:
    forms = {
        name
        for name, access in TABLE.items()
        if access.method == "POST" and access.audience is not Audience.ANYBODY
    }
    assert set(kept.PAGES) == forms - ITS_OWN


class Form:
    """One form of the world: where it is sent, and the page that it stands on."""

    def __init__(self, world: World, endpoint: str) -> None:
        is_officers = TABLE[endpoint].audience is Audience.OFFICER
        usual = ApplicationState.IN_REVIEW if is_officers else ApplicationState.DRAFT
        case = world.cases[STATES.get(endpoint, usual)]
        (rule,) = world.site.app.url_map.iter_rules(endpoint)
        ids = {
            "application_id": str(case.application_id),
            "document_id": str(case.document_id),
            "number": "1",
            "letter_id": str(world.letter_id),
        }
        month = {name: WORDS[name] for name in ("year", "month")}
        self.world, self.endpoint = world, endpoint
        self.path = filled(rule.rule, ids)
        self.asker = asker_for(world, TABLE[endpoint].audience)
        self.words = dict(FORMS.get(endpoint, {}))
        with world.site.app.test_request_context():
            there = {
                "application_id": case.application_id,
                "letter_id": world.letter_id,
                **month,
            }
            values = {name: there[name] for name in there if name in rule.arguments}
            self.page = kept.page_of(endpoint, values, self.words)

    def shown(self, asker: Asker | None = None) -> TestResponse:
        return self.world.ask(asker or self.asker, "GET", self.page)

    def owner(self) -> str:
        account = "/revision/cuenta" if self.asker.role else "/solicitudes/nueva/artesano"
        found = KEPT_FOR.search(self.world.ask(self.asker, "GET", account).text)
        assert found
        return found.group(1)

    def send(self, asker: Asker, **more: object) -> TestResponse:
        form: dict[str, Any] = {**self.words, "kept_for": self.owner(), **more}
        with_token = "csrf_token" not in more
        return self.world.ask(asker, "POST", self.path, form, with_token=with_token)

    def expect_words(self) -> None:
        page = self.shown()
        assert page.status_code == 200
        assert SENTENCE in page.text
        assert AGAIN.get(self.endpoint, SHOWN if TYPED in self.words.values() else "") in page.text
        assert "482913" not in page.text
        if self.endpoint.startswith("applicant.upload_"):
            assert "elíjalo otra vez" in page.text


def signed_out(asker: Asker) -> Asker:
    """Return the same person whose session is over."""
    return replace(asker, cookies=dict.fromkeys(asker.cookies, "over"))


def others(world: World, asker: Asker) -> list[Asker]:
    return [each for each in world.askers if each.cookies and each.cookies != asker.cookies]


@pytest.mark.parametrize("endpoint", sorted(set(kept.PAGES) - NONE_HERE))
def test_a_form_that_meets_an_ended_session_keeps_its_words_for_the_same_person(
    world: World, endpoint: str
) -> None:
    form = Form(world, endpoint)
    answer = form.send(signed_out(form.asker))
    door = DOORS[TABLE[endpoint].audience]
    assert (answer.status_code, answer.headers["Location"]) == (303, door)
    for other in others(world, form.asker):
        page = form.shown(other)
        assert SENTENCE not in page.text, other.name
        assert SHOWN not in page.text, other.name
    form.expect_words()


@pytest.mark.parametrize("endpoint", sorted(set(kept.PAGES) - NONE_HERE))
def test_a_form_with_a_stale_token_stands_again_with_its_words(world: World, endpoint: str) -> None:
    form = Form(world, endpoint)
    answer = form.send(form.asker, csrf_token="of-yesterday")
    assert (answer.status_code, answer.headers["Location"]) == (303, form.page)
    form.expect_words()


@pytest.mark.parametrize(
    "endpoint", sorted(set(seeing.SIGHTS) - NONE_HERE - ITS_OWN - {"applicant.save_themes"})
)
def test_a_form_of_an_older_version_is_told_with_its_words(world: World, endpoint: str) -> None:
    form = Form(world, endpoint)
    more: dict[str, Any] = {"upload_key": "12345678"} if "upload" in endpoint else {}
    if "upload" in endpoint:
        more = {**FILES[endpoint](world.cases[ApplicationState.DRAFT]), **more}
    answer = form.send(form.asker, version=STALE, **more)
    assert answer.status_code == 409
    if TYPED in form.words.values():
        assert SHOWN in answer.text


def test_words_are_kept_under_nobodys_name_and_without_a_name_not_at_all(world: World) -> None:
    form = Form(world, "officer.send_refusal")
    owner = form.owner()
    # The last letter of a signature holds bits that nobody reads: the one before it is another.
    changed = owner[:-2] + ("B" if owner[-2] == "A" else "A") + owner[-1]
    for forged in ("", "x", changed, "o" + owner[1:][::-1], owner.replace("o", "a", 1)):
        answer = form.send(signed_out(form.asker), kept_for=forged)
        assert answer.status_code == 303
        assert SENTENCE not in form.shown().text
    form.send(signed_out(form.asker))
    with world.site.office.reading() as uow:
        row = uow.session.scalars(sa.select(KeptFormRow)).one()
    assert RUC not in row.owner
    assert not {name for name, _ in row.fields} & kept.SECRETS


def test_a_page_of_another_site_leaves_no_words(world: World) -> None:
    form = Form(world, "officer.send_refusal")
    client = world.site.app.test_client()
    fields = {**form.words, "kept_for": form.owner()}
    answer = client.post(form.path, data=fields, headers={"Origin": "https://example.net"})
    assert answer.status_code == 303
    assert SENTENCE not in form.shown().text


def test_what_is_too_much_is_not_kept(world: World) -> None:
    form = Form(world, "officer.send_refusal")
    form.words["motivos"] = "x" * (keeping.MAX_BYTES + 1)
    assert form.send(signed_out(form.asker)).status_code == 303
    assert SENTENCE not in form.shown().text


def keep_trade(visitor: Visitor, path: str, trade: str) -> TestResponse:
    """Send a data sheet with a token of yesterday."""
    found = KEPT_FOR.search(visitor.get(path).text)
    assert found
    fields = {**SHEET, "kind": "new", "trade": trade, "kept_for": found.group(1)}
    return visitor.post(path, {**fields, "csrf_token": "of-yesterday"})


def end_sessions(site: Site) -> None:
    with site.office.writing() as uow:
        uow.session.execute(sa.update(SessionRow).values(ended_at=uow.now))
        uow.commit()


def test_signing_in_again_leads_to_the_form_and_as_somebody_else_it_does_not(
    site: Site, applicant: Visitor
) -> None:
    path = f"/solicitudes/{draft(site)}/datos"
    applicant.get(path)
    found = KEPT_FOR.search(applicant.get(path).text)
    token = applicant.token(path)
    assert found
    end_sessions(site)
    fields = {**SHEET, "kind": "new", "trade": TYPED, "kept_for": found.group(1)}
    answer = applicant.post(path, {**fields, "csrf_token": token}, page="/ingresar")
    assert answer.headers["Location"] == "/ingresar"
    assert "Lo que escribió está guardado" in applicant.get("/ingresar").text
    assert sign_in(applicant, OTHER_RUC) == "/solicitudes"
    assert SHOWN not in applicant.get("/solicitudes").text
    applicant.post("/salir", page="/solicitudes/nueva")
    assert sign_in(applicant, RUC) == path
    page = applicant.get(path)
    assert SHOWN in page.text
    assert page.text.count(SENTENCE) == 1
    assert (
        applicant.post(path, {**SHEET, "kind": "new", "trade": TYPED}, page=path).status_code == 303
    )
    assert SENTENCE not in applicant.get(path).text, "what was taken is not given back"


def sign_in(visitor: Visitor, ruc: str) -> str:
    """Sign in with the mailed code; return where that leads."""
    visitor.post("/ingresar", {"ruc": ruc}, page="/ingresar")
    code = visitor.site.code()
    answer = visitor.post("/ingresar/codigo", {"code": code}, page="/ingresar/enviado")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_words_given_back_carry_the_version_that_they_were_typed_over(
    site: Site, applicant: Visitor
) -> None:
    path = f"/solicitudes/{draft(site)}/datos"
    version = re.compile(r'name="version" value="([^"]+)"')
    (old,) = set(version.findall(applicant.get(path).text))
    found = KEPT_FOR.search(applicant.get(path).text)
    assert found
    fields = {**SHEET, "kind": "new", "kept_for": found.group(1), "version": old}
    applicant.post(path, {**fields, "trade": TYPED, "csrf_token": "of-yesterday"})
    other = site.applicant()
    other.post(path, {**SHEET, "kind": "new", "trade": "Guitarras finas"})
    page = applicant.get(path)
    assert SHOWN in page.text
    assert set(version.findall(page.text)) == {old}
    late = applicant.post(path, {**fields, "trade": TYPED}, page=path)
    assert late.status_code == 409
    assert SHOWN in late.text
    assert "Guitarras finas" in late.text


def test_what_is_typed_is_kept_and_can_be_dropped(site: Site, applicant: Visitor) -> None:
    path = f"/solicitudes/{draft(site)}/datos"
    fields = {**SHEET, "kind": "new", "trade": TYPED, "kept_path": path}
    answer = applicant.post("/solicitudes/borrador", fields, headers=JSON)
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\dh\d\d", answer.get_json()["at"])
    page = applicant.get(path)
    assert SHOWN in page.text
    assert "todavía no lo envió" in page.text
    dropped = applicant.post("/solicitudes/borrador", {"quitar": path})
    assert dropped.headers["Location"] == path
    assert SHOWN not in applicant.get(path).text


@pytest.mark.parametrize("path", ["", "/ingresar", "/revision/cuenta", "//example.net", "/nada"])
def test_words_of_no_form_of_applicants_are_not_kept(applicant: Visitor, path: str) -> None:
    fields = {"kept_path": path, "trade": TYPED}
    assert applicant.post("/solicitudes/borrador", fields, headers=JSON).status_code == 422


def test_an_error_of_a_form_leads_back_to_its_words(site: Site, applicant: Visitor) -> None:
    application_id = draft(site)
    page = f"/solicitudes/{application_id}/fotos"
    found = KEPT_FOR.search(applicant.get(page).text)
    assert found
    path = f"/solicitudes/{application_id}/documentos/{application_id}/mover"
    answer = applicant.post(path, {"theme": "nothing", "kept_for": found.group(1)})
    assert answer.status_code == 422
    assert f'href="{page}"' in answer.text


def test_what_cannot_be_changed_any_more_is_told_where_it_stands(
    site: Site, applicant: Visitor
) -> None:
    application_id = draft(site)
    path = f"/solicitudes/{application_id}/datos"
    found = KEPT_FOR.search(applicant.get(path).text)
    assert found
    applicant.post(f"/solicitudes/{application_id}/retirar", {})
    answer = applicant.post(
        path, {**SHEET, "kind": "new", "trade": TYPED, "kept_for": found.group(1)}
    )
    assert answer.headers["Location"] == f"/solicitudes/{application_id}"
    assert SHOWN in applicant.get(f"/solicitudes/{application_id}").text


def test_kept_words_are_few_and_go_after_two_days(site: Site, applicant: Visitor) -> None:
    for _ in range(2):
        application_id = draft(site)
        keep_trade(applicant, f"/solicitudes/{application_id}/datos", TYPED)
    office = site.office
    for number in range(keeping.MAX_FORMS + 3):
        keeping.keep(
            office.writing(), owner="b", path=f"/{number}", page="/", fields=[], was_sent=True
        )
    with office.writing() as uow:
        rows = uow.session.scalars(sa.select(KeptFormRow).where(KeptFormRow.owner == "b")).all()
        assert len(rows) == keeping.MAX_FORMS
        late = uow.now - timedelta(hours=keeping.KEPT_HOURS, minutes=1)
        uow.session.execute(
            sa.update(KeptFormRow).where(KeptFormRow.owner == "b").values(kept_at=late)
        )
        uow.commit()
    assert keeping.kept_on(office.reading(), owner="b", page="/") == ()
    old_rows.prune(office.reading, office.writing, read_rulebook(None))
    with office.reading() as uow:
        assert {row.owner for row in uow.session.scalars(sa.select(KeptFormRow))} != {"b"}
        assert "b" not in {row.owner for row in uow.session.scalars(sa.select(KeptFormRow))}
