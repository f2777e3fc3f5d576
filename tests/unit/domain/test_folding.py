"""Folding, stems and what is looked for: Spanish finds itself."""

import pytest

from review_service.domain import folding
from review_service.domain.reports import Box, Word


def word(text: str, *, left: int = 0, top: int = 0) -> Word:
    return Word(text=text, confidence=90, box=Box(left=left, top=top, width=40, height=20))


def on_a_line(text: str) -> list[Word]:
    return [word(part, left=50 * index) for index, part in enumerate(text.split())]


def test_folds_accents_case_and_joined_letters() -> None:
    assert folding.fold("CERÁMICA Ñusta oﬁcina 20 °C") == "ceramica nusta oficina 20 °c"


def test_squeezes_to_letters_and_digits() -> None:
    assert folding.squeeze("MPCEIP-DMPI 2024/007-A") == "mpceipdmpi2024007a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("obligaciones", "obligación"),
        ("talleres", "taller"),
        ("máquinas", "máquina"),
        ("luces", "luz"),
        ("telares", "telar"),
        ("cocidos", "cocida"),
        ("mesas", "mesa"),
        ("ojos", "ojo"),
        ("naves", "nave"),
        ("redes", "red"),
        ("cortes", "corte"),
    ],
)
def test_one_and_many_share_their_stem(one: str, other: str) -> None:
    assert folding.stem(folding.fold(one)) == folding.stem(folding.fold(other))


@pytest.mark.parametrize(
    ("folded", "stem"),
    [("mesa", "mesa"), ("torno", "torn"), ("mes", "mes"), ("las", "las"), ("2026", "2026")],
)
def test_short_words_and_numbers_keep_their_ending(folded: str, stem: str) -> None:
    assert folding.stem(folded) == stem


def test_terms_stand_once_in_their_order_and_are_bounded() -> None:
    assert folding.terms("Taller, TALLERES y horno taller") == ("taller", "y", "horn")
    assert len(folding.terms(" ".join(f"n{n}" for n in range(6000)))) == folding.MOST_TERMS
    assert folding.terms("x" * 41) == ("x" * 40,)


def test_looks_for_six_words_that_say_something() -> None:
    assert folding.searched("la de y") == ()
    assert folding.searched("ab") == ()
    assert folding.searched("abc") == ("abc",)
    assert folding.searched("El  horno, del TALLER horno") == ("horno", "TALLER")
    assert len(folding.searched("uno1 dos2 tres3 cuatro cinco seis6 siete")) == 6


def test_a_word_parted_at_the_end_of_a_line_is_one() -> None:
    words = [word("La"), word("obliga-", left=90), word("ción", top=30), word("queda", top=30)]
    assert folding.text_of(words) == "La obligación queda"
    assert folding.hits(words, ["obligaciones"]) == {1, 2}


@pytest.mark.parametrize(
    "words",
    [
        [word("medio-"), word("día", left=60)],
        [word("AR-"), word("2026", top=30)],
        [word("horno-"), word("Taller", top=30)],
        [word("12-"), word("mesas", top=30)],
        [word("fin-")],
        [word("--"), word("uno", top=30)],
    ],
)
def test_other_hyphens_part_two_words(words: list[Word]) -> None:
    assert folding.text_of(words) == " ".join(one.text for one in words)


def test_finds_the_words_looked_for_and_else_those_of_their_family() -> None:
    words = on_a_line("Las obligaciones del artesano: OBLIGA a tejer «paños»")
    assert folding.hits(words, ["obligación", "Paño"]) == {1, 7}
    assert folding.hits(words, ["obligatorio"]) == {1, 4}
    assert folding.hits(words, ["tela"]) == frozenset()
    assert folding.hits(words, []) == frozenset()


@pytest.mark.parametrize("letter", ["\u037a", "\ufc5e", "\ufe70"])
def test_letters_that_fold_into_nothing_are_not_looked_for(letter: str) -> None:
    assert folding.searched(letter * 3) == ()
    assert folding.searched(f"telar {letter * 3}") == ("telar",)


def test_capitals_have_no_accents_but_keep_the_signs_that_tell_a_number() -> None:
    assert folding.capitals("Nº 7 del año, señor Yáñez") == "Nº 7 DEL ANO, SENOR YANEZ"
    assert folding.capitals("ﬁn") == "FIN"


def test_ascii_only_drops_what_ascii_has_not() -> None:
    assert folding.ascii_only("\ufeffRazón social · ñandú €") == "Razon social  nandu "


def test_without_accents_keeps_case_and_writes_ligatures_out_if_asked() -> None:
    assert folding.without_accents("Señal ﬁna") == "Senal fina"
    assert folding.without_accents("Señal ﬁna", form="NFD") == "Senal ﬁna"
