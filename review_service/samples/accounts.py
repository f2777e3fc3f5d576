"""The officers' accounts of the demo; nobody has them anywhere else."""

from dataclasses import dataclass
from typing import Final

from review_service.domain.roles import OfficerRole
from review_service.domain.ruc import CEDULA_DIGITS
from review_service.samples.people import synthetic_ruc


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One officer's account."""

    user_name: str
    full_name: str
    unit: str
    password: str
    role: OfficerRole
    cedula: str


VISITOR_OFFICER: Final = Officer(
    user_name="randrade",
    full_name="R. Andrade",
    unit="Zonal 1",
    password="colibri-nube-tambor-7",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.ISSUER,
    cedula=synthetic_ruc(901)[:CEDULA_DIGITS],
)
STORY_OFFICER: Final = Officer(
    user_name="lpaz",
    full_name="L. Paz",
    unit="Matriz",
    password="quinua-farol-puente-4",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.SUPERVISOR,
    cedula=synthetic_ruc(902)[:CEDULA_DIGITS],
)
VISITOR_REVIEWER: Final = Officer(
    user_name="bmena",
    full_name="B. Mena",
    unit="Zonal 1",
    password="zaguan-trigo-cometa-9",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.REVIEWER,
    cedula=synthetic_ruc(903)[:CEDULA_DIGITS],
)
VISITOR_AUDITOR: Final = Officer(
    user_name="cvaca",
    full_name="C. Vaca",
    unit="Matriz",
    password="helecho-duende-plaza-3",  # noqa: S106 -- a sample account of the demo alone
    role=OfficerRole.AUDITOR,
    cedula=synthetic_ruc(904)[:CEDULA_DIGITS],
)
OFFICERS: Final = (STORY_OFFICER, VISITOR_OFFICER)
"""The officers. The first decides the first story; a visitor uses another one's codes."""
EVERY_OFFICER: Final = (*OFFICERS, VISITOR_REVIEWER, VISITOR_AUDITOR)
