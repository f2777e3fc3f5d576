"""The photos of the sheets of one paper, in order, and what becomes of them by one press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.refusals import RefusalReason


class Change(StrEnum):
    """What a button does to one sheet."""

    EARLIER = "earlier"
    LATER = "later"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePhoto:
    """One photo among those that are stored one behind the other."""

    name: str
    """Its sender's name for it."""
    size_bytes: int

    def to_json(self) -> list[object]:
        """Return it as a row holds it."""
        return [self.name, self.size_bytes]


def page_photos_from(stored: Sequence[Sequence[object]] | None) -> tuple[PagePhoto, ...]:
    """Return the photos as a row holds them; none for a document that came as a PDF."""
    return tuple(
        PagePhoto(name=str(name), size_bytes=int(str(size))) for name, size in stored or ()
    )


def places(photos: Sequence[PagePhoto]) -> tuple[tuple[int, int], ...]:
    """Return start and size in bytes of each photo among the stored ones."""
    found, start = [], 0
    for photo in photos:
        found.append((start, photo.size_bytes))
        start += photo.size_bytes
    return tuple(found)


def with_new(count: int, new: int, *, instead_of: int | None = None) -> tuple[int, ...]:
    """Return the new order when photos are added to ``count`` others, by their places from 0 on.

    The new ones have the places behind the others. ``instead_of`` is the number, from 1 on, of the
    sheet whose place they take; without one, or with one that is none, they go to the end.
    """
    order, added = list(range(count)), list(range(count, count + new))
    if instead_of is None or not 0 < instead_of <= count:
        return (*order, *added)
    return (*order[: instead_of - 1], *added, *order[instead_of:])


def changed(count: int, number: int, change: Change) -> tuple[int, ...]:
    """Return the new order after a press on the sheet ``number``, 1 to ``count``.

    The first one can't go further to the front, nor the last one further back: nothing changes.
    Raises ``ValueError`` for a number that is none.
    """
    if not 0 < number <= count:
        raise ValueError("no such sheet")
    order, place = list(range(count)), number - 1
    if change is Change.REMOVE:
        del order[place]
        return tuple(order)
    other = place - 1 if change is Change.EARLIER else place + 1
    if 0 <= other < count:
        order[place], order[other] = order[other], order[place]
    return tuple(order)


def told_name(count: int) -> str:
    """Return what the PDF that is made of so many photos is called on the pages."""
    return "1 hoja fotografiada" if count == 1 else f"{count} hojas fotografiadas"


def refused_sheet(number: int, name: str, reason: RefusalReason) -> str:
    """Return what to say of the sheet for which no PDF could be made, and what to do."""
    why = _WHY.get(reason, _WHY[RefusalReason.TOO_COSTLY])
    return f"La foto de la hoja {number} («{name}») {why}. {_CURE}"


_WHY: Final[Mapping[RefusalReason, str]] = MappingProxyType(
    {
        RefusalReason.DAMAGED: "está dañada o llegó incompleta",
        RefusalReason.IMAGE_TOO_LARGE: (
            "es demasiado grande para revisarla: en los ajustes de su cámara elija un tamaño menor "
            "(12 MP basta)"
        ),
        RefusalReason.NOT_A_PHOTO: "no es una foto JPG o PNG, aunque su nombre lo diga",
        RefusalReason.TOO_COSTLY: "está hecha de una forma que no podemos revisar con seguridad",
    }
)
_CURE: Final = "Fotografíe esa hoja otra vez o quítela; las demás están guardadas."
