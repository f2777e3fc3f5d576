"""What the officers' queue can be filtered by, as the address of a page carries it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from review_service.domain.wording import visible

MAX_VALUE: Final = 80
"""Letters of one value in an address; nothing that can be chosen is longer."""
PLACE_SEPARATOR: Final = ", "


class Age(StrEnum):
    """How many days ago a case came in."""

    NEW = "hasta-3"
    WAITING = "4-a-10"
    OLD = "11-a-30"
    OLDEST = "mas-de-30"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Age.NEW: "Hasta 3 días",
            Age.WAITING: "De 4 a 10 días",
            Age.OLD: "De 11 a 30 días",
            Age.OLDEST: "Más de 30 días",
        }[self]

    def days(self, today: date) -> tuple[date | None, date]:
        """Return the first and the last day on which such a case came in; None: at any time."""
        youngest, eldest = _DAYS[self]
        first = None if eldest is None else today - timedelta(days=eldest)
        return first, today - timedelta(days=youngest)


_DAYS: Final = MappingProxyType(
    {Age.NEW: (0, 3), Age.WAITING: (4, 10), Age.OLD: (11, 30), Age.OLDEST: (31, None)}
)


class Held(StrEnum):
    """Who has a case open."""

    FREE = "libre"
    MINE = "yo"
    OTHERS = "otra-persona"
    ASSIGNED = "asignada"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Held.FREE: "Nadie",
            Held.MINE: "Usted",
            Held.OTHERS: "Otra persona",
            Held.ASSIGNED: "Asignada a usted",
        }[self]


class Asked(StrEnum):
    """Which open question between officers a case has."""

    ANY = "abierta"
    MINE = "suya"
    TO_ME = "a-usted"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Asked.ANY: "Con pregunta abierta",
            Asked.MINE: "Con una que usted hizo",
            Asked.TO_ME: "Con una para usted",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """One value for each thing to filter by; empty: any. A value that no case has finds nothing."""

    track: str = ""
    """Key of a track."""
    zone: str = ""
    canton: str = ""
    """Canton and province, as ``place_text`` writes them."""
    kind: str = ""
    """Value of an ``ApplicationKind``."""
    finding: str = ""
    """Code of a finding."""
    age: str = ""
    """Value of an ``Age``."""
    held: str = ""
    """Value of a ``Held``."""
    question: str = ""
    """Value of an ``Asked``."""

    @classmethod
    def from_address(cls, arguments: Mapping[str, str]) -> Self:
        """Return the filter that an address asks for; what is too long is left out."""
        asked = {name: " ".join(visible(arguments.get(NAMES[name], "")).split()) for name in NAMES}
        return cls(**{name: text for name, text in asked.items() if len(text) <= MAX_VALUE})

    def to_address(self) -> dict[str, str]:
        """Return what the address carries, in the order of the page."""
        return {NAMES[name]: value for name, value in self.chosen()}

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Yield the names and values that are set, in the order of the page."""
        for each in fields(self):
            value = getattr(self, each.name)
            if value:
                yield each.name, value

    def without(self, *names: str) -> Self:
        """Return the filter with any value of these."""
        return replace(self, **dict.fromkeys(names, ""))

    def __bool__(self) -> bool:
        """Whether anything is chosen."""
        return any(True for _ in self.chosen())


NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "track": "via",
        "zone": "zona",
        "canton": "canton",
        "kind": "tipo",
        "finding": "alerta",
        "age": "antiguedad",
        "held": "la-tiene",
        "question": "pregunta",
    }
)
"""How the address names each, in the order of the page."""


def place_text(province: str, canton: str) -> str:
    """Return how the address names a canton: two provinces have a «Bolívar»."""
    return f"{canton}{PLACE_SEPARATOR}{province}"


def place_of(text: str) -> tuple[str, str]:
    """Return province and canton of ``place_text``; empty province where none is named."""
    canton, _, province = text.partition(PLACE_SEPARATOR)
    return province, canton
