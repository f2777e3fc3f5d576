"""What a child writes is what the worker reads, and nothing else is believed."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from review_service.domain.documents import PageKind, PhotoLayout, TextSource
from review_service.domain.likeness import FEATURE_BYTES, FEATURES_HEAD
from review_service.domain.paper_check import PrintedPaper
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import Box, ReadCode, Word
from workers.facts import frames
from workers.facts.page import DocumentFacts, Light, PageFacts, PhotoFacts
from workers.facts.values import FactsError
from workers.sandbox.wire import Frame

WORKERS = Path(frames.__file__).parents[1]
JPEG = b"\xff\xd8\xff picture"
LIGHT = Light(sharpness=120.0, mean=90.5, spread=30.0, burnt_share=0.25, edges=130.0)
PHOTO = PhotoFacts(
    sha256="ab" * 32,
    width_px=4000,
    height_px=3000,
    exif={"Make": "Maker"},
    light=LIGHT,
    pdq_forms=("0" * 64,) * 8,
    pdq_views=("f" * 64,) * 51,
    pdq_quality=100,
    features=bytes(FEATURES_HEAD + 2 * FEATURE_BYTES),
    box=Box(left=1, top=2, width=3, height=4),
)
WORD = Word(text="Ñusta", confidence=91.5, box=Box(left=5, top=6, width=70, height=8))
FACTS = PageFacts(
    number=3,
    kind=PageKind.PHOTO,
    width_px=1632,
    height_px=1224,
    width_pt=595.5,
    height_pt=842.0,
    light=LIGHT,
    photos=(PHOTO, replace(PHOTO, light=None, box=None, pdq_quality=None)),
    photo_layout=PhotoLayout.SCREENSHOT,
    damaged=True,
    words=(WORD,),
    words_from=TextSource.LAYER,
)


def sent(frame: Frame) -> Frame:
    """Return the frame as it arrives: its header went through JSON."""
    return Frame(header=json.loads(json.dumps(frame.header)), blobs=frame.blobs)


def changed(frame: Frame, **entries: Any) -> Frame:  # noqa: ANN401 -- a child may send anything
    return Frame(header={**sent(frame).header, **entries}, blobs=frame.blobs)


def test_a_page_arrives_as_it_was_seen() -> None:
    frame = frames.write_page(FACTS, image=JPEG, thumbnail=JPEG + b"2", words_to_come=True)
    assert frames.read_event(sent(frame)) == frames.DrawnPage(
        facts=FACTS, image=JPEG, thumbnail=JPEG + b"2", words_to_come=True
    )


def test_a_page_may_bring_a_preview() -> None:
    frame = frames.write_page(FACTS, image=JPEG, thumbnail=JPEG, preview=JPEG + b"3")
    event = frames.read_event(sent(frame))
    assert isinstance(event, frames.DrawnPage)
    assert event.preview == JPEG + b"3"


@pytest.mark.parametrize(
    "blobs", [(), (JPEG,), (JPEG,) * 4, (JPEG, b"\x89PNG"), (JPEG, b"\xff\xd8\xff" + bytes(2**24))]
)
def test_a_page_has_two_or_three_jpegs_of_a_sane_size(blobs: tuple[bytes, ...]) -> None:
    header = frames.write_page(FACTS, image=JPEG, thumbnail=JPEG).header
    with pytest.raises(FactsError):
        frames.read_event(Frame(header=header, blobs=blobs))


def test_a_refusal_arrives_with_its_figure() -> None:
    frame = frames.write_refusal(RefusalReason.IMAGE_TOO_LARGE, "Mide 9 × 9 px.")
    assert frames.read_event(sent(frame)) == frames.Refusal(
        reason=RefusalReason.IMAGE_TOO_LARGE, figure="Mide 9 × 9 px."
    )


@pytest.mark.parametrize("reason", ["because", None, 4, {"a": 1}, ["damaged"]])
def test_a_reason_of_the_childs_own_is_none(reason: object) -> None:
    with pytest.raises(FactsError):
        frames.read_event(Frame(header={"reason": reason}))


@pytest.mark.parametrize(("error", "is_out"), [(MemoryError(), True), (ValueError("x"), False)])
def test_a_lost_page_says_whether_memory_ran_out(error: Exception, is_out: bool) -> None:  # noqa: FBT001
    lost = frames.LostPage(number=7, is_out_of_memory=is_out)
    assert frames.read_event(sent(frames.write_lost(7, error))) == lost


def test_words_arrive_with_codes_and_the_picture_turned_upright() -> None:
    turned = frames.TurnedPicture(width_px=20, height_px=10, image=JPEG, thumbnail=JPEG)
    row = ("Ñusta", 91.5, 5, 6, 70, 8)
    frame = frames.write_words(2, [row], codes=[("AR-1", 1, 2, 3, 4)], turned=turned)
    code = ReadCode(text="AR-1", page=2, box=Box(left=1, top=2, width=3, height=4))
    assert frames.read_event(sent(frame)) == frames.PageWords(
        number=2, codes=(code,), words=(WORD,), turned=turned
    )


def test_no_words_are_still_words_that_were_read() -> None:
    assert frames.read_words(sent(frames.write_words(1, []))).words == ()


@pytest.mark.parametrize(("why", "is_unread"), [("budget", True), ("", False)])
def test_a_page_without_an_engine_was_not_tried(why: str, is_unread: bool) -> None:  # noqa: FBT001
    read = frames.read_words(sent(frames.write_unread(5, why)))
    assert read == frames.PageWords(number=5, is_unread=is_unread)


@pytest.mark.parametrize(
    "entries",
    [
        {"number": "1"},
        {"number": True},
        {"codes": [["a"]]},
        {"codes": [[]]},
        {"words": [[]]},
        {"words": [["a", 1, 2]]},
    ],
)
def test_refuses_words_of_another_shape(entries: dict[str, Any]) -> None:
    with pytest.raises(FactsError):
        frames.read_words(changed(frames.write_words(1, []), **entries))


@pytest.mark.parametrize("turned", [[0, 4], [4], [4, "4"], None])
def test_refuses_a_turned_picture_without_a_size(turned: object) -> None:
    picture = frames.TurnedPicture(width_px=2, height_px=2, image=JPEG, thumbnail=JPEG)
    with pytest.raises(FactsError):
        frames.read_words(changed(frames.write_words(1, [], turned=picture), turned=turned))


def test_words_of_a_photo_arrive_with_both_sizes() -> None:
    read = frames.write_words(1, [("Ñusta", 91.5, 5, 6, 70, 8)])
    frame = frames.write_photo_words(read, size=(1632, 1224), page_size=(4000, 3000))
    assert frames.read_photo_words(sent(frame)) == frames.PhotoWords(
        read=frames.PageWords(number=1, words=(WORD,)), size=(1632, 1224), page_size=(4000, 3000)
    )


@pytest.mark.parametrize(
    "entries",
    [{"size": [0, 1]}, {"page_size": [100_001, 1]}, {"size": None}, {"page_size": [1.5, 2]}],
)
def test_refuses_a_photo_without_a_sensible_size(entries: dict[str, Any]) -> None:
    frame = frames.write_photo_words(frames.write_words(1, []), size=(9, 9), page_size=(9, 9))
    with pytest.raises(FactsError):
        frames.read_photo_words(changed(frame, **entries))


def test_what_the_intake_check_saw_arrives() -> None:
    seen = DocumentFacts(
        page_count=3, header_offset=4, page_counts=(3, 2), active={"xfa": 1}, signatures=2
    )
    assert frames.read_document(sent(frames.write_document(seen))) == seen


def test_a_pdf_arrives_and_nothing_else_does() -> None:
    assert frames.read_pdf(frames.write_pdf(b"%PDF-1.7")) == b"%PDF-1.7"
    for blobs in ((), (b"%PDF-", b"%PDF-"), (b"<html>",)):
        with pytest.raises(FactsError):
            frames.read_pdf(Frame(header={}, blobs=blobs))


def test_what_a_paper_shows_arrives() -> None:
    paper = PrintedPaper(
        pages=("Acuerdo\nn.º 1", ""), has_missing_glyph=True, fonts_not_embedded=("Vollkorn",)
    )
    assert frames.read_paper(sent(frames.write_paper(paper))) == paper


@pytest.mark.parametrize(
    "entries", [{"pages": "one text"}, {"pages": [1]}, {"missing_glyph": 1}, {"fonts": None}]
)
def test_refuses_a_paper_of_another_shape(entries: dict[str, Any]) -> None:
    paper = PrintedPaper(pages=("Acuerdo",), has_missing_glyph=False)
    with pytest.raises(FactsError):
        frames.read_paper(changed(frames.write_paper(paper), **entries))


@pytest.mark.parametrize("header", [{}, {"missing": ["seccomp"]}, {"failed": "ValueError"}])
def test_a_frame_about_something_else_is_no_event(header: dict[str, Any]) -> None:
    assert frames.read_event(Frame(header=header)) is None


def test_keys_of_headers_are_named_in_the_facts_and_the_sandbox_only() -> None:
    naming = re.compile(r"\.header(?:\[|\.get\()|in (?:\w+\.)?header\b|Frame\(\s*header=\{")
    outside = [
        path.relative_to(WORKERS).as_posix()
        for room in ("inside", "inspecting", "judging", "tasks")
        for path in sorted((WORKERS / room).rglob("*.py"))
        if naming.search(path.read_text())
    ]
    assert outside == []


def test_the_last_frame_of_sheets_is_their_pdf_or_the_photo_that_spoils_it() -> None:
    pdf = frames.write_pdf(b"%PDF-1.7 sheets")
    assert frames.read_sheets(sent(pdf), most=2) == b"%PDF-1.7 sheets"
    refused = frames.write_refused_photo(2, RefusalReason.IMAGE_TOO_LARGE, "30 × 30 px")
    assert frames.read_sheets(sent(refused), most=2) == frames.RefusedPhoto(
        number=2,
        refusal=frames.Refusal(reason=RefusalReason.IMAGE_TOO_LARGE, figure="30 × 30 px"),
    )


def test_a_child_that_died_with_a_photo_has_told_which() -> None:
    died = frames.read_sheets(sent(frames.write_begun_photo(2)), most=2)
    assert died == frames.RefusedPhoto(
        number=2, refusal=frames.Refusal(reason=RefusalReason.TOO_COSTLY)
    )


@pytest.mark.parametrize("begun", [0, 3, -1, "2", True, None])
def test_a_photo_of_a_sheet_that_nobody_sent_is_not_believed(begun: object) -> None:
    frame = changed(frames.write_begun_photo(1), begun=begun)
    with pytest.raises(FactsError):
        frames.read_sheets(frame, most=2)
