"""The short Spanish text that each audience reads for the code of a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from review_service.domain.documents import Theme
from review_service.domain.finding_codes import FindingCode
from review_service.domain.wording import gettext_noop


@dataclass(frozen=True, slots=True)
class _Words:
    """A few Spanish words for one code."""

    one: str
    """For the officer, where it was found once; where ``many`` is empty, always."""
    many: str = ""
    """For the officer, with ``{}`` for how often."""
    applicant: str = ""
    """For the applicant; empty where the finding is for officers only."""


_WORDS: Final[Mapping[str, _Words]] = MappingProxyType(
    {
        FindingCode.PHOTO_BLURRED: _Words(
            "1 foto borrosa", many="{} fotos borrosas", applicant=gettext_noop("Borrosa")
        ),
        FindingCode.PHOTO_SOFT: _Words(
            "1 foto poco nítida",
            many="{} fotos poco nítidas",
            applicant=gettext_noop("Algo borrosa"),
        ),
        FindingCode.PHOTO_MOVED: _Words(
            "1 foto movida", many="{} fotos movidas", applicant=gettext_noop("Movida")
        ),
        FindingCode.PHOTO_BACKLIT: _Words(
            "1 foto a contraluz", many="{} fotos a contraluz", applicant=gettext_noop("A contraluz")
        ),
        FindingCode.PHOTO_COMPRESSED: _Words(
            "1 foto muy comprimida",
            many="{} fotos muy comprimidas",
            applicant=gettext_noop("Muy comprimida"),
        ),
        FindingCode.PHOTO_ENLARGED: _Words(
            "1 foto con poco detalle",
            many="{} fotos con poco detalle",
            applicant=gettext_noop("Con poco detalle"),
        ),
        FindingCode.PHOTO_DARK: _Words(
            "1 foto oscura", many="{} fotos oscuras", applicant=gettext_noop("Oscura")
        ),
        FindingCode.PHOTO_VERY_DARK: _Words(
            "1 foto muy oscura", many="{} fotos muy oscuras", applicant=gettext_noop("Muy oscura")
        ),
        FindingCode.PHOTO_OVEREXPOSED: _Words(
            "1 foto muy clara",
            many="{} fotos muy claras",
            applicant=gettext_noop("Con demasiada luz"),
        ),
        FindingCode.PHOTO_HAZY: _Words(
            "1 foto velada", many="{} fotos veladas", applicant=gettext_noop("Con un velo blanco")
        ),
        FindingCode.PHOTO_COVERED: _Words(
            "1 foto tapada", many="{} fotos tapadas", applicant=gettext_noop("Algo la tapa")
        ),
        FindingCode.PHOTO_CORNER_DARK: _Words(
            "1 foto con un lado en sombra",
            many="{} fotos con un lado en sombra",
            applicant=gettext_noop("Con un lado en sombra"),
        ),
        FindingCode.PHOTO_SMALL: _Words(
            "1 foto pequeña", many="{} fotos pequeñas", applicant=gettext_noop("Pequeña")
        ),
        FindingCode.PHOTO_SCREENSHOT: _Words(
            "1 captura de pantalla",
            many="{} capturas de pantalla",
            applicant=gettext_noop("Captura"),
        ),
        FindingCode.PHOTO_TINY: _Words(
            "1 foto diminuta", many="{} fotos diminutas", applicant=gettext_noop("Muy pequeña")
        ),
        FindingCode.PHOTO_CUT: _Words(
            "1 foto incompleta", many="{} fotos incompletas", applicant=gettext_noop("Incompleta")
        ),
        FindingCode.PHOTO_DECLARED: _Words(
            "1 foto cuyo archivo dice cómo se hizo", many="{} fotos cuyo archivo dice cómo se hizo"
        ),
        FindingCode.PHOTO_DECLARED_GENERATED: _Words(
            "1 imagen que se declara generada", many="{} imágenes que se declaran generadas"
        ),
        FindingCode.PICTURES_NOT_JUDGED: _Words(
            "imágenes sin revisar",
            many="imágenes sin revisar en {} páginas",
            applicant=gettext_noop("Con imágenes sin revisar"),
        ),
        FindingCode.SCAN_COARSE: _Words(
            "escaneo poco nítido", applicant=gettext_noop("Poco nítida")
        ),
        FindingCode.PAGE_BLANK: _Words(
            "1 página en blanco", many="{} páginas en blanco", applicant=gettext_noop("En blanco")
        ),
        FindingCode.PAGE_UNREADABLE: _Words(
            "1 página ilegible",
            many="{} páginas ilegibles",
            applicant=gettext_noop("No se pudo abrir"),
        ),
        FindingCode.PAGE_ENORMOUS: _Words(
            "página de tamaño raro", many="{} páginas de tamaño raro"
        ),
        FindingCode.TEXT_UNREADABLE: _Words(
            "texto ilegible", applicant=gettext_noop("Difícil de leer")
        ),
        FindingCode.TEXT_MISSING: _Words(
            "casi sin texto", applicant=gettext_noop("Difícil de leer")
        ),
        FindingCode.TEXT_DOUBTFUL: _Words(
            "texto poco claro", applicant=gettext_noop("Difícil de leer")
        ),
        FindingCode.BYTES_BEFORE_HEADER: _Words("datos ajenos en el PDF"),
        FindingCode.BYTES_AFTER_END: _Words("datos ajenos en el PDF"),
        FindingCode.PAGE_COUNTS_DIFFER: _Words("PDF ambiguo"),
        FindingCode.PDF_REPAIRED: _Words("PDF reparado", many="{} PDF reparados"),
        FindingCode.OWNER_LOCKED: _Words("PDF con bloqueo", many="{} PDF con bloqueo"),
        FindingCode.ACTIVE_JAVASCRIPT: _Words(
            "contenido activo",
            many="{} contenidos activos",
            applicant=gettext_noop("Con contenido extra"),
        ),
        FindingCode.ACTIVE_LAUNCH: _Words(
            "contenido activo",
            many="{} contenidos activos",
            applicant=gettext_noop("Con contenido extra"),
        ),
        FindingCode.ACTIVE_XFA: _Words(
            "contenido activo",
            many="{} contenidos activos",
            applicant=gettext_noop("Con contenido extra"),
        ),
        FindingCode.ACTIVE_EMBEDDED_FILES: _Words(
            "contenido activo",
            many="{} contenidos activos",
            applicant=gettext_noop("Con contenido extra"),
        ),
        FindingCode.ACTIVE_FORM_SUBMISSION: _Words(
            "contenido activo",
            many="{} contenidos activos",
            applicant=gettext_noop("Con contenido extra"),
        ),
        FindingCode.ACTIVE_MEDIA: _Words(
            "contenido activo",
            many="{} contenidos activos",
            applicant=gettext_noop("Con contenido extra"),
        ),
        FindingCode.SHEET_HOLDER_DIFFERS: _Words("nombre no coincide"),
        FindingCode.SHEET_STATUS_DIFFERS: _Words("RUC no activo"),
        FindingCode.SHEET_ACTIVITY_DIFFERS: _Words("CIIU no consta en el RUC"),
        FindingCode.SHEET_PLACE_DIFFERS: _Words("lugar no coincide"),
        FindingCode.SHEET_WORKERS_DIFFERS: _Words("demasiados operarios"),
        FindingCode.SHEET_APPRENTICES_DIFFERS: _Words("demasiados aprendices"),
        FindingCode.SHEET_STARTED_DIFFERS: _Words("otro año de inicio en el RUC"),
        FindingCode.CHECK_FAILED: _Words(
            "revisión incompleta",
            many="{} revisiones incompletas",
            applicant=gettext_noop("Sin revisar del todo"),
        ),
        FindingCode.PHOTO_OF_OTHER_APPLICANT: _Words(
            "foto de otro RUC", many="{} fotos de otro RUC"
        ),
        FindingCode.PHOTO_LIKE_OTHER_APPLICANT: _Words(
            "foto como la de otro RUC", many="{} fotos como las de otro RUC"
        ),
        FindingCode.PHOTO_OF_LATER_APPLICANT: _Words(
            "foto que otro RUC usó después", many="{} fotos que otro RUC usó después"
        ),
        FindingCode.PHOTO_LIKE_LATER_APPLICANT: _Words(
            "foto como una posterior de otro RUC",
            many="{} fotos como las posteriores de otro RUC",
        ),
        FindingCode.PHOTO_OF_SHARED_WORKSHOP: _Words(
            "foto del taller que comparten", many="{} fotos del taller que comparten"
        ),
        FindingCode.PHOTO_LIKE_SHARED_WORKSHOP: _Words(
            "foto como una del taller que comparten",
            many="{} fotos como las del taller que comparten",
        ),
        FindingCode.PHOTO_REPEATED: _Words(
            "foto repetida", many="{} fotos repetidas", applicant=gettext_noop("Repetida")
        ),
        FindingCode.PHOTO_LIKE_OWN: _Words(
            "foto casi repetida",
            many="{} fotos casi repetidas",
            applicant=gettext_noop("Parecida a otra"),
        ),
        FindingCode.PHOTOS_NOT_COMPARED: _Words("fotos sin comparar"),
        FindingCode.PHOTO_OF_EARLIER_APPLICATION: _Words(
            "foto de otra solicitud suya", many="{} fotos de otras solicitudes suyas"
        ),
        FindingCode.PHOTO_LIKE_EARLIER_APPLICATION: _Words(
            "foto como otra del mismo RUC", many="{} fotos como otras del mismo RUC"
        ),
        FindingCode.EVIDENCE_NOT_ASSEMBLED: _Words("PDF sin reunir"),
        FindingCode.PRIOR_AGREEMENT_UNKNOWN: _Words("Acuerdo anterior no consta"),
        FindingCode.PRIOR_AGREEMENT_IS_CERTIFICATE: _Words("certificado en vez de Acuerdo"),
        FindingCode.PRIOR_AGREEMENT_OF_OTHER: _Words("Acuerdo de otro RUC"),
        FindingCode.PRIOR_AGREEMENT_HOLDER_DIFFERS: _Words("titular no coincide"),
        FindingCode.PRIOR_AGREEMENT_RUC_DIFFERS: _Words("RUC no coincide"),
        FindingCode.PRIOR_AGREEMENT_ISSUED_ON_DIFFERS: _Words(
            "fecha no coincide", many="fechas no coinciden"
        ),
        FindingCode.PRIOR_AGREEMENT_VALID_UNTIL_DIFFERS: _Words("vigencia no coincide"),
        FindingCode.PRIOR_AGREEMENT_NUMBER_DIFFERS: _Words("número no coincide"),
        FindingCode.PRIOR_AGREEMENT_ACTIVITY_DIFFERS: _Words("actividad no coincide"),
        FindingCode.PRIOR_AGREEMENT_MINISTRIES_DIFFERS: _Words("ministerios no coinciden"),
        FindingCode.PRIOR_AGREEMENT_ALTERED: _Words("archivo cambiado tras la firma"),
        FindingCode.PRIOR_AGREEMENT_SIGNATURE_UNREAD: _Words("firma sin comprobar"),
        FindingCode.PRIOR_AGREEMENT_NOT_ISSUED: _Words("firmado, pero no emitido aquí"),
        FindingCode.PRIOR_AGREEMENT_CODE_UNKNOWN: _Words("QR de ningún Acuerdo"),
        FindingCode.PRIOR_AGREEMENT_CODE_ELSEWHERE: _Words("QR hacia otra página"),
        FindingCode.PRIOR_AGREEMENT_CODE_OF_OTHER: _Words("QR de otro Acuerdo"),
        FindingCode.PRIOR_AGREEMENT_HOLDER_RENAMED: _Words("titular con otro nombre"),
        FindingCode.PRIOR_AGREEMENT_REVOKED: _Words("Acuerdo revocado"),
        FindingCode.PRIOR_AGREEMENT_SUPERSEDED: _Words("hay un Acuerdo posterior"),
        FindingCode.SUPPORT_UNREAD: _Words(
            "documento ilegible",
            many="{} documentos ilegibles",
            applicant=gettext_noop("Difícil de leer"),
        ),
        FindingCode.SUPPORT_UNKNOWN: _Words(
            "documento no reconocido",
            many="{} documentos no reconocidos",
            applicant=gettext_noop("No reconocido"),
        ),
        FindingCode.SUPPORT_DEBT: _Words(
            "obligaciones pendientes", applicant=gettext_noop("Con deudas")
        ),
        FindingCode.SUPPORT_STATUS_UNREAD: _Words("no se lee si está al día"),
        FindingCode.SUPPORT_OF_OTHER: _Words(
            "documento de otro RUC", many="{} documentos de otro RUC"
        ),
        FindingCode.SUPPORT_RUC_UNREAD: _Words("RUC poco legible"),
        FindingCode.SUPPORT_EXPIRED: _Words("documento caducado", many="{} documentos caducados"),
        FindingCode.SUPPORT_EXPIRES_SOON: _Words("caduca pronto"),
        FindingCode.SUPPORT_FROM_FUTURE: _Words("fecha futura", many="fechas futuras"),
        FindingCode.SUPPORT_UNDATED: _Words("documento sin fecha", many="{} documentos sin fecha"),
        FindingCode.SUPPORT_MISPLACED: _Words(
            "documento en el lugar de otro", applicant=gettext_noop("En otro lugar")
        ),
        FindingCode.SUPPORT_HOLDER_DIFFERS: _Words("documento a nombre de otra persona"),
        FindingCode.SUPPORT_HOLDER_UNREAD: _Words("nombre poco legible"),
        FindingCode.SUPPORT_TOO_OLD: _Words("documento de más de un año"),
        FindingCode.SUPPORT_INCONSISTENT: _Words("se contradice a sí mismo"),
        FindingCode.SUPPORT_WORKERS_UNREAD: _Words("número de personas poco legible"),
        FindingCode.SUPPORT_WORKERS_DIFFER: _Words("otro número de personas"),
        FindingCode.SUPPORT_NOT_EMPLOYER: _Words("el IESS dice que no tiene empleados"),
        FindingCode.SUPPORT_REVISED: _Words("página cambiada después"),
        FindingCode.SUPPORT_LAID_OVER: _Words("notas o campos sobre el documento"),
        FindingCode.SUPPORT_FONT_DIFFERS: _Words("otra letra en un dato"),
        FindingCode.SUPPORT_COVERED: _Words("texto sobre otro texto"),
        FindingCode.SUPPORT_TEXT_DIFFERS: _Words("texto distinto del que se ve"),
        FindingCode.SUPPORT_PATCHED: _Words("otro papel o tinta en un dato"),
        FindingCode.SUPPORT_ISSUER_UNREAD: _Words("no se lee quién lo emite"),
        FindingCode.SUPPORT_FOREIGN: _Words(
            "documento de otro país", applicant=gettext_noop("De otro país")
        ),
        FindingCode.SUPPORT_NOT_HELD: _Words("la institución no lo tiene"),
        FindingCode.SUPPORT_SOURCE_SILENT: _Words("la institución no respondió"),
        FindingCode.SUPPORT_NAMES_HOLDER: _Words("nombra a la organización"),
        FindingCode.SUPPORT_NAME_NOT_FOUND: _Words("no se lee la organización"),
        FindingCode.CHECKS_FAILED: _Words(
            "revisión incompleta",
            many="{} revisiones incompletas",
            applicant=gettext_noop("Sin revisar del todo"),
        ),
        **{
            FindingCode(f"theme_missing_{theme.value}"): _Words(f"falta «{theme.label.lower()}»")
            for theme in Theme
        },
        **{
            FindingCode(f"theme_not_applicable_{theme.value}"): _Words(
                f"dice que no aplica «{theme.label.lower()}»"
            )
            for theme in Theme
        },
        FindingCode.EMPTY_FILE: _Words(
            "archivo vacío", many="{} archivos vacíos", applicant=gettext_noop("Archivo vacío")
        ),
        FindingCode.TOO_LARGE: _Words(
            "archivo muy pesado",
            many="{} archivos muy pesados",
            applicant=gettext_noop("Muy pesado"),
        ),
        FindingCode.NOT_A_PDF: _Words(
            "no es un PDF", many="{} archivos no son PDF", applicant=gettext_noop("No es un PDF")
        ),
        FindingCode.NOT_A_PHOTO: _Words(
            "no es una foto",
            many="{} archivos no son fotos",
            applicant=gettext_noop("No es una foto"),
        ),
        FindingCode.DAMAGED: _Words(
            "archivo dañado", many="{} archivos dañados", applicant=gettext_noop("Archivo dañado")
        ),
        FindingCode.PASSWORD: _Words(
            "PDF con contraseña",
            many="{} PDF con contraseña",
            applicant=gettext_noop("Con contraseña"),
        ),
        FindingCode.NO_PAGES: _Words(
            "PDF sin páginas", many="{} PDF sin páginas", applicant=gettext_noop("Sin páginas")
        ),
        FindingCode.TOO_MANY_PAGES: _Words(
            "demasiadas páginas",
            many="{} PDF con demasiadas páginas",
            applicant=gettext_noop("Demasiadas páginas"),
        ),
        FindingCode.IMAGE_TOO_LARGE: _Words(
            "imagen demasiado grande",
            many="{} imágenes demasiado grandes",
            applicant=gettext_noop("Imagen muy grande"),
        ),
        FindingCode.TOO_COSTLY: _Words(
            "archivo riesgoso",
            many="{} archivos riesgosos",
            applicant=gettext_noop("No se pudo revisar"),
        ),
        FindingCode.INFECTED: _Words(
            "archivo con virus", many="{} archivos con virus", applicant=gettext_noop("Con virus")
        ),
    }
)


def words_for_officers(code: str, times: int = 1) -> str:
    """Return the officers' text for a code found ``times`` times; empty for an unknown code."""
    words = _WORDS.get(code)
    if words is None:
        return ""
    return words.one if times == 1 or not words.many else words.many.format(times)


def kind_for_officers(code: str) -> str:
    """Return the officers' words for a kind of finding, without a number; empty for an unknown."""
    words = _WORDS.get(code)
    if words is None:
        return ""
    told = words.many.replace("{}", "").strip() if words.many else words.one
    return told[:1].upper() + told[1:]


def words_for_applicants(code: str) -> str:
    """Return the applicants' text for a code; empty when they never see the finding."""
    words = _WORDS.get(code)
    return words.applicant if words else ""
