"""Cases that an officer ticks in a list to do the same with each, and what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from review_service.domain.errors import InvalidInputError

FIELD: Final = "caso"
MOST_AT_ONCE: Final = 50
"""Two pages of the queue: what somebody can have looked at. Each case is a transaction."""
TOO_MANY: Final = (
    f"Eligió más de {MOST_AT_ONCE} casos. No hicimos nada: elija {MOST_AT_ONCE} como máximo."
)
SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCase:
    """One ticked case, and the versions of it that the page showed."""

    id: UUID
    seen: str = ""
    """Version of what is decided on; empty where the list only names the case."""
    place: str = ""
    """Version of whose work it is."""

    @property
    def text(self) -> str:
        """How a form carries it."""
        return SEPARATOR.join((str(self.id), self.seen, self.place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one case of several."""

    id: UUID
    reference: str
    holder: str
    """Who applied; empty, as the reference, for a case that is not there."""
    is_done: bool
    words: str
    """A sentence: what was done, or why not."""


def chosen_cases(texts: Iterable[str]) -> tuple[ChosenCase, ...]:
    """Return the cases that a form or an address names, each once; what is no case is left out.

    Raises ``InvalidInputError`` for more than ``MOST_AT_ONCE``.
    """
    found: dict[UUID, ChosenCase] = {}
    for text in texts:
        name, _, rest = text.partition(SEPARATOR)
        seen, _, place = rest.partition(SEPARATOR)
        try:
            known = UUID(name)
        except ValueError:
            continue
        found.setdefault(known, ChosenCase(id=known, seen=seen, place=place))
        if len(found) > MOST_AT_ONCE:
            raise InvalidInputError({FIELD: TOO_MANY})
    return tuple(found.values())
