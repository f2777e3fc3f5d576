"""The directory of artisans who consented: search, pages, and the same as CSV and JSON.

What reads many consents steps aside, so that it keeps nobody's short page waiting (ADR 42).
"""

import json
from typing import Final

from flask import Response, make_response, render_template, request

from review_service.db.queries import directory as listed
from review_service.domain.directory import LONGEST_QUESTION, Entry, Question
from review_service.domain.given_names import given_name
from review_service.domain.spreadsheets import as_csv
from review_service.web import concurrency
from review_service.web.context import parts
from review_service.web.public import blueprint

HEAD: Final = ("oficio", "cantón", "provincia", "vale hasta", "nombre", "teléfono")
NO_ROBOTS: Final = "noindex, noarchive"
"""A search engine would show who left the directory for weeks."""
QUESTIONS: Final = frozenset({"oficio", "canton", "q", "pagina"})
"""What an address asks with; its language is none."""
MOST_DIGITS: Final = 5
"""Of the number of a page."""


@blueprint.get("/directorio")
def directory() -> Response:
    """Show the search, and what was found once something was asked."""
    asked, is_asked = _asked(), not QUESTIONS.isdisjoint(request.args)
    if is_asked:
        concurrency.step_aside()
    with parts().reading() as uow:
        cantons = listed.cantons(uow)
        found = listed.page_of(uow, asked, page=_page()) if is_asked else listed.NOBODY
    response = make_response(
        render_template(
            "public/directory.html",
            asked=asked,
            is_asked=is_asked,
            cantons=cantons,
            listed=sum(count for _, count in cantons),
            found=found,
            arguments={"oficio": asked.trade, "canton": asked.canton, "q": asked.words},
        )
    )
    if is_asked:
        _keep_nowhere(response)
    return response


@blueprint.get("/directorio.csv")
def directory_csv() -> Response:
    """Send what fits as CSV, safe to open with a spreadsheet."""
    return _sent(as_csv(HEAD, map(_cells, _every())), "text/csv; charset=utf-8", "csv")


@blueprint.get("/directorio.json")
def directory_json() -> Response:
    """Send what fits as JSON."""
    told = [dict(zip(HEAD, _cells(each), strict=True)) for each in _every()]
    return _sent(json.dumps(told, ensure_ascii=False), "application/json", "json")


def _every() -> list[Entry]:
    concurrency.step_aside()
    with parts().reading() as uow:
        return list(listed.every_entry(uow, _asked()))


def _sent(text: str, content_type: str, ending: str) -> Response:
    response = Response(text, content_type=content_type)
    name = given_name("directorio", ending=ending)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    _keep_nowhere(response)
    return response


def _keep_nowhere(response: Response) -> None:
    """Who leaves the directory is out at once: of search engines and of browsers too."""
    response.headers["X-Robots-Tag"] = NO_ROBOTS
    response.headers["Cache-Control"] = "no-store"


def _cells(entry: Entry) -> tuple[str, ...]:
    until = entry.valid_until.isoformat()
    return (entry.trade, entry.canton, entry.province, until, entry.name, entry.phone)


def _asked() -> Question:
    trade, canton, words = (
        request.args.get(name, "").strip()[:LONGEST_QUESTION] for name in ("oficio", "canton", "q")
    )
    return Question(trade=trade, canton=canton, words=words)


def _page() -> int:
    told = request.args.get("pagina", "1")[:MOST_DIGITS]
    return max(int(told), 1) if told.isascii() and told.isdigit() else 1
