"""The ministries that granted a prior agreement, under the names that they had then."""

from collections.abc import Iterator, Sequence
from typing import Final

from review_service.domain.folding import capitals
from review_service.domain.reports import AgreementField, ReadField, Word
from workers.fields.paper.words import around
from workers.fields.prior.text import PageText

KNOWN: Final = (
    "Ministerio de Producción, Comercio Exterior, Inversiones y Pesca",
    "Ministerio de Producción, Comercio Exterior e Inversiones",
    "Ministerio de la Producción, Comercio Exterior e Inversiones",
    "Ministerio de Comercio Exterior, Industrialización, Pesca y Competitividad",
    "Ministerio de Comercio Exterior e Inversiones",
    "Ministerio de Comercio Exterior",
    "Ministerio de Industrias y Competitividad",
    "Ministerio de Industrias y Productividad",
    "Ministerio de Industrias, Comercio, Integración y Pesca",
    "Ministerio de Trabajo y Empleo",
    "Ministerio de Relaciones Laborales",
    "Ministerio del Trabajo",
    "Ministerio de Trabajo",
    "Ministerio de Economía y Finanzas",
    "Ministerio de Finanzas",
    "Ministerio de Salud Pública",
    "Ministerio de Cultura y Patrimonio",
    "Ministerio de Turismo",
    "Ministerio de demostración",
)
"""Longer names before those that they begin with. Source: names that the executive's decrees gave
the ministries since 1986, as the design notes list them; the last is the demonstration's own."""
MOST_FOUND: Final = 4


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the names, in the order of the paper, with a semicolon between them."""
    for text in texts:
        found = list(_found(text))
        if found:
            words = [word for _, _, those in found for word in those]
            return ReadField(
                name=AgreementField.MINISTRIES.value,
                value="; ".join(name for _, name, _ in found),
                confidence=min(word.confidence for word in words),
                page=text.page,
                box=around(words),
                label=" ".join(words[0].text.split()),
            )
    return None


def _found(text: PageText) -> Iterator[tuple[int, str, tuple[Word, ...]]]:
    """Yield place, name and words of each known ministry where it is first named."""
    letters = [(sign, at) for at, sign in enumerate(text.folded) if sign.isalnum()]
    squeezed = "".join(sign for sign, _ in letters)
    hidden = squeezed
    found = []
    for name in KNOWN:
        wanted = "".join(sign for sign in capitals(name) if sign.isalnum())
        at = hidden.find(wanted)
        if at >= 0:
            start, end = letters[at][1], letters[at + len(wanted) - 1][1] + 1
            found.append((start, name, text.between(start, end)))
            hidden = hidden.replace(wanted, "_" * len(wanted))
    yield from sorted(found)[:MOST_FOUND]
