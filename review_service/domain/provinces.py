"""The closed list of provinces and cantons, and what is said of a place that is not in it."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from review_service.domain.cantons import canton_key
from review_service.domain.dated_rules import packaged_rules
from review_service.domain.folding import fold

_PROVINCE_ALIASES: Final = MappingProxyType(
    {
        "santo domingo": "santo domingo de los tsachilas",
        "santo domingo tsachilas": "santo domingo de los tsachilas",
        "sto domingo de los tsachilas": "santo domingo de los tsachilas",
        "archipielago de galapagos": "galapagos",
        "francisco de orellana": "orellana",
    }
)
"""Other names of a province, folded (memory)."""
_FORMER: Final = MappingProxyType({("Esmeraldas", "la concordia"): "La Concordia"})
"""Where registers still hold a canton that moved, by province and folded name."""


def provinces() -> tuple[str, ...]:
    """Return the official names of the 24 provinces, in the order of the alphabet."""
    return tuple(_cantons())


def cantons_of(province: str) -> tuple[str, ...]:
    """Return the official names of a province's cantons; none for what is no province."""
    name = province_named(province)
    return tuple(_cantons()[name].values()) if name else ()


def province_named(text: str) -> str | None:
    """Return the official name of a province, however it is written; None for any other text."""
    plain = re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()
    plain = re.sub(r"^provincia (de |del )?", "", plain)
    return _names().get(_PROVINCE_ALIASES.get(plain, plain))


def canton_named(canton: str, *, province: str) -> str | None:
    """Return the official name of a canton of that province, None when it has none like it."""
    name = province_named(province)
    return _cantons()[name].get(canton_key(canton)) if name else None


def provinces_with(canton: str) -> tuple[str, ...]:
    """Return the provinces that have a canton of that name; «Bolívar» is in two."""
    key = canton_key(canton)
    return tuple(name for name, cantons in _cantons().items() if key in cantons)


def registered_place(province: str, canton: str) -> tuple[str, str]:
    """Return province and canton as they are compared with what a register holds.

    A canton that moved is looked for in its province of today; what is unknown stays, folded.
    """
    name = province_named(province) or ""
    key = canton_key(canton)
    if (name, key) in _FORMER:
        (name,) = provinces_with(_FORMER[name, key])
    return name or fold(province).strip(), key


def place_problems(*, province: str, canton: str) -> dict[str, str]:
    """Return what is wrong with a workshop's place, a sentence by field; empty fields are not."""
    if province and province_named(province) is None:
        return {
            "province": f"«{province}» no es una provincia del Ecuador. Elija la de su taller "
            "en la lista."
        }
    if not province or not canton or canton_named(canton, province=province):
        return {}
    elsewhere = provinces_with(canton)
    if elsewhere:
        return {
            "canton": f"El cantón {canton} no es de {province}, sino de {' y '.join(elsewhere)}. "
            "Cambie la provincia o el cantón."
        }
    *others, last = cantons_of(province)
    return {
        "canton": f"«{canton}» no es un cantón de {province}. Escriba uno de estos: "
        f"{', '.join(others)} o {last}."
    }


@cache
def _cantons() -> Mapping[str, Mapping[str, str]]:
    """Return for each province its cantons' official names by their folded ones."""
    return MappingProxyType(
        {
            str(entry["name"]): MappingProxyType(
                {canton_key(name): str(name) for name in entry["cantons"]}
            )
            for entry in packaged_rules("provinces")["provinces"]
        }
    )


@cache
def _names() -> Mapping[str, str]:
    return MappingProxyType(
        {re.sub(r"[^a-z0-9]+", " ", fold(name)).strip(): name for name in _cantons()}
    )
