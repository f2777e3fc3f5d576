"""Which pairs are laid on one another, and what is told of them."""

from review_service.domain.likeness import Hit, Likeness
from tests.unit.workers.photo_index.pictures import cut, scene
from workers.inside.picture import features
from workers.photo_index.index import Candidate
from workers.photo_index.proving import MOST_CANDIDATES, chosen, pairs_to_prove, prove


def hit(earlier: int, later: int, *, turned: int = 0) -> Hit:
    return Hit(earlier=earlier, later=later, distance=20, turned=turned, asked=bytes(32), plane=0)


def photo(position: int, data: bytes | None) -> Likeness:
    return Likeness(position=position, forms=b"", views=b"", features=data)


def test_each_pair_is_tried_once_and_as_its_hash_says() -> None:
    pairs = pairs_to_prove(
        [hit(1, 9), hit(2, 9, turned=5)],
        [Candidate(earlier=1, later=9, is_mirrored=True),
         Candidate(earlier=3, later=9, is_mirrored=True)],
    )  # fmt: skip
    assert [(pair.earlier, pair.later, pair.is_mirrored) for pair in pairs] == [
        (1, 9, False),
        (2, 9, True),
        (3, 9, True),
    ]


def test_what_was_removed_or_tried_in_the_own_case_takes_no_place_from_the_original() -> None:
    offered = [Candidate(earlier=at, later=90, is_mirrored=False) for at in range(1, 60)]
    is_own = {at: at < 30 for at in range(20, 60)}  # the first nineteen were removed
    kept = [each.earlier for each in chosen(offered, is_own)]
    assert kept == [*range(20, 30), *range(30, 30 + MOST_CANDIDATES)]


def test_each_photo_has_candidates_of_its_own() -> None:
    offered = [
        Candidate(earlier=at, later=later, is_mirrored=False)
        for at in range(1, 60)
        for later in (90, 91)
    ]
    kept = chosen(offered, dict.fromkeys(range(60), False))
    assert [each.later for each in kept].count(91) == MOST_CANDIDATES
    assert len(kept) == 2 * MOST_CANDIDATES


def test_copies_are_laid_others_refuted_and_the_rest_says_nothing() -> None:
    asked = photo(9, features.of(cut(scene(1), 0.1)))
    stored = {1: features.of(scene(1)), 2: features.of(scene(2)), 3: None, 4: b"\x01\x00"}
    pairs = [Candidate(earlier=at, later=9, is_mirrored=False) for at in (1, 2, 3, 4, 5)]
    proven = prove(pairs, [asked], stored)
    (laid,) = proven.laid
    assert (laid.earlier, laid.later) == (1, 9)
    assert laid.share > 0.5
    assert len(laid.lay) == 9
    assert proven.refuted == {(2, 9)}


def test_photos_of_one_task_are_laid_on_each_other() -> None:
    photos = [photo(7, features.of(scene(1))), photo(8, features.of(cut(scene(1), 0.1)))]
    proven = prove([Candidate(earlier=7, later=8, is_mirrored=False)], photos, {})
    assert [(laid.earlier, laid.later) for laid in proven.laid] == [(7, 8)]
