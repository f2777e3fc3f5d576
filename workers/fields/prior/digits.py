"""Letters that OCR gives for digits, read as digits only where the shape leaves no other way."""

from typing import Final

LETTERS: Final = "OQDILSBZG"
"""What OCR gives for 0, 0, 0, 1, 1, 5, 8, 2 and 6."""
DIGIT: Final = rf"[\d{LETTERS}]"
_AS_DIGITS: Final = str.maketrans(LETTERS, "000115826")


def as_digits(text: str) -> str:
    """Return the text with each such letter as the digit that it looks like."""
    return text.translate(_AS_DIGITS)


def is_mended(text: str) -> bool:
    """Whether ``as_digits`` would change the text."""
    return as_digits(text) != text
