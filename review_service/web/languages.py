"""In which language a page is answered: its address says it (``?lang=en``), nothing else.

Pages that are not in ``TRANSLATED`` are Spanish, whatever the address says.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, has_request_context, request, url_for
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from review_service.domain.month_groups import told_days
from review_service.domain.months import Month
from review_service.domain.wording import Worded, clock, long_date
from review_service.languages import OFFERED, SPANISH, Language, translations

PARAMETER: Final = "lang"
TRANSLATED: Final = frozenset(
    {
        "letters.confirm_letter",
        "letters.kinds",
        "letters.letter",
        "letters.new_letter",
        "letters.send_letter",
        "letters.send_photo",
        "letters.sent",
        "public.answered",
        "public.directory",
        "public.figures",
        "public.figures_of_month",
        "public.figures_of_year",
        "public.help_page",
        "public.home",
        "public.office_list",
        "public.other_tracks",
        "public.personal_data",
        "public.personal_data_kind",
        "public.personal_data_whole",
        "public.search",
        "public.topic",
        "public.which_track",
        "verify.ask",
        "verify.by_file",
        "verify.by_number",
        "verify.by_token",
    }
)
"""Endpoints whose pages, with their errors, are whole in every offered language."""
ASKED_FROM: Final = MappingProxyType(
    {
        "letters.send_photo": "letters.letter",
        "verify.by_file": "verify.ask",
    }
)
"""The pages with the forms of those that answer at an address of their own."""


def language() -> Language:
    """Return the language of the page that answers this request."""
    if not has_request_context() or request.endpoint not in TRANSLATED:
        return SPANISH
    return OFFERED.get(request.args.get(PARAMETER, ""), SPANISH)


def gettext(text: str, /, **values: object) -> str:
    """Return the Spanish text in the language of this page, with its values; plain text."""
    if isinstance(text, Worded):
        return _said_again(text)
    found = translations(language().code).gettext(text) if text else text
    return found % values if values else found


def _said_again(text: Worded) -> str:
    """Return a sentence of the domain in the language of this page, and its values in theirs."""
    values = {name: _told(value) for name, value in text.values.items()}
    if text.many:
        return ngettext(text.one, text.many, text.n, **values)
    return gettext(text.one, **values)


def amount(text: str) -> str:
    """Return a Spanish amount, «USD 1.234,56», with the signs of the language of this page."""
    example = gettext("1.234,56")
    return text.translate({ord("."): example[1], ord(","): example[-3]})


def _told(value: object) -> object:
    if isinstance(value, Worded):
        return gettext(value)
    return long_date(value, gettext) if isinstance(value, date) else value


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a text for a number, in the language of this page, with its values."""
    found = translations(language().code).ngettext(one, many, n)
    return found % values if values else found


def spoken(endpoint: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an address, so that it leads to a page in the language of this one."""
    now = language()
    if now is SPANISH or endpoint not in TRANSLATED:
        return values
    return {PARAMETER: now.code, **values}


def language_field() -> list[tuple[str, str]]:
    """Return what a form that asks by its address must carry to stay in this language."""
    now = language()
    return [] if now is SPANISH else [(PARAMETER, now.code)]


def in_other_languages() -> list[tuple[Language, str]]:
    """Return the other languages of this page, each with the address of the page in it."""
    if request.endpoint not in TRANSLATED:
        return []
    return [(each, _address(each)) for each in OFFERED.values() if each is not language()]


def install(app: Flask, public_url: str) -> None:
    """Give the templates the catalogues, dates in their language, and links to the others."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.globals.update({"_": _said, "gettext": _said, "ngettext": _said_by_number})
    app.add_template_global(language, "language")
    app.add_template_global(in_other_languages)
    app.add_template_global(language_field)
    app.add_template_filter(gettext, "translated")
    app.add_template_filter(amount)
    app.add_template_filter(lambda day: long_date(day, gettext), "day")
    app.add_template_filter(_told_month, "month")
    app.add_template_filter(lambda days: amount(told_days(days, gettext)), "told_days")
    app.add_template_filter(lambda moment: clock(moment, gettext), "hour")

    def name_them(response: Response) -> Response:
        if request.endpoint in TRANSLATED:
            response.headers["Content-Language"] = language().tag
            if _is_for_search_engines(response):
                response.headers["Link"] = _alternates(public_url.rstrip("/"))
        return response

    app.after_request(name_them)


_markup: Final = lru_cache(maxsize=4096)(Markup)
"""Texts of catalogues, which are few: to make one anew costs more than to look it up."""


@pass_context
def _said(context: Context, text: str, /, **values: object) -> str:
    """Return what ``_`` of a template says: as Jinja's own, which costs three times as much.

    A page has up to two hundred of them, most without a value.
    """
    return _put_in(context, translations(language().code).gettext(text), values)


@pass_context
def _said_by_number(context: Context, one: str, many: str, n: int, /, **values: object) -> str:
    found = translations(language().code).ngettext(one, many, n)
    return _put_in(context, found, {"num": n, **values})


def _put_in(context: Context, found: str, values: dict[str, Any]) -> str:
    said = _markup(found) if context.eval_ctx.autoescape else found
    return said % values if "%" in found else said


def page_address(endpoint: str, values: Mapping[str, Any], in_: Language) -> str:
    """Return the address of a page in a language, whatever that of this request is."""
    spoken_in: dict[str, Any] = {} if in_ is SPANISH else {PARAMETER: in_.code}
    return url_for(endpoint, **values, **spoken_in)


def _told_month(month: Month) -> str:
    return month.told(gettext)


def _address(other: Language) -> str:
    """Return the address of this page in another language; of an answer, that of its form.

    What was asked is joined as text: among its names may be those that ``url_for`` keeps for
    itself, or those of parts of the path.
    """
    if request.method == "POST":
        page = ASKED_FROM.get(request.endpoint or "", request.endpoint or "")
        return page_address(page, request.view_args or {}, other)
    path = url_for(request.endpoint or "", **(request.view_args or {}))
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER]
    if other is not SPANISH:
        asked.append((PARAMETER, other.code))
    return f"{path}?{urlencode(asked)}" if asked else path


def _is_for_search_engines(response: Response) -> bool:
    """Whether they may keep this answer: not what somebody asked, nor an error."""
    return (
        request.method == "GET"
        and response.status_code == HTTPStatus.OK
        and set(request.args) <= {PARAMETER}
        and "X-Robots-Tag" not in response.headers
    )


def _alternates(base: str) -> str:
    """Return the ``Link`` header: this page in each language, and the one for anybody else."""
    links = [(each.code, _address(each)) for each in OFFERED.values()]
    links.append(("x-default", _address(SPANISH)))
    return ", ".join(f'<{base}{href}>; rel="alternate"; hreflang="{code}"' for code, href in links)
