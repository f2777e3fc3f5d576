"""What the engine that works behind the walls reads from grey pixels."""

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from review_service.domain.documents import PageKind
from review_service.domain.reports import SURE_CONFIDENCE
from review_service.packaged_files import static_folder
from review_service.samples import files
from workers.facts.frames import PageWords, read_words
from workers.facts.headers import WordRow, words_from
from workers.fields.prior import reading
from workers.inside.ocr import engines
from workers.inside.picture.decoding import Pixels

Reader = Callable[[Pixels], list[WordRow]]


@pytest.fixture(scope="module")
def pages() -> list[Pixels]:
    with pypdfium2.PdfDocument(files.scanned_agreement(seed=3)) as document:
        drawn = [
            page.render(scale=engines.OCR_DPI / 72, grayscale=True).to_numpy() for page in document
        ]
    return [np.ascontiguousarray(page.reshape(page.shape[:2])) for page in drawn]


@pytest.fixture(scope="module")
def read() -> Reader:
    return engines.tesserocr_reader(engines.tessdata())


def test_reads_spanish_words_with_boxes_inside_the_page(read: Reader, pages: list[Pixels]) -> None:
    rows = read(pages[0])
    texts = [row[0] for row in rows]
    assert {"REPÚBLICA", "ECUADOR", "INTERMINISTERIAL"} <= set(texts)
    assert any("ÑACATO" in text for text in texts)
    height, width = pages[0].shape
    for text, confidence, left, top, wide, high in rows:
        assert text == text.strip() != ""
        assert 0 <= confidence <= 100
        assert 0 <= left < left + wide <= width
        assert 0 <= top < top + high <= height


def test_gives_the_fields_of_a_prior_agreement(read: Reader, pages: list[Pixels]) -> None:
    words = [(number, words_from([list(row) for row in read(page)]))
             for number, page in enumerate(pages, start=1)]  # fmt: skip
    values = {field.name: field.value for field in reading.read(words)}
    facts = files.PriorAgreement()
    expected = {
        "number": facts.number,
        "holder": facts.holder,
        "ruc": facts.ruc,
        "issued_on": facts.issued_on.isoformat(),
        "valid_until": facts.valid_until.isoformat(),
    }
    assert {name: values.get(name) for name in expected} == expected


def test_words_that_are_clear_are_read_with_confidence(read: Reader, pages: list[Pixels]) -> None:
    clear = [confidence for text, confidence, *_ in read(pages[0]) if len(text) > 3]
    assert len(clear) > 50
    assert sum(confidence >= SURE_CONFIDENCE for confidence in clear) / len(clear) > 0.95


def test_noise_is_not_read_with_confidence(read: Reader) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (500, 700), np.uint8)
    assert [row for row in read(noise) if row[1] >= SURE_CONFIDENCE and len(row[0]) > 2] == []


def test_accented_letters_and_the_letter_enye_are_read(read: Reader) -> None:
    lines = (
        "La señora María vendió café, jabón y muñecas según el artículo",
        "once de la ley, en el camión de Íntag: son obligación también de MARÍA ÑACATO y otros",
    )
    page = Image.new("L", (1400, 300), 255)
    font = ImageFont.truetype(static_folder() / "fonts" / "acuerdo-serif-regular.ttf", 33)
    for row, line in enumerate(lines):
        ImageDraw.Draw(page).text((60, 80 + 50 * row), line, font=font, fill=0)
    texts = [row[0] for row in read(np.asarray(page, np.uint8))]
    assert texts == " ".join(lines).split()


def test_words_come_in_the_order_of_reading(read: Reader, pages: list[Pixels]) -> None:
    tops = [row[3] for row in read(pages[0])]
    assert sum(later + 20 < former for former, later in pairwise(tops)) <= 2


def test_a_box_stands_where_its_word_stands(read: Reader) -> None:
    page = np.full((400, 900), 255, np.uint8)
    cv2.putText(page, "ARTESANO", (300, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 4)
    (row,) = read(page)
    assert row[0] == "ARTESANO"
    assert abs(row[2] - 300) < 20
    assert abs(row[3] + row[5] - 200) < 20


def test_an_empty_page_has_no_words(read: Reader) -> None:
    assert read(np.full((600, 500), 255, np.uint8)) == []


def test_a_blank_page_is_read_without_an_engine() -> None:
    frame = engines.words_frame(4, np.zeros((3, 3), np.uint8), PageKind.BLANK)
    assert read_words(frame) == PageWords(number=4, words=())


def test_says_where_the_spanish_model_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "TESSDATA_PLACES", ("/nowhere",))
    monkeypatch.setenv("TESSDATA_PREFIX", "/nowhere/either")
    with pytest.raises(engines.OcrMissingError, match="tesseract-ocr-spa"):
        engines.tessdata()


@pytest.mark.parametrize(
    ("text", "confidence", "speck"),
    [
        (";", engines.LEAST_MARK_CONFIDENCE - 0.1, True),
        (";", engines.LEAST_MARK_CONFIDENCE, False),
        ("'", 0.0, True),
        ("a", 0.0, False),
        ("4.", 0.0, False),
    ],
)
def test_a_lone_mark_of_which_it_is_unsure_is_a_speck(
    text: str, confidence: float, *, speck: bool
) -> None:
    assert engines.is_speck(text, confidence) is speck
