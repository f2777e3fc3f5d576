"""Reads the fields of a prior agreement from the words of its pages, whatever its layout.

It never knows what the register holds. Contradictions and mended letters make a value doubtful.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from review_service.domain.reports import ReadField, Word
from workers.fields.prior import activity, dates, holder, ministries, number, ruc
from workers.fields.prior.choice import Reading, doubted
from workers.fields.prior.text import PageText, page_text

__all__ = ["read", "readings_on"]


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


def readings_on(text: PageText) -> Iterator[Reading]:
    """Yield every reading of every field that a page gives; ministries have no numbers.

    Not the ends that a term of years gives, which ask for a day of issue.
    """
    texts = [text]
    yield from chain(
        number.readings(texts),
        number.renewed_readings(texts),
        holder.readings(texts),
        ruc.readings(texts),
        activity.readings(texts),
        dates.issued_readings(texts),
        dates.until_readings(texts),
    )
