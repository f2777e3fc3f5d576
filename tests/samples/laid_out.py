"""Words placed on a page by hand: columns, tables and forms as an OCR engine would give them."""

from review_service.domain.reports import Box, Word

LETTER_PX = 12
HEIGHT_PX = 24
SPACE_PX = 10


def laid_out(*pieces: tuple[int, int, str], confidence: float = 95.0) -> tuple[Word, ...]:
    """Return the words of pieces of text, each given by left, top and text, in this order."""
    words = []
    for left, top, text in pieces:
        across = left
        for part in text.split():
            width = LETTER_PX * len(part)
            box = Box(left=across, top=top, width=width, height=HEIGHT_PX)
            words.append(Word(text=part, confidence=confidence, box=box))
            across += width + SPACE_PX
    return tuple(words)
