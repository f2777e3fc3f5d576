"""The directory of artisans who consented: search, pages, and the same as CSV and JSON.

What reads many consents steps aside, so that it keeps nobody's short page waiting (ADR 42).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

from flask import Response, make_response, render_template, request

from review_service.db.queries import directory as listed
from review_service.domain.directory import LONGEST_QUESTION, Entry, Question
from review_service.domain.given_names import given_name
from review_service.domain.spreadsheets import csv_pieces
from review_service.web import concurrency
from review_service.web.context import parts
from review_service.web.public import blueprint
from review_service.web.spooling import spooled

HEAD: Final = ("oficio", "cantón", "provincia", "vale hasta", "nombre", "teléfono")
NO_ROBOTS: Final = "noindex, noarchive"
"""A search engine would show who left the directory for weeks."""
QUESTIONS: Final = frozenset({"oficio", "canton", "q", "pagina"})
"""What an address asks with; its language is none."""
AS_JSON: Final = json.JSONEncoder(ensure_ascii=False).encode
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
    rows = ([_cells(each) for each in part] for part in _every())
    return _sent(csv_pieces(HEAD, rows), "text/csv; charset=utf-8", "csv")


@blueprint.get("/directorio.json")
def directory_json() -> Response:
    """Send what fits as JSON."""
    return _sent(_json_pieces(_every()), "application/json", "json")


def _json_pieces(parts_of_it: Iterable[Sequence[Entry]]) -> Iterator[str]:
    before = "["
    for part in parts_of_it:
        told = [dict(zip(HEAD, _cells(each), strict=True)) for each in part]
        yield before + AS_JSON(told)[1:-1]
        before = ","
    yield "[]" if before == "[" else "]"


def _every() -> Iterator[Sequence[Entry]]:
    """Yield what was asked for, some at a time; others who stand aside compute in between."""
    concurrency.step_aside()
    for part in listed.every_entry(parts().reading, _asked()):
        yield part
        with concurrency.elsewhere():
            pass


def _sent(pieces: Iterable[str], content_type: str, ending: str) -> Response:
    """Send a file from disk once it is whole: whoever reads slowly keeps no database waiting."""

    def write(file: IO[bytes]) -> None:
        for piece in pieces:  # ``writelines`` would hold all of them
            file.write(piece.encode())

    name = given_name("directorio", ending=ending)
    response = spooled(write, content_type=content_type, name=name)
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
