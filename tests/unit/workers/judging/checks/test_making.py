"""What files tell of their making is a hint for officers."""

import pytest

from review_service.domain.documents import PageKind
from workers.facts.page import Light, PageFacts, PhotoFacts
from workers.judging.checks import making

LIGHT = Light(sharpness=200.0, mean=120.0, spread=40.0, burnt_share=0.0)


def page(*declared: dict[str, str]) -> PageFacts:
    photos = tuple(
        PhotoFacts(sha256="a" * 64, width_px=900, height_px=600, declared=each) for each in declared
    )
    return PageFacts(
        number=4, kind=PageKind.PHOTO, width_px=900, height_px=600, light=LIGHT, photos=photos
    )


def test_a_page_that_tells_nothing_has_no_finding() -> None:
    assert list(making.check(page({}, {}))) == []
    assert list(making.check(page())) == []


def test_camera_and_moment_are_a_note_without_advice() -> None:
    told = {"taken": "2024-05-12T16:30:05", "camera": "samsung SM-A125M", "editor": "Snapseed"}
    (found,) = making.check(page(told, told))
    assert (found.code, found.severity.value, found.advice, found.page) == (
        "photo_declared", "note", "", 4,
    )  # fmt: skip
    assert found.message == (
        "Según el archivo, sin comprobar: tomada el 12 de mayo de 2024 a las 16:30, "
        "cámara samsung SM-A125M, guardada con Snapseed."
    )


def test_a_camera_by_itself_is_no_hint() -> None:
    assert list(making.check(page({"camera": "samsung SM-A125M"}))) == []


def test_many_stories_of_one_page_are_counted() -> None:
    (found,) = making.check(page(*({"editor": f"C{number}"} for number in range(7))))
    assert "guardada con C2; y 4 más." in found.message


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"source": "trainedAlgorithmicMedia"}, "IPTC «trainedAlgorithmicMedia»"),
        ({"painter": "Stable Diffusion"}, "textos de Stable Diffusion"),
    ],
)
def test_what_no_camera_took_is_doubted(declared: dict[str, str], words: str) -> None:
    (found,) = making.check(page(declared))
    assert (found.code, found.severity.value, found.advice) == (
        "photo_declared_generated", "doubt", "",
    )  # fmt: skip
    assert words in found.message


@pytest.mark.parametrize("source", ["digitalCapture", "computationalCapture", "negativeFilm", ""])
def test_a_camera_that_declares_itself_is_not_doubted(source: str) -> None:
    assert list(making.check(page({"source": source}))) == []


def test_credentials_are_told_as_unverified() -> None:
    (found,) = making.check(page({"credentials": "Google Pixel"}))
    assert found.message == (
        "Según el archivo, sin comprobar: con credenciales de origen (C2PA) de Google Pixel."
    )
