"""Facts of a document in, signs of an alteration out; none of them is told to applicants."""

from dataclasses import replace

import pytest

from review_service.domain.documents import PageKind, TextSource
from review_service.domain.findings import Severity
from review_service.domain.reports import Box, ReadField, Word
from tests.samples.laid_out import laid_out
from workers.facts.alterations import AlterationFacts, PageLook, ValueLook
from workers.facts.page import PageFacts, Tone
from workers.judging.support.alterations import LEAST_LETTERS, LEAST_WORDS, check, standing_in

WORDS = laid_out(
    (100, 100, "Razón social: TEJIDOS PEGUCHE S.A.S."), (100, 200, "RUC: 1792060346001")
)
HOLDER, NUMBER = WORDS[2:], WORDS[-1]
BODY = {"Serif": 400}


def field(name: str, *words: Word) -> ReadField:
    left, top = min(word.box.left for word in words), min(word.box.top for word in words)
    width = max(word.box.left + word.box.width for word in words) - left
    box = Box(left=left, top=top, width=width, height=24)
    return ReadField(name=name, value="", confidence=95, page=1, box=box)


FIELDS = (field("holder", *WORDS[2:5]), field("ruc", NUMBER))


def page(words: tuple[Word, ...] = WORDS, source: TextSource = TextSource.LAYER) -> PageFacts:
    return PageFacts(
        number=1, kind=PageKind.TEXT, width_px=1000, height_px=1400, words=words, words_from=source
    )


def looked(*, seen: tuple[Word, ...] | None = WORDS, **value: object) -> AlterationFacts:
    plain = ValueLook(name="ruc", fonts=("Serif",), sizes=("12.0",))
    changed = replace(plain, **value)  # type: ignore[arg-type]
    look = PageLook(number=1, values=(changed,), fonts=BODY, sizes={"12.0": 400}, seen=seen)
    return AlterationFacts(pages=(look,))


def codes(facts: AlterationFacts | None, pages: dict[int, PageFacts] | None = None) -> list[str]:
    found = list(check(facts, FIELDS, {1: page()} if pages is None else pages))
    assert {(one.severity, one.advice) for one in found} <= {(Severity.DOUBT, "")}
    return [one.code for one in found]


def test_a_document_that_shows_what_it_says_has_no_finding() -> None:
    assert codes(looked()) == []


def test_what_could_not_be_looked_at_is_a_doubt() -> None:
    assert codes(None) == ["check_failed"]
    assert codes(looked(seen=None)) == ["check_failed"]


def test_another_revision_notes_and_fields_are_signs() -> None:
    assert codes(AlterationFacts(revised=(1,))) == ["support_revised"]
    assert codes(AlterationFacts(notes=1)) == ["support_laid_over"]
    assert codes(AlterationFacts(fields=1)) == ["support_laid_over"]


@pytest.mark.parametrize(("letters", "is_odd"), [(LEAST_LETTERS, False), (LEAST_LETTERS - 1, True)])
def test_a_value_in_a_font_or_size_that_the_page_hardly_has(letters: int, *, is_odd: bool) -> None:
    expected = ["support_font_differs"] if is_odd else []
    font = looked(fonts=("Other",)).pages[0]
    font = replace(font, fonts={"Other": letters})
    assert codes(AlterationFacts(pages=(font,))) == expected
    size = looked(sizes=("9.0",)).pages[0]
    size = replace(size, sizes={"9.0": letters})
    assert codes(AlterationFacts(pages=(size,))) == expected


def test_letters_on_other_letters_are_a_sign() -> None:
    assert codes(looked(doubled=3)) == ["support_covered"]
    assert codes(looked(doubled=2)) == []


def test_a_digit_that_the_page_does_not_show_is_a_sign_and_a_misread_letter_is_none() -> None:
    other = replace(NUMBER, text="1792060346008")
    assert codes(looked(seen=(*WORDS[:-1], other))) == ["support_text_differs"]
    assert codes(looked(seen=WORDS[:-1])) == ["support_text_differs"]
    slip = replace(WORDS[2], text="TEJLDOS")
    assert codes(looked(seen=(*WORDS[:2], slip, *WORDS[3:]))) == []
    name = replace(WORDS[2], text="MUEBLES")
    assert codes(looked(seen=(*WORDS[:2], name, *WORDS[3:]))) == ["support_text_differs"]


def test_a_day_in_words_is_another_however_long_its_lines_are() -> None:
    line = "En la ciudad de Otavalo, provincia de Imbabura, hoy {} de mayo, ante mí comparecen"
    said, shown = (laid_out((100, 100, line.format(day))) for day in ("siete", "veintiocho"))
    facts = looked(seen=shown)
    fields = (field("issued_on", *said),)
    found = [one.code for one in check(facts, fields, {1: page(said)})]
    assert found == ["support_text_differs"]


def test_a_row_more_in_a_table_is_a_sign_and_a_few_misread_digits_are_none() -> None:
    rows = [
        (100, 100 + 40 * row, f"30000000{row:02d} MARIA TITUANA Tejedora 482") for row in range(6)
    ]
    said = laid_out(*rows)
    fields = (field("workers", said[0], said[-1]),)
    box = Box(left=90, top=90, width=800, height=300)
    fields = (replace(fields[0], box=box),)
    for shown, expected in (
        (laid_out(*rows[:-1]), ["support_text_differs"]),
        (tuple(replace(word, text=word.text.replace("482", "48Z")) for word in said), []),
    ):
        found = [one.code for one in check(looked(seen=shown), fields, {1: page(said)})]
        assert found == expected


def scan(ruc: Tone | None, count: int = LEAST_WORDS + 8) -> dict[int, PageFacts]:
    filler = laid_out(*((100, 300 + 40 * row, "palabra") for row in range(count - len(WORDS))))
    words = (*WORDS, *filler)
    tones = [Tone(paper=0.1 * (place % 3), ink=20.0) for place in range(len(words))]
    shown = [*tones[: len(WORDS) - 1], ruc, *tones[len(WORDS) :]]
    return {1: replace(page(words, TextSource.OCR), tones=tuple(shown))}


@pytest.mark.parametrize(
    ("tone", "is_patched"),
    [
        (Tone(paper=0.2, ink=20.0), False),
        (Tone(paper=-1.2, ink=20.0), True),
        (Tone(paper=1.4, ink=20.0), True),
        (Tone(paper=0.1, ink=50.0), True),
        (Tone(paper=0.1, ink=40.0), False),
        (None, False),
    ],
)
def test_a_value_on_other_paper_or_in_other_ink_is_a_sign(
    tone: Tone | None, *, is_patched: bool
) -> None:
    assert codes(AlterationFacts(), scan(tone)) == (["support_patched"] if is_patched else [])


@pytest.mark.parametrize(("paper", "is_patched"), [(-0.55, True), (-0.25, False)])
def test_several_words_that_agree_say_more_than_one(paper: float, *, is_patched: bool) -> None:
    pages = scan(Tone(paper=0.1, ink=20.0))
    tones = list(pages[1].tones)
    tones[2:5] = [Tone(paper=paper, ink=20.0)] * 3
    pages = {1: replace(pages[1], tones=tuple(tones))}
    assert codes(AlterationFacts(), pages) == (["support_patched"] if is_patched else [])
    alone = scan(Tone(paper=-0.55, ink=20.0))
    assert codes(AlterationFacts(), alone) == []


def test_a_scan_of_few_words_says_nothing_of_what_is_usual() -> None:
    assert codes(AlterationFacts(), scan(Tone(paper=-9.0, ink=20.0), LEAST_WORDS - 1)) == []


def test_words_are_taken_by_their_middle_in_the_order_of_their_lines() -> None:
    box = Box(left=0, top=90, width=900, height=140)
    assert standing_in(box, WORDS[::-1]) == list(WORDS)
