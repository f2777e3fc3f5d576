"""What an artisan makes or does, in the words of every page, mail and paper: goods or services.

Source: seeds, «Artesanos que producen bienes o servicios». One who repairs, cuts hair, embroiders
for others or upholsters must find oneself in each sentence; none says «producto» alone.
"""

from typing import Final

from review_service.domain.wording import gettext_noop

QUESTION: Final = gettext_noop("¿Qué hace?")
"""Asked on the data sheet."""
CALLED: Final = gettext_noop("«Qué hace»")
"""The question within a sentence on what is wrong with its answer."""
LABEL: Final = gettext_noop("Qué hace")
"""Before the answer, in lists of facts."""
NAME: Final = gettext_noop("qué hace")
"""Within a sentence, as the name of the fact."""
HINT: Final = gettext_noop(
    "Con sus palabras, como se lo diría a un cliente: «tejidos a mano», «reparación de calzado», "
    "«corte de cabello». Así saldrá en su Acuerdo."
)
MISSING: Final = gettext_noop(
    "Escriba qué hace, por ejemplo «tejidos a mano» o «reparación de calzado»."
)
ACTIVITY_MISSING: Final = gettext_noop("Elija la actividad de su RUC con la que trabaja.")
WORKSHOP_HINT: Final = gettext_noop(
    "Su taller es el lugar donde trabaja: un local, un cuarto de su casa. Sale en el Acuerdo, y "
    "sirve para saber qué oficina le atiende."
)
FOR_WHOM: Final = gettext_noop(
    "Para quien hace cosas con sus manos o presta un servicio con su oficio: teje, borda, repara, "
    "tapiza, corta el cabello."
)
PHOTOS_ASKED: Final = gettext_noop(
    "de su taller, de quienes trabajan, de sus máquinas y herramientas, y de cómo trabaja"
)
"""Follows «fotos»."""

PROCESS_LABEL: Final = gettext_noop("Producción o servicio")
"""The fourth theme of the photos, for officers."""
PROCESS_HEADING: Final = gettext_noop("Cómo lo hace, paso a paso")
PROCESS_WITHIN: Final = gettext_noop("cómo lo hace, paso a paso")
PROCESS_HINT: Final = gettext_noop(
    "Desde el material, o lo que le traen a arreglar, hasta que queda listo. Si presta un "
    "servicio: cómo atiende, de principio a fin."
)
PEOPLE_HINT: Final = gettext_noop(
    "Que se vean las manos en el trabajo. No hace falta mirar a la cámara."
)
MACHINERY_HINT: Final = gettext_noop(
    "Todo con lo que trabaja. Una foto por cada máquina grande; las herramientas pueden ir juntas."
)

_SERVICES: Final = ("C33", "F", "G452", "G454", "I", "M", "N", "R", "S")
"""CIIU prefixes, revision 4, of what is a service for certain: repairs, hairdressing, upholstery.

A code of manufacture says nothing of it: who embroiders for others has one too.
"""


def shown_work(ciiu: str) -> str:
    """Return what the evidence of an artisan with that CIIU code shows, as an Acuerdo says it.

    ``ciiu`` is a code without dots.
    """
    if ciiu.startswith(_SERVICES):
        return "los servicios que presta"
    return "los bienes o servicios que produce"
