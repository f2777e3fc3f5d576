"""Spanish pages hold their texts since they were compiled; others ask the catalogue."""

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import DictLoader, StrictUndefined

from review_service.languages import Language
from review_service.web import languages
from review_service.web.spanish_in_place import SpanishInPlace

PAGE = """{% from "part.html" import told with context %}
{{ _("Vigente") }} {{ told(_("Uno & dos")) }}
{% trans %}Al 100 %{% endtrans %} {{ _("Hasta el %(day)s.", day=day) }}
{{ _("<b>Tres</b> y %(more)s", more="<i>") }} {{ _(asked) }}
{% trans count=n %}1 hoja{% pluralize %}{{ count }} hojas{% endtrans %}"""
PART = """{% macro told(text) %}[{{ text }} {{ _("por %(who)s", who="ella") }}]{% endmacro %}"""
VALUES = {"day": "<2>", "n": 2, "asked": "Vigente"}
SHOWN = """Vigente [Uno & dos por ella]
Al 100 % Hasta el &lt;2&gt;.
<b>Tres</b> y &lt;i&gt; Vigente
2 hojas"""


class Counted:
    """A catalogue that notes what it is asked."""

    def __init__(self, mark: str) -> None:
        self.mark, self.asked = mark, list[str]()

    def gettext(self, text: str) -> str:
        self.asked.append(text)
        return f"{self.mark}{text}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


@pytest.fixture
def page() -> Callable[[], str]:
    app = Flask("made")
    app.jinja_environment = SpanishInPlace
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True}
    languages.install(app, "https://registro.example")
    app.jinja_env.loader = DictLoader({"page.html": PAGE, "part.html": PART})
    return lambda: app.jinja_env.get_template("page.html").render(VALUES)


def test_a_spanish_page_asks_for_nothing_but_what_varies(
    page: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Counted("")
    monkeypatch.setattr(languages, "translations", lambda _code: catalogue)
    assert page() == SHOWN
    assert catalogue.asked == ["Vigente", "%(count)s hojas"]


def test_a_page_in_another_language_asks_for_each_text_and_spanish_stays(
    page: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as abroad:
        abroad.setattr(languages, "language", lambda: Language("zz", "zz", "Zz"))
        abroad.setattr(languages, "translations", lambda _code: Counted("~"))
        other = page()
        assert other.replace("~", "") == SHOWN
        assert other.count("~") == 8
    assert page() == SHOWN
