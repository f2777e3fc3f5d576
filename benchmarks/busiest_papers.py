# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The papers that the emprendedores of ``busiest_month.py`` bring, and who brings which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.terms import ecuador_today
from review_service.samples.support_papers import paper
from tests.e2e.stack import Person
from tests.ventures import owner_of

FRESH_DAYS, OLD_DAYS = 2, 120
"""How long ago a paper was issued; the old ones are valid no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one emprendedor comes."""

    is_company: bool = False
    """Brings a deed too."""
    employs: bool = True
    """False: presses «No tengo empleados» and brings no payroll."""
    is_misplaced: bool = False
    """Sends the certificate of the SRI to the place of the other one, and presses to move it."""
    old: SupportKind | None = None
    """The paper that has expired: an officer decides."""

    @property
    def kinds(self) -> tuple[SupportKind, ...]:
        """The papers, in the order of the page."""
        spared = {
            *(() if self.is_company else (SupportKind.DEED,)),
            *(() if self.employs else (SupportKind.PAYROLL,)),
        }
        return tuple(kind for kind in VENTURE_PAPERS if kind not in spared)


PLANS: Final = (
    Plan(),
    Plan(is_company=True),
    Plan(employs=False),
    Plan(old=SupportKind.TAX_CERTIFICATE),
    Plan(is_misplaced=True),
)
"""One after the other: of five, one is for an officer. An assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One file, and the place that it is sent to."""

    place: SupportKind
    kind: SupportKind
    pdf: bytes


def papers_of(person: Person, plan: Plan) -> Sequence[Paper]:
    """Return what this person sends, in this order."""
    owner, today = owner_of(person.ruc, person.name), ecuador_today()
    made = []
    for kind in plan.kinds:
        days = OLD_DAYS if kind is plan.old else FRESH_DAYS
        pdf = paper(owner, kind, issued_on=today - timedelta(days=days))
        made.append(Paper(place=kind, kind=kind, pdf=pdf))
    if plan.is_misplaced:
        tax = next(each for each in made if each.kind is SupportKind.TAX_CERTIFICATE)
        others = [each for each in made if each is not tax]
        strayed = Paper(place=SupportKind.EMPLOYER_CERTIFICATE, kind=tax.kind, pdf=tax.pdf)
        made = [strayed, *others]
    return made
