"""One case with what the officer's page shows: items to judge, files, comparisons, history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from review_service.db.handed_over import NoticeWord
from review_service.db.item_evidence import SentFiles, items_shown, sent_files
from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import ApplicationRow, ReviewItemRow
from review_service.db.pending_decisions import mark_of, pending_of
from review_service.db.queries.held_papers import HeldPaper, held_paper
from review_service.db.queries.officer.case_items import ItemView
from review_service.db.queries.officer.claims import (
    NOBODY,
    OlderCase,
    Presence,
    entries_of,
    opened,
    presence_on,
)
from review_service.db.queries.officer.corrections import CorrectionView, corrections_of
from review_service.db.queries.officer.decisions import (
    Decision,
    LaterView,
    decision_of,
    later_of,
    notice_of,
)
from review_service.db.queries.officer.holds import HoldsView, holds_of
from review_service.db.queries.officer.looks import NOTHING, ItemLook, looks_at
from review_service.db.queries.officer.pages import (
    DocumentView,
    FindingView,
    Material,
    material_of,
    replaced_in,
)
from review_service.db.queries.officer.pending import PendingView, pending_view
from review_service.db.queries.officer.prior import (
    Before,
    PriorPaper,
    ReadValue,
    before_of,
    prior_paper,
)
from review_service.db.queries.officer.support_papers import SupportPaper, support_papers
from review_service.db.sightings import review_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.associations import is_legal
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentKind
from review_service.domain.item_evidence import item_of_file
from review_service.domain.legal_term import LegalTerm
from review_service.domain.not_applicable import said_in
from review_service.domain.roles import Standing
from review_service.domain.sheet_comparison import (
    CODE_PREFIX,
    SheetRow,
    sheet_rows,
    told_activity,
)
from review_service.domain.tracks import Track, track_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything an officer needs to decide one case."""

    id: UUID
    reference: str
    holder: str
    ruc: str
    kind: ApplicationKind
    track: Track
    activity: str
    """What it makes or does in its own words, or the register's name for its activity."""
    is_legal: bool
    """Whether a legal person asks, by number and register."""
    referral: str
    """Why an officer decides what a rule usually does, a sentence on each line; else empty."""
    state: ApplicationState
    stamp: str
    """Version of all items with their verdicts; a decision carries it."""
    sheet: DataSheet
    confirmed_at: datetime
    due_at: datetime | None
    legal: LegalTerm | None
    """The legal term; None once it is decided."""
    correct_by: date | None
    material: Material
    items: tuple[ItemView, ...]
    general_findings: tuple[FindingView, ...]
    """Findings of no single item: on the whole application, or on a page without a theme."""
    sheet_rows: tuple[SheetRow, ...]
    prior: PriorPaper | None
    papers: tuple[SupportPaper, ...]
    """The papers of an emprendedor; none on other tracks."""
    before: Before
    decision: Decision
    pending: PendingView | None = None
    """What is recommended, or was decided and can still be undone."""
    notice: NoticeWord = NoticeWord.NONE
    """How far the notice of its present state has come: no term runs before it is delivered."""
    holds: HoldsView
    presence: Presence
    """Who holds it, and the mark of how it stands."""
    assigned_to: UUID | None = None
    """The officer whom a supervisor gave it to."""
    older: OlderCase | None = None
    """Which free one must be taken before it; None unless who may take it asked."""
    later: LaterView | None = None
    """The later control of what a rule granted; None where chance chose none."""
    held: HeldPaper | None = None
    """What prevents signing the Acuerdo of an approved case; None when nothing does."""

    @property
    def has_observed(self) -> bool:
        """Whether some point stands observed, from which alone a refusal follows."""
        return any(one.verdict is ItemVerdict.OBSERVED for one in self.items)

    @property
    def missing(self) -> tuple[ItemView, ...]:
        """Items not accepted yet, which prevent approval."""
        return tuple(
            one
            for one in self.items
            if one.verdict is not ItemVerdict.ACCEPTED or one.look.is_missing
        )

    def next_open(self, judged: ReviewItem) -> ItemView | None:
        """Return the next item without a verdict after ``judged``, in a circle, else None.

        What came back from a correction goes before what nobody looked at yet.
        """
        places = [one.item for one in self.items]
        after = places.index(judged) + 1 if judged in places else 0
        around = (*self.items[after:], *self.items[:after])
        open_ones = [one for one in around if one.verdict is ItemVerdict.PENDING]
        return next((one for one in open_ones if one.came_back), next(iter(open_ones), None))

    @property
    def came_back(self) -> tuple[ItemView, ...]:
        """Open items that a correction changed, or that were answered in words alone."""
        return tuple(one for one in self.items if one.came_back)

    @property
    def is_corrected(self) -> bool:
        """Whether the applicant has answered a request for corrections."""
        answers = (one.corrections[0].answered_at for one in self.items if one.corrections)
        return any(answers)

    @property
    def reopened(self) -> tuple[ItemView, ...]:
        """Items that were judged and whose evidence changed since."""
        return tuple(one for one in self.items if one.look.was_reopened)

    @property
    def values_read(self) -> tuple[ReadValue, ...]:
        """The values read from the prior agreement and from the papers."""
        of_papers = (value for paper in self.papers for value in paper.values)
        return (*(self.prior.values if self.prior else ()), *of_papers)

    @property
    def running(self) -> tuple[DocumentView, ...]:
        """Documents whose checks have not ended."""
        return tuple(one for one in self.material.documents if one.is_running)

    @property
    def in_search(self) -> tuple[DocumentView, ...]:
        """Documents that were checked and whose photos are still compared with other cases'."""
        documents = self.material.documents
        return tuple(one for one in documents if not (one.is_compared or one.is_running))

    @property
    def can_be_decided(self) -> bool:
        """Whether it waits for an officer to review and decide it."""
        return self.state is ApplicationState.IN_REVIEW and self.pending is None

    @property
    def has_advice(self) -> bool:
        """Whether dated rules may advise the officer; of artisans only legal persons are asked."""
        asks = self.track.rule is not None or self.is_legal
        return self.track.advice is not None and asks and self.can_be_decided

    @property
    def can_be_approved(self) -> bool:
        """Whether every item is accepted and every check has ended, the search for copies too."""
        has_open_checks = self.running or self.in_search
        return self.can_be_decided and not self.missing and not has_open_checks


def case_of(
    uow: UnitOfWork,
    application_id: UUID,
    *,
    me: UUID | None = None,
    standing: Standing | None = None,
    now: datetime | None = None,
    seat: str | None = None,
) -> CaseView:
    """Return one case; ``seat`` is the canton of the authority, for the legal term.

    With id and standing of who may take it, also which one came in before it; ``now`` is the
    database's time if it is known already. Raises ``NotFoundError`` for one that does not exist or
    was never confirmed: drafts are the applicant's own.
    """
    session = uow.session
    found = opened(uow, application_id, me=me, standing=standing, now=now)
    application = found.row
    is_open = application.state is ApplicationState.IN_REVIEW
    files = sent_files(session, application.id)
    material = material_of(session, application, files)
    entries, names = entries_of(session, application)
    corrections = corrections_of(session, application.id)
    items = _items(session, application, files, material, entries, names, corrections)
    before = before_of(session, application)
    pending = pending_of(session, application.id) if is_open else None
    sheet = DataSheet.from_json(application.sheet)
    return CaseView(
        id=application.id,
        reference=application.reference,
        holder=application.holder,
        ruc=application.ruc,
        kind=application.kind,
        track=track_of(application.track),
        activity=told_activity(application.registry_facts, sheet),
        is_legal=is_legal(
            application.ruc, str(application.registry_facts.get("taxpayer_type") or "")
        ),
        referral=application.referral or "",
        state=application.state,
        stamp=review_stamp(application, [each.look.stamp for each in items], mark_of(pending)),
        sheet=sheet,
        confirmed_at=application.confirmed_at or application.created_at,
        due_at=application.due_at,
        legal=legal_terms_of(
            uow, [application], seat=seat, now=now, rounds=None if corrections else ()
        ).get(application.id),
        correct_by=application.correct_by,
        material=material,
        items=items,
        general_findings=_of_no_item(material, items),
        sheet_rows=sheet_rows(
            holder=application.holder,
            sheet=sheet,
            facts=application.registry_facts,
            asked=track_of(application.track).questions,
        ),
        prior=prior_paper(session, application, material, before),
        papers=support_papers(session, application, material),
        before=before,
        decision=decision_of(uow, application_id),
        pending=pending_view(session, pending),
        notice=notice_of(uow, application),
        holds=holds_of(uow, application),
        presence=presence_on(
            application,
            entries.values(),
            holder=names.get(application.claimed_by or NOBODY, ""),
            pending=pending,
            told=found.told,
            now=lambda: now or uow.now,
        ),
        assigned_to=application.assigned_to,
        older=found.older,
        later=later_of(session, application),
        held=held_paper(uow, application_id)
        if application.state is ApplicationState.APPROVED
        else None,
    )


def _items(
    session: Session,
    application: ApplicationRow,
    files: SentFiles,
    material: Material,
    verdicts: Mapping[ReviewItem, ReviewItemRow],
    names: Mapping[UUID, str],
    corrections: Mapping[ReviewItem, Sequence[CorrectionView]],
) -> tuple[ItemView, ...]:
    replaced = replaced_in(session, application)
    answers = [one.answered_at for each in corrections.values() for one in each if one.answered_at]
    since = max(answers, default=application.confirmed_at)
    looks = looks_at(session, application, files, verdicts, since=since)
    given = {item for item, look in looks.items() if not look.is_missing}
    said = {
        theme.value: each.sentence for theme, each in said_in(application.not_applicable).items()
    }
    return tuple(
        replace(
            _item(item, verdicts.get(item), names, material, corrections.get(item, [])),
            replaced=tuple(page for page in replaced if page.item is item),
            look=looks[item],
            not_applicable=said.get(item.value, ""),
            **_fallen(looks[item]),
        )
        for item in items_shown(application, verdicts, given)
    )


def _fallen(look: ItemLook) -> dict[str, Any]:
    """Return what a verdict that no longer holds is shown as."""
    return {} if look.holds else {"verdict": ItemVerdict.PENDING, "judged_by": ""}


def _item(
    item: ReviewItem,
    row: ReviewItemRow | None,
    names: Mapping[UUID, str],
    material: Material,
    corrections: Sequence[CorrectionView],
) -> ItemView:
    pages = [page for page in material.pages if page.item is item]
    positions = tuple(page.position for page in pages)
    documents = [one for one in material.documents if _belongs(one, item, positions)]
    whole = {one.id for one in documents if one.kind is not DocumentKind.EVIDENCE}
    return ItemView(
        item=item,
        verdict=row.verdict if row else ItemVerdict.PENDING,
        judged_by=names.get(row.judged_by, "") if row and row.judged_by else "",
        positions=positions,
        findings=_worst_first(
            found
            for found in material.findings
            if found.position in positions
            or (found.position is None and found.document_id in whole)
            or found.item is item
            or (item is ReviewItem.DATA_SHEET and found.code.startswith(CODE_PREFIX))
        ),
        comments=(
            *(one.comment for one in documents if one.comment),
            *(f"Página {page.position}: {page.comment}" for page in pages if page.comment),
        ),
        running=tuple(one for one in documents if one.is_running),
        in_search=any(not one.is_compared for one in documents),
        refused=tuple(one for one in documents if one.refusal is not None),
        corrections=tuple(corrections),
        replaced=(),
        look=NOTHING,
    )


def _belongs(document: DocumentView, item: ReviewItem, positions: Sequence[int]) -> bool:
    whole = item_of_file(document.kind)
    if whole is not None:
        return item is whole
    if document.kind is DocumentKind.PHOTO:
        return document.theme is not None and document.theme.value == item.value
    # Of a ready PDF, an item owns some pages; while it runs, every theme waits for it.
    return item.is_theme and (document.is_running or bool(set(document.positions) & set(positions)))


def _of_no_item(material: Material, items: Iterable[ItemView]) -> tuple[FindingView, ...]:
    shown = {id(found) for item in items for found in item.findings}
    return _worst_first(found for found in material.findings if id(found) not in shown)


def _worst_first(found: Iterable[FindingView]) -> tuple[FindingView, ...]:
    """Return findings with the alerts before the doubts; of one kind in their order."""
    return tuple(sorted(found, key=lambda each: -each.severity.rank))
