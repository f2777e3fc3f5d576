"""The acts of the demo's tour: who plays each, what is seen, and when it was played."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.applications import ApplicationState
from review_service.domain.wording import gettext_noop

FIGURES_PATH: Final = "/cifras"
"""Where the monthly figures are; without that page the journalist has no act."""
_UNSENT: Final = frozenset({ApplicationState.DRAFT, ApplicationState.AWAITING_CONFIRMATION})


class Act(StrEnum):
    """One act; the value names it in addresses. In the order of the page."""

    ARTISAN = "artesana"
    BUSINESS = "empresa"
    ENTREPRENEUR = "emprendedora"
    OFFICER = "funcionario"
    PASSERBY = "documento"
    JOURNALIST = "cifras"

    @property
    def words(self) -> "ActWords":
        """What its card says."""
        return WORDS[self]

    @property
    def open_states(self) -> frozenset[ApplicationState]:
        """States of its application in which it can still be played; none without one."""
        if self in APPLICANTS:
            return _UNSENT
        return frozenset({ApplicationState.IN_REVIEW} if self is Act.OFFICER else ())

    def was_played(self, state: ApplicationState) -> bool:
        """Whether its application in that state shows that somebody played the act."""
        if self in APPLICANTS:
            return state not in {*_UNSENT, ApplicationState.WITHDRAWN}
        return state in {ApplicationState.APPROVED, ApplicationState.ISSUED}


APPLICANTS: Final = frozenset({Act.ARTISAN, Act.BUSINESS, Act.ENTREPRENEUR})
"""Acts of who applies: a draft waits, ready to be sent."""
PREPARED: Final = (Act.ARTISAN, Act.BUSINESS, Act.OFFICER, Act.ENTREPRENEUR)
"""Acts that rest on an application of their own, in the order in which they are set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWords:
    """The words of one act."""

    heading: str
    """Who plays it."""
    shows: str
    """What is seen, two short sentences."""
    takes: str
    """How long it takes."""
    button: str
    played: str
    """What was done, once it is."""


WORDS: Final = MappingProxyType(
    {
        Act.ARTISAN: ActWords(
            heading=gettext_noop("La artesana"),
            shows="Sus fotos ya están revisadas. Envíe la solicitud y confírmela con el correo.",
            takes="1 minuto",
            button="Ser la artesana",
            played=gettext_noop("La solicitud está en la bandeja del ministerio."),
        ),
        Act.BUSINESS: ActWords(
            heading=gettext_noop("La empresa"),
            shows="Ve su categoría antes de enviar. Al confirmar, sale su certificado firmado.",
            takes="1 minuto",
            button="Ser la empresa",
            played=gettext_noop(
                "La regla decidió al momento. El certificado llega firmado por correo."
            ),
        ),
        Act.ENTREPRENEUR: ActWords(
            heading=gettext_noop("La emprendedora"),
            shows="El servicio ya leyó sus documentos. Al confirmar, sale su certificado.",
            takes="1 minuto",
            button="Ser la emprendedora",
            played=gettext_noop(
                "Sus documentos estaban en regla. El certificado llega firmado por correo."
            ),
        ),
        Act.OFFICER: ActWords(
            heading=gettext_noop("El funcionario"),
            shows="Un caso sin observaciones espera su decisión. Al aprobar, sale el Acuerdo.",
            takes="1 minuto",
            button="Ser el funcionario",
            played=gettext_noop(
                "El Acuerdo tiene su número. Se firma por dos ministerios y llega por correo."
            ),
        ),
        Act.PASSERBY: ActWords(
            heading=gettext_noop("Quien recibe un documento"),
            shows="Vea qué responde el código QR del papel. Luego pruebe una copia cambiada.",
            takes="Medio minuto",
            button="Verificar un documento",
            played=gettext_noop("Un cambio que no se ve, y la copia queda descubierta."),
        ),
        Act.JOURNALIST: ActWords(
            heading=gettext_noop("La periodista"),
            shows="Mire las cifras de cada mes. También puede bajarlas como datos abiertos.",
            takes="1 minuto",
            button="Ver las cifras",
            played=gettext_noop("Las cifras de cada mes son públicas y se pueden descargar."),
        ),
    }
)
