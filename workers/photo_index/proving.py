"""Which pairs of photos are laid on one another, and what comes of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from review_service.domain.likeness import Hit, Laid, Likeness, Proven
from workers.photo_index.agreement import agreement, says_nothing
from workers.photo_index.described import Described, read
from workers.photo_index.index import Candidate

MOST_CANDIDATES: Final = 16
"""Earlier photos whose features are compared with those of each photo."""
MIRRORED_FORMS: Final = frozenset({4, 5, 6, 7})


def chosen(candidates: Iterable[Candidate], is_own: Mapping[int, bool]) -> list[Candidate]:
    """Return the first ``MOST_CANDIDATES`` of each photo, and as many of its own case.

    ``is_own`` says of the earlier positions that still stand whether they are the own case's: what
    was removed, or tried in the case itself, takes no place from the photo that was copied.
    """
    told: Counter[tuple[int, bool]] = Counter()
    kept = []
    for candidate in candidates:
        own = is_own.get(candidate.earlier)
        if own is not None and told[candidate.later, own] < MOST_CANDIDATES:
            told[candidate.later, own] += 1
            kept.append(candidate)
    return kept


def pairs_to_prove(hits: Iterable[Hit], candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return each pair once: those that a hash is near in, and those that share words."""
    near = (
        Candidate(earlier=hit.earlier, later=hit.later, is_mirrored=hit.turned in MIRRORED_FORMS)
        for hit in hits
    )
    pairs: dict[tuple[int, int], Candidate] = {}
    for pair in (*near, *candidates):
        pairs.setdefault((pair.earlier, pair.later), pair)
    return list(pairs.values())


def prove(
    pairs: Sequence[Candidate],
    photos: Sequence[Likeness],
    features: Mapping[int, bytes | None],
) -> Proven:
    """Lay each later photo on the earlier one.

    ``photos`` are the later ones, ``features`` those of the earlier ones by position, both from the
    database. A pair of which one has too few features is neither laid nor refuted.
    """
    described: dict[int, Described | None] = {
        **{position: read(data) for position, data in features.items()},
        **{photo.position: read(photo.features) for photo in photos},
    }
    laid, refuted = [], set()
    for pair in pairs:
        earlier, later = described.get(pair.earlier), described.get(pair.later)
        if earlier is None or later is None or says_nothing(earlier, later):
            continue
        found = agreement(earlier, later, is_mirrored=pair.is_mirrored)
        if found is None or not found.is_copy:
            refuted.add((pair.earlier, pair.later))
            continue
        laid.append(
            Laid(
                earlier=pair.earlier,
                later=pair.later,
                agreeing=found.agreeing,
                share=found.share,
                lay=found.lay,
            )
        )
    return Proven(laid=tuple(laid), refuted=frozenset(refuted))
