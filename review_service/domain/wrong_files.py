"""What to say of a file that is not of the kind that was asked for: what it is, and the cure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from review_service.domain.documents import DocumentKind
from review_service.domain.file_kinds import PDF_MARK, PHOTO_MAGIC, FileKind, kind_of
from review_service.domain.limits import MEBIBYTE
from review_service.domain.refusals import RefusalReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a file is not taken: its stable reason, and a sentence for its sender."""

    reason: RefusalReason
    sentence: str


def refused_by_head(
    head: bytes,
    *,
    kind: DocumentKind,
    file_name: str,
    is_sheet: bool = False,
    is_alone: bool = False,
) -> Refused | None:
    """Return why a file can't be this kind of document, None when it may be.

    ``head`` is its first ``file_kinds.HEAD_BYTES``; what it is called says nothing of what it is.
    ``is_sheet`` says that it was sent as the photo of one sheet of a paper,
    ``is_alone`` that one photo is taken there and nothing else.
    """
    if not head:
        reason = RefusalReason.EMPTY_FILE
        return Refused(reason=reason, sentence=f"«{file_name}»: {_lower(reason.sentence)}")
    is_photo = kind is DocumentKind.PHOTO or is_sheet
    if head.startswith(PHOTO_MAGIC) if is_photo else PDF_MARK in head:
        return None
    reason = RefusalReason.NOT_A_PHOTO if is_photo else RefusalReason.NOT_A_PDF
    known = _INSTEAD_OF_PHOTO if is_photo else _INSTEAD_OF_PDF
    if is_sheet:
        known = {**known, **_INSTEAD_OF_SHEET}
    elif is_alone:
        known = {**known, **_INSTEAD_OF_ONE_PHOTO}
    elif kind is DocumentKind.AGREEMENT or kind.sent_as is not None:
        known = {**known, **_INSTEAD_OF_PAPER}
    what, cure = known[kind_of(head)]
    if not file_name.lower().endswith(_PHOTO_ENDINGS if is_photo else _PDF_ENDING):
        what = what.removesuffix(_THOUGH_NAMED)
    return Refused(reason=reason, sentence=f"«{file_name}» {what}. {cure}")


def refused_by_size(*, kind: DocumentKind, file_name: str, most_bytes: int) -> Refused:
    """Return what to say of a file of more than ``most_bytes``."""
    cure = _LIGHTER_PHOTO if kind is DocumentKind.PHOTO else _LIGHTER_PDF
    sentence = f"«{file_name}» pesa más de {most_bytes // MEBIBYTE} MB, que es lo permitido. {cure}"
    return Refused(reason=RefusalReason.TOO_LARGE, sentence=sentence)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


_PHOTO_ENDINGS: Final = (".jpg", ".jpeg", ".png")
_PDF_ENDING: Final = ".pdf"
_THOUGH_NAMED: Final = ", aunque su nombre lo diga"
"""Said of a file whose name promises the kind that it is not."""
_LIGHTER_PHOTO: Final = (
    "En los ajustes de su cámara elija un tamaño menor (12 MP basta), o envíe una captura o copia "
    "más pequeña de la foto."
)
_LIGHTER_PDF: Final = "Use menos fotos, o fotos de menor tamaño, y envíelo otra vez."
_SAVE_AS_PHOTO: Final = "Tome la foto con la cámara del teléfono o guárdela como JPG, y súbala."
_SAVE_AS_PDF: Final = "Ábralo, elija «Guardar como PDF» y suba ese archivo."
_IPHONE_CURE: Final = (
    "En el iPhone abra Ajustes, Cámara, Formatos, elija «El más compatible» y tome la foto otra "
    "vez. Si ya la tiene, envíesela por correo a usted mismo: llega como JPG."
)
_PHOTOS_OF_OFFICE: Final = (
    "Suba las fotos mismas, una por una; o en Word elija «Guardar como», «PDF», y súbalo con el "
    "enlace «Tengo un PDF listo con las fotos»."
)
_PHOTO_ELSEWHERE: Final = (
    "Si es de su taller, súbala en la página de fotos. Si es de un papel, ábrala en el teléfono, "
    "elija «Imprimir» y «Guardar como PDF» (puede elegir varias hojas juntas), y suba ese PDF."
)
_IPHONE_PDF: Final = (
    "En el iPhone abra la foto, pulse «Compartir», «Imprimir», y amplíe la vista previa con dos "
    "dedos: se vuelve un PDF que puede guardar y subir."
)
_INSTEAD_OF_PHOTO: Final[Mapping[FileKind, tuple[str, str]]] = MappingProxyType(
    {
        FileKind.HEIC: (
            "es una foto en formato HEIC, el de los iPhone, que todavía no podemos abrir",
            _IPHONE_CURE,
        ),
        FileKind.WEBP: (
            "es una imagen WebP, como las que guardan WhatsApp y las páginas web",
            "Suba la foto original de su cámara, en JPG.",
        ),
        FileKind.PDF: (
            "es un PDF, y aquí van fotos sueltas",
            "Súbalo con el enlace «Tengo un PDF listo con las fotos», al final de esta página.",
        ),
        FileKind.OFFICE: (
            "es un documento de Word o parecido, no una foto",
            _PHOTOS_OF_OFFICE,
        ),
        FileKind.VIDEO: (
            "es un video",
            "Necesitamos fotos: tome unas de lo mismo con la cámara, y súbalas.",
        ),
        FileKind.PICTURE: ("es una imagen que no es JPG ni PNG", _SAVE_AS_PHOTO),
        FileKind.ARCHIVE: (
            "es una carpeta comprimida",
            "Ábrala y suba las fotos que contiene; puede elegir varias a la vez.",
        ),
        FileKind.UNKNOWN: (f"no es una foto JPG o PNG{_THOUGH_NAMED}", _SAVE_AS_PHOTO),
    }
)
_INSTEAD_OF_ONE_PHOTO: Final[Mapping[FileKind, tuple[str, str]]] = MappingProxyType(
    {
        FileKind.PDF: ("es un PDF, y aquí va una foto", "Tome una foto del papel, y súbala."),
        FileKind.OFFICE: (
            "es un documento de Word o parecido, no una foto",
            "Tome una foto del papel, y súbala.",
        ),
        FileKind.VIDEO: ("es un video", "Tome una foto de lo mismo, y súbala."),
        FileKind.ARCHIVE: ("es una carpeta comprimida", "Ábrala y suba una foto que contiene."),
    }
)
_INSTEAD_OF_PDF: Final[Mapping[FileKind, tuple[str, str]]] = MappingProxyType(
    {
        FileKind.PHOTO: (
            "es una foto, no un PDF",
            _PHOTO_ELSEWHERE,
        ),
        FileKind.HEIC: (
            "es una foto en formato HEIC, el de los iPhone, no un PDF",
            _IPHONE_PDF,
        ),
        FileKind.WEBP: ("es una imagen WebP, no un PDF", _SAVE_AS_PDF),
        FileKind.OFFICE: (
            "es un documento de Word o parecido, no un PDF",
            "Ábralo, elija «Guardar como», «PDF», y suba ese archivo.",
        ),
        FileKind.VIDEO: ("es un video, no un PDF", "Suba el documento en PDF."),
        FileKind.PICTURE: ("es una imagen, no un PDF", _SAVE_AS_PDF),
        FileKind.ARCHIVE: ("es una carpeta comprimida", "Ábrala y suba el PDF que contiene."),
        FileKind.UNKNOWN: (f"no es un PDF{_THOUGH_NAMED}", _SAVE_AS_PDF),
    }
)
_PHOTOGRAPH_HERE: Final = (
    "Si es una hoja del documento, elija en esta página «Voy a fotografiar las hojas» y súbala "
    "ahí: el PDF lo hacemos nosotros."
)
_INSTEAD_OF_PAPER: Final[Mapping[FileKind, tuple[str, str]]] = MappingProxyType(
    {
        FileKind.PHOTO: ("es una foto, no un PDF", _PHOTOGRAPH_HERE),
        FileKind.HEIC: (
            "es una foto en formato HEIC, el de los iPhone, no un PDF",
            (
                f"{_IPHONE_PDF} O tome la foto como JPG (Ajustes, Cámara, Formatos, «El más "
                "compatible») y fotografíe las hojas aquí, en «Voy a fotografiar las hojas»."
            ),
        ),
        FileKind.WEBP: (
            "es una imagen WebP, no un PDF",
            (
                "Fotografíe las hojas aquí, en «Voy a fotografiar las hojas», con la cámara del "
                "teléfono."
            ),
        ),
        FileKind.PICTURE: (
            "es una imagen, no un PDF",
            "Fotografíe las hojas aquí, en «Voy a fotografiar las hojas», o guárdela como PDF.",
        ),
        FileKind.ARCHIVE: (
            "es una carpeta comprimida",
            (
                "Ábrala y suba el PDF que contiene; si son fotos de las hojas, súbalas en «Voy a "
                "fotografiar las hojas»."
            ),
        ),
    }
)
_INSTEAD_OF_SHEET: Final[Mapping[FileKind, tuple[str, str]]] = MappingProxyType(
    {
        FileKind.PDF: (
            "es un PDF, y aquí van fotos de las hojas",
            "Súbalo en esta misma página, en «Tengo el PDF».",
        ),
        FileKind.OFFICE: (
            "es un documento de Word o parecido, no una foto",
            (
                "En Word elija «Guardar como», «PDF», y súbalo en esta página, en «Tengo el PDF»; "
                "o fotografíe cada hoja."
            ),
        ),
        FileKind.VIDEO: ("es un video", "Tome una foto de cada hoja y súbalas."),
    }
)
