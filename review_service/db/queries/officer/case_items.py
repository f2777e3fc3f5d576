"""One item of a case as officers judge it, with its files, findings and corrections."""

from dataclasses import dataclass

from review_service.db.queries.officer.corrections import CorrectionView
from review_service.db.queries.officer.looks import ItemLook
from review_service.db.queries.officer.pages import DocumentView, FindingView, ReplacedPage
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item to judge, with its files and findings."""

    item: ReviewItem
    verdict: ItemVerdict
    judged_by: str
    positions: tuple[int, ...]
    findings: tuple[FindingView, ...]
    comments: tuple[str, ...]
    running: tuple[DocumentView, ...]
    """Its documents whose checks have not ended."""
    in_search: bool
    """Whether its photos are still compared with those of other cases."""
    refused: tuple[DocumentView, ...]
    corrections: tuple[CorrectionView, ...]
    replaced: tuple[ReplacedPage, ...]
    """Pages that were replaced in a correction."""
    look: ItemLook
    """Its present evidence, compared with that seen when it was judged or asked for."""
    not_applicable: str = ""
    """Why the theme does not apply, as the applicant says; empty where nothing is said."""

    @property
    def has_doubt(self) -> bool:
        """Whether it has a finding that is a doubt or an alert."""
        return any(found.severity is not Severity.NOTE for found in self.findings)

    @property
    def came_back(self) -> bool:
        """Whether it waits for a look because a correction changed or answered it."""
        is_answered = any(one.answered_at is not None for one in self.corrections[:1])
        is_open = self.verdict is ItemVerdict.PENDING
        return is_open and (is_answered or self.look.was_reopened)

    @property
    def is_changed(self) -> bool:
        """Whether it shows something else than what was asked to be corrected, or was accepted."""
        return self.came_back and bool(self.look.why)

    @property
    def advice(self) -> tuple[str, ...]:
        """The findings' distinct advice to applicants, as ready text for a correction request."""
        return tuple(dict.fromkeys(found.advice for found in self.findings if found.advice))
