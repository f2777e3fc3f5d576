"""Which stored files can be made again, and which are pictures."""

from review_service.domain.stored_files import FileKind


def test_what_somebody_sent_and_what_was_signed_cannot_be_made_again() -> None:
    assert [kind for kind in FileKind if not kind.is_derived] == [
        FileKind.ORIGINAL,
        FileKind.AGREEMENT,
        FileKind.LETTER_PHOTO,
    ]


def test_pictures_are_the_pages_their_previews_and_thumbnails() -> None:
    assert [kind for kind in FileKind if kind.is_picture] == [
        FileKind.PAGE_IMAGE,
        FileKind.PREVIEW,
        FileKind.THUMBNAIL,
    ]
