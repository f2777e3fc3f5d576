"""What each role of an officer may do, and whose applications no officer may decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.ruc import CEDULA_DIGITS


class OfficerRole(StrEnum):
    """What an officer is in the institution."""

    REVIEWER = "reviewer"
    ISSUER = "issuer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SIGNATORY = "signatory"
    """Signs on behalf of a ministry; declared, may do nothing yet."""
    REPRESENTATIVE = "representative"
    """Acts for an institution beside ours; declared, may do nothing yet."""

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            OfficerRole.REVIEWER: "Revisión",
            OfficerRole.ISSUER: "Emisión",
            OfficerRole.SUPERVISOR: "Supervisión",
            OfficerRole.AUDITOR: "Auditoría",
            OfficerRole.ADMIN: "Administración",
            OfficerRole.SIGNATORY: "Firma",
            OfficerRole.REPRESENTATIVE: "Representación",
        }[self]


class Permission(StrEnum):
    """One kind of act; the access table names one for each of the officers' pages."""

    READ_CASES = "read_cases"
    """The queue, a case, its decision, the list of agreements."""
    READ_FILES = "read_files"
    """What applicants sent and what was issued: pages, their words, originals, signed PDF."""
    REVIEW = "review"
    """Judge items and ask for corrections."""
    DECIDE = "decide"
    """Approve with number and paper, or refuse."""
    ANSWER_LETTERS = "answer_letters"
    """Answer complaints and other letters; an appeal also needs ``DECIDE``."""
    HOLD = "hold"
    """Forbid that anything of a case is deleted, and end that."""
    TAKE_OVER = "take_over"
    """Take a case that a colleague holds."""
    MOVE_WORK = "move_work"
    """Give a case to an officer or another zone."""
    EXPORT_LISTS = "export_lists"
    """Download a list of the queue: the names of many leave the service at once."""
    TEAM_VIEWS = "team_views"
    """Save views of the queue for all."""
    REFUSE_LATE = "refuse_late"
    """Refuse what was not decided within the legal term, with a reason."""
    DECIDE_APPEALS = "decide_appeals"
    """Decide an appeal for the highest authority, never one against an own decision."""
    SUPERVISE = "supervise"
    """See the panel: who has what, how long it takes, what is sent back."""
    SEE_HEALTH = "see_health"
    """What protects the workers, and refused uploads by reference only."""
    CORRECT_FIGURES = "correct_figures"
    """Correct the monthly figures that are published."""

    @property
    def label(self) -> str:
        """Spanish words for what may be done."""
        return {
            Permission.READ_CASES: "Ver las solicitudes",
            Permission.READ_FILES: "Ver los archivos y los documentos emitidos",
            Permission.REVIEW: "Revisar puntos y pedir correcciones",
            Permission.DECIDE: "Aprobar y negar solicitudes",
            Permission.ANSWER_LETTERS: "Responder quejas y solicitudes",
            Permission.HOLD: "Impedir que se elimine algo de un caso",
            Permission.TAKE_OVER: "Tomar un caso que otra persona tiene abierto",
            Permission.MOVE_WORK: "Pasar un caso a otra persona o zona",
            Permission.EXPORT_LISTS: "Descargar listas de la bandeja",
            Permission.TEAM_VIEWS: "Guardar vistas de la bandeja para el equipo",
            Permission.REFUSE_LATE: "Negar después del plazo legal",
            Permission.DECIDE_APPEALS: "Decidir recursos contra una decisión",
            Permission.SUPERVISE: "Ver el panel de supervisión",
            Permission.SEE_HEALTH: "Ver la salud del servicio",
            Permission.CORRECT_FIGURES: "Corregir las cifras publicadas",
        }[self]


_READING: Final = frozenset({Permission.READ_CASES, Permission.READ_FILES, Permission.SEE_HEALTH})
_REVIEWING: Final = _READING | {Permission.REVIEW, Permission.ANSWER_LETTERS}
_DECIDING: Final = _REVIEWING | {Permission.DECIDE}
GRANTS: Final[Mapping[OfficerRole, frozenset[Permission]]] = MappingProxyType(
    {
        OfficerRole.REVIEWER: _REVIEWING,
        OfficerRole.ISSUER: _DECIDING,
        OfficerRole.SUPERVISOR: _DECIDING
        | {
            Permission.CORRECT_FIGURES,
            Permission.EXPORT_LISTS,
            Permission.DECIDE_APPEALS,
            Permission.HOLD,
            Permission.MOVE_WORK,
            Permission.REFUSE_LATE,
            Permission.SUPERVISE,
            Permission.TAKE_OVER,
            Permission.TEAM_VIEWS,
        },
        OfficerRole.AUDITOR: frozenset({Permission.READ_CASES, Permission.SEE_HEALTH}),
        OfficerRole.ADMIN: frozenset({Permission.SEE_HEALTH}),
        OfficerRole.SIGNATORY: frozenset(),
        OfficerRole.REPRESENTATIVE: frozenset(),
    }
)
"""Source: the service's design notes, «Authorisation and anti-abuse matrix»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an officer may do, and which RUCs are the officer's own."""

    role: OfficerRole
    cedula: str | None
    """Ten digits; None until the officer gives it."""
    represented: frozenset[str] = frozenset()
    """RUC of companies that the officer represents by law, as far as they are known."""

    def may(self, permission: Permission) -> bool:
        """Whether the role grants the permission (on a case that is not the officer's own)."""
        return permission in GRANTS[self.role]

    def is_own(self, ruc: str) -> bool:
        """Whether a RUC is the officer's own, or of a company that the officer represents."""
        return ruc[:CEDULA_DIGITS] == self.cedula or ruc in self.represented
