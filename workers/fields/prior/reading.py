"""Reads the fields of a prior agreement from the words of its pages, whatever its layout.

It never knows what the register holds. Contradictions and mended letters make a value doubtful.
"""

from collections.abc import Sequence
from itertools import chain

from review_service.domain.reports import Box, ReadField, Word
from workers.fields.prior import activity, dates, holder, ministries, number, ruc
from workers.fields.prior.choice import doubted
from workers.fields.prior.text import page_text

__all__ = ["read", "value_boxes"]


def read(pages: Sequence[tuple[int, Sequence[Word]]]) -> tuple[ReadField, ...]:
    """Return the fields that could be read, each at most once, in the order of the paper.

    After them the number of the older Acuerdo that this one renews, where it names one.
    """
    texts = [page_text(page, words) for page, words in pages]
    issued = dates.read_issued(texts)
    until = dates.read_valid_until(texts, issued)
    if issued and until and dates.is_contradicted(issued, until):
        issued, until = doubted(issued), doubted(until)
    own, renewed = number.read(texts), number.read_renewed(texts)
    if own and renewed and own.value == renewed.value:
        own = doubted(own)
    fields = (
        own,
        holder.read(texts),
        ruc.read(texts),
        activity.read(texts),
        ministries.read(texts),
        issued,
        until,
        renewed,
    )
    return tuple(field for field in fields if field is not None)


def value_boxes(words: Sequence[Word]) -> frozenset[Box]:
    """Return where on a page the words stand of which a value that is not in doubt may be made.

    ``words`` are those of one page. How surely another word was read, above ``SURE_CONFIDENCE``,
    changes nothing of what ``read`` makes of a paper, whatever its other pages say. Ministries
    have no numbers, and are not among them.
    """
    texts = [page_text(1, words)]
    told = chain(
        number.readings(texts),
        number.renewed_readings(texts),
        holder.readings(texts),
        ruc.readings(texts),
        activity.readings(texts),
        dates.issued_readings(texts),
        dates.until_readings(texts),
    )
    sure = (reading.words for reading in told if not reading.is_doubtful)
    return frozenset(word.box for each in chain(sure, dates.term_words(texts[0])) for word in each)
