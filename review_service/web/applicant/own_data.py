"""«Mis datos»: everything that is kept of the RUC that is signed in, as one archive."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Final

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.bootstrap import Container
from review_service.db.models import SessionKind, SessionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import DamagedFileError, StoreError, TooManyAttemptsError
from review_service.domain.file_kinds import HEAD_BYTES
from review_service.domain.given_names import given_name, true_ending
from review_service.domain.request_limits import EXPORTS
from review_service.services import stored_files
from review_service.services.applicant import exporting
from review_service.services.applicant.export_scope import LEFT_OUT
from review_service.services.applicant.exported_files import SentFile
from review_service.services.applicant.exported_words import UNREADABLE, named
from review_service.services.applicant.exporting import NO_FILES, Export
from review_service.web import account_turns
from review_service.web.applicant import blueprint
from review_service.web.auth import RETURN_TO, applicant_ruc, current_session, forget
from review_service.web.context import parts
from review_service.web.languages import gettext
from review_service.web.security import ATTACHMENT_POLICY
from review_service.web.zipping import Opening, Piece, Readable, zipped

FRESH_FOR: Final = timedelta(minutes=15)
"""So long after signing in, by a code or link that was mailed, the archive is given out."""
MOST_AT_ONCE: Final = 8
"""Archives that a process sends at a time: each holds a thread as long as a slow phone takes."""
FULL_SECONDS: Final = 120
PLACES = threading.BoundedSemaphore(MOST_AT_ONCE)


@blueprint.get("/mis-datos")
def own_data() -> str:
    """Say what is in the archive and how large it is."""
    with parts().reading() as uow:
        found = exporting.gather(uow, applicant_ruc())
        is_fresh = _is_fresh(uow)
    return render_template(
        "applicant/own_data.html",
        applications=len(found.data["solicitudes"]),
        files=len(found.files),
        size_bytes=found.size_bytes,
        parts=found.parts,
        no_files=NO_FILES,
        left_out=LEFT_OUT,
        is_fresh=is_fresh,
        most=EXPORTS.count,
        minutes=int(FRESH_FOR.total_seconds() // 60),
    )


@blueprint.post("/mis-datos")
def download_data() -> BaseResponse:
    """Send the archive, or ask to sign in again.

    Raises ``TooManyAttemptsError``, ``NotFoundError`` for a part that is none.
    """
    ruc, container = applicant_ruc(), parts()
    current = current_session(SessionKind.APPLICANT)
    with container.reading() as uow:
        is_fresh = _is_fresh(uow)
        found = exporting.gather(uow, ruc) if is_fresh else None
    if found is None or current is None:
        session[RETURN_TO] = url_for("applicant.own_data")
        flash(
            gettext("Para descargar sus datos, ingrese otra vez: así nadie más los lleva."), "doubt"
        )
        return forget(redirect(url_for("access.sign_in"), code=303), kind=SessionKind.APPLICANT)
    part = request.form.get("parte", "")
    found = found.only(part)
    if not PLACES.acquire(blocking=False):
        raise TooManyAttemptsError(FULL_SECONDS)
    try:
        exporting.record(container.writing(), found, ruc=ruc, link=current.session_id)
        summary = render_template("applicant/own_data_summary.html", data=found.told, named=named)
        account_turns.end_turn()
        response = Response(
            zipped(_entries(container, found, summary)), content_type="application/zip"
        )
        name = given_name("mis-datos", ruc, *filter(None, [part]), ending="zip")
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
        response.headers["Cache-Control"] = "no-store"
    except BaseException:
        PLACES.release()
        raise
    response.call_on_close(PLACES.release)
    return response


def _is_fresh(uow: UnitOfWork) -> bool:
    current = current_session(SessionKind.APPLICANT)
    if current is None:
        return False
    began = uow.session.execute(
        sa.select(SessionRow.created_at).where(SessionRow.id == current.session_id)
    ).scalar_one_or_none()
    return began is not None and uow.now - began <= FRESH_FOR


def _entries(container: Container, found: Export, summary: str) -> Iterator[Opening]:
    told = json.dumps(found.data, ensure_ascii=False, indent=2)
    yield partial(_text, "resumen.html", summary)
    yield partial(_text, "data.json", told)
    for each in found.files:
        yield partial(_stored, container, each)


@contextmanager
def _text(name: str, text: str) -> Iterator[tuple[str, Readable]]:
    yield name, BytesIO(text.encode())


@contextmanager
def _stored(container: Container, each: SentFile) -> Iterator[tuple[str, Readable]]:
    """Give a file that was compared with its hash, or a text that says that it is not there."""
    place = f"archivos/{each.folder}/{each.stem}"
    try:
        opened = stored_files.opened(container.writing, container.store, each.file)
        stream, _ = opened.__enter__()
    except (StoreError, DamagedFileError):
        yield f"{place}.no-se-pudo-leer.txt", BytesIO(UNREADABLE.encode())
        return
    try:
        start, size_bytes = each.piece or (0, None)
        stream.seek(start)
        ending = each.ending or true_ending(stream.read(HEAD_BYTES))
        stream.seek(start)
        yield f"{place}.{ending}", Piece(stream, size_bytes)
    finally:
        opened.__exit__(None, None, None)
