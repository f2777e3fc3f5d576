"""The summary on top: how many, which, worst first, in words that fit one and many."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from review_service.db.queries.applicant.files import Advice, OwnDocument, OwnPage
from review_service.domain.documents import DocumentKind, DocumentState, PageKind, Theme
from review_service.domain.findings import Severity
from review_service.domain.refusals import RefusalReason
from review_service.web.applicant import verdicts

DARK = Advice(code="photo_very_dark", severity=Severity.BAD, sentence="Abra una puerta.", page=1)
SOFT = Advice(code="photo_soft", severity=Severity.DOUBT, sentence="Apoye el teléfono.", page=1)
NOTE = Advice(code="photo_small", severity=Severity.NOTE, sentence="Es pequeña.", page=1)


def page(number: int, *advice: Advice) -> OwnPage:
    return OwnPage(
        number=number,
        theme=None,
        kind=PageKind.PHOTO,
        has_picture=True,
        comment="",
        suggested=None,
        suggested_from="",
        advice=advice,
    )


def document(
    *pages: OwnPage,
    total: int | None = None,
    state: DocumentState = DocumentState.CHECKED,
    kind: DocumentKind = DocumentKind.EVIDENCE,
    refusal: RefusalReason | None = None,
    document_id: UUID | None = None,
) -> OwnDocument:
    return OwnDocument(
        id=document_id or uuid4(),
        kind=kind,
        state=state,
        theme=Theme.WORKSHOP,
        file_name="a",
        size_bytes=1,
        sha256="0" * 64,
        refusal=refusal,
        page_count=total or len(pages),
        pages_checked=len(pages),
        comment="",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        removed_at=None,
        round=0,
        pages=pages,
        advice=tuple(advice for one in pages for advice in one.advice),
        fields=(),
    )


def photo(*advice: Advice, state: DocumentState = DocumentState.CHECKED) -> OwnDocument:
    return document(page(1, *advice), kind=DocumentKind.PHOTO, state=state)


def test_the_worst_come_first_and_then_the_order_of_the_page() -> None:
    found = verdicts.of_pages(
        document(page(4, SOFT), page(7, DARK), page(9), page(12, SOFT, DARK), page(13, NOTE))
    )
    assert [doubt.number for doubt in found.doubts] == [7, 12, 4]
    assert [doubt.words for doubt in found.doubts] == ["Muy oscura", "Muy oscura", "Algo borrosa"]
    assert found.verdict == "3 de 5 páginas conviene repetirlas"
    assert found.praise == ""


@pytest.mark.parametrize(
    ("pages", "total", "words"),
    [
        ((page(1, DARK),), 1, "La página conviene repetirla"),
        ((page(1, DARK), page(2)), 2, "1 de 2 páginas conviene repetirla"),
        ((page(1, DARK), page(2, SOFT)), 20, "2 de 20 páginas conviene repetirlas"),
    ],
)
def test_one_and_many_are_worded_apart(pages: tuple[OwnPage, ...], total: int, words: str) -> None:
    assert verdicts.of_pages(document(*pages, total=total)).verdict == words


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [(7, 20, "7 de 20 revisadas"), (1, 1, "1 de 1 revisada"), (0, 20, "0 de 20 revisadas")],
)
def test_progress_says_how_many_of_how_many(done: int, total: int, words: str) -> None:
    pages = [page(number) for number in range(1, done + 1)]
    found = verdicts.of_pages(document(*pages, total=total, state=DocumentState.CHECKING))
    assert found.progress == words


def test_before_the_number_of_pages_is_known_only_those_seen_are_told() -> None:
    waiting = document(state=DocumentState.CHECKING)
    assert verdicts.of_pages(waiting).progress == "0 revisadas"


def test_praise_waits_for_the_end_of_all_checks() -> None:
    pages = (page(1), page(2, NOTE))
    running = document(*pages, state=DocumentState.CHECKING)
    assert verdicts.of_pages(running).praise == "", "its text may still say otherwise"
    assert verdicts.of_pages(document(*pages)).praise == "Las 2 páginas se ven bien."
    assert verdicts.of_photos([(1, photo())], missing=()).praise == "La foto se ve bien."
    assert verdicts.of_photos([], missing=()).praise == ""


def test_refused_photos_are_told_apart_from_doubtful_ones() -> None:
    refused = document(
        kind=DocumentKind.PHOTO,
        state=DocumentState.REFUSED,
        refusal=RefusalReason.DAMAGED,
        total=1,
    )
    listed = [(1, photo(DARK)), (2, refused), (3, photo())]
    found = verdicts.of_photos(listed, missing={refused.id})
    assert [doubt.number for doubt in found.doubts] == [1]
    assert [doubt.number for doubt in found.refused] == [2]
    assert found.praise == ""
    spared = verdicts.of_photos(listed[1:], missing=())
    assert (spared.refused, [doubt.number for doubt in spared.spared]) == ((), [2])
    assert spared.praise == ""


def test_a_photo_that_is_still_looked_at_is_not_judged() -> None:
    found = verdicts.of_photos(
        [(1, photo(DARK, state=DocumentState.CHECKING)), (2, photo())], missing=()
    )
    assert found.doubts == ()
    assert not found.is_settled
    assert found.progress == "1 de 2 revisadas"


def test_a_mark_changes_with_whatever_is_shown_and_with_nothing_else() -> None:
    one = page(3, DARK)
    assert verdicts.mark_of(one) == verdicts.mark_of(page(3, DARK))
    assert len({verdicts.mark_of(each) for each in (one, page(3), page(3, SOFT), page(4))}) == 4
