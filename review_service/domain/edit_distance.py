"""How many edits lead from one text to another, for as many as may be misread and no more."""

from collections.abc import Sequence


def distance(one: Sequence[object], other: Sequence[object], *, most: int) -> int:
    """Return the edit distance in signs; ``most + 1`` when it is larger than ``most``.

    It looks at ``2 * most + 1`` signs of the other for each of one: whoever sends two long texts
    may not make it cost more.
    """
    beyond = most + 1
    if abs(len(one) - len(other)) > most:
        return beyond
    row = [min(place, beyond) for place in range(len(other) + 1)]
    for index, sign in enumerate(one, start=1):
        first, last = max(1, index - most), min(len(other), index + most)
        above = row[first - 1]
        row[first - 1] = min(index, beyond) if first == 1 else beyond
        for place in range(first, last + 1):
            cost = min(row[place] + 1, row[place - 1] + 1, above + (sign != other[place - 1]))
            above, row[place] = row[place], min(cost, beyond)
        if min(row[first - 1 : last + 1]) > most:
            return beyond
    return row[-1]
