"""Addresses in templates: made once, and each under its own prefix."""

from uuid import uuid4

from flask import Flask, render_template_string

from review_service.web import addresses

SHOWN = "{{ url_for('help_page') }} {{ url_for('case', number=number) }}"


def make_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/ayuda", "help_page", lambda: "")
    app.add_url_rule("/casos/<int:number>", "case", str)
    addresses.install(app)
    return app


def shown(app: Flask, number: int, prefix: str = "") -> str:
    with app.test_request_context("/ayuda", environ_overrides={"SCRIPT_NAME": prefix}):
        return render_template_string(SHOWN, number=number)


def test_an_address_with_values_is_made_from_them_each_time() -> None:
    app = make_app()
    assert [shown(app, number) for number in (1, 2)] == ["/ayuda /casos/1", "/ayuda /casos/2"]


def test_each_prefix_has_its_own_addresses() -> None:
    app = make_app()
    told = [shown(app, 1, prefix) for prefix in ("", "/mipymes", "/otro", "")]
    assert told == [
        "/ayuda /casos/1",
        "/mipymes/ayuda /mipymes/casos/1",
        "/otro/ayuda /otro/casos/1",
        "/ayuda /casos/1",
    ]


def test_a_fixed_address_is_made_once() -> None:
    app = make_app()
    made: list[str] = []
    app.url_default_functions[None] = [lambda endpoint, _values: made.append(endpoint)]
    for _ in range(3):
        shown(app, 7)
    assert made.count("help_page") == 1
    assert made.count("case") == 3


def test_the_address_of_a_case_is_made_once_for_all_cases() -> None:
    app = Flask(__name__)
    app.add_url_rule("/casos/<uuid:application_id>/mover", "move", str)
    addresses.install(app)
    made: list[str] = []
    app.url_default_functions[None] = [lambda endpoint, _values: made.append(endpoint)]
    cases, told = [uuid4() for _ in range(3)], []
    for prefix in ("", "/mipymes"):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": prefix}):
            shown = "{% for each in cases %}{{ url_for('move', application_id=each) }} {% endfor %}"
            told += render_template_string(shown, cases=cases).split()
    expected = [f"{prefix}/casos/{case}/mover" for prefix in ("", "/mipymes") for case in cases]
    assert told == expected
    assert made == ["move", "move"]


def test_the_address_of_something_in_a_case_has_both_values() -> None:
    app, case = Flask(__name__), uuid4()
    app.add_url_rule("/casos/<uuid:application_id>/<int:page>", "page", str)
    addresses.install(app)
    with app.test_request_context("/"):
        shown = "{{ url_for('page', application_id=case, page=3, de='a') }}"
        assert render_template_string(shown, case=case) == f"/casos/{case}/3?de=a"
