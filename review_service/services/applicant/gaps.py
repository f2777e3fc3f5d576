"""Finds what is missing before sending: pages without a theme, items left without evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from review_service.db.item_evidence import evidence_of, seen_in, unsorted_pages
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind
from review_service.domain.item_words import lost_sentence, unsorted_sentence
from review_service.services.case import allowed_in, review_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing missing, in the applicant's words."""

    sentence: str
    blocking: bool


def unsorted(uow: UnitOfWork, row: ApplicationRow, documents: Sequence[DocumentRow]) -> list[Gap]:
    """Return the pages to which nobody has given a theme; they are evidence for none.

    Advice in a draft; a PDF that was sent as a correction is not taken like that.
    """
    allowed, found = allowed_in(uow, row), []
    for document in documents:
        if document.kind is not DocumentKind.EVIDENCE or document.assembled:
            continue
        pages = unsorted_pages(uow.session, document)
        if pages:
            found.append(
                Gap(
                    sentence=unsorted_sentence(document.file_name, pages),
                    blocking=allowed.asked is not None and document.round == allowed.round,
                )
            )
    return found


def lost(uow: UnitOfWork, row: ApplicationRow) -> list[Gap]:
    """Return the items not asked for that a correction would leave without evidence."""
    allowed = allowed_in(uow, row)
    if allowed.asked is None:
        return []
    evidence = evidence_of(uow.session, row)
    found = []
    for entry in review_entries(uow, row.id):
        seen = seen_in(entry)
        had_something = seen is not None and not seen.is_missing
        if had_something and evidence[entry.item].is_missing and not allowed.item(entry.item):
            found.append(Gap(sentence=lost_sentence(entry.item), blocking=True))
    return found
