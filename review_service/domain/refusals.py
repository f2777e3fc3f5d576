"""Why a file cannot be taken: stable codes, each with a Spanish sentence that says what to do."""

from enum import StrEnum

from review_service.domain.wording import gettext_noop


class RefusalReason(StrEnum):
    """Stable reason code of a refused file."""

    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    NOT_A_PDF = "not_a_pdf"
    NOT_A_PHOTO = "not_a_photo"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 -- a reason code, not a secret
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    IMAGE_TOO_LARGE = "image_too_large"
    TOO_COSTLY = "too_costly"
    INFECTED = "infected"

    @property
    def sentence(self) -> str:
        """What happened and what to do, for the applicant."""
        return _SENTENCES[self]


_SENTENCES = {
    RefusalReason.EMPTY_FILE: gettext_noop(
        "El archivo está vacío. Vuelva a guardarlo en su teléfono o computadora y envíelo otra vez."
    ),
    RefusalReason.TOO_LARGE: gettext_noop(
        "El archivo pesa más de lo permitido. Use menos fotos, o fotos de menor tamaño, y "
        "envíelo otra vez."
    ),
    RefusalReason.NOT_A_PDF: gettext_noop(
        "El archivo no es un PDF, aunque su nombre lo diga. Ábralo, elija «Guardar como PDF» y "
        "envíe ese archivo. Si son fotos sueltas, envíelas como fotos."
    ),
    RefusalReason.NOT_A_PHOTO: gettext_noop(
        "El archivo no es una foto JPG o PNG. Tome la foto con la cámara del teléfono o guárdela "
        "como JPG y envíela otra vez."
    ),
    RefusalReason.DAMAGED: gettext_noop(
        "El archivo está dañado o llegó incompleto. Vuelva a guardarlo y envíelo otra vez."
    ),
    RefusalReason.PASSWORD: gettext_noop(
        "El PDF pide una contraseña para abrirse. Quite la contraseña y envíelo otra vez."
    ),
    RefusalReason.NO_PAGES: gettext_noop(
        "El PDF no tiene ninguna página. Vuelva a crearlo con sus fotos y envíelo otra vez."
    ),
    RefusalReason.TOO_MANY_PAGES: gettext_noop(
        "El PDF tiene más páginas de las permitidas. Deje solo las necesarias y envíelo otra vez."
    ),
    RefusalReason.IMAGE_TOO_LARGE: gettext_noop(
        "Una imagen es demasiado grande para revisarla. Aceptamos fotos JPG de cámara de hasta "
        "200 megapíxeles, y otras imágenes de hasta 50. Tómela con un tamaño menor y envíela "
        "otra vez."
    ),
    RefusalReason.TOO_COSTLY: gettext_noop(
        "El archivo está hecho de una forma que no podemos revisar con seguridad. Imprímalo como "
        "PDF nuevo, o tome otra vez las fotos, y envíelo otra vez."
    ),
    RefusalReason.INFECTED: gettext_noop(
        "El antivirus encontró algo dañino en el archivo. Revise su teléfono o computadora, cree "
        "el archivo de nuevo y envíelo otra vez."
    ),
}
