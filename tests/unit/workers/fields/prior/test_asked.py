"""Which numbers of a prior agreement may become values."""

from dataclasses import replace

import pytest

from review_service.domain.reports import Box, Word
from tests.samples.laid_out import laid_out
from tests.samples.measured import written
from tests.samples.prior_words import LABELS, OLDER, OURS, TERM
from workers.fields.prior import asked, reading

NUMBERS = """República ACUERDO INTERMINISTERIAL Nro. MPCEIP-MDT-2021-000117 Que, el comité el
14 de junio de 2019, conoció el informe Nro. DFA-2019-0283; memorando Nro. CGAJ-2020-1174
Acuerdo Nro. 18 123 de 5 de mayo de 2018, publicado en el Registro Oficial 547 Artículo 1.- Conceder
a MARÍA DEL CARMEN QUILLUPANGUI, con RUC Nro. 3000000012001, en la actividad de tejidos C1312.01.
vigencia de tres (3) años, hasta el 20 de noviembre de 2024. Dado en Quito, el 20 de noviembre de
2021."""
PAPERS = (OURS, OLDER, TERM, LABELS, NUMBERS)


def _numbers(boxes: frozenset[Box], words: tuple[Word, ...]) -> list[str]:
    digits = [word for word in words if sum(map(str.isdigit, word.text)) >= 3]
    return [word.text for word in digits if word.box in boxes]


def test_says_of_which_numbers_a_value_may_be_made() -> None:
    words = written(NUMBERS)
    assert _numbers(asked.boxes(words), words) == [
        "MPCEIP-MDT-2021-000117", "3000000012001,", "C1312.01.", "2024.", "2021."
    ]  # fmt: skip


@pytest.mark.parametrize("text", PAPERS)
def test_how_surely_another_number_was_read_changes_no_value(text: str) -> None:
    words = written(text, confidence=96.0)
    told = asked.boxes(words)
    less = tuple(word if word.box in told else replace(word, confidence=74.0) for word in words)
    lower = tuple(replace(word, confidence=74.0) for word in words)
    ours = [field for field in reading.read([(1, words)]) if field.name != "ministries"]
    assert ours == [field for field in reading.read([(1, less)]) if field.name != "ministries"]
    assert ours != [field for field in reading.read([(1, lower)]) if field.name != "ministries"]


@pytest.mark.parametrize("text", PAPERS)
def test_what_another_page_says_makes_no_value_of_another_word(text: str) -> None:
    words, other = written(text, confidence=96.0), written(OLDER, confidence=96.0)
    told = asked.boxes(words)
    less = tuple(word if word.box in told else replace(word, confidence=74.0) for word in words)
    ours, lowered = (
        [field for field in reading.read([(1, page), (2, other)]) if field.name != "ministries"]
        for page in (words, less)
    )
    assert ours == lowered


def test_a_number_on_a_line_that_is_read_again_may_become_one() -> None:
    ruc = (10, 90, "R.U.C. No. 3915841350-001")  # no RUC: its first 0 is half rubbed off
    lines = ((10, 10, "ACUERDO Nro. 0918"), (10, 50, "Informe 547-1986"), ruc)
    words = laid_out(*lines)
    doubted = tuple(replace(w, confidence=43.0) if w.text == "R.U.C." else w for w in words)
    assert _numbers(asked.boxes(words), words) == ["0918"]
    assert _numbers(asked.boxes(doubted), doubted) == ["0918", "3915841350-001"]


def test_a_page_without_words_has_none() -> None:
    assert asked.boxes(()) == frozenset()


def test_of_a_page_with_more_words_than_a_paper_has_all_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = written(NUMBERS)
    monkeypatch.setattr(asked, "MOST_WORDS", len(words) - 1)
    assert asked.boxes(words) == {word.box for word in words}
