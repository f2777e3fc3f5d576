"""Words to lines and cells, whatever specks and hyphens stand between them."""

import pytest

from review_service.domain.folding import capitals
from tests.samples.laid_out import laid_out
from workers.fields.prior.text import clean, page_text


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("|ÁNGEL", "ÁNGEL"),
        ("EDISON'", "EDISON"),
        (".LUIS", "LUIS"),
        ("[DE", "DE"),
        ("-CON", "CON"),
        ("-2019", "-2019"),
        ("D'Anniballe", "D'Anniballe"),
        ("EMISIÓN:|07/09/2011", "EMISIÓN: 07/09/2011"),
        ("S.A.", "S.A."),
    ],
)
def test_takes_off_what_rules_and_specks_leave_on_a_word(read: str, kept: str) -> None:
    assert clean(read) == kept


def test_folds_accents_but_keeps_every_letter() -> None:
    assert capitals("Ñacato Yánez") == "NACATO YANEZ"


def test_joins_a_word_that_a_hyphen_breaks_at_the_line_end() -> None:
    words = laid_out((10, 10, "Fomento Arte-"), (10, 40, "sanal vigente"))
    assert page_text(1, words).folded == "FOMENTO ARTESANAL VIGENTE"


@pytest.mark.parametrize(
    ("end", "begin", "kept"),
    [
        ("MPCEI-MDT-", "2023-000117", "MPCEI-MDT-2023-000117"),
        ("mdt-", "2023", "MDT-2023"),
        ("2023-", "mdt", "2023-MDT"),
        ("Mipro-", "MDT", "MIPRO-MDT"),
        ("MIPRO-", "Mdt", "MIPRO-MDT"),
        ("MIPRO-", "MDT.", "MIPROMDT."),
    ],
)
def test_keeps_the_hyphen_of_a_number_at_the_line_end(end: str, begin: str, kept: str) -> None:
    assert page_text(1, laid_out((10, 10, end), (10, 40, begin))).folded == kept


def test_joins_letter_spaced_headings() -> None:
    words = laid_out((10, 10, "A C U E R D O No. 7"))
    assert page_text(1, words).folded == "ACUERDO NO. 7"


def test_drops_lone_specks_but_not_joining_dashes() -> None:
    words = laid_out((10, 10, "MDT . - | 2019"))
    assert page_text(1, words).folded == "MDT - 2019"


def test_gives_the_words_of_a_stretch_across_a_joined_break() -> None:
    words = laid_out((10, 10, "Arte-"), (10, 40, "sanal"), (200, 40, "fin"))
    text = page_text(1, words)
    assert [word.text for word in text.between(0, len("ARTESANAL"))] == ["Arte-", "sanal"]
    assert [word.text for word in text.between(10, 13)] == ["fin"]


def test_cuts_rows_into_cells_and_finds_the_neighbours() -> None:
    words = laid_out(
        (10, 10, "RUC:"), (300, 10, "3000000012001"), (10, 50, "ACTIVIDAD:"), (300, 50, "Tejidos")
    )
    text = page_text(1, words)
    ruc, value, activity, trade = text.cells
    assert text.right_of(ruc) == value
    assert text.below(ruc) == activity
    assert text.above(trade) == value
    assert text.right_of(value) is None


def test_finds_rows_on_a_page_that_leans() -> None:
    fall = [
        (10 + 150 * n, 10 + 8 * n, word) for n, word in enumerate(["RUC", "No.", "es", "el", "que"])
    ]
    rest = [(10 + 150 * n, 60 + 8 * n, "otro") for n in range(8)]
    text = page_text(1, laid_out(*fall, *rest))
    rows = {round(cell.middle) for cell in text.cells}
    assert len(rows) == 2


def test_ends_at_the_most_characters() -> None:
    text = page_text(1, laid_out((0, 0, "palabra " * 8000)))
    assert len(text.folded) <= 40_000
    assert len(text.words) == len(text.starts) == len(text.ends)
