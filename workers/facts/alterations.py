"""What the sandbox sees where a supporting document may have been altered, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from review_service.domain.reports import Box, Word
from workers.facts import values
from workers.facts.headers import row_of, words_from

READ_PAGES: Final = 6
"""Pages of a document that values are read from, and that are looked over for what was altered."""
MAX_PAGES: Final = 12
MAX_VALUES: Final = 12
MAX_FONTS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlace:
    """Where a value was read; what the child is asked to look at."""

    name: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLook:
    """How the letters of one read value are set in the text layer."""

    name: str
    fonts: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    """Heights of the letters in points, rounded."""
    doubled: int = 0
    """Letters that another letter stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """One page on which values were read from the text layer."""

    number: int
    values: tuple[ValueLook, ...] = ()
    fonts: Mapping[str, int] = field(default_factory=dict)
    """Letters in each font, beside the values."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    seen: tuple[Word, ...] | None = None
    """What OCR reads around the values on the drawn page; None when it could not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterationFacts:
    """What was seen of one document."""

    pages: tuple[PageLook, ...] = ()
    revised: tuple[int, ...] = ()
    """Pages that an earlier revision in the same file shows otherwise."""
    notes: int = 0
    """Notes, stamps and drawings laid over pages."""
    fields: int = 0
    """Form fields on pages; a place for a signature is none."""


def to_header(facts: AlterationFacts) -> dict[str, Any]:
    """Return the facts as plain values; see ``from_header``."""
    return {
        "pages": [
            {
                "number": page.number,
                "values": [
                    [value.name, list(value.fonts), list(value.sizes), value.doubled]
                    for value in page.values
                ],
                "fonts": dict(page.fonts),
                "sizes": dict(page.sizes),
                "seen": None if page.seen is None else [row_of(word) for word in page.seen],
            }
            for page in facts.pages
        ],
        "revised": list(facts.revised),
        "notes": facts.notes,
        "fields": facts.fields,
    }


def from_header(header: Mapping[str, Any]) -> AlterationFacts:
    """Read the facts. Raises ``FactsError``."""
    return AlterationFacts(
        pages=tuple(_page(page) for page in values.is_a(list, header.get("pages"))[:MAX_PAGES]),
        revised=tuple(
            values.size(number) for number in values.is_a(list, header.get("revised"))[:MAX_PAGES]
        ),
        notes=values.size(header.get("notes")),
        fields=values.size(header.get("fields")),
    )


def _page(value: object) -> PageLook:
    raw = values.is_a(dict, value)
    seen = raw.get("seen")
    return PageLook(
        number=values.size(raw.get("number")),
        values=tuple(_value(one) for one in values.is_a(list, raw.get("values"))[:MAX_VALUES]),
        fonts=_counts(raw.get("fonts")),
        sizes=_counts(raw.get("sizes")),
        seen=None if seen is None else words_from(seen),
    )


def _value(value: object) -> ValueLook:
    row = values.is_a(list, value)
    if len(row) != 4:  # noqa: PLR2004 -- the four just below
        raise values.FactsError("expected a value's look")
    name, fonts, sizes, doubled = row
    return ValueLook(
        name=values.text(name),
        fonts=_names(fonts),
        sizes=_names(sizes),
        doubled=values.size(doubled),
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(values.text(name) for name in values.is_a(list, value)[:MAX_FONTS])


def _counts(value: object) -> dict[str, int]:
    entries = list(values.is_a(dict, value).items())[:MAX_FONTS]
    return {values.text(name): values.size(count) for name, count in entries}
