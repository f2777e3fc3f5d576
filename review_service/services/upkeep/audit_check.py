"""Compares the audit trail with itself and with the seals that were given out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from review_service.db.audit import BrokenLink, ChainPoint, ChainWalk
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.errors import InvalidInputError
from review_service.domain.seals import Seal, seals_in
from review_service.ports import SealChecker
from review_service.services.upkeep.kept_seals import (
    KeptSeals,
    SealPlace,
    hashes_of,
    kept_seals,
    problem_of,
)

MOST_LINKS: Final = 1_000
"""Broken links that are told one by one."""
NO_ANCHOR: Final = "En ese archivo no hay ningún sello entero."


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What was found."""

    links: Sequence[BrokenLink]
    """At most ``MOST_LINKS``, each a place where the chain is broken or not what was sealed."""
    problems: Sequence[str]
    """Spanish: what is wrong with the seals themselves."""
    newest: Seal | None
    """The newest seal that the chain was compared with; None when there is none."""
    seals: int
    """Seals that the chain was compared with."""
    events: int
    """Events of the chain."""
    unreachable: Sequence[str] = ()
    """Labels of places whose seals could not be read."""
    foreign: Sequence[str] = ()
    """Keys of kept seals that are of another key, so that this process cannot check them."""
    former: int = 0
    """Seals that were left aside, as somebody with the key began anew after them."""

    share_end: ChainPoint | None = None
    """How far the ``share`` was walked."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with chain or seals, and each seal could be checked."""
        return not self.links and not self.problems and not self.foreign


def anchors_in(text: str) -> Sequence[Seal]:
    """Return the seals of a file that somebody kept. Raises ``InvalidInputError`` without one."""
    try:
        found = seals_in(text)
    except ValueError as error:
        raise InvalidInputError({"anchor": NO_ANCHOR}) from error
    if not found:
        raise InvalidInputError({"anchor": NO_ANCHOR})
    return found


def check_audit(
    reading: UnitFactory,
    *,
    checker: SealChecker,
    places: Iterable[SealPlace] = (),
    anchors: Sequence[Seal] = (),
    only_after: bool = False,
    share: tuple[ChainPoint, int] | None = None,
) -> AuditReport:
    """Walk the chain, and compare it with the seals of the places and with the given ``anchors``.

    ``only_after`` walks only what follows the newest seal: quick, and enough to know that what was
    sealed is still what the chain goes on from. ``share`` is walked besides: from a place whose
    hash is known from outside the database, up to a sequence. Raises ``DatabaseDownError``.
    """
    # First, so that a seal made meanwhile does not seem to be ahead of the chain.
    kept = kept_seals(places, checker)
    good = [seal for seal in anchors if not _problem_of_anchor(seal, checker)]
    in_force, former = _rows_of(kept.own)
    known = sorted([*in_force, *good], key=lambda seal: seal.statement.sealed_at)
    newest = known[-1] if known else None
    start = None
    if only_after and newest is not None:
        start = ChainPoint(sequence=newest.statement.sequence, hash=newest.statement.head)
    with reading() as uow:
        walk = ChainWalk(uow.session, sealed=hashes_of(known), start=start)
        links = list(islice(walk.broken(), MOST_LINKS))
        before = None
        if share is not None:
            before = ChainWalk(uow.session, sealed=hashes_of(known), start=share[0])
            links += islice(before.broken_until(share[1]), MOST_LINKS)
    problems = [
        *(_problem_of_anchor(seal, checker) for seal in anchors if seal not in good),
        *_contradictions(known),
        *_problems_of(kept),
    ]
    return AuditReport(
        links=links,
        problems=problems,
        newest=newest,
        seals=len(known),
        events=walk.end.sequence,
        unreachable=kept.unreachable,
        foreign=kept.foreign,
        former=len(former),
        share_end=None if before is None else before.end,
    )


def _rows_of(own: Sequence[Seal]) -> tuple[Sequence[Seal], Sequence[Seal]]:
    """Part the seals since somebody with the key last began anew from those before.

    Those before are of a chain that was given up for a reason that is written in the new seal.
    """
    begun = [place for place, seal in enumerate(own) if seal.statement.is_by_hand]
    start = begun[-1] if begun else 0
    return own[start:], own[:start]


def _problem_of_anchor(seal: Seal, checker: SealChecker) -> str:
    if seal.public_key != checker.public_key:
        return (
            f"El sello es de otra clave ({seal.public_key[:16]}…): dé aquí AUDIT_SEAL_KEY, o la "
            "clave pública que se anotó al empezar, con --key."
        )
    problem = problem_of(seal, checker)
    return f"El sello de {seal.statement.sequence} eventos no vale: {problem}." if problem else ""


def _contradictions(known: Sequence[Seal]) -> Iterable[str]:
    """Tell seals of one sequence that name different hashes: one chain cannot have both."""
    heads: dict[int, str] = {}
    for seal in known:
        told = seal.statement
        if heads.setdefault(told.sequence, told.head) != told.head:
            yield f"Dos sellos de {told.sequence} eventos nombran cadenas distintas."


def _problems_of(kept: KeptSeals) -> Iterable[str]:
    yield from (f"{key}: {why}." for key, why in kept.spoilt)
    known = {seal.digest for seal in kept.own}
    for seal in kept.own:
        previous = seal.statement.previous
        if previous and previous not in known and not kept.foreign and not kept.unreachable:
            yield f"Falta el sello anterior a {seal.key}: alguien lo quitó, o está en otro lugar."
