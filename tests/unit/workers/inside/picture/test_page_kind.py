"""What a page is taken for: blank only when nothing is there, a collage only with a seam."""

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from review_service.domain.documents import PageKind, PhotoLayout
from review_service.samples import files
from tests.samples.pictures import Screen, collage, opened, saved, screenshot
from workers.inside.picture import decoding, page_kind, screens, seams
from workers.inside.picture.decoding import Pixels

HEIGHT, WIDTH = 1200, 1600
ACROSS = np.arange(WIDTH)[None, :] / WIDTH
DOWN = np.arange(HEIGHT)[:, None] / HEIGHT


def _thumbnail(luma: np.ndarray, *, noise: float = 2.0) -> Pixels:
    grain = np.random.default_rng(1).normal(0, noise, (HEIGHT, WIDTH)) if noise else 0
    level = np.clip(luma + grain, 0, 255).astype(np.uint8)
    return decoding.fitted(np.dstack([level] * 3), decoding.THUMBNAIL_SIDE_PX)


def _seen(image: Image.Image) -> Pixels:
    picture = decoding.decode(saved(image), most_pixels=50_000_000)
    return decoding.fitted(picture.pixels, decoding.THUMBNAIL_SIDE_PX)


def _kind(thumbnail: Pixels) -> PageKind:
    return page_kind.recognise(thumbnail, share=1.0, pictures=1, letters=0).kind


def test_white_ceramics_on_white_are_a_photo() -> None:
    ring = np.hypot((ACROSS - 0.5) * 4, (DOWN - 0.5) * 4)
    luma = 236 - 8 * np.exp(-(ring**2)) - 8 * (np.abs(ring - 1) < 0.04)
    assert _kind(_thumbnail(luma)) is PageKind.PHOTO


def test_fog_and_a_smooth_wall_are_photos() -> None:
    assert _kind(_thumbnail(200 + 16 * DOWN + 0 * ACROSS)) is PageKind.PHOTO
    assert _kind(_thumbnail(180 - 12 * np.hypot(ACROSS - 0.5, DOWN - 0.5))) is PageKind.PHOTO


def test_an_empty_sheet_and_a_filled_page_are_blank() -> None:
    assert _kind(_thumbnail(248 - 10 * ACROSS + 0 * DOWN)) is PageKind.BLANK
    assert _kind(_thumbnail(np.full((HEIGHT, WIDTH), 128.0), noise=0)) is PageKind.BLANK
    assert page_kind.of_photo(_thumbnail(np.full((HEIGHT, WIDTH), 255.0))).layout is None


def test_a_sheet_with_one_line_on_it_is_not_blank() -> None:
    luma = np.full((HEIGHT, WIDTH), 250.0)
    luma[600:620, 300:900] = 30
    assert _kind(_thumbnail(luma)) is not PageKind.BLANK


def test_a_scanned_paper_is_a_scan_and_a_photo_of_it_alone_a_photo() -> None:
    with pypdfium2.PdfDocument(files.scanned_agreement()) as document:
        page = document[0].render(scale=2, grayscale=True).to_pil().convert("RGB")
    assert _kind(_seen(page)) is PageKind.SCAN
    assert page_kind.of_photo(_seen(page)).kind is PageKind.PHOTO


def test_a_burnt_photo_is_no_scan() -> None:
    burnt = files.photo(files.Scene.LOOM, flaw=files.Flaw.OVEREXPOSED)
    assert _kind(_seen(opened(burnt))) is PageKind.PHOTO


@pytest.mark.parametrize(
    ("share", "letters", "kind"),
    [(0.19, 20, PageKind.TEXT), (0.2, 20, PageKind.PHOTO), (0.19, 19, PageKind.PHOTO)],
)
def test_text_is_a_page_with_letters_and_little_else(
    share: float, letters: int, kind: PageKind
) -> None:
    thumbnail = _seen(opened(files.photo(files.Scene.POTS)))
    holds = page_kind.recognise(thumbnail, share=share, pictures=1, letters=letters)
    assert holds.kind is kind


def test_a_drawing_without_pictures_is_text() -> None:
    thumbnail = _seen(opened(files.photo(files.Scene.POTS)))
    holds = page_kind.recognise(thumbnail, share=0.0, pictures=0, letters=0)
    assert (holds.kind, holds.layout) == (PageKind.TEXT, None)


def test_two_pictures_are_several() -> None:
    thumbnail = _seen(opened(files.photo(files.Scene.POTS)))
    holds = page_kind.recognise(thumbnail, share=0.6, pictures=2, letters=0)
    assert holds.layout is PhotoLayout.SEVERAL


@pytest.mark.parametrize("scene", files.Scene)
def test_every_sample_photo_is_a_single_photo(scene: files.Scene) -> None:
    holds = page_kind.of_photo(_seen(opened(files.photo(scene))))
    assert (holds.kind, holds.layout) == (PageKind.PHOTO, PhotoLayout.SINGLE)


@pytest.mark.parametrize(("across", "gutter"), [(2, 0), (2, 12), (1, 12)])
def test_photos_put_together_are_a_collage(across: int, gutter: int) -> None:
    shown = [opened(files.photo(scene)) for scene in (files.Scene.FACADE, files.Scene.HANDS)]
    assert seams.is_collage(_seen(collage(shown, across=across, gutter=gutter)))


@pytest.mark.parametrize(("gaps", "is_one"), [(5, True), (6, False)])
def test_a_seam_may_be_missing_in_any_of_a_few_rows(gaps: int, is_one: bool) -> None:  # noqa: FBT001 -- a table
    """Of 360 rows, those that are asked first among them."""
    noise = np.random.default_rng(3)
    left, right = (noise.integers(0, 20, (360, 240), np.uint8) for _ in range(2))
    left += noise.choice(np.array([0, 200], np.uint8), (360, 1))
    right += 90
    picture = np.concatenate([left, right], axis=1)
    missing = slice(0, gaps * seams.FEW_APART, seams.FEW_APART)
    picture[missing] = picture[missing, :1]
    assert seams.is_collage(np.repeat(picture[:, :, None], 3, axis=2)) is is_one


def test_bricks_shelves_and_a_door_are_no_collage() -> None:
    bricks = np.where((DOWN * 40 % 1 < 0.1) | (ACROSS * 15 % 1 < 0.05), 190.0, 110.0)
    shelves = 150 - 60 * (DOWN * 5 % 1 < 0.15) + 20 * np.sin(ACROSS * 40)
    door = 170 - 80 * ((ACROSS > 0.3) & (ACROSS < 0.6)) + 10 * DOWN
    for luma in (bricks, shelves, door):
        assert not seams.is_collage(_thumbnail(luma, noise=6))


@pytest.mark.parametrize("screen", [Screen.CHAT, Screen.DARK_CHAT, Screen.VIEWER])
@pytest.mark.parametrize("size", [(1080, 2340), (720, 1280)])
def test_a_telephones_screen_is_a_screenshot(screen: Screen, size: tuple[int, int]) -> None:
    photo = opened(files.photo(files.Scene.WEAVER))
    seen = _seen(screenshot(screen, photo, size=size))
    assert page_kind.of_photo(seen).layout is PhotoLayout.SCREENSHOT


def test_a_tall_photo_under_a_white_sky_is_no_screenshot() -> None:
    photo = opened(files.photo(files.Scene.FACADE)).resize((900, 1600))
    photo.paste((255, 255, 255), (0, 0, 900, 200))
    assert not screens.is_screenshot(_seen(photo))
    assert not screens.is_screenshot(_seen(opened(files.photo(files.Scene.FACADE))))
