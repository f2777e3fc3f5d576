"""A list of the queue as a file: the rows that its filters show, on all pages, as CSV or XLSX."""

from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.keyset import Cursor, Page
from review_service.db.queries.officer import queue as officer_queue
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.db.queries.officer.queue_entries import QueueEntry
from review_service.domain.errors import InvalidInputError
from review_service.domain.given_names import given_name
from review_service.domain.queue_filters import CaseFilter
from review_service.domain.saved_views import query_arguments
from review_service.domain.spreadsheets import csv_pieces
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.domain.workbooks import MEDIA_TYPE, write_workbook
from review_service.services.review import list_exports
from review_service.web import concurrency
from review_service.web.context import parts
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.queue import list_in, searched_in, view_named
from review_service.web.officer.wording import alerts_of
from review_service.web.spooling import spooled

HEAD: Final = (
    "Vence", "Plazo legal", "Solicitud", "Estado", "Solicitante", "Actividad", "Cantón", "Zona",
    "Vía", "Tipo", "Alertas", "Asignada a", "La tiene",
)  # fmt: skip
WIDTHS: Final = (11, 11, 16, 14, 36, 36, 16, 10, 12, 12, 44, 22, 22)
"""Of the columns of a workbook, in letters."""
PART: Final = 200
"""Rows that are read at a time."""
MOST_ROWS: Final = 10_000
"""Of one file; a list that long has a filter that makes it shorter."""
TOO_MANY: Final = (
    f"La lista tiene más de {MOST_ROWS:,} casos y no la descargamos. "
    "Póngale un filtro, por ejemplo una zona, y descárguela por partes."
).replace(",", ".", 1)
XLSX: Final = "xlsx"


@blueprint.post("/descargar")
def export_list() -> BaseResponse:
    """Send the list of the form's address as a file, once the audit trail says so."""
    concurrency.step_aside()
    told = query_arguments(request.form.get("lista", ""))
    wanted = XLSX if request.form.get("formato") == XLSX else "csv"
    text, chosen = searched_in(told), view_named(told.get("vista", ""))
    asked = CaseFilter.from_address(told)
    rows = _Rows(text, chosen, asked)
    try:
        response = _file(rows, wanted)
    except InvalidInputError as error:
        flash(" ".join(error.problems.values()), "bad")
        place: dict[str, Any] = {**list_in(request.form.get("lista", ""))}
        return redirect(url_for("officer.queue", **place), code=303)
    try:
        list_exports.record(
            parts().writing(),
            officer_id=officer_id(),
            file_kind=wanted,
            rows=rows.count,
            view="" if text else chosen.value,
            filters=asked.to_address(),
            is_search=bool(text),
        )
    except Exception:
        response.close()  # what cannot be written down is not sent
        raise
    response.headers["Cache-Control"] = "no-store"
    return response


class _Rows:
    """The rows of a list, some at a time, and how many there were."""

    def __init__(self, text: str, chosen: QueueFilter, asked: CaseFilter) -> None:
        self.count = 0
        self._text, self._chosen, self._asked = text, chosen, asked

    def in_parts(self) -> Iterator[Sequence[Sequence[str]]]:
        """Yield them; raise ``InvalidInputError`` for more than ``MOST_ROWS``."""
        cursor = None
        while True:
            page = self._page(cursor)
            self.count += len(page.entries)
            if self.count > MOST_ROWS:
                raise InvalidInputError({"lista": TOO_MANY})
            yield [_cells(each) for each in page.entries]
            if page.after is None:
                return
            cursor = page.after
            with concurrency.elsewhere():
                pass

    def _page(self, cursor: Cursor | None) -> Page[QueueEntry]:
        seat = parts().institution().place
        with parts().reading() as uow:
            if self._text:
                return officer_queue.search_page(
                    uow,
                    text=self._text,
                    cursor=cursor,
                    asked=self._asked,
                    size=PART,
                    me=officer_id(),
                    seat=seat,
                )
            return officer_queue.queue_page(
                uow,
                chosen=self._chosen,
                asked=self._asked,
                cursor=cursor,
                size=PART,
                who=officer_queue.Onlooker(id=officer_id(), standing=standing()),
                seat=seat,
            )


def _file(rows: _Rows, wanted: str) -> Response:
    name = given_name("bandeja", ecuador_today().isoformat(), ending=wanted)
    if wanted == XLSX:

        def write(file: IO[bytes]) -> None:
            write_workbook(file, HEAD, rows.in_parts(), title="Bandeja", widths=WIDTHS)

        return spooled(write, content_type=MEDIA_TYPE, name=name)

    def write_text(file: IO[bytes]) -> None:
        for piece in csv_pieces(HEAD, rows.in_parts()):  # ``writelines`` would hold all of them
            file.write(piece.encode())

    return spooled(write_text, content_type="text/csv; charset=utf-8", name=name)


def _cells(entry: QueueEntry) -> tuple[str, ...]:
    """Return a line of the list as the page tells it, with days that a spreadsheet sorts."""
    return (
        ecuador_day(entry.due_at).isoformat() if entry.due_at else "",
        entry.legal.last_day.isoformat() if entry.legal else "",
        entry.reference,
        entry.state.label,
        entry.holder,
        entry.activity,
        entry.canton,
        entry.zone,
        entry.track,
        "Corregida" if entry.is_corrected else entry.kind.label,
        "; ".join(alerts_of(entry)),
        entry.assigned_name,
        entry.claim.by if entry.claim else "",
    )
