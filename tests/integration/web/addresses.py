"""Addresses of routes, filled: what a test does not give is something that fits the place."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from uuid import uuid4

from review_service.domain.tracks import ARTISAN, TRACKS

PLACE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<limits>[^)]*)\))?:)?(?P<name>\w+)>")
WORDS: Mapping[str, str] = {
    "via": ARTISAN.slug,
    "paper": "sri",
    "theme": "machinery",
    "item": "workshop",
    "topic": "beneficios",
    "given": "activo",
    "kind": "queja",
    "data_use": "nomina",
    "year": "2023",
    "month": "07",
    "finding": "photo_dark",
    "rule": "categories.limits@2018-12-01",
}
"""What places without a kind of their own are filled with, so that most pages are there."""
ANY_WORD = "workshop"


def filled(rule: str, given: Mapping[str, object] | None = None) -> str:
    """Return one address of the rule (``/revision/casos/<uuid:application_id>``).

    ``given`` fills the places of its names; an id that is not given is that of nothing.
    """
    return next(every_filled(rule, given))


def every_filled(rule: str, given: Mapping[str, object] | None = None) -> Iterator[str]:
    """Give the addresses with each track and each word that a place allows."""
    places = list(PLACE.finditer(rule))
    for words in product(*(_words(place, given or {}) for place in places)):
        following = iter(words)
        yield PLACE.sub(lambda _: next(following), rule)  # noqa: B023 -- called within the turn


def _words(place: re.Match[str], given: Mapping[str, object]) -> list[str]:
    kind, limits, name = place["kind"], place["limits"] or "", place["name"]
    length = re.fullmatch(r"length=(\d+)", limits)
    if name in given:
        words = [str(given[name])]
    elif kind == "any":
        words = [word.strip(" '\"") for word in limits.split(",")]
        words.sort(key=lambda word: word != WORDS.get(name))
    elif name == "via":
        words = sorted((track.slug for track in TRACKS.values()), key=WORDS[name].__ne__)
    elif name in WORDS:
        words = [WORDS[name]]
    elif kind == "uuid":
        words = [str(uuid4())]
    else:
        words = ["1" * int(length[1]) if length else "1" if kind == "int" else ANY_WORD]
    return words
