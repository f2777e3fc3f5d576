"""Lets sample people come again under another name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from review_service.samples.people import LEGAL_FORM, Person

FAMILY_NAMES: Final = ("DE MORA", "DE LEÓN", "DE VEGA", "DE SALAS")
COMPANY_NAMES: Final = ("DEL NORTE", "DEL SUR", "DEL LITORAL", "DE LOS ANDES")
"""What is added to a name in each later turn; a digit would not be read on a paper."""


def in_turn(told: Sequence[Person], number: int) -> Person:
    """Return whose turn it is; who comes again has another name.

    Who asks for another document long before the end of the first must have changed.
    """
    turn, place = divmod(number, len(told))
    person = told[place]
    if not turn:
        return person
    is_company = person.name.endswith(LEGAL_FORM)
    words = COMPANY_NAMES if is_company else FAMILY_NAMES
    added = words[(turn - 1) % len(words)]
    if is_company:
        return replace(person, name=f"{person.name.removesuffix(LEGAL_FORM)}{added} {LEGAL_FORM}")
    return replace(person, name=f"{person.name} {added}")
