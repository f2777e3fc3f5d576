"""Which value stands beside which label: no other label, column or gap lies between the two."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from review_service.domain.folding import capitals
from workers.fields.paper.labels import (
    Announces,
    first_other,
    label_of_cell,
    labels_between,
)
from workers.fields.paper.rows import WIDEST_SPACE
from workers.fields.prior.text import SAME_ROW, Cell, PageText

ROOM: Final = 2.5
"""Of a word's height, beside the word's width: more room at a line's end was taken by something
that was not read."""
SKIPPED: Final = 1.7
"""Times the distance of two lines of one paragraph: further below, a line between was not read."""
SAME_MARGIN: Final = 4.0
"""Of a word's height: lines that begin so near each other are of one column."""
NEAREST_ROWS: Final = 12
"""Of a column, so many tell whether its cells have labels on their left."""


def label_text(cell: Cell) -> str:
    """Return the text of a label cell as printed."""
    return " ".join(word.text for word in cell.words).strip(" :.;")


def label_between(text: PageText, start: int, end: int) -> str:
    """Return a stretch of the text as printed."""
    return " ".join(word.text for word in text.between(start, end)).strip(" :.;")


def right_value(text: PageText, label: Cell) -> Cell | None:
    """Return the value right of a label; None where another label or column begins there."""
    value = text.right_of(label)
    if value is None or _is_label(text, value) or _is_of_other_column(text, value):
        return None
    return value


def below_value(text: PageText, label: Cell) -> Cell | None:
    """Return the value below a label; None where it belongs to another label."""
    value = text.below(label)
    if value is None or _has_label_on_its_left(text, value):
        return None
    part = _part_below(text, label, value)
    if part is None or _is_label(text, part):
        return None
    return part if _is_nearest_above(text, label, part) else None


def above_value(text: PageText, label: Cell) -> Cell | None:
    """Return the value above a label; None where it belongs to another label."""
    value = text.above(label)
    if value is None or _is_label(text, value) or _has_label_on_its_left(text, value):
        return None
    over = text.above(value)
    return None if over is not None and label_of_cell(over.folded) else value


def announcing(text: PageText, value: Cell) -> Cell | None:
    """Return the label of a value's cell: on its left, else over it."""
    if _has_label_on_its_left(text, value):
        return text.former_cells[id(value)]
    over = text.above(value)
    return over if over is not None and label_of_cell(over.folded) else None


def stretch(text: PageText, end: int, most: int, announces: Announces) -> int:
    """Return where a value of a label that ends at ``end`` must have begun."""
    stop = min(end + most, len(text.folded))
    other = first_other(text.labels, end, stop, announces)
    return other.start if other else stop


def is_heading(text: PageText, start: int, end: int) -> bool:
    """Whether a label stands alone in its cell, or among other labels only: a form's, no prose."""
    word = text.words[text.word_at(start)]
    cell = text.cell_of.get(id(word))
    if cell is None or label_of_cell(cell.folded):
        return cell is not None
    at, stop = text.offset_of(cell), text.offset_of(cell) + len(cell.folded)
    rest, place = "", at
    for label in labels_between(text.labels, at, stop):
        rest += text.folded[place : label.start]
        place = max(place, label.end)
    return not any(sign.isalnum() for sign in rest + text.folded[max(place, end) : stop])


def is_on_one_line(text: PageText, end: int, start: int) -> bool:
    """Whether no line begins after ``end`` up to ``start``."""
    first, last = text.word_at(max(0, end - 1)), text.word_at(start)
    return not any(text.starts[at] in text.line_starts for at in range(first + 1, last + 1))


def follows(text: PageText, end: int, start: int) -> bool:
    """Whether words go on without a gap from what ends at ``end`` to what begins at ``start``.

    Ink over a value leaves a gap on its line, room at the line's end, or a line without words.
    """
    first, last = text.word_at(max(0, end - 1)), text.word_at(start)
    return all(_goes_on(text, at) for at in range(first + 1, last + 1))


def _goes_on(text: PageText, at: int) -> bool:
    """Whether a word stands right after the one before it."""
    former, box = text.words[at - 1].box, text.words[at].box
    height = max(former.height, box.height, text.usual_height)
    ends = former.left + former.width
    if text.starts[at] not in text.line_starts:
        return box.left - ends <= WIDEST_SPACE * height
    is_next_line = text.level(at) - text.level(at - 1) <= SKIPPED * text.leading
    return is_next_line and _margin(text, at - 1) - ends <= box.width + ROOM * height


def _margin(text: PageText, at: int) -> int:
    """Return how far right the lines reach of the column in which a word stands, in pixels."""
    begins = at
    while begins > 0 and text.starts[begins] not in text.line_starts:
        begins -= 1
    left = text.words[begins].box.left
    near = SAME_MARGIN * text.words[begins].box.height
    ends = [line_end for line_left, line_end in text.line_edges if abs(line_left - left) <= near]
    return max(ends, default=0)


def _is_label(text: PageText, cell: Cell) -> bool:
    """Whether a cell is a label or begins with one."""
    return text.offset_of(cell) in text.label_starts or label_of_cell(cell.folded) is not None


def _has_label_on_its_left(text: PageText, cell: Cell) -> bool:
    former = text.former_cells.get(id(cell))
    return former is not None and label_of_cell(former.folded) is not None


def _is_of_other_column(text: PageText, value: Cell) -> bool:
    """Whether most cells of the column in which a cell stands have no label on their left."""
    column = [cell for cell in text.cells if abs(cell.left - value.left) <= value.height]
    column.sort(key=lambda cell: abs(cell.middle - value.middle))
    near = column[:NEAREST_ROWS]
    return 2 * sum(_has_label_on_its_left(text, cell) for cell in near) < len(near)


def _part_below(text: PageText, label: Cell, value: Cell) -> Cell | None:
    """Return the part of a cell that stands under a label where the next label's value touches it.

    Values of a form that fill their boxes stand so near each other that they are one cell.
    """
    labels = [cell for cell in _row(text, label) if label_of_cell(cell.folded) is not None]
    edges = sorted(
        cell.left
        for cell in labels
        if any(abs(word.box.left - cell.left) <= value.height for word in value.words[1:])
    )
    if not edges or len(labels) == 1:  # under one label alone it is a sentence, and cut nowhere
        return value
    begin = max((edge for edge in edges if edge <= label.left), default=value.left)
    end = min((edge for edge in edges if edge > label.left), default=value.right)
    slack = value.height
    words = [word for word in value.words if begin - slack <= word.box.left < end - slack]
    if not words:
        return None
    return replace(
        value,
        words=tuple(words),
        folded=" ".join(capitals(word.text) for word in words),
        left=words[0].box.left,
        right=max(word.box.left + word.box.width for word in words),
    )


def _row(text: PageText, cell: Cell) -> Iterator[Cell]:
    """Yield the cells of a row."""
    for other in text.cells:
        if abs(other.middle - cell.middle) <= SAME_ROW * max(other.height, cell.height):
            yield other


def _is_nearest_above(text: PageText, label: Cell, value: Cell) -> bool:
    """Whether no other label of the same row stands better over a value."""

    def away(cell: Cell) -> float:
        centres = abs((cell.left + cell.right) - (value.left + value.right)) / 2
        return min(abs(cell.left - value.left), centres)

    return not any(
        away(cell) < away(label)
        for cell in _row(text, label)
        if cell is not label and label_of_cell(cell.folded) is not None
    )
