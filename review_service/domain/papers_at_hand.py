"""What papers people of a track are told to have at hand, by the same table that asks for them.

Words are Spanish, for the screen, which may translate them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import in_force
from review_service.domain.documents import SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.looked_up import PaperSource
from review_service.domain.needed_papers import NEEDED, source_of
from review_service.domain.wording import gettext_noop

WORDS: Final[Mapping[SupportKind, str]] = MappingProxyType(
    {
        SupportKind.DEED: gettext_noop("Copia simple de la <strong>escritura</strong>."),
        SupportKind.EMPLOYER_CERTIFICATE: gettext_noop(
            "El <strong>certificado de cumplimiento de obligaciones patronales</strong> del IESS; "
            "se saca aunque no emplee a nadie."
        ),
        SupportKind.TAX_CERTIFICATE: gettext_noop(
            "El <strong>certificado de cumplimiento tributario</strong> del SRI."
        ),
        SupportKind.PAYROLL: gettext_noop(
            "La <strong>nómina</strong> del último mes. Puede tapar los sueldos."
        ),
        SupportKind.APPOINTMENT: gettext_noop(
            "El <strong>nombramiento</strong> del representante."
        ),
    }
)
"""What each paper is, with markup of our own."""
CONDITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "all": "",
        "legal": gettext_noop("Solo si es una empresa."),
        "employers": gettext_noop("Solo si emplea a alguien."),
        "organisations": gettext_noop("Solo si pide por una organización de artesanos."),
    }
)
"""Of whom it is asked, as ``rule_words.ASKED_OF`` names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAtHand:
    """One paper of a list, and who needs it."""

    kind: SupportKind
    words: str
    condition: str
    """Empty for one that everybody needs."""


def papers_at_hand(document: Mapping[str, Any], track: str, *, on: date) -> tuple[PaperAtHand, ...]:
    """Return what people of a track, by its key, must bring that day; what all need comes first.

    What only another institution tells is not brought. Raises ``SettingsError``.
    """
    asked = [
        (SupportKind(entry["kind"]), str(entry["asked_of"]))
        for entry in in_force(document, NEEDED, day=on)
        if entry.get("track") == track and source_of(entry) is not PaperSource.LOOKED_UP
    ]
    if unknown := {of for _, of in asked} - CONDITIONS.keys():
        raise SettingsError(f"an entry of [[{NEEDED}]] asks {min(unknown)}")
    order = list(SupportKind)
    return tuple(
        PaperAtHand(kind=kind, words=WORDS[kind], condition=CONDITIONS[of])
        for kind, of in sorted(asked, key=lambda each: (each[1] != "all", order.index(each[0])))
    )
