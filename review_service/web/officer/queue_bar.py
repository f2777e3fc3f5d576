"""The filters above the queue: their choices with counts, and what was chosen, to be taken back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from review_service.db.queries.officer.queue_counts import FilterCounts
from review_service.domain.applications import ApplicationKind
from review_service.domain.finding_words import kind_for_officers
from review_service.domain.queue_filters import NAMES, Age, Asked, CaseFilter, Held
from review_service.domain.tracks import TRACKS
from review_service.domain.wording import visible
from review_service.domain.zones import zones

_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "track": ("Vía", "Todas las vías"),
        "zone": ("Zona", "Todas las zonas"),
        "canton": ("Cantón", "Todos los cantones"),
        "kind": ("Tipo", "Nuevas y renovaciones"),
        "finding": ("Alerta", "Con alertas o sin ellas"),
        "age": ("Antigüedad", "De cualquier día"),
        "held": ("La tiene", "Cualquiera"),
        "question": ("Preguntas", "Con preguntas o sin ellas"),
    }
)
"""Of each filter its name, and the choice that filters nothing."""
_LABELS: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = MappingProxyType(
    {
        "track": lambda: {each.key: each.label for each in TRACKS.values()},
        "zone": lambda: {each: each for each in zones()},
        "kind": lambda: {each.value: each.label for each in ApplicationKind},
        "age": lambda: {each.value: each.label for each in Age},
        "held": lambda: {each.value: each.label for each in Held},
        "question": lambda: {each.value: each.label for each in Asked},
    }
)
"""The choices that are known beforehand, in their order."""


class Choice(NamedTuple):
    """One value of a filter; a page names some hundreds, in this order."""

    value: str
    label: str
    number: int
    """Cases that it would show, the other filters as they are."""
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One filter of the bar."""

    name: str
    """In the address and in the form."""
    label: str
    every: str
    """The choice that filters nothing."""
    choices: tuple[Choice, ...]
    is_cut: bool
    """Whether not all rows were counted: each number may be larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One chosen value, and the address that is left without it."""

    label: str
    words: str
    rest: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The filters, what is chosen of them, and how many cases that shows."""

    fields: tuple[FilterField, ...]
    chips: tuple[Chip, ...]
    total: int
    is_cut: bool
    """Whether not all rows were counted."""

    @property
    def exactly(self) -> int | None:
        """How many cases there are; None where not all rows were counted."""
        return None if self.is_cut else self.total


def bar_of(asked: CaseFilter, counts: FilterCounts) -> Bar:
    """Return the filters with the choices that some case has, and those that are chosen."""
    fields = tuple(
        FilterField(
            name=NAMES[name],
            label=label,
            every=every,
            choices=tuple(_choices(name, getattr(asked, name), counts.by_value[name])),
            is_cut=counts.is_cut or (name == "finding" and counts.are_findings_cut),
        )
        for name, (label, every) in _WORDS.items()
    )
    chips = tuple(
        Chip(
            label=_WORDS[name][0],
            words=_label(name, value),
            rest=asked.without(name).to_address(),
        )
        for name, value in asked.chosen()
    )
    return Bar(fields=fields, chips=chips, total=counts.total, is_cut=counts.is_cut)


def _choices(name: str, chosen: str, counts: Mapping[str, int]) -> Iterable[Choice]:
    known = _LABELS[name]() if name in _LABELS else {}
    others = sorted((_label(name, value), value) for value in {*counts, chosen} - {*known, ""})
    for label, value in [*((label, value) for value, label in known.items()), *others]:
        number = counts.get(value, 0)
        if number or value == chosen:
            yield Choice(value=value, label=label, number=number, is_chosen=value == chosen)


def _label(name: str, value: str) -> str:
    """Return the words of a value; of one that no closed list has, what can be seen of itself."""
    if name == "finding":
        return kind_for_officers(value) or visible(value)
    known = _LABELS[name]() if name in _LABELS else {}
    return known.get(value) or visible(value)
