"""States of an application, the allowed moves between them, and their Spanish names."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.documents import SupportKind, Theme
from review_service.domain.errors import InvalidTransitionError
from review_service.domain.wording import gettext_noop


class ApplicationState(StrEnum):
    """The states of an application. Source: design, «States and who moves them»."""

    DRAFT = "draft"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    IN_REVIEW = "in_review"
    CORRECTION_REQUESTED = "correction_requested"
    APPROVED = "approved"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Spanish words for the screen; «Aprobado» is the procedure's own word for issued."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether the application can still move to another state."""
        return bool(TRANSITIONS[self])

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may change data and files."""
        return self in {ApplicationState.DRAFT, ApplicationState.CORRECTION_REQUESTED}


_LABELS: Final = MappingProxyType(
    {
        ApplicationState.DRAFT: gettext_noop("Borrador"),
        ApplicationState.AWAITING_CONFIRMATION: gettext_noop("Por confirmar"),
        ApplicationState.IN_REVIEW: gettext_noop("En revisión"),
        ApplicationState.CORRECTION_REQUESTED: gettext_noop("Requiere corrección"),
        ApplicationState.APPROVED: gettext_noop("Aprobada, por firmar"),
        ApplicationState.ISSUED: gettext_noop("Aprobado"),
        ApplicationState.REFUSED: gettext_noop("Negada"),
        ApplicationState.WITHDRAWN: gettext_noop("Desistida"),
    }
)

TRANSITIONS: Final[Mapping[ApplicationState, frozenset[ApplicationState]]] = MappingProxyType(
    {
        ApplicationState.DRAFT: frozenset(
            {ApplicationState.AWAITING_CONFIRMATION, ApplicationState.WITHDRAWN}
        ),
        ApplicationState.AWAITING_CONFIRMATION: frozenset(
            {ApplicationState.IN_REVIEW, ApplicationState.DRAFT, ApplicationState.WITHDRAWN}
        ),
        ApplicationState.IN_REVIEW: frozenset(
            {
                ApplicationState.APPROVED,
                ApplicationState.CORRECTION_REQUESTED,
                ApplicationState.REFUSED,
                ApplicationState.WITHDRAWN,
            }
        ),
        ApplicationState.CORRECTION_REQUESTED: frozenset(
            {ApplicationState.IN_REVIEW, ApplicationState.WITHDRAWN}
        ),
        ApplicationState.APPROVED: frozenset({ApplicationState.ISSUED}),
        ApplicationState.ISSUED: frozenset(),
        ApplicationState.REFUSED: frozenset(),
        ApplicationState.WITHDRAWN: frozenset(),
    }
)


AWAITING_DECISION: Final = frozenset(
    {ApplicationState.IN_REVIEW, ApplicationState.CORRECTION_REQUESTED}
)
"""Received, in review or with the applicant to be corrected: no officer has decided it."""
RULE_TRANSITIONS: Final[Mapping[ApplicationState, frozenset[ApplicationState]]] = MappingProxyType(
    {ApplicationState.AWAITING_CONFIRMATION: frozenset({ApplicationState.APPROVED})}
)
"""What a rule may do besides: decide in favour as soon as the application is confirmed."""


APPEAL_TRANSITIONS: Final[Mapping[ApplicationState, frozenset[ApplicationState]]] = (
    MappingProxyType(
        {
            ApplicationState.REFUSED: frozenset({ApplicationState.IN_REVIEW}),
            ApplicationState.WITHDRAWN: frozenset({ApplicationState.CORRECTION_REQUESTED}),
        }
    )
)
"""What an accepted appeal does, and nothing else: each ended application goes back to one state.

A refused one is reviewed again; of a withdrawn one the same corrections are asked for again.
"""


def returns_to(state: ApplicationState) -> ApplicationState:
    """Return where an accepted appeal takes an application from a state of ``APPEAL_TRANSITIONS``.

    Raises ``KeyError`` for any other state.
    """
    (back,) = APPEAL_TRANSITIONS[state]
    return back


def require_transition(
    current: ApplicationState,
    requested: ApplicationState,
    *,
    by_rule: bool = False,
    by_appeal: bool = False,
) -> None:
    """Raise ``InvalidTransitionError`` unless the move is listed in ``TRANSITIONS``.

    A rule, with ``by_rule``, makes the moves of ``RULE_TRANSITIONS`` and no other; an accepted
    appeal, with ``by_appeal``, those of ``APPEAL_TRANSITIONS``.
    """
    allowed = TRANSITIONS[current]
    if by_rule or by_appeal:
        allowed = (RULE_TRANSITIONS if by_rule else APPEAL_TRANSITIONS).get(current, frozenset())
    if requested not in allowed:
        raise InvalidTransitionError(f"{current.value} does not move to {requested.value}")


def confirmation_over(state: ApplicationState) -> str | None:
    """Return why a mailed confirmation link is no longer valid, or None while it is."""
    if state is ApplicationState.AWAITING_CONFIRMATION:
        return None
    return {ApplicationState.WITHDRAWN: "withdrawn", ApplicationState.DRAFT: "expired"}.get(
        state, "used"
    )


class ApplicationKind(StrEnum):
    """Whether the artisan had an agreement before."""

    NEW = "new"
    RENEWAL = "renewal"

    @property
    def label(self) -> str:
        """Spanish word for the screen."""
        return {
            ApplicationKind.NEW: gettext_noop("Nueva"),
            ApplicationKind.RENEWAL: gettext_noop("Renovación"),
        }[self]


class ReviewItem(StrEnum):
    """What an officer judges one by one, and may ask to correct."""

    WORKSHOP = "workshop"
    PEOPLE = "people"
    MACHINERY = "machinery"
    PROCESS = "process"
    DATA_SHEET = "data_sheet"
    PRIOR_AGREEMENT = "prior_agreement"
    DEED = "deed"
    EMPLOYER_CERTIFICATE = "employer_certificate"
    TAX_CERTIFICATE = "tax_certificate"
    PAYROLL = "payroll"
    APPOINTMENT = "appointment"

    @property
    def label(self) -> str:
        """Spanish name for the officer's screen; the themes keep their own."""
        if self.is_theme:
            return Theme(self.value).label
        return {
            ReviewItem.DATA_SHEET: gettext_noop("Hoja de datos"),
            ReviewItem.PRIOR_AGREEMENT: gettext_noop("Acuerdo anterior"),
            ReviewItem.DEED: gettext_noop("Escritura de constitución"),
            ReviewItem.EMPLOYER_CERTIFICATE: gettext_noop("Certificado del IESS"),
            ReviewItem.TAX_CERTIFICATE: gettext_noop("Certificado del SRI"),
            ReviewItem.PAYROLL: gettext_noop("Nómina de trabajadores"),
            ReviewItem.APPOINTMENT: gettext_noop("Nombramiento del representante"),
        }[self]

    @property
    def heading(self) -> str:
        """What applicants read, in letters as on the pages where it is given."""
        if self.is_theme:
            return Theme(self.value).heading
        return SupportKind(self.value).label if self.is_paper else self.label

    @property
    def is_theme(self) -> bool:
        """Whether it is one of the four photo themes (same values as ``Theme``)."""
        return self in _THEMES

    @property
    def is_paper(self) -> bool:
        """Whether it is a supporting paper (same values as ``SupportKind``)."""
        return self in _PAPERS


_THEMES: Final = frozenset(
    {ReviewItem.WORKSHOP, ReviewItem.PEOPLE, ReviewItem.MACHINERY, ReviewItem.PROCESS}
)
_PAPERS: Final = frozenset(
    {
        ReviewItem.DEED,
        ReviewItem.EMPLOYER_CERTIFICATE,
        ReviewItem.TAX_CERTIFICATE,
        ReviewItem.PAYROLL,
        ReviewItem.APPOINTMENT,
    }
)


class ItemVerdict(StrEnum):
    """An officer's judgement of one item."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    OBSERVED = "observed"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            ItemVerdict.PENDING: gettext_noop("Por revisar"),
            ItemVerdict.ACCEPTED: gettext_noop("Aceptado"),
            ItemVerdict.OBSERVED: gettext_noop("Observado"),
        }[self]
