"""The sample cases of the queue: who sent what, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from review_service.domain.applications import ReviewItem
from review_service.domain.documents import SupportKind
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR, MIPYME, Track
from review_service.samples import people
from review_service.samples.files import Flaw, PriorAgreement, Scene
from review_service.samples.people import Person

FAR_DATE: Final = timedelta(days=61)
"""Difference between the date on a doubtful prior agreement and the registered one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One photo of a case."""

    scene: Scene
    flaw: Flaw = Flaw.NONE
    taken_by: Person | None = None
    """The person who really took the photo; None for the applicant's own."""
    passed_on: bool = False
    """Mirrored, made smaller and saved again, so that it is no longer the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One supporting paper of a case."""

    place: SupportKind
    """What it was sent as."""
    kind: SupportKind
    """What it is."""
    days_old: int = 2
    """Days from its issue to the day when it was sent."""
    owner: Person | None = None
    """Whose paper it is; None for the applicant's own."""
    employees: int | None = None
    """How many people it names; None: as many as the data sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the officer asked to correct."""

    item: ReviewItem
    reason: str
    instruction: str
    code: str
    """Of the catalogue's reason that the officer picked."""
    answer: str | None
    """The applicant's words with the better photo; None while it waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One application, as it was sent."""

    person: Person
    track: Track = ARTISAN
    pictures: tuple[Picture, ...] = ()
    papers: tuple[Paper, ...] = ()
    days_waiting: int
    """Business days since it was sent, 0 to 3; the oldest is due first."""
    as_pdf: bool = False
    """Sent as one ready PDF whose pages were then sorted, not as single photos."""
    prior: PriorAgreement | None = None
    """The facts on the scanned paper, true or not."""
    comment: str = ""
    """The applicant's comment on the photo with a flaw."""
    correction: Correction | None = None
    changed: Mapping[str, str] = field(default_factory=dict)
    """Fields of the data sheet that the applicant typed otherwise than the sample person would."""
    wish: str | None = None
    """Why a person should look at what no rule grants; None where nobody asked for one."""
    later_control: bool = False
    """Granted by the rule, and then chosen for a look."""
    series: int = 0
    """Of a person who sends several: each shows other photos."""


GOOD: Final = (
    Picture(scene=Scene.WORKSHOP),
    Picture(scene=Scene.WEAVER),
    Picture(scene=Scene.TOOLS),
    Picture(scene=Scene.CLOTH),
    Picture(scene=Scene.WOOL),
)
POTTERY: Final = (
    Picture(scene=Scene.FACADE),
    Picture(scene=Scene.HANDS),
    Picture(scene=Scene.TOOLS),
    Picture(scene=Scene.POTS),
)
TOO_DARK: Final = Picture(scene=Scene.LOOM, flaw=Flaw.DARK)


def _other_date(person: Person) -> PriorAgreement | None:
    if person.prior is None:
        return None
    return replace(person.prior, issued_on=person.prior.issued_on + FAR_DATE)


def _dark(answer: str | None) -> Correction:
    return Correction(
        item=ReviewItem.MACHINERY,
        reason="En la foto de la máquina no se distingue nada: está muy oscura.",
        instruction="Tome la foto otra vez de día, con la luz a su espalda.",
        code="photo_dark",
        answer=answer,
    )


QUEUE: Final = (
    Case(
        person=people.CONFECTIONER,
        pictures=(*POTTERY, Picture(scene=Scene.SEWING)),
        days_waiting=3,
        as_pdf=True,
    ),
    Case(
        person=people.HATTER,
        pictures=GOOD,
        days_waiting=3,
        prior=_other_date(people.HATTER),
    ),
    Case(person=people.WEAVER, pictures=(*GOOD[:2], TOO_DARK, *GOOD[3:]), days_waiting=3),
    Case(
        person=people.SHOEMAKER,
        pictures=(*GOOD[:2], TOO_DARK, *GOOD[3:]),
        days_waiting=2,
        correction=_dark("Puse un foco y la tomé otra vez."),
    ),
    Case(
        person=people.POTTER,
        pictures=(*POTTERY[:3], Picture(scene=Scene.POTS, taken_by=people.CONFECTIONER)),
        days_waiting=2,
    ),
    Case(person=people.LUTHIER, pictures=GOOD, days_waiting=2, prior=people.LUTHIER.prior),
    Case(
        person=people.JEWELLER,
        pictures=GOOD[:4],
        days_waiting=1,
        changed={"shared_with": people.JEWELLERS.ruc},
    ),
    Case(
        person=people.JEWELLERS,
        pictures=(Picture(scene=Scene.WORKSHOP, taken_by=people.JEWELLER), *GOOD[1:3]),
        papers=(Paper(place=SupportKind.APPOINTMENT, kind=SupportKind.APPOINTMENT, days_old=200),),
        days_waiting=1,
        changed={
            "shared_with": people.JEWELLER.ruc,
            "workshops": "Calle Dávila Chica y 3 de Noviembre, Gualaceo",
        },
    ),
    Case(
        person=people.MASK_MAKER,
        pictures=(
            GOOD[0],
            Picture(scene=Scene.HANDS, flaw=Flaw.BLURRED),
            Picture(scene=Scene.SEWING, flaw=Flaw.BLURRED),
            GOOD[3],
        ),
        days_waiting=1,
    ),
    Case(person=people.CARVER, pictures=GOOD, days_waiting=1, as_pdf=True),
    Case(
        person=people.EMBROIDERER,
        pictures=(*GOOD[:3], Picture(scene=Scene.CLOTH, flaw=Flaw.TINY), GOOD[4]),
        days_waiting=0,
        comment="Es la única foto que tengo de esa pieza: ya la vendí.",
    ),
    Case(
        person=people.BUTTON_MAKER,
        pictures=(*GOOD[:3], Picture(scene=Scene.WOOL, flaw=Flaw.OVEREXPOSED)),
        days_waiting=0,
    ),
    Case(
        person=people.CHOCOLATIER,
        pictures=(
            POTTERY[0],
            Picture(scene=Scene.HANDS, taken_by=people.CONFECTIONER, passed_on=True),
            *POTTERY[2:],
        ),
        days_waiting=0,
    ),
)
"""Thirteen cases for the queue; a copied photo comes after its original."""

ASKED_TO_CORRECT: Final = Case(
    person=people.VISITOR_CORRECTION,
    pictures=(*POTTERY[:2], TOO_DARK, POTTERY[3]),
    days_waiting=1,
    correction=_dark(None),
)
"""The case with a correction request that a visitor can answer."""

IN_IBARRA: Final = MappingProxyType({"province": "Imbabura", "canton": "Ibarra"})
BUSINESSES: Final = (
    Case(
        person=people.IMPORTER,
        track=MIPYME,
        days_waiting=2,
        wish="En las ventas están dos máquinas que importamos una sola vez para un hospital.",
    ),
    Case(person=people.PHARMACY, track=MIPYME, days_waiting=1, changed=IN_IBARRA),
    Case(person=people.GARAGE, track=MIPYME, days_waiting=0, later_control=True),
)
"""MIPYMES: over the limits, in a canton that is not in the RUC, and certified by the rule."""

IESS, SRI, PAYROLL = (
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.TAX_CERTIFICATE,
    SupportKind.PAYROLL,
)


def in_order(*kinds: SupportKind) -> tuple[Paper, ...]:
    """Return one good paper of each kind, in its own place."""
    return tuple(Paper(place=kind, kind=kind) for kind in kinds)


VENTURES: Final = (
    Case(
        person=people.WORKROOM,
        track=EMPRENDEDOR,
        papers=(Paper(place=IESS, kind=IESS, owner=people.GARAGE), *in_order(SRI, PAYROLL)),
        days_waiting=3,
    ),
    Case(
        person=people.BAKERY,
        track=EMPRENDEDOR,
        papers=(*in_order(IESS, PAYROLL), Paper(place=SRI, kind=SRI, days_old=95)),
        days_waiting=2,
    ),
    Case(
        person=people.STUDIO,
        track=EMPRENDEDOR,
        papers=(Paper(place=IESS, kind=SRI), *in_order(SRI, PAYROLL)),
        days_waiting=1,
    ),
    Case(
        person=people.JOINERY,
        track=EMPRENDEDOR,
        papers=(
            Paper(place=SupportKind.DEED, kind=SupportKind.DEED, days_old=3000),
            *in_order(IESS, SRI),
            Paper(place=PAYROLL, kind=PAYROLL, employees=8),
        ),
        days_waiting=0,
    ),
)
"""Emprendedores whose papers leave a doubt: of another's RUC, expired, another paper in the place,
another count of people."""

EVERY_CASE: Final = (*BUSINESSES, *VENTURES, *QUEUE, ASKED_TO_CORRECT)
"""In the order in which they are sent."""
