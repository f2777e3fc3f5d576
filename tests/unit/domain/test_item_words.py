"""Sentences on what changed under an item, in the singular, the plural, and for whole files."""

import pytest

from review_service.domain.applications import ReviewItem
from review_service.domain.item_evidence import WHOLE_FILE, Change, Piece
from review_service.domain.item_words import (
    change_sentence,
    lost_sentence,
    unsorted_sentence,
)

PAGES = tuple(Piece(file_sha256="ab" * 32, page=number) for number in (1, 2))
FILE = Piece(file_sha256="cd" * 32, page=WHOLE_FILE)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(), ""),
        (Change(added=PAGES[:1]), "1 imagen nueva"),
        (Change(added=PAGES), "2 imágenes nuevas"),
        (Change(added=(FILE,)), "un archivo nuevo"),
        (Change(gone=PAGES[:1]), "1 imagen que ya no está"),
        (Change(gone=PAGES), "2 imágenes que ya no están"),
        (Change(gone=(FILE,)), "el archivo de antes ya no está"),
        (Change(reworded=PAGES), "2 imágenes con otro comentario"),
        (Change(reworded=(FILE,)), "el archivo lleva otro comentario"),
        (Change(facts=("trade", "phone")), "cambió: qué hace, teléfono"),
        (
            Change(added=PAGES[:1], gone=PAGES, facts=("address",)),
            "1 imagen nueva; 2 imágenes que ya no están; cambió: dirección",
        ),
        (Change(facts=("not_applicable",)), "cambió: lo que dice de «no aplica»"),
    ],
)
def test_a_change_is_one_clause(change: Change, sentence: str) -> None:
    assert change_sentence(change) == sentence


def test_pages_without_a_theme_are_named() -> None:
    one, three = unsorted_sentence("fotos.pdf", [4]), unsorted_sentence("fotos.pdf", [1, 2, 5])
    assert one.startswith("Diga qué muestra 1 página de su PDF «fotos.pdf» (la 4):")
    assert three.startswith("Diga qué muestran 3 páginas de su PDF «fotos.pdf» (1, 2 y 5):")


def test_an_item_that_lost_its_evidence_is_named_with_what_to_do() -> None:
    said = lost_sentence(ReviewItem.WORKSHOP)
    assert said.startswith("Ya no hay nada que muestre «El lugar donde trabaja»")
    assert said.endswith("o vuelva al PDF anterior.")
