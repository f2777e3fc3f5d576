"""Which part of two photos lies on each other."""

import pytest

from review_service.domain.overlaps import CORNERS, outlines

CUT = (0.8, 0.0, 0.1, 0.0, 0.8, 0.1, 0.0, 0.0, 1.0)


def test_a_cut_copy_shows_a_part_of_the_whole() -> None:
    earlier, later = outlines(CUT)
    assert set(earlier) == {(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)}
    assert set(later) == set(CORNERS)


def test_a_framed_copy_shows_the_whole_within_itself() -> None:
    earlier, later = outlines((1.25, 0.0, -0.125, 0.0, 1.25, -0.125, 0.0, 0.0, 1.0))
    assert set(earlier) == set(CORNERS)
    assert set(later) == {(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)}


def test_a_moved_copy_is_cut_at_the_edges_of_both() -> None:
    earlier, later = outlines((1.0, 0.0, 0.5, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    assert set(earlier) == {(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)}
    assert set(later) == {(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)}


def test_a_photo_seen_from_the_side_stays_within_the_other() -> None:
    earlier, later = outlines((0.9, 0.1, 0.05, 0.0, 0.9, 0.05, 0.2, 0.0, 1.0))
    for outline in (earlier, later):
        assert len(outline) >= 4
        assert all(0 <= share <= 1 for point in outline for share in point)


@pytest.mark.parametrize("lay", [None, (), (1.0,) * 8, (0.0,) * 9, (1.0, 0, 0, 1.0, 0, 0, 0, 0, 1)])
def test_nothing_is_outlined_without_a_lay(lay: tuple[float, ...] | None) -> None:
    assert outlines(lay) == ((), ())


def test_photos_apart_share_nothing() -> None:
    earlier, later = outlines((1.0, 0.0, 5.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    assert (earlier, later) == ((), ())


def test_what_lies_behind_whoever_looks_is_not_outlined() -> None:
    assert outlines((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -2.0, 0.0, 1.0))[0] == ()
