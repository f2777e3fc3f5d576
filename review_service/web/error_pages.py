"""The words of each error page, by the class of the error."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    Gone,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    Unauthorized,
)

from review_service.domain.errors import (
    BudgetSpentError,
    DamagedFileError,
    DatabaseDownError,
    FileMissingError,
    FileTooLargeError,
    InvalidInputError,
    InvalidTransitionError,
    LetterChangedError,
    LinkError,
    NotAllowedError,
    NotFoundError,
    NotHeldError,
    OutsideError,
    PaperRegisterError,
    RegistryError,
    ReviewServiceError,
    StaleStateError,
    StoreError,
    TicketError,
    TooManyAtOnceError,
    TooManyAttemptsError,
)
from review_service.domain.wording import gettext_noop

RETRY_SECONDS: Final = 30


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
    again: str = ""
    """Address of the page that may be asked for once more, where that helps."""
    application_id: UUID | None = None
    """The application that the request was about, for the link back."""


BACK: Final = "Vuelva a la página anterior con el botón «Atrás» de su navegador"
NOT_FOUND: Final = ErrorPage(
    status=404,
    code="not_found",
    heading=gettext_noop("No encontramos esa página"),
    sentence=gettext_noop(
        "La dirección está incompleta, o lo que busca ya no existe o es de otra persona."
    ),
    cure=gettext_noop("Revise la dirección, o empiece otra vez desde el comienzo."),
)
FORBIDDEN: Final = ErrorPage(
    status=403,
    code="forbidden",
    heading=gettext_noop("No puede hacer esto"),
    sentence=gettext_noop(
        "Su cuenta no tiene permiso para esta acción, o la página que la pidió no es nuestra."
    ),
    cure=gettext_noop("Si cree que es un error, ingrese otra vez e inténtelo desde el inicio."),
)
DOWN: Final = ErrorPage(
    status=503,
    code="unavailable",
    heading=gettext_noop("El servicio no responde en este momento"),
    sentence=gettext_noop("Una parte del sistema está detenida. Lo que ya guardó no se pierde."),
    cure=gettext_noop("Espere unos minutos y envíe otra vez."),
    retry_after=RETRY_SECONDS,
)
LAST_RESORT: Final = ErrorPage(
    status=500,
    code="failed",
    heading=gettext_noop("Algo falló de nuestro lado"),
    sentence=gettext_noop("No pudimos terminar lo que pidió. El error quedó registrado."),
    cure=gettext_noop("Inténtelo otra vez. Si se repite, escríbanos con el número de referencia."),
)
BAD_REQUEST: Final = ErrorPage(
    status=400,
    code="bad_request",
    heading=gettext_noop("No entendimos el envío"),
    sentence=gettext_noop("La página envió datos incompletos o en una forma que no esperamos."),
    cure=gettext_noop(
        "Vuelva a la página anterior con el botón «Atrás» de su navegador y envíe otra vez."
    ),
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
    heading=gettext_noop("Lo que envió es demasiado grande"),
    sentence=gettext_noop("El envío pasa el límite de esta página."),
    cure=gettext_noop(
        "Vuelva a la página anterior con el botón «Atrás» de su navegador y envíe menos de una vez."
    ),
)
TOO_MANY: Final = ErrorPage(
    status=429,
    code="too_many",
    heading=gettext_noop("Demasiados intentos"),
    sentence=gettext_noop(
        "Para proteger su cuenta, esperamos un momento antes de aceptar otro intento."
    ),
    cure=gettext_noop("Espere un momento e inténtelo otra vez."),
)
UNREAD: Final = replace(
    BAD_REQUEST,
    code="unread",
    heading=gettext_noop("No pudimos leer lo que pidió"),
    sentence=gettext_noop(
        "La dirección, o algo que su navegador envió con ella, está escrita de una forma que "
        "no se puede leer."
    ),
    cure=gettext_noop(
        "Escriba otra vez la dirección sin tildes ni signos raros, o empiece desde el comienzo."
    ),
)
UNREAD_PAGES: Final[Mapping[int, ErrorPage]] = MappingProxyType(
    {
        414: replace(
            UNREAD,
            heading="Esa dirección es demasiado larga",
            sentence="Ninguna página nuestra tiene una dirección tan larga.",
            cure="Revise la dirección, o empiece otra vez desde el comienzo.",
        ),
        431: replace(
            UNREAD,
            heading="Su navegador envió demasiados datos",
            sentence="Junto con la dirección llegaron más datos de los que podemos leer.",
            cure="Borre las cookies de este sitio en su navegador y cargue otra vez la página.",
        ),
    }
)

# From the most specific class to the most general; the first that matches is used.
OUR_PAGES: Final[Mapping[type[ReviewServiceError], ErrorPage]] = MappingProxyType(
    {
        NotFoundError: NOT_FOUND,
        NotAllowedError: FORBIDDEN,
        StaleStateError: STALE,
        LetterChangedError: replace(
            STALE,
            code="letter_changed",
            heading="La carta ya no es la que usted vio",
            sentence=(
                "Desde que la vio cambió el plazo, la norma o el texto. No se envió ni se decidió "
                "nada."
            ),
            cure="Abra otra vez el caso, mire la carta como quedó y confirme desde ahí.",
        ),
        NotHeldError: replace(
            STALE,
            code="not_held",
            heading="Otra persona tiene el caso",
            sentence="Usted no tiene este caso y no puede cambiarlo.",
            cure="Ábralo, y tómelo cuando esté libre.",
        ),
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
        TicketError: ErrorPage(
            status=410,
            code="ticket",
            heading="Ese permiso para descargar ya no sirve",
            sentence="Vale una sola vez, durante un minuto.",
            cure="Vuelva al caso y pida otra vez el archivo original.",
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
        PaperRegisterError: replace(
            DOWN,
            code="papers_down",
            heading="No podemos consultar sus documentos en este momento",
            sentence="La institución que los tiene no responde. Su solicitud sigue como estaba.",
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
            sentence=gettext_noop(
                "La base de datos no responde. Lo que ya guardó no se pierde; lo que acaba de "
                "enviar no llegó a guardarse."
            ),
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


def unread_page(status: int) -> ErrorPage:
    """Return the page for a request that the server could not read."""
    return replace(UNREAD_PAGES.get(status, UNREAD), status=status)
