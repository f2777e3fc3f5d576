"""Answers each error with its page, so that views catch nothing."""

import logging
import math
import secrets
from dataclasses import replace
from typing import Final
from uuid import UUID

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import (
    BudgetSpentError,
    DamagedFileError,
    FileTooLargeError,
    InvalidInputError,
    NotFoundError,
    TooManyAtOnceError,
    TooManyAttemptsError,
)
from review_service.domain.numbering import CODE_ALPHABET, spaced
from review_service.domain.stored_files import FileKind
from review_service.web import kept
from review_service.web.auth import wants_json
from review_service.web.bodies import drain_after
from review_service.web.context import parts
from review_service.web.dates import moment
from review_service.web.error_pages import (
    BAD_REQUEST,
    HTTP_PAGES,
    LAST_RESORT,
    OUR_PAGES,
    RETRY_SECONDS,
    TOO_LARGE,
    ErrorPage,
)
from review_service.web.languages import ngettext

logger = logging.getLogger(__name__)

REFERENCE_CHARACTERS: Final = 8
SERVER_ERROR: Final = 500
WORDS_KEPT: Final = frozenset({400, 422, 429, 500, 502, 503})
"""Errors after which a form may be sent again: its words are kept."""
MINUTE: Final = 60
OFFICERS: Final = "/revision"
"""Address under which every page is the officers': its errors are told in their frame."""


def asked_application() -> UUID | None:
    """Return the application that the address of this request names."""
    return (request.view_args or {}).get("application_id")


def page_for(error: Exception) -> ErrorPage:
    """Return the page for an error; unknown classes get a general one."""
    for kind, page in (*OUR_PAGES.items(), *HTTP_PAGES.items()):
        if isinstance(error, kind):
            return _with_particulars(page, error)
    if isinstance(error, HTTPException) and error.code is not None and error.code < SERVER_ERROR:
        return replace(BAD_REQUEST, status=error.code)
    return LAST_RESORT


def install(app: Flask) -> None:
    """Register the handlers: every error is answered with its page or, for scripts, JSON."""
    app.register_error_handler(Exception, answer)
    app.register_error_handler(CSRFError, form_expired)


def form_expired(error: CSRFError) -> Response | BaseResponse:
    """Lead back to the form with its words; where none can be kept, say that it expired."""
    page = kept.keep_turned_away()
    return redirect(page, code=303) if page is not None else answer(error)


def answer(error: Exception) -> Response | BaseResponse:
    """Log the error under a new reference number and return its page."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:  # noqa: PLR2004 -- the router's redirects
        return make_response(error.get_response())
    if isinstance(error, ClientDisconnected):
        return make_response("", BAD_REQUEST.status)  # nobody reads a page
    if isinstance(error, MethodNotAllowed) and (above := _page_above()):
        return redirect(above, code=303)
    page = replace(page_for(error), reference=_new_reference(), application_id=_application(error))
    if page.status in WORDS_KEPT:
        page = replace(page, form_page=kept.keep_turned_away() or "")
    if page.retry_after is not None and request.method == "GET" and request.endpoint is not None:
        page = replace(page, again=request.full_path.removesuffix("?"))
    _log(page, error)
    response = make_response(_body(page), page.status)
    if page.retry_after is not None:
        response.headers["Retry-After"] = str(page.retry_after)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if page.status == TOO_LARGE.status:
        drain_after(response)
    return response


def _page_above() -> str | None:
    """Return the nearest page above the address of a form, for who opens that address again.

    A form with a problem is answered at its own address, which browsers keep and reopen.
    """
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in {"GET", "HEAD"} or wants_json():
        return None
    path = request.path
    while path := path.rpartition("/")[0]:
        if adapter.test(path, method="GET"):
            return path
    return None


def _application(error: Exception) -> UUID | None:
    endpoint = request.endpoint or ""
    leads_there = endpoint.startswith(("applicant.", "officer.")) and endpoint != "officer.case"
    if isinstance(error, NotFoundError | NotFound) or not leads_there:
        return None
    return asked_application()


def _with_particulars(page: ErrorPage, error: Exception) -> ErrorPage:
    if isinstance(error, BudgetSpentError):
        return replace(
            page,
            cure=f"Podrá enviar más desde el {moment(error.until)}. Si necesita hacerlo antes, "
            "escríbanos con el número de referencia.",
            retry_after=error.retry_after,
        )
    if isinstance(error, TooManyAttemptsError):
        minutes = max(1, math.ceil(error.retry_after / MINUTE))
        cure = ngettext(
            "Espere un minuto e inténtelo otra vez.",
            "Espere %(minutes)s minutos e inténtelo otra vez.",
            minutes,
        ) % {"minutes": minutes}
        if isinstance(error, TooManyAtOnceError):
            cure = page.cure
        return replace(page, cure=cure, retry_after=error.retry_after)
    if isinstance(error, DamagedFileError):
        return _damaged(page, error)
    if isinstance(error, InvalidInputError):
        return replace(page, problems=error.problems)
    if isinstance(error, RequestEntityTooLarge | FileTooLargeError):
        view = current_app.view_functions.get(request.endpoint or "")
        sentence = getattr(view, "too_large_sentence", None)
        return replace(page, sentence=sentence(parts().limits)) if sentence else page
    return page


def _damaged(page: ErrorPage, error: DamagedFileError) -> ErrorPage:
    """Return the page for a lost or changed file: which one, and what this person can do."""
    if error.file.kind is FileKind.AGREEMENT:
        return replace(
            page,
            heading="No podemos entregar este documento ahora",
            cure="El documento sigue siendo válido y se puede verificar con su número y su código. "
            "Lo recuperaremos del respaldo: vuelva a intentarlo más tarde, o escríbanos con el "
            "número de referencia.",
        )
    if error.file.kind.is_derived:
        return replace(
            page,
            cure="Lo estamos haciendo otra vez a partir de las fotos. "
            "Espere un minuto e inténtelo de nuevo.",
            retry_after=2 * RETRY_SECONDS,
        )
    if not (request.endpoint or "").startswith("applicant."):
        return replace(
            page,
            cure="Avise a quien opera el servicio, que puede recuperarlo del respaldo. Si corre "
            "prisa, pida otra vez el archivo con una corrección.",
        )
    return page


def _body(page: ErrorPage) -> Response | str:
    if wants_json():
        return jsonify(
            code=page.code,
            heading=page.heading,
            message=" ".join(page.problems.values() or (page.sentence, page.cure)),
            reference=page.reference,
        )
    is_officers = request.path == OFFICERS or request.path.startswith(f"{OFFICERS}/")
    return render_template(f"errors/{'officer' if is_officers else 'public'}.html", page=page)


def _log(page: ErrorPage, error: Exception) -> None:
    fields = {"reference": page.reference, "code": page.code, "endpoint": request.endpoint}
    if page.status >= SERVER_ERROR:
        logger.error("request_failed", extra=fields, exc_info=error)
    else:
        logger.info("request_refused", extra=fields)


def _new_reference() -> str:
    return spaced("".join(secrets.choice(CODE_ALPHABET) for _ in range(REFERENCE_CHARACTERS)))
