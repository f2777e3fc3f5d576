"""Each state a screen can be in says what is the matter in words, never by colour alone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string
from jinja2 import StrictUndefined

from review_service.packaged_files import templates_folder
from review_service.web import dates, languages
from review_service.web.forms import Problem

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@pytest.fixture
def app() -> Iterator[Flask]:
    """An application that knows the templates and nothing else."""
    made = Flask(__name__, template_folder=str(templates_folder()))
    made.jinja_options = {"undefined": StrictUndefined}
    dates.install(made)
    languages.install(made, "http://localhost:8000")
    with made.test_request_context():
        yield made


def render(call: str, **values: object) -> str:
    source = (
        '{% import "macros/states.html" as states %}{% import "macros/layout.html" as layout %}'
    )
    return " ".join(render_template_string(source + call, **values).split())


@pytest.mark.parametrize("tone", ["good", "doubt", "bad", "wait", "note"])
@pytest.mark.usefixtures("app")
def test_a_verdict_has_a_word_and_an_icon(tone: str) -> None:
    shown = render("{{ states.verdict(tone, 'Palabra') }}", tone=tone)
    assert "Palabra" in shown
    assert f"#icon-{tone}" in shown
    assert f'id="icon-{tone}"' in render_template_string(
        '{% from "macros/icons.html" import symbols %}{{ symbols() }}'
    )


@pytest.mark.usefixtures("app")
def test_an_error_summary_leads_to_each_place_and_is_read_out_at_once() -> None:
    problems = (Problem(place="ruc", sentence="Escriba el RUC."), Problem(place="", sentence="Y."))
    shown = render("{{ states.error_summary(problems) }}", problems=problems)
    assert 'role="alert"' in shown
    assert '<a href="#ruc">Escriba el RUC.</a>' in shown
    assert 'href=""' not in shown


@pytest.mark.usefixtures("app")
def test_without_problems_there_is_no_summary() -> None:
    assert render("{{ states.error_summary(()) }}") == ""


@pytest.mark.usefixtures("app")
def test_a_problem_is_text_and_never_markup() -> None:
    problems = (Problem(place="ruc", sentence="<b>no</b>"),)
    assert "<b>" not in render("{{ states.error_summary(problems) }}", problems=problems)


@pytest.mark.parametrize(("done", "total", "words"), [(3, 8, "3 de 8"), (0, None, "Leyendo")])
@pytest.mark.usefixtures("app")
def test_a_running_check_says_how_much_is_done(done: int, total: int | None, words: str) -> None:
    shown = render("{{ states.partial('Leyendo', done, total) }}", done=done, total=total)
    assert words in shown
    assert 'role="status"' in shown
    assert ("<progress" in shown) == (total is not None)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("{{ states.offline_note() }}", "No hay conexión."),
        ("{% call states.empty('Nada aún') %}Empiece aquí.{% endcall %}", "Empiece aquí."),
        ("{% call states.note('doubt', 'Ojo') %}Falta.{% endcall %}", "Falta."),
        ("{{ layout.steps(['Datos', 'Fotos'], 2) }}", "Paso 2 de 2 · Fotos"),
        ("{{ layout.crumb('/x', 'Volver') }}", "‹ Volver"),
    ],
)
@pytest.mark.usefixtures("app")
def test_each_state_is_said_in_words(call: str, words: str) -> None:
    assert words in render(call)


@pytest.mark.usefixtures("app")
def test_the_bar_of_steps_marks_what_is_done_and_where_one_is() -> None:
    shown = render("{{ layout.steps(['A', 'B', 'C'], 2, noon) }}", noon=NOON)
    assert '<li class="done"></li> <li class="now"></li> <li class=""></li>' in shown
    assert "Borrador guardado" in shown
