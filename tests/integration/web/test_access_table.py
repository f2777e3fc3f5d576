"""Every route of the application, asked by everybody, in every state: the table holds.

To extend: put the route into ``review_service/web/access_table.py``; where it changes something,
put a form that does it into ``FORMS`` here; write ``docs/access.md`` anew as the last test says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from review_service.domain.applications import ApplicationState
from review_service.domain.figures import MonthFigures
from review_service.domain.months import Month
from review_service.domain.roles import GRANTS
from review_service.domain.terms import ecuador_today
from review_service.web.access_document import document
from review_service.web.access_table import TABLE, Access, Audience
from review_service.web.guarding import CONFLICT
from tests.conftest import migrate_to_head
from tests.factories import RUC, SHEET, make_office
from tests.integration.services.test_figures import import_packaged
from tests.integration.web.access_world import WORDS, Asker, Case, World, make_world
from tests.integration.web.addresses import filled
from tests.integration.web.site import jpeg, make_site, pdf

DOORS = {
    Audience.APPLICANT: "/ingresar",
    Audience.OFFICER: "/revision/ingresar",
}
SECOND_FACTOR = "/revision/segundo-factor"
ACCOUNT = "/revision/cuenta"
WITHOUT_TOKEN = {
    "verify.by_number",
    "verify.by_file",
    "letters.send_letter",
    "letters.confirm_letter",
    "letters.send_photo",
}
"""Anybody may ask from anywhere: these change nothing and need no form token. A letter's form looks
at its token itself, to keep the words; the link that confirms one, or takes its photo, is a secret
of its own."""
SEEN_BY_OFFICERS = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.AWAITING_CONFIRMATION,
}
FORMS: Mapping[str, Callable[[Case], Mapping[str, Any]]] = {
    "officer.take_case": lambda case: {"version": str(case.version)},
    "officer.judge": lambda case: {"version": str(case.version), "veredicto": "observed"},
    "officer.confirm_approval": lambda case: {"version": str(case.version)},
    "officer.send_correction": lambda case: {
        "version": str(case.version),
        "paso": "enviar",
        "puntos": "workshop",
        "workshop_reason": WORDS,
        "workshop_instruction": WORDS,
    },
    "officer.send_refusal": lambda case: {
        "version": str(case.version),
        "paso": "enviar",
        "motivos": WORDS,
    },
    "officer.decide_extension": lambda case: {"version": str(case.version), "dias": "1"},
    "officer.log_attempt": lambda case: {
        "version": str(case.version),
        "medio": "phone",
        "resultado_aviso": "not_reached",
        "el_dia": ecuador_today().isoformat(),
    },
    "officer.write_second_address": lambda case: {"version": str(case.version)},
    "officer.sign_withdrawal": lambda case: {"version": str(case.version), "paso": "firmar"},
    "officer.restart_notice": lambda case: {
        "version": str(case.version),
        "motivo_aviso": WORDS,
    },
    "applicant.ask_extension": lambda _case: {"prorroga": WORDS},
    "officer.correct_figures": lambda _case: {
        "version": MonthFigures(
            month=Month(2023, 7), version=1, complaints=0, attentions=2514
        ).stamp,
        "paso": "publicar",
        "quejas": "1",
        "atenciones": "2514",
        "motivo": WORDS,
    },
    "applicant.save_sheet": lambda _case: {**SHEET, "kind": "new"},
    "applicant.comment_photo": lambda _case: {"comment": WORDS},
    "applicant.move_photo": lambda _case: {"theme": "workshop"},
    "applicant.upload_photos": lambda _case: {
        "theme": "workshop",
        "upload_key": uuid4().hex,
        "photos": (BytesIO(jpeg()), "foto.jpg"),
    },
    "officer.ask_original": lambda _case: {"para_que": "detail"},
    "officer.answer_recommendation": lambda case: {"version": str(case.version)},
    "officer.undo_decision": lambda case: {"version": str(case.version)},
    "officer.move_case": lambda _case: {"zona": "Zonal 4", "motivo": WORDS},
    "officer.ask_colleague": lambda _case: {"pregunta": WORDS},
    "officer.answer_colleague": lambda _case: {"respuesta": WORDS},
    "officer.move_cases": lambda case: {
        "caso": f"{case.application_id}|{case.version}|",
        "zona": "Zonal 4",
        "motivo": WORDS,
    },
    "officer.write_note": lambda _case: {"nota_interna": WORDS},
    "officer.judge_copy": lambda _case: {"otro_caso": str(uuid4()), "motivo": WORDS},
    "officer.record_appeal": lambda _case: {
        "dia_recurso": ecuador_today().isoformat(),
        "recurso": WORDS,
    },
    "officer.place_hold": lambda _case: {"retencion": WORDS},
    "officer.lift_hold": lambda _case: {"retencion": WORDS},
    "applicant.say_not_applicable": lambda _case: {"reason": "otra", "words": WORDS},
    "applicant.upload_evidence": lambda _case: {"pdf": (BytesIO(pdf()), "fotos.pdf")},
    "applicant.upload_prior_agreement": lambda _case: {"pdf": (BytesIO(pdf()), "acuerdo.pdf")},
    "applicant.upload_paper": lambda _case: {
        "upload_key": uuid4().hex,
        "pdf": (BytesIO(pdf()), "sri.pdf"),
    },
    "applicant.upload_paper_photos": lambda _case: {
        "upload_key": uuid4().hex,
        "hojas": (BytesIO(jpeg()), "hoja.jpg"),
    },
    "applicant.upload_page_photos": lambda _case: {"hojas": (BytesIO(jpeg()), "hoja.jpg")},
    "applicant.change_page_photo": lambda _case: {"change": "later", "upload_key": uuid4().hex},
}
NONE_HERE = {
    "applicant.prior_agreement",
    "applicant.upload_prior_agreement",
    "applicant.upload_page_photos",
    "applicant.change_page_photo",
    "applicant.move_paper",
    "applicant.employs_nobody",
    "demo.act_mail",
    "demo.begin_act",
    "demo.mail",
    "demo.mail_attachment",
    "demo.sample",
    "demo.prove",
    "officer.appeal",
    "officer.decide_appeal",
    "officer.correct_entry_day",
    "officer.compare_photos",
    "officer.judge_copy",
    "officer.second_review",
    "officer.say_second_review",
    "officer.settle_second_review",
    "officer.answer_colleague",
    "officer.remind_colleague",
    "officer.withdraw_question",
}
"""The world has no such thing to show: whoever is let in is told so, with 404."""
NOTHING_PENDING = {"officer.answer_recommendation", "officer.undo_decision"}
"""The world has no decision that waits: whoever is let in is told so, with 409."""
USED_UP = 410


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an address names."""

    name: str
    path: str
    case: Case | None = None
    exists: bool = True
    well_formed: bool = True


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("access")
    file = folder / "access.db"
    url = f"sqlite:///{file}"
    migrate_to_head(url)
    office = make_office(url, folder)
    import_packaged(office)
    made = make_world(make_site(office, folder, DEMONSTRATION="1", DEMO_PAGE="1"), file)
    yield made
    made.watching.close()
    made.pristine.close()
    office.database.engine.dispose()


def targets(rule: Rule, world: World, *, every_state: bool) -> Iterator[Target]:
    """Give what the route can be asked for: each state, an id of nothing, and no id at all."""
    at = rule.rule
    nothing = {"application_id": str(uuid4()), "document_id": str(uuid4()), "number": "1"}
    if "application_id" in rule.arguments:
        for state, case in world.cases.items():
            if every_state or state is ApplicationState.IN_REVIEW:
                ids = {
                    "application_id": str(case.application_id),
                    "document_id": str(case.document_id),
                    "number": "1",
                }
                yield Target(name=state.value, path=filled(at, ids), case=case)
        yield Target(name="unknown", path=filled(at, nothing), exists=False)
        broken = {**nothing, "application_id": "1%20or%201"}
        yield Target(name="malformed", path=filled(at, broken), exists=False, well_formed=False)
    elif "agreement_id" in rule.arguments:
        own = {"agreement_id": str(world.agreement_id)}
        yield Target(name="stored", path=filled(at, own))
        yield Target(name="unknown", path=filled(at, {"agreement_id": str(uuid4())}), exists=False)
        yield Target(
            name="malformed",
            path=filled(at, {"agreement_id": "x"}),
            exists=False,
            well_formed=False,
        )
    elif "letter_id" in rule.arguments:
        yield Target(name="stored", path=filled(at, {"letter_id": str(world.letter_id)}))
        yield Target(name="unknown", path=filled(at, {"letter_id": str(uuid4())}), exists=False)
        yield Target(
            name="malformed",
            path=filled(at, {"letter_id": "x"}),
            exists=False,
            well_formed=False,
        )
    else:
        yield Target(name="page", path=filled(at, {"filename": "css/tokens.css", "place": "0"}))


def refusal(access: Access, asker: Asker, target: Target) -> tuple[int, str] | None:
    """Return the status and the door of the refusal that the table asks for, None for admitted."""
    if not target.well_formed:
        return 404, ""
    if access.audience is Audience.APPLICANT:
        if not asker.ruc:
            return 303, DOORS[access.audience]
        if not target.exists or (target.case is not None and asker.ruc != RUC):
            return 404, ""
        return _refused_by_state(access, target)
    if access.audience is Audience.OFFICER:
        return _refused_to_officer(access, asker, target)
    return None


def _refused_to_officer(access: Access, asker: Asker, target: Target) -> tuple[int, str] | None:
    if asker.role is None:
        return 303, DOORS[access.audience]
    if asker.halfway:
        return 303, SECOND_FACTOR
    if access.needs_cedula and not asker.numbered:
        return 303, ACCOUNT
    if access.permission is not None and access.permission not in GRANTS[asker.role]:
        return 403, ""
    return _refused_on_case(access, asker, target)


def _refused_on_case(access: Access, asker: Asker, target: Target) -> tuple[int, str] | None:
    if not target.exists or (target.case and target.case.state not in SEEN_BY_OFFICERS):
        return 404, ""
    if target.case and asker.owns and not access.own_case:
        return 403, ""
    return _refused_by_state(access, target)


def _refused_by_state(access: Access, target: Target) -> tuple[int, str] | None:
    if target.case is None or access.states is None or target.case.state in access.states:
        return None
    leads_to = f"/solicitudes/{target.case.application_id}" if access.otherwise == 303 else ""
    return access.otherwise, leads_to


def guarded(access: Access, asker: Asker, target: Target) -> tuple[int, str] | None:
    """Return the refusal of the guard, which stands before the form token is looked for."""
    told = refusal(access, asker, target)
    if not admits(access, asker):
        return told
    if access.audience is not Audience.OFFICER or (access.states is None and access.own_case):
        return None  # the view itself looks at the case
    is_there = target.exists and (target.case is None or target.case.state in SEEN_BY_OFFICERS)
    is_own = asker.owns and not access.own_case
    return told if not is_there or is_own or access.otherwise == CONFLICT else None


def rules(world: World) -> list[Rule]:
    return sorted(world.site.app.url_map.iter_rules(), key=lambda rule: rule.endpoint)


def admits(access: Access, asker: Asker) -> bool:
    """Whether the asker is of the route's audience and role, whatever the address names."""
    return refusal(access, asker, Target(name="", path="")) is None


def check(world: World, rule: Rule, asker: Asker, target: Target, *, with_token: bool) -> str:
    """Send one request; return what is wrong with the answer, empty when nothing is."""
    access = TABLE[rule.endpoint]
    make_form = FORMS.get(rule.endpoint)
    some_case = target.case or world.cases[ApplicationState.IN_REVIEW]
    form = make_form(some_case) if make_form else {}
    before = world.mark()
    answer = world.ask(asker, access.method, target.path, form, with_token=with_token)
    changed = world.mark() != before
    expected = refusal(access, asker, target)
    needs_token = access.method == "POST" and rule.endpoint not in WITHOUT_TOKEN
    if needs_token and not with_token and target.well_formed:
        expected = guarded(access, asker, target) or (400, "")
    if changed and expected is None:
        world.restore()
    said = f"{asker.name} {access.method} {target.path} ({target.name}, token {with_token})"
    if rule.endpoint in NONE_HERE and answer.status_code == 404 and not changed:
        expected = expected if expected and expected[0] in {303, 403} - {access.otherwise} else None
        return "" if expected is None else f"{said}: not {expected}"
    if rule.endpoint in NOTHING_PENDING and answer.status_code == CONFLICT and not changed:
        return "" if expected in {None, (CONFLICT, "")} else f"{said}: not {expected}"
    if expected is None:
        return "" if _let_in(answer, access) else f"{said}: refused with {answer.status_code}"
    told = (answer.status_code, answer.headers.get("Location", ""))
    if told != expected:
        return f"{said}: {told} instead of {expected}"
    if changed:
        world.restore()
        return f"{said}: refused, and yet something changed"
    return ""


def _let_in(answer: TestResponse, access: Access) -> bool:
    if access.audience is Audience.ANYBODY:  # a link that nobody was sent is 410
        return answer.status_code in {200, 301, 303, 422, USED_UP}
    door = answer.headers.get("Location", "") in {*DOORS.values(), SECOND_FACTOR}
    return not door and answer.status_code in {200, 302, 303, 422}


def test_every_route_is_in_the_table_with_its_method_and_nothing_else_is(world: World) -> None:
    found = {
        rule.endpoint: sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        for rule in rules(world)
    }
    assert found == {endpoint: [access.method] for endpoint, access in TABLE.items()}


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_a_route_lets_in_whom_the_table_says_and_refusing_changes_nothing(
    world: World, endpoint: str
) -> None:
    (rule,) = world.site.app.url_map.iter_rules(endpoint)
    access = TABLE[endpoint]
    wrong = []
    for asker in world.askers:
        if access.audience is Audience.ANYBODY and asker.name != "nobody":
            continue
        for target in targets(rule, world, every_state=admits(access, asker)):
            for with_token in (True, False) if access.method == "POST" else (True,):
                problem = check(world, rule, asker, target, with_token=with_token)
                if problem:
                    wrong.append(problem)
    assert not wrong, "\n".join(wrong)


def test_the_page_for_people_says_what_the_table_says(world: World) -> None:
    page = Path(__file__).parents[3] / "docs" / "access.md"
    assert page.read_text("utf-8") == document(world.site.app.url_map)
