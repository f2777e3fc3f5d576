"""Reads the fields of a prior agreement from the words of its pages, whatever its layout.

It never knows what the register holds. Contradictions and mended letters make a value doubtful.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from review_service.domain.folding import capitals
from review_service.domain.reports import ReadField, Word
from workers.fields.paper.words import around
from workers.fields.prior import activity, dates, holder, ministries, number, ruc
from workers.fields.prior.choice import MOST_UNACCUSING, Reading, doubted
from workers.fields.prior.text import PageText, page_text

__all__ = ["is_held_down", "read", "readings_on"]


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


def is_held_down(field: ReadField, pages: Sequence[tuple[int, Sequence[Word]]]) -> bool:
    """Return whether a value is no surer only because it must accuse nobody: it stands twice.

    Of a second look nothing accuses, so that it may be taken there.
    """
    if field.confidence != MOST_UNACCUSING:
        return False
    told = (each for page, words in pages for each in readings_on(page_text(page, words)))
    alike = [each for each in told if capitals(each.value) == capitals(field.value)]
    return len({(each.page, around(each.words)) for each in alike if each.words}) > 1


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
