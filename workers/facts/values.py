"""Plain values that a child sent, taken only when they are what they must be.

A child may have been taken over by the document that it read. Every function here returns a value
of its type, or raises ``FactsError``.
"""

import base64
from typing import Final, TypeVar

from review_service.domain.reports import Box

MAX_TEXT: Final = 200
MOST: Final = 2**31 - 1
MAX_IMAGE_BYTES: Final = 16 * 1024 * 1024
JPEG_START: Final = b"\xff\xd8\xff"
T = TypeVar("T")


class FactsError(ValueError):
    """A child sent something that is no measurement."""


def is_a(kind: type[T], value: object) -> T:
    """Return a value of the wanted type; True and False are no numbers here."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise FactsError(f"expected {kind.__name__}")
    return value


def number(value: object) -> float:
    """Return a finite number of at most ``MOST``, which a database column holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FactsError("expected a number")
    if not abs(value) <= MOST:  # neither NaN nor infinity is
        raise FactsError("expected a smaller number")
    return float(value)


def whole(value: object) -> int:
    """Return a whole number between -``MOST`` and ``MOST``."""
    return int(number(is_a(int, value)))


def size(value: object) -> int:
    """Return a number of pixels, or of anything else that is counted."""
    count = whole(value)
    if count < 0:
        raise FactsError("expected no negative number")
    return count


def percent(value: object) -> int | None:
    """Return a whole number from 0 to 100, None for what was not measured."""
    if value is None:
        return None
    share = size(value)
    if share > 100:  # noqa: PLR2004 -- a whole
        raise FactsError("expected at most 100")
    return share


def text(value: object) -> str:
    """Return printable text only: no control or direction marks reach a page or a log."""
    return "".join(sign for sign in is_a(str, value)[:MAX_TEXT] if sign.isprintable())


def hex64(value: object) -> str:
    """Return 256 bits as hex digits: a SHA-256 or a PDQ hash."""
    digits = is_a(str, value)
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):  # noqa: PLR2004 -- hex digits
        raise FactsError("expected 64 hex digits")
    return digits


def hashes(value: object, count: int) -> tuple[str, ...]:
    """Return ``count`` hashes of 256 bits as hex digits; an empty list is allowed."""
    found = tuple(hex64(form) for form in is_a(list, value))
    if len(found) not in {0, count}:
        raise FactsError(f"expected {count} hashes")
    return found


def rows(value: object, *, head: int, size: int, most: int) -> bytes:
    """Return bytes sent as base64: ``head``, then at most ``most`` rows of ``size``; or none."""
    try:
        data = base64.b64decode(is_a(str, value), validate=True)
    except ValueError as error:
        raise FactsError("expected base64") from error
    if data and (len(data) <= head or (len(data) - head) % size or len(data) > head + most * size):
        raise FactsError("expected whole rows")
    return data


def box(value: object) -> Box:
    """Return a box from left, top, width and height in pixels."""
    sides = is_a(list, value)
    if len(sides) != 4:  # noqa: PLR2004 -- the four just named
        raise FactsError("expected four sides")
    left, top, width, height = (whole(side) for side in sides)
    return Box(left=left, top=top, width=width, height=height)


def jpeg(value: bytes) -> bytes:
    """Return a picture as the sandbox writes it."""
    if not value.startswith(JPEG_START) or len(value) > MAX_IMAGE_BYTES:
        raise FactsError("no JPEG of ours")
    return value
