"""What can be said of a page from its facts alone."""

from review_service.domain.documents import PageKind
from workers.facts.page import Light, PageFacts, PhotoFacts

DARK = Light(sharpness=90.0, mean=10.0, spread=3.0, burnt_share=0.0)
BRIGHT = Light(sharpness=120.0, mean=200.0, spread=3.0, burnt_share=0.0)


def photo(light: Light | None) -> PhotoFacts:
    return PhotoFacts(sha256="a" * 64, width_px=9, height_px=9, light=light)


def page(*photos: PhotoFacts, light: Light | None = BRIGHT) -> PageFacts:
    return PageFacts(
        number=1, kind=PageKind.PHOTO, width_px=9, height_px=9, light=light, photos=photos
    )


def test_the_light_is_that_of_the_photos_which_were_measured() -> None:
    assert page(photo(DARK), photo(None)).lights == (DARK,)


def test_the_light_is_that_of_the_page_where_no_photo_was_measured() -> None:
    assert page(photo(None)).lights == (BRIGHT,)
    assert page().lights == (BRIGHT,)
    assert page(light=None).lights == ()
