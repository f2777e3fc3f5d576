"""Pictures that are not one plain photo: collages, and what a telephone's screen shows."""

import io
from collections.abc import Sequence
from enum import StrEnum

from PIL import Image, ImageDraw, ImageFont, ImageOps

TALL = (1080, 2340)
"""Width and height of a telephone's screen, in pixels."""


class Screen(StrEnum):
    """What was on the screen."""

    CHAT = "chat"
    DARK_CHAT = "dark_chat"
    VIEWER = "viewer"
    """One photo between black bars."""
    GALLERY = "gallery"


def opened(jpeg: bytes) -> Image.Image:
    """Return the picture of a JPEG."""
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def saved(image: Image.Image, *, quality: int = 80) -> bytes:
    """Return a JPEG as a messaging app makes it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def collage(photos: Sequence[Image.Image], *, across: int, gutter: int = 0) -> Image.Image:
    """Return the photos in rows of so many, with white strips between them."""
    down = -(-len(photos) // across)
    width, height = 1600, 1200
    sheet = Image.new("RGB", (width, height), (255, 255, 255))
    cell = ((width - gutter * (across - 1)) // across, (height - gutter * (down - 1)) // down)
    for index, photo in enumerate(photos):
        row, column = divmod(index, across)
        place = (column * (cell[0] + gutter), row * (cell[1] + gutter))
        sheet.paste(ImageOps.fit(photo, cell), place)
    return sheet


def screenshot(screen: Screen, photo: Image.Image, *, size: tuple[int, int] = TALL) -> Image.Image:
    """Return the screen of a telephone that shows the photo."""
    width, height = size
    dark = screen in {Screen.DARK_CHAT, Screen.VIEWER}
    paper = (11, 20, 26) if dark else (236, 229, 221)
    if screen is Screen.VIEWER:
        paper = (0, 0, 0)
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    _show(screen, image, draw, photo)
    bar = {
        Screen.CHAT: (7, 94, 84), Screen.DARK_CHAT: (32, 44, 51),
        Screen.VIEWER: (0, 0, 0), Screen.GALLERY: (255, 255, 255),
    }[screen]  # fmt: skip
    ink = (30, 30, 30) if screen is Screen.GALLERY else (255, 255, 255)
    draw.rectangle((0, 0, width, height // 11), fill=bar)
    small, large = (ImageFont.load_default(height // share) for share in (60, 42))
    draw.text((width // 24, height // 110), "18:04", fill=ink, font=small)
    draw.text((width * 4 // 5, height // 110), "4G 71%", fill=ink, font=small)
    draw.text((width // 7, height // 22), "Taller Artesanal", fill=ink, font=large)
    return image


def _show(
    screen: Screen, image: Image.Image, draw: ImageDraw.ImageDraw, photo: Image.Image
) -> None:
    width, height = image.size
    if screen is Screen.VIEWER:
        shown = ImageOps.contain(photo, (width, height * 7 // 10))
        image.paste(shown, (0, (height - shown.height) // 2))
    elif screen is Screen.GALLERY:
        cell = width // 3
        image.paste((255, 255, 255), (0, 0, width, height))
        for index in range(15):
            row, column = divmod(index, 3)
            tile = ImageOps.fit(photo.rotate(90 * (index % 4)), (cell - 6, cell - 6))
            image.paste(tile, (column * cell, height // 9 + row * cell))
    else:
        _chat(screen, image, draw, photo)


def _chat(
    screen: Screen, image: Image.Image, draw: ImageDraw.ImageDraw, photo: Image.Image
) -> None:
    width, height = image.size
    mine = (0, 92, 75) if screen is Screen.DARK_CHAT else (220, 248, 198)
    ink = (230, 230, 230) if screen is Screen.DARK_CHAT else (20, 20, 20)
    font = ImageFont.load_default(height // 55)
    shown = ImageOps.contain(photo, (width * 7 // 10, height // 2))
    top = height // 7
    for text in ("Buenos días, le envío la foto", "del taller que pidió"):
        draw.rounded_rectangle((width // 4, top, width - 30, top + height // 20), 24, fill=mine)
        draw.text((width // 4 + 24, top + 20), text, fill=ink, font=font)
        top += height // 16
    frame = (width - 40 - shown.width - 20, top, width - 30, top + shown.height + 40)
    draw.rounded_rectangle(frame, 24, fill=mine)
    image.paste(shown, (frame[0] + 10, top + 10))
    foot = (255, 255, 255) if screen is Screen.CHAT else (32, 44, 51)
    draw.rounded_rectangle((20, height - 190, width - 170, height - 70), 60, fill=foot)
    draw.text((90, height - 150), "Mensaje", fill=(130, 130, 130), font=font)
