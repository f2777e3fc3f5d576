"""How many photos of one document are compared with others."""

from tests.samples.measured import photo_page
from workers.facts.page import PDQ_FORMS, PDQ_VIEWS, PhotoFacts
from workers.inspecting.photo_limits import MOST_HASHED, HashedPhotos

HASHED = PhotoFacts(
    sha256="a" * 64,
    width_px=900,
    height_px=700,
    pdq_forms=("0" * 64,) * PDQ_FORMS,
    pdq_views=("0" * 64,) * PDQ_VIEWS,
    pdq_quality=90,
)


def test_the_photos_of_an_honest_document_keep_their_hashes() -> None:
    counted, page = HashedPhotos(), photo_page(photos=(HASHED,) * 10)
    assert [counted.within(page) for _ in range(40)] == [page] * 40


def test_what_is_more_loses_its_hash_and_is_counted() -> None:
    counted = HashedPhotos(left=MOST_HASHED - (MOST_HASHED - 3))
    page = counted.within(photo_page(photos=(HASHED,) * 5, too_many=1))
    assert [bool(photo.pdq_forms) for photo in page.photos] == [True] * 3 + [False] * 2
    assert page.photos[4].pdq_quality is None
    assert page.too_many == 3


def test_a_photo_that_has_no_hash_takes_none_away() -> None:
    counted = HashedPhotos(left=1)
    plain = PhotoFacts(sha256="b" * 64, width_px=900, height_px=700)
    page = counted.within(photo_page(photos=(plain, plain, HASHED)))
    assert page.photos[2].pdq_forms
    assert page.too_many == 0
