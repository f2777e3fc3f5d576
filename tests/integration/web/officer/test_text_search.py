"""Search in the words of all pages, on both kinds of database."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db import page_texts
from review_service.db.models import ApplicationRow, DocumentRow, PageRow, PageTextRow
from review_service.db.queries.officer import texts as officer_texts
from review_service.db.queries.officer.texts import TextCursor, TextHit, TextPage
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, PageKind, TextSource
from review_service.domain.reports import PageReport
from review_service.services.findings import checking
from review_service.services.upkeep import searching
from tests.asked_statements import asked_of
from tests.factories import OTHER_RUC, RUC, Office, open_draft, upload
from tests.integration.web.officer.desk_cases import Scan, ScannedPage, jpeg, line, put_case

PDF = b"%PDF-1.7 %%EOF"


def put_text(office: Office, *texts: str, ruc: str = RUC) -> UUID:
    """Return a confirmed renewal whose prior agreement has these pages."""
    pages = tuple(
        ScannedPage(
            jpeg=jpeg(), width_px=200, height_px=150, words=tuple(line(text, left=5, top=20))
        )
        for text in texts
    )
    return put_case(office, ruc=ruc, scan=Scan(pages=pages))


def found(office: Office, text: str, cursor: TextCursor | None = None, size: int = 20) -> TextPage:
    with office.reading() as uow:
        return officer_texts.find(uow, text=text, cursor=cursor, size=size)


def numbers(office: Office, text: str) -> list[int]:
    return sorted(hit.number for hit in found(office, text).entries)


def marked(hit: TextHit) -> list[str]:
    return [piece.text for part in hit.parts for piece in part if piece.is_hit]


@pytest.mark.parametrize(
    "typed",
    ["obligación", "obligaciones", "obligacion", "OBLIGACIÓN", "OBLIGACIONES", "la obligación"],
)
def test_spanish_finds_itself_whatever_its_number_accents_and_case(
    office: Office, typed: str
) -> None:
    put_text(
        office, "Cumple su obligación patronal", "Tiene obligaciones", "Nada de eso", "OBLIGACION"
    )
    assert numbers(office, typed) == [1, 2, 4]


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ("Ñacato", [1]),
        ("nacato", [1]),
        ("taller cerámica", [1]),
        ("talleres telar", []),
        ("MPCEIP 2021", [2]),
        ("1790012345001", [2]),
        ("179001234500", []),
        ("telares", [2]),
        ("de la", []),
        ("ab", []),
        ("'; DROP TABLE pages; --", []),
        ('"taller* OR NOT', []),
        ("% _ \\ & | ! ( ) :*", []),
        ("", []),
    ],
)
def test_finds_the_pages_that_hold_every_word(office: Office, typed: str, pages: list[int]) -> None:
    put_text(
        office,
        "Taller de cerámica de María Ñacato en Pujilí",
        "Acuerdo MPCEIP-2021-0417 RUC 1790012345001 telar",
    )
    assert numbers(office, typed) == pages


def test_says_where_it_was_found_and_marks_the_words(office: Office) -> None:
    before = " ".join(f"antes{index}" for index in range(20))
    application_id = put_text(office, "otra", f"{before} los talleres de cerámica después")
    (hit,) = found(office, "taller").entries
    assert (hit.application_id, hit.number, hit.document_kind) == (
        application_id,
        2,
        DocumentKind.AGREEMENT,
    )
    assert hit.reference.startswith("AR-")
    assert hit.holder
    assert hit.has_thumbnail
    assert marked(hit) == ["talleres"]
    (part,) = hit.parts
    assert part[0].text.startswith("antes13")


def test_marks_a_word_of_the_family_where_the_database_knew_more_than_we(office: Office) -> None:
    put_text(office, "Se obligó y se obligaba ante notario")
    hits = found(office, "obligando").entries
    if hits:  # PostgreSQL's own Spanish knows verbs, SQLite's search does not
        assert marked(hits[0]) == ["obligó", "obligaba"]


def test_finds_nothing_of_drafts_of_replaced_and_of_removed_documents(office: Office) -> None:
    kept = put_text(office, "palabra clave")
    draft = open_draft(office, OTHER_RUC, ApplicationKind.RENEWAL)
    received = upload(office, draft, ruc=OTHER_RUC, content=PDF, kind=DocumentKind.EVIDENCE)
    record(office, received.document_id, "palabra secreta")
    assert [hit.application_id for hit in found(office, "palabra").entries] == [kept]
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.application_id == kept)
            .values(removed_at=uow.now - timedelta(days=1))
        )
        uow.commit()
    assert found(office, "palabra") == TextPage(entries=(), before=None, after=None, count=0)


def record(office: Office, document_id: UUID, text: str, number: int = 1) -> None:
    page = PageReport(
        number=number,
        kind=PageKind.TEXT,
        width_px=200,
        height_px=150,
        words=tuple(line(text, left=5, top=20)),
        words_from=TextSource.LAYER,
    )
    checking.record_page(office.writing(), document_id, page)


def test_a_page_read_again_is_found_by_its_new_words_only(office: Office) -> None:
    draft = open_draft(office)
    received = upload(office, draft, content=PDF, kind=DocumentKind.EVIDENCE)
    record(office, received.document_id, "primera lectura")
    record(office, received.document_id, "otro texto", number=2)
    with office.writing() as uow:
        (application,) = uow.session.scalars(sa.select(ApplicationRow))
        application.confirmed_at = uow.now
        uow.commit()
    assert (numbers(office, "lectura"), numbers(office, "texto")) == ([1], [2])
    record(office, received.document_id, "segundo texto")
    assert (numbers(office, "lectura"), numbers(office, "texto")) == ([], [1, 2])
    record(office, received.document_id, "")
    assert (numbers(office, "segundo"), numbers(office, "texto")) == ([], [2])


def test_words_of_a_deleted_page_leave_the_index(office: Office) -> None:
    put_text(office, "una palabra", "otra palabra")
    with office.writing() as uow:
        uow.session.execute(sa.delete(PageRow).where(PageRow.number == 1))
        uow.commit()
    assert numbers(office, "palabra") == [2]
    with office.reading() as uow:
        assert len(uow.session.scalars(sa.select(PageTextRow)).all()) == 1


def test_the_index_can_be_made_anew_from_the_pages(office: Office) -> None:
    put_text(office, "una palabra", "otra palabra")
    with office.writing() as uow:
        uow.session.execute(sa.delete(PageTextRow))
        uow.commit()
    assert numbers(office, "palabra") == []
    unread: list[UUID] = []
    for _ in range(2):
        assert searching.rebuild(office.writing, on_unread=unread.append) == 6
        assert unread == []
        assert numbers(office, "palabra") == [1, 2]


def test_a_page_that_cannot_be_read_keeps_no_other_out_of_the_index(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_text(office, "una palabra", "otra palabra", "la tercera palabra")
    with office.writing() as uow:
        uow.session.execute(sa.delete(PageTextRow))
        second = uow.session.scalars(sa.select(PageRow).where(PageRow.number == 2))
        (spoilt,) = [page for page in second if page.words]
        spoilt.words = [["a word without its box"]]
        uow.commit()
    monkeypatch.setattr(searching, "BATCH", 4)
    unread: list[UUID] = []
    assert searching.rebuild(office.writing, on_unread=unread.append) == 6
    assert unread == [spoilt.id]
    assert numbers(office, "palabra") == [1, 3]


def test_pages_through_many_hits_both_ways_newest_first(office: Office) -> None:
    put_text(office, *(f"hoja común número {number}" for number in range(1, 6)))
    first = found(office, "común", size=2)
    assert [hit.number for hit in first.entries] == [5, 4]
    assert (first.before, first.count, first.is_open) == (None, 5, False)
    second = found(office, "común", first.after, size=2)
    assert [hit.number for hit in second.entries] == [3, 2]
    last = found(office, "común", second.after, size=2)
    assert [hit.number for hit in last.entries] == [1]
    assert last.after is None
    back = found(office, "común", last.before, size=2)
    assert [hit.number for hit in back.entries] == [3, 2]
    start = found(office, "común", back.before, size=2)
    assert ([hit.number for hit in start.entries], start.before) == ([5, 4], None)


@pytest.mark.parametrize(("frequent", "times"), [(1, 0.2), (1, 1.5), (1_000, 1.5)])
@pytest.mark.parametrize("most", [2, 3, 200])
def test_hits_are_counted_alike_wherever_they_are_looked_for_first(
    office: Office, monkeypatch: pytest.MonkeyPatch, frequent: int, times: float, most: int
) -> None:
    """Four pages have the word, one of them in a document that was removed; two do not."""
    monkeypatch.setattr(page_texts, "FREQUENT", frequent)
    monkeypatch.setattr(page_texts, "ROOM", times)
    monkeypatch.setattr(officer_texts, "MOST_COUNTED", most)
    put_text(office, "hoja común", "otra cosa", "hoja común", "otra más", "hoja común")
    removed = put_text(office, "hoja común", ruc=OTHER_RUC)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.application_id == removed)
            .values(removed_at=uow.now)
        )
        uow.commit()
    page = found(office, "común", size=2)
    assert (page.count, page.is_open) == (min(3, most + 1), most < 3)
    assert [hit.number for hit in page.entries] == [5, 3]


def test_the_newest_pages_say_where_enough_of_them_begin(
    office: Office, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_texts, "SAMPLED", 8)
    monkeypatch.setattr(page_texts, "FREQUENT", 4)

    def begin(word: str) -> int | None:
        with office.reading() as uow:
            return page_texts.begin_of_newest(uow.session, (word,), 10)

    assert begin("comun") is None
    put_text(office, *(f"hoja común {'par' if number % 4 == 0 else ''}" for number in range(10)))
    with office.reading() as uow:
        last = uow.session.scalars(sa.select(sa.func.max(PageTextRow.position))).one()
    is_asked = database_kind == "postgresql"
    assert begin("comun") == (last - 15 if is_asked else None)
    assert begin("par") is None  # two of the eight
    monkeypatch.setattr(officer_texts, "MOST_COUNTED", 3)
    with asked_of(office.database.engine, "page_texts.position >") as asked:
        assert found(office, "común").is_open
        assert not found(office, "par").is_open
    assert len(asked) == (1 if is_asked else 0)


@pytest.mark.parametrize("text", ["", "x1", "d", "d-1", "d1.5", "a\u0661"])
def test_what_is_no_cursor_is_the_first_page(text: str) -> None:
    assert TextCursor.from_text(text) is None


def test_a_cursor_survives_its_address() -> None:
    for cursor in (TextCursor(position=7), TextCursor(position=0, forward=False)):
        assert TextCursor.from_text(cursor.to_text()) == cursor
    assert TextCursor.from_text("d999999999999999999999") == TextCursor(position=2**31 - 1)


def test_a_page_of_the_longest_words_is_kept(office: Office) -> None:
    received = upload(office, open_draft(office), content=PDF, kind=DocumentKind.EVIDENCE)
    record(office, received.document_id, " ".join(f"{index:0>200}é" for index in range(9000)))
    with office.reading() as uow:
        assert len(uow.session.scalars(sa.select(PageTextRow)).all()) == 1
