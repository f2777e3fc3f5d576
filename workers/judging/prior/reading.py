"""Reads the fields of a prior agreement from the words of its pages, whatever its layout.

It never knows what the register holds. Contradictions and mended letters make a value doubtful.
"""

from collections.abc import Sequence

from review_service.domain.reports import ReadField, Word
from workers.judging.prior import activity, dates, holder, ministries, number, ruc
from workers.judging.prior.text import page_text

__all__ = ["read"]


def read(pages: Sequence[tuple[int, Sequence[Word]]]) -> tuple[ReadField, ...]:
    """Return the fields that could be read, each at most once, in the order of the paper."""
    texts = [page_text(page, words) for page, words in pages]
    holders_ruc = ruc.read(texts)
    issued = dates.read_issued(texts)
    fields = (
        number.read(texts),
        holder.read(texts, holders_ruc.value if holders_ruc else None),
        holders_ruc,
        activity.read(texts),
        ministries.read(texts),
        issued,
        dates.read_valid_until(texts, issued),
    )
    return tuple(field for field in fields if field is not None)
