"""The check ``repetition``, on both sides of its limits."""

from tests.samples.measured import photo_page
from workers.facts.page import PageFacts, PhotoFacts
from workers.judging.checks import repetition


def _page(number: int, *photos: str) -> PageFacts:
    return photo_page(
        number=number,
        photos=tuple(PhotoFacts(sha256=one * 64, width_px=9, height_px=9) for one in photos),
    )


def test_says_nothing_of_different_photos() -> None:
    assert list(repetition.check([_page(1, "a"), _page(2, "b"), _page(3)])) == []


def test_points_each_copy_at_the_first() -> None:
    found = list(repetition.check([_page(1, "a"), _page(2, "b"), _page(3, "a"), _page(4, "a")]))
    assert [one.page for one in found] == [3, 4]
    assert all("página 1" in one.message for one in found)
    assert "página 4 es la misma de la página 1" in found[1].advice


def test_does_not_blame_a_page_for_itself() -> None:
    assert list(repetition.check([_page(1, "a", "a")])) == []
