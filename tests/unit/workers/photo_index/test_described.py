"""Features read from what is kept, and the words they belong to."""

import numpy as np
import pytest

from review_service.domain.likeness import FEATURE_BYTES, FEATURES_HEAD, MOST_FEATURES
from tests.unit.workers.photo_index.pictures import cut, described, scene
from workers.inside.picture import features
from workers.photo_index.described import WORDS, read, searched_words, words_of


@pytest.mark.parametrize(
    "data",
    [None, b"", b"\x01", b"\x01\x00\x01\x00", b"\x00" * (FEATURES_HEAD + FEATURE_BYTES),
     b"\x01" * (FEATURES_HEAD + FEATURE_BYTES + 1)],
)  # fmt: skip
def test_what_is_no_features_is_none(data: bytes | None) -> None:
    assert read(data) is None


def test_features_are_read_as_they_were_written() -> None:
    found = read(features.of(scene(1)))
    assert found is not None
    assert (found.width, found.height) == (512, 384)
    assert found.places.min() > 0
    assert (found.places < (512, 384)).all()
    steps = 3 * np.log2(found.sizes)
    assert np.allclose(steps, np.round(steps), atol=1e-4)
    assert (steps.round().min(), steps.round().max()) == (0, 8)
    assert ((found.angles >= 0) & (found.angles < 360)).all()
    assert np.abs(found.about).max() <= 127


def test_mirrored_twice_is_as_before() -> None:
    found = described(scene(1))
    twice = found.mirrored.mirrored
    assert np.allclose(found.places, twice.places)
    assert np.array_equal(found.about, twice.about)
    assert np.allclose(found.angles, twice.angles % 360)


def test_a_copy_shares_words_and_another_photo_hardly_any() -> None:
    one, other = described(scene(1)), described(scene(2))
    enrolled = words_of(one)
    assert enrolled.size <= MOST_FEATURES
    assert enrolled.max() < WORDS
    assert np.isin(enrolled, searched_words(one)).all()
    copied = np.intersect1d(enrolled, searched_words(described(cut(scene(1), 0.12)))).size
    foreign = np.intersect1d(enrolled, searched_words(other)).size
    assert copied > 3 * foreign
    assert copied > 20
