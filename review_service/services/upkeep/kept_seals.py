"""The places where seals of the audit trail are kept, and reading what they hold.

Nothing here is believed before its signature was checked.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from review_service.domain.errors import StoreError
from review_service.domain.seals import MOST_CHARACTERS, SEALS, Seal, day_of, seals_in
from review_service.ports import FileStore, SealChecker, Sealer

logger = logging.getLogger(__name__)

NO_SEAL: Final = "no es un sello, o está dañado"
FORGED: Final = "su firma no es válida"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPlace:
    """One place where seals are kept, apart from the database."""

    label: str
    """Spanish, for operators."""
    store: FileStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What is needed to seal the audit trail and to give the seals out."""

    sealer: Sealer
    places: tuple[SealPlace, ...]
    recipients: tuple[str, ...] = ()
    """Addresses that get each seal by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeals:
    """The seals of all places together."""

    own: Sequence[Seal]
    """Signed with the key, in the order of their making."""
    foreign: Sequence[str]
    """Keys under which a seal of another key is kept."""
    spoilt: Sequence[tuple[str, str]]
    """Keys under which no good seal is kept, and why."""
    unreachable: Sequence[str]
    """Labels of places that do not answer."""


def keys_in(place: SealPlace) -> set[str]:
    """Return the keys of the seals that a place keeps. Raises ``StoreError``."""
    return {entry.key for entry in place.store.keys(SEALS)}


def text_in(place: SealPlace, key: str) -> str:
    """Return the text kept under a key. Raises ``StoreError``."""
    with place.store.open(key) as stream:
        return stream.read(MOST_CHARACTERS).decode("utf-8", errors="replace")


def problem_of(seal: Seal, checker: SealChecker) -> str:
    """Return why a seal is none of the checker's key; empty when it is one."""
    if seal.public_key != checker.public_key:
        return FORGED
    signed = checker.has_signed(seal.statement.signed_bytes, bytes.fromhex(seal.signature))
    return "" if signed else FORGED


def kept_seals(places: Iterable[SealPlace], checker: SealChecker) -> KeptSeals:
    """Read every seal of every place. A place that does not answer is named, not raised."""
    own: dict[str, Seal] = {}
    foreign: set[str] = set()
    spoilt: dict[str, str] = {}
    unreachable = []
    for place in places:
        try:
            for key in sorted(keys_in(place)):
                found = one_in(text_in(place, key))
                if found is None:
                    spoilt[key] = NO_SEAL
                elif found.public_key != checker.public_key:
                    foreign.add(key)
                elif problem := problem_of(found, checker):
                    spoilt[key] = problem
                else:
                    own[found.digest] = found
        except StoreError:
            logger.warning("seals_unreachable", extra={"place": place.label}, exc_info=True)
            unreachable.append(place.label)
    return KeptSeals(
        own=sorted(own.values(), key=lambda seal: (seal.statement.sealed_at, seal.key)),
        foreign=sorted(foreign),
        spoilt=sorted(spoilt.items()),
        unreachable=unreachable,
    )


def newest_in(place: SealPlace, checker: SealChecker, keys: Iterable[str]) -> Seal | None:
    """Return the newest of these seals that holds; None when there is none.

    Raises ``StoreError``.
    """
    for _, of_one_day in groupby(sorted(keys, reverse=True), key=day_of):
        own = [seal for key in of_one_day if (seal := _own_in(place, checker, key))]
        if own:
            return max(own, key=lambda seal: seal.statement.sealed_at)
    return None


def _own_in(place: SealPlace, checker: SealChecker, key: str) -> Seal | None:
    """Return the seal under a key if it holds; a forged one is logged."""
    found = one_in(text_in(place, key))
    if found is None or found.public_key != checker.public_key:
        return None
    if problem_of(found, checker):
        logger.error("seal_forged", extra={"place": place.label, "key": key})
        return None
    return found


def hashes_of(seals: Iterable[Seal]) -> Mapping[int, str]:
    """Return the sealed hash of each sequence that was sealed; not that of an empty chain."""
    return {
        seal.statement.sequence: seal.statement.head for seal in seals if seal.statement.sequence
    }


def one_in(text: str) -> Seal | None:
    """Return the one seal of a file; None when it holds none, several, or a damaged one."""
    with suppress(ValueError):
        found = seals_in(text)
        if len(found) == 1:
            return found[0]
    return None
