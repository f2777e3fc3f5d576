"""Maps each error class to a status and a Spanish page, so that views catch nothing."""

import logging
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
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
    BadRequest,
    ClientDisconnected,
    Forbidden,
    Gone,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    Unauthorized,
)
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import (
    BudgetSpentError,
    DamagedFileError,
    DatabaseDownError,
    FileMissingError,
    FileTooLargeError,
    InvalidInputError,
    InvalidTransitionError,
    LinkError,
    NotAllowedError,
    NotFoundError,
    OutsideError,
    RegistryError,
    ReviewServiceError,
    StaleStateError,
    StoreError,
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

logger = logging.getLogger(__name__)

REFERENCE_CHARACTERS: Final = 8
RETRY_SECONDS: Final = 30
SERVER_ERROR: Final = 500
WORDS_KEPT: Final = frozenset({400, 422, 429, 500, 502, 503})
"""Errors after which a form may be sent again: its words are kept."""
MINUTE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """The text of an error page: what happened, what to do, and a reference number."""

    status: int
    code: str
    """Stable word for scripts."""
    heading: str
    sentence: str
    cure: str
    reference: str = ""
    retry_after: int | None = None
    """Seconds, for the header of the same name."""
    problems: Mapping[str, str] = field(default_factory=dict)
    form_page: str = ""
    """Where the words of the form that was sent stand again."""
    application_id: UUID | None = None
    """The applicant's application that the request was about, for the link back."""


BACK: Final = "Vuelva a la página anterior con el botón «Atrás» de su navegador"
NOT_FOUND: Final = ErrorPage(
    status=404,
    code="not_found",
    heading="No encontramos esa página",
    sentence="La dirección está incompleta, o lo que busca ya no existe o es de otra persona.",
    cure="Revise la dirección, o empiece desde la página de inicio.",
)
FORBIDDEN: Final = ErrorPage(
    status=403,
    code="forbidden",
    heading="No puede hacer esto",
    sentence="Su cuenta no tiene permiso para esta acción, o la página que la pidió no es nuestra.",
    cure="Si cree que es un error, ingrese otra vez e inténtelo desde el inicio.",
)
DOWN: Final = ErrorPage(
    status=503,
    code="unavailable",
    heading="El servicio no responde en este momento",
    sentence="Una parte del sistema está detenida. Lo que ya guardó no se pierde.",
    cure="Espere unos minutos y envíe otra vez.",
    retry_after=RETRY_SECONDS,
)
LAST_RESORT: Final = ErrorPage(
    status=500,
    code="failed",
    heading="Algo falló de nuestro lado",
    sentence="No pudimos terminar lo que pidió. El error quedó registrado.",
    cure="Inténtelo otra vez. Si se repite, escríbanos con el número de referencia.",
)
BAD_REQUEST: Final = ErrorPage(
    status=400,
    code="bad_request",
    heading="No entendimos el envío",
    sentence="La página envió datos incompletos o en una forma que no esperamos.",
    cure=f"{BACK} y envíe otra vez.",
)
STALE: Final = ErrorPage(
    status=409,
    code="stale",
    heading="Esto cambió mientras usted lo veía",
    sentence="Otra persona, u otra ventana suya, hizo un cambio antes. Su acción no se aplicó.",
    cure="Abra otra vez la solicitud para ver cómo quedó y decida desde ahí.",
)
TOO_LARGE: Final = ErrorPage(
    status=413,
    code="too_large",
    heading="Lo que envió es demasiado grande",
    sentence="El envío pasa el límite de esta página.",
    cure=f"{BACK} y envíe menos de una vez.",
)
TOO_MANY: Final = ErrorPage(
    status=429,
    code="too_many",
    heading="Demasiados intentos",
    sentence="Para proteger su cuenta, esperamos un momento antes de aceptar otro intento.",
    cure="Espere un minuto e inténtelo otra vez.",
)

# From the most specific class to the most general; the first that matches is used.
OUR_PAGES: Final[Mapping[type[ReviewServiceError], ErrorPage]] = MappingProxyType(
    {
        NotFoundError: NOT_FOUND,
        NotAllowedError: FORBIDDEN,
        StaleStateError: STALE,
        InvalidTransitionError: replace(
            STALE,
            code="wrong_state",
            heading="Esa acción ya no es posible",
            sentence="La solicitud está en otro estado y ya no admite ese cambio.",
            cure="Abra la solicitud para ver en qué estado está y qué puede hacer.",
        ),
        InvalidInputError: replace(
            BAD_REQUEST,
            status=422,
            code="invalid_input",
            heading="Hay algo que corregir",
            sentence="No pudimos aceptar lo que envió.",
        ),
        LinkError: ErrorPage(
            status=410,
            code="link",
            heading="Ese enlace o código ya no sirve",
            sentence="Está mal escrito, ya se usó o se venció.",
            cure="Pida uno nuevo: llega a su correo en un minuto.",
        ),
        TooManyAtOnceError: replace(
            TOO_MANY,
            code="too_many_at_once",
            heading="Pidió demasiadas páginas a la vez",
            sentence="Desde su cuenta se están cargando muchas páginas al mismo tiempo. "
            "Lo que ya guardó no se pierde.",
            cure="Espere unos segundos y vuelva a cargar esta.",
        ),
        BudgetSpentError: replace(
            TOO_MANY,
            code="budget_spent",
            heading="Por ahora ya recibimos muchos archivos suyos",
            sentence="Todo lo que envió está guardado. Para que el servicio atienda a todas las "
            "personas, hay un límite de archivos por día para cada RUC y por semana para cada "
            "solicitud.",
        ),
        TooManyAttemptsError: TOO_MANY,
        FileTooLargeError: TOO_LARGE,
        DamagedFileError: ErrorPage(
            status=500,
            code="file_damaged",
            heading="Ese archivo no está como se guardó",
            sentence="Lo comparamos con su huella digital antes de entregarlo y no coincide. "
            "No le dimos nada equivocado; el incidente quedó registrado y quien opera el servicio "
            "ya lo ve.",
            cure="Si el archivo es suyo y su solicitud todavía admite cambios, envíelo otra vez. "
            "Si no, espere a que lo recuperemos del respaldo, o escríbanos con el número de "
            "referencia.",
        ),
        # A retry does not help, so it is reported apart from a store that is down.
        FileMissingError: ErrorPage(
            status=500,
            code="file_missing",
            heading="Ese archivo ya no está",
            sentence="Estuvo guardado aquí, pero el depósito de archivos ya no lo tiene.",
            cure="Si es suyo y aún puede, envíelo otra vez. "
            "Si no, escríbanos con el número de referencia.",
        ),
        StoreError: replace(
            DOWN,
            code="store_down",
            heading="No podemos guardar ni abrir archivos en este momento",
            sentence="El depósito de archivos no responde. Lo que ya guardó no se pierde.",
        ),
        RegistryError: replace(
            DOWN,
            code="registry_down",
            heading="No podemos consultar el RUC en este momento",
            sentence="El registro de contribuyentes no responde.",
        ),
        DatabaseDownError: replace(
            DOWN,
            code="database_down",
            sentence="La base de datos no responde. Lo que ya guardó no se pierde; "
            "lo que acaba de enviar no llegó a guardarse.",
        ),
        OutsideError: DOWN,
    }
)
HTTP_PAGES: Final[Mapping[type[HTTPException], ErrorPage]] = MappingProxyType(
    {
        CSRFError: replace(
            BAD_REQUEST,
            code="form_expired",
            heading="La página estuvo abierta demasiado tiempo",
            sentence="Por seguridad, cada formulario se vence. No se guardó lo que envió ahora.",
            cure=f"{BACK}, vuelva a cargarla y envíe otra vez.",
        ),
        Unauthorized: replace(
            FORBIDDEN,
            status=401,
            code="signed_out",
            heading="Su sesión terminó",
            sentence="Pasó mucho tiempo sin actividad.",
            cure="Ingrese otra vez: lo que guardó sigue aquí.",
        ),
        Forbidden: FORBIDDEN,
        NotFound: NOT_FOUND,
        MethodNotAllowed: replace(NOT_FOUND, status=405, code="method_not_allowed"),
        Gone: replace(NOT_FOUND, status=410, code="gone"),
        RequestEntityTooLarge: TOO_LARGE,
        TooManyRequests: TOO_MANY,
        BadRequest: BAD_REQUEST,
    }
)


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


def answer(error: Exception) -> Response:
    """Log the error under a new reference number and return its page."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:  # noqa: PLR2004 -- the router's redirects
        return make_response(error.get_response())
    if isinstance(error, ClientDisconnected):
        return make_response("", BAD_REQUEST.status)  # nobody reads a page
    page = replace(
        page_for(error), reference=_new_reference(), application_id=_own_application(error)
    )
    if page.status in WORDS_KEPT:
        page = replace(page, form_page=kept.keep_turned_away() or "")
    _log(page, error)
    response = make_response(_body(page), page.status)
    if page.retry_after is not None:
        response.headers["Retry-After"] = str(page.retry_after)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if page.status == TOO_LARGE.status:
        drain_after(response)
    return response


def _own_application(error: Exception) -> UUID | None:
    if isinstance(error, NotFoundError | NotFound) or not (request.endpoint or "").startswith(
        "applicant."
    ):
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
        words = "un minuto" if minutes == 1 else f"{minutes} minutos"
        cure = f"Espere {words} e inténtelo otra vez."
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
            heading="No podemos entregar este Acuerdo ahora",
            cure="El Acuerdo sigue siendo válido y se puede verificar con su número y su código. "
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
    return render_template("errors/error.html", page=page)


def _log(page: ErrorPage, error: Exception) -> None:
    fields = {"reference": page.reference, "code": page.code, "endpoint": request.endpoint}
    if page.status >= SERVER_ERROR:
        logger.error("request_failed", extra=fields, exc_info=error)
    else:
        logger.info("request_refused", extra=fields)


def _new_reference() -> str:
    return spaced("".join(secrets.choice(CODE_ALPHABET) for _ in range(REFERENCE_CHARACTERS)))
