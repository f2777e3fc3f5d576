"""What the words near a photo suggest, and where they suggest nothing."""

import pytest

from review_service.domain.documents import PageKind, TextSource, Theme
from review_service.domain.reports import Box, Word
from workers.facts.page import PageFacts, PhotoFacts
from workers.judging import theme_words, themes

WIDTH, HEIGHT = 1000, 1400
PHOTO = Box(left=100, top=400, width=800, height=600)


def words(text: str, *, top: int, left: int = 120, height: int = 24) -> tuple[Word, ...]:
    made = []
    for part in text.split():
        width = 14 * len(part)
        box = Box(left=left, top=top, width=width, height=height)
        made.append(Word(text=part, confidence=100, box=box))
        left += width + 12
    return tuple(made)


def photo_page(
    number: int, *lines: tuple[Word, ...], boxes: tuple[Box | None, ...] = (PHOTO,)
) -> PageFacts:
    found = tuple(word for line in lines for word in line)
    return PageFacts(
        number=number,
        kind=PageKind.PHOTO,
        width_px=WIDTH,
        height_px=HEIGHT,
        photos=tuple(
            PhotoFacts(sha256="0" * 64, width_px=800, height_px=600, box=box) for box in boxes
        ),
        words=found,
        words_from=TextSource.LAYER if found else None,
    )


def text_page(number: int, text: str, kind: PageKind = PageKind.TEXT) -> PageFacts:
    return PageFacts(
        number=number, kind=kind, width_px=WIDTH, height_px=HEIGHT, words=words(text, top=200)
    )


def suggested(*pages: PageFacts) -> dict[int, Theme]:
    return {number: one.theme for number, one in themes.suggest(pages).items()}


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Mis máquinas", Theme.MACHINERY),
        ("MAQUINAS Y HERRAMIENTAS", Theme.MACHINERY),
        ("Máquinas del taller", Theme.MACHINERY),
        ("Los equipos", Theme.MACHINERY),
        ("El taller por fuera", Theme.WORKSHOP),
        ("Fachada del local", Theme.WORKSHOP),
        ("Taller de costura", Theme.WORKSHOP),
        ("Lugar de trabajo", Theme.WORKSHOP),
        ("El lugar donde trabaja", Theme.WORKSHOP),
        ("Operarias cosiendo", Theme.PEOPLE),
        ("Nuestro equipo de trabajo", Theme.PEOPLE),
        ("Mi mamá trabajando en el telar", Theme.PEOPLE),
        ("María Tituaña, artesana, pintando una máscara", Theme.PEOPLE),
        ("Usted y quienes trabajan con usted", Theme.PEOPLE),
        ("Paso 2: lijado de la madera", Theme.PROCESS),
        ("Corte de tela con máquina", Theme.PROCESS),
        ("Cosiendo la manga", Theme.PROCESS),
        ("Materia prima", Theme.PROCESS),
        ("Cómo hace su producto", Theme.PROCESS),
        ("Cómo lo hace, paso a paso", Theme.PROCESS),
        ("Cómo atiendo a mis clientas", Theme.PROCESS),
        ("Reparación de un zapato", Theme.PROCESS),
        ("Tapizando un sillón", Theme.PROCESS),
        ("Mi peluquería", Theme.WORKSHOP),
        ("Secadoras y planchas", Theme.MACHINERY),
        ("Acabados", Theme.PROCESS),
    ],
)
def test_reads_the_theme_that_a_caption_names(text: str, theme: Theme) -> None:
    suggestion = themes.of_text(text)
    assert suggestion is not None
    assert (suggestion.theme, suggestion.basis) == (theme, text)


@pytest.mark.parametrize(
    "text",
    ["", "Foto 3", "Equipo", "Personas y máquinas", "IMG_20261120", "Otavalo, 20 de noviembre"],
)
def test_says_nothing_without_a_word_or_with_two_that_tie(text: str) -> None:
    assert themes.of_text(text) is None


@pytest.mark.parametrize("theme", list(Theme))
def test_reads_the_headings_that_this_service_binds_and_shows(theme: Theme) -> None:
    for text in (theme.heading, theme.label):
        suggestion = themes.of_text(text)
        assert suggestion is not None
        assert suggestion.theme is theme


def test_no_word_says_two_themes() -> None:
    assert len(theme_words.by_stem()) > 100


def test_the_reason_is_cut_to_a_line() -> None:
    suggestion = themes.of_text("taller " + "muy " * 60)
    assert suggestion is not None
    assert len(suggestion.basis) == 80


def test_a_caption_close_under_its_photo_counts_and_one_far_below_does_not() -> None:
    near, far = words("El torno", top=1000 + 112), words("El torno", top=1000 + 114)
    assert suggested(photo_page(1, near)) == {1: Theme.MACHINERY}
    assert suggested(photo_page(1, far)) == {}


def test_a_line_beside_the_photo_is_no_caption() -> None:
    narrow = Box(left=600, top=400, width=300, height=600)
    assert suggested(photo_page(1, words("El torno", top=600), boxes=(narrow,))) == {}


def test_words_on_a_photo_that_is_the_whole_page_are_its_caption() -> None:
    assert suggested(photo_page(1, words("El torno", top=30), boxes=(None,))) == {
        1: Theme.MACHINERY
    }


def test_captions_of_two_themes_on_one_page_say_none() -> None:
    one = Box(left=100, top=100, width=800, height=400)
    other = Box(left=100, top=700, width=800, height=400)
    page = photo_page(
        1, words("El torno", top=510), words("La fachada", top=1110), boxes=(one, other)
    )
    assert suggested(page) == {}


def test_a_heading_holds_until_the_next() -> None:
    pages = [
        text_page(1, "Mis máquinas"),
        photo_page(2),
        photo_page(3, words("Proceso", top=60)),
        photo_page(4),
        text_page(5, "Otras fotos"),
        photo_page(6),
    ]
    assert suggested(*pages) == {
        2: Theme.MACHINERY,
        3: Theme.PROCESS,
        4: Theme.PROCESS,
    }


def test_a_caption_is_heard_before_the_heading() -> None:
    pages = [text_page(1, "El taller"), photo_page(2, words("Operarias", top=1010)), photo_page(3)]
    assert suggested(*pages) == {2: Theme.PEOPLE, 3: Theme.WORKSHOP}


def test_pages_are_taken_in_their_order_however_they_come() -> None:
    assert suggested(photo_page(2), text_page(1, "El taller")) == {2: Theme.WORKSHOP}


@pytest.mark.parametrize(
    ("title", "theme"),
    [
        ("Evidencia fotográfica del taller", None),
        ("El taller de " + "Ana " * 9, Theme.WORKSHOP),
        ("El taller de " + "Ana " * 10, None),
    ],
)
def test_a_cover_or_a_letter_is_no_heading(title: str, theme: Theme | None) -> None:
    found = suggested(text_page(1, title), photo_page(2))
    assert found == ({2: theme} if theme else {})


def test_only_pages_of_photos_are_suggested_anything() -> None:
    for kind in (PageKind.TEXT, PageKind.SCAN, PageKind.BLANK, PageKind.UNREADABLE):
        assert suggested(text_page(1, "El taller", kind)) == {}


def test_the_head_of_the_paper_is_no_heading() -> None:
    head = words("Taller Santa Rosa", top=20)
    pages = [photo_page(number, head) for number in (1, 2, 3)]
    assert suggested(*pages) == {}
    assert suggested(*pages[:2]) == {1: Theme.WORKSHOP, 2: Theme.WORKSHOP}


def test_columns_are_lines_of_their_own() -> None:
    boxes = (
        Box(left=50, top=100, width=400, height=500),
        Box(left=550, top=100, width=400, height=500),
    )
    page = photo_page(
        1, words("Horno", top=610, left=60), words("Torno", top=610, left=560), boxes=boxes
    )
    assert suggested(page) == {1: Theme.MACHINERY}
