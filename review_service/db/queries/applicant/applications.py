"""An applicant's own applications, as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.correction_loop import waits_for_extension
from review_service.db.handed_over import NoticeWord, notice_word
from review_service.db.models import AgreementRow, ApplicationRow, TaskRow
from review_service.db.named_files import agreement_file
from review_service.db.queries.held_papers import is_held
from review_service.db.second_addresses import asked_for, row_of
from review_service.db.sightings import case_stamp, sheet_stamp
from review_service.db.successors import NEXT, ON_NEXT
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import (
    TRANSITIONS,
    ApplicationKind,
    ApplicationState,
    ReviewItem,
)
from review_service.domain.associations import open_items
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import Theme
from review_service.domain.errors import NotFoundError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.not_applicable import NotApplicable, kept_in, received_in
from review_service.domain.renewals import Standing, Term
from review_service.domain.ruc import mask_email
from review_service.domain.sheet_comparison import asked_at, tax_status
from review_service.domain.stored_files import NamedFile
from review_service.domain.terms import ecuador_day
from review_service.domain.tracks import Track, track_of
from review_service.domain.work import TaskKind, TaskState

MOST_BEFORE: Final = 1_000
_EACH: Final = (
    sa.select(
        ApplicationRow,
        AgreementRow,
        is_held().label("held"),
        notice_word(),
        waits_for_extension().label("extension_waits"),
        NEXT.number.label("successor_number"),
        NEXT.valid_from.label("successor_from"),
    )
    .outerjoin(AgreementRow, AgreementRow.application_id == ApplicationRow.id)
    .outerjoin(NEXT, ON_NEXT)
)
_OF_RUC: Final = _EACH.where(ApplicationRow.ruc == sa.bindparam("ruc")).order_by(
    ApplicationRow.created_at.desc(), ApplicationRow.id
)
_ONE_OF_RUC: Final = _EACH.where(
    ApplicationRow.id == sa.bindparam("application_id"), ApplicationRow.ruc == sa.bindparam("ruc")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPaper:
    """The document issued for an application; ``file`` only once it is published."""

    kind: IssuedKind
    number: str
    valid_from: date
    valid_until: date
    published_at: datetime | None
    file: NamedFile | None
    standing: Standing
    """How it stands today, as if it were published."""
    superseded_on: date | None = None
    """First day on which its successor stood in its place."""
    successor: str = ""
    """Number of the document that follows it, once that is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPlace:
    """One establishment as the SRI has it, to choose the activity from."""

    number: str
    ciiu: str
    activity: str
    province: str
    canton: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnApplication:
    """One application with everything that its owner may see."""

    id: UUID
    reference: str
    ruc: str
    holder: str
    kind: ApplicationKind
    track: Track
    state: ApplicationState
    sheet: DataSheet
    tax_status: str
    """State and regime of the RUC as the register says them, such as «ACTIVO, RIMPE»."""
    places: tuple[RegisteredPlace, ...]
    register_asked_at: datetime
    """When the register said that."""
    taxpayer_type: str
    """TIPO_CONTRIBUYENTE, as the register says it."""
    masked_email: str
    created_at: datetime
    changed_at: datetime
    sheet_saved_at: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    confirm_by: datetime | None
    due_at: datetime | None
    is_late: bool
    """Whether the day of the promised answer has gone by."""
    correct_by: date | None
    is_term_over: bool
    """Whether the term to correct has gone by, and an officer is to resolve what that means."""
    extension_waits: bool
    """Whether more days to correct were asked for, and nobody answered."""
    decided_at: datetime | None
    reasons: str
    """Why it was refused, or why a certificate says its category."""
    referral: str
    """Why a person decides what a rule usually does, a sentence on each line; else empty."""
    is_decided_by_rule: bool
    paper: IssuedPaper | None
    themes_kept: Mapping[Theme, NotApplicable] = field(default_factory=dict)
    """The themes of photos that it said do not apply, also those that it took back."""
    not_applicable_when_received: tuple[tuple[Theme, str], ...] = ()
    """Theme and reason, as its receipt tells them."""
    stamp: str = ""
    """Version of its state, for the forms that concern nothing else."""
    sheet_stamp: str = ""
    """Version of its data sheet."""
    notice: NoticeWord = NoticeWord.NONE
    """How far the notice of its present state has come: no term runs before it is delivered."""
    paper_is_held: bool = False
    """Whether it is approved and something prevents signing its Acuerdo."""
    second_address: str = ""
    """The second address of the sheet; empty without one, or when it is the register's."""
    second_confirmed: bool = False
    """Whether its owner said that it wants the notices: before, it gets none."""
    second_asked_at: datetime | None = None
    """When its owner was asked, if that was asked."""

    @property
    def not_applicable(self) -> tuple[NotApplicable, ...]:
        """What it says of themes in place of photos, in the order of the page."""
        kept = self.themes_kept
        return tuple(kept[theme] for theme in Theme if theme in kept and kept[theme].is_said)

    @property
    def activity(self) -> str:
        """The SRI's name for the chosen CIIU code, or the code itself."""
        words = {place.ciiu: place.activity for place in self.places}
        return words.get(self.sheet.ciiu, self.sheet.ciiu)

    @property
    def items(self) -> frozenset[ReviewItem]:
        """The items of its track that exist for this applicant."""
        facts = {"taxpayer_type": self.taxpayer_type}
        return open_items(self.track.items, ruc=self.ruc, facts=facts)

    @property
    def asks_papers(self) -> bool:
        """Whether its applicant may have to send supporting papers."""
        return any(item.is_paper for item in self.items)

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft: never sent, or not confirmed in time."""
        return self.state is ApplicationState.DRAFT

    @property
    def is_renewal(self) -> bool:
        """Whether it is a renewal, which needs a prior agreement."""
        return self.kind is ApplicationKind.RENEWAL

    @property
    def may_withdraw(self) -> bool:
        """Whether the applicant can still withdraw it."""
        return ApplicationState.WITHDRAWN in TRANSITIONS[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it may still move to another state."""
        return self.state.is_open

    @property
    def acuerdo(self) -> IssuedPaper | None:
        """Its published Acuerdo, which a renewal takes up; a certificate is none."""
        paper = self.paper
        is_one = paper and paper.file and paper.kind is IssuedKind.AGREEMENT
        return paper if is_one else None

    @property
    def has_receipt(self) -> bool:
        """Whether a person has or had it; what a rule grants at once needs no receipt."""
        return self.confirmed_at is not None and not self.is_decided_by_rule

    @property
    def category(self) -> str:
        """What its certificate says of the holder; empty for an Acuerdo and before a decision."""
        is_certified = self.track.issues is IssuedKind.CERTIFICATE and self.is_granted
        return self.reasons.partition(":")[0] if is_certified else ""

    @property
    def is_granted(self) -> bool:
        """Whether it was decided in favour."""
        return self.state in {ApplicationState.APPROVED, ApplicationState.ISSUED}


def applications_of(uow: UnitOfWork, ruc: str) -> tuple[OwnApplication, ...]:
    """Return the RUC's applications, newest first."""
    rows = uow.session.execute(_OF_RUC, {"ruc": ruc}).all()
    today = ecuador_day(uow.now) if rows else date.min
    return tuple(_own(*row, today=today) for row in rows)


def category_granted(uow: UnitOfWork, application_id: UUID) -> str:
    """Return the category that a rule granted an application; empty when none did."""
    row = uow.session.get(ApplicationRow, application_id)
    is_granted = row is not None and row.decided_rule is not None
    return (row.decision_reasons or "").partition(":")[0] if row and is_granted else ""


def waiting_before(uow: UnitOfWork, application_id: UUID) -> int:
    """Return how many documents are made before this one's turn, at most ``MOST_BEFORE``."""
    mine = (
        sa.select(TaskRow.created_at)
        .join(AgreementRow, AgreementRow.id == TaskRow.subject_id)
        .where(
            AgreementRow.application_id == application_id,
            TaskRow.kind == TaskKind.ISSUE_AGREEMENT,
        )
        .scalar_subquery()
    )
    earlier = (
        sa.select(sa.literal(1))
        .where(
            TaskRow.kind == TaskKind.ISSUE_AGREEMENT,
            TaskRow.state == TaskState.READY,
            TaskRow.created_at < mine,
        )
        .limit(MOST_BEFORE)
        .subquery()
    )
    return uow.session.execute(sa.select(sa.func.count()).select_from(earlier)).scalar_one()


def papers_that_stand(
    own: Sequence[OwnApplication], *standings: Standing
) -> tuple[OwnApplication, ...]:
    """Return the applications whose published document stands so today, Acuerdos first."""
    standing = [
        one
        for one in sorted(own, key=lambda one: one.decided_at or one.created_at, reverse=True)
        if one.paper and one.paper.file and one.paper.standing in standings
    ]
    return tuple(sorted(standing, key=lambda one: one.track.issues is not IssuedKind.AGREEMENT))


def application_of(uow: UnitOfWork, *, application_id: UUID, ruc: str) -> OwnApplication:
    """Return one application of the RUC; raise ``NotFoundError`` for all others."""
    found = uow.session.execute(
        _ONE_OF_RUC, {"application_id": application_id, "ruc": ruc}
    ).one_or_none()
    if found is None:
        raise NotFoundError(f"no application {application_id}")
    second = row_of(uow.session, found[0])
    return replace(
        _own(*found, today=ecuador_day(uow.now)),
        second_asked_at=second.asked_at if second is not None else None,
        second_confirmed=second is not None and second.confirmed_at is not None,
    )


def _own(
    row: ApplicationRow,
    agreement: AgreementRow | None,
    held: object,
    notice: str,
    extension_waits: object,
    successor: str | None,
    followed_from: date | None,
    *,
    today: date,
) -> OwnApplication:
    facts = row.registry_facts
    return OwnApplication(
        id=row.id,
        reference=row.reference,
        ruc=row.ruc,
        holder=row.holder,
        kind=row.kind,
        track=track_of(row.track),
        state=row.state,
        tax_status=tax_status(facts),
        sheet=DataSheet.from_json(row.sheet),
        places=tuple(
            RegisteredPlace(
                number=place["number"],
                ciiu=place["ciiu"],
                activity=place["activity"],
                province=place["province"],
                canton=place["canton"],
            )
            for place in facts.get("establishments", ())
        ),
        register_asked_at=asked_at(facts) or row.created_at,
        taxpayer_type=str(facts.get("taxpayer_type") or ""),
        masked_email=mask_email(facts["email"]) if facts.get("email") else "",
        created_at=row.created_at,
        changed_at=row.changed_at,
        sheet_saved_at=row.sheet_saved_at,
        sent_at=row.sent_at,
        confirmed_at=row.confirmed_at,
        confirm_by=row.confirm_by,
        due_at=row.due_at,
        is_late=row.due_at is not None and ecuador_day(row.due_at) < today,
        correct_by=row.correct_by,
        is_term_over=notice == NoticeWord.DELIVERED
        and row.state is ApplicationState.CORRECTION_REQUESTED
        and row.correct_by is not None
        and row.correct_by < today,
        extension_waits=bool(extension_waits),
        decided_at=row.decided_at,
        reasons=row.decision_reasons or "",
        referral=row.referral or "",
        is_decided_by_rule=row.decided_rule is not None,
        themes_kept=kept_in(row.not_applicable),
        not_applicable_when_received=received_in(row.not_applicable),
        paper=_paper(agreement, successor, followed_from, today) if agreement else None,
        stamp=case_stamp(row),
        sheet_stamp=sheet_stamp(row),
        notice=NoticeWord(notice),
        paper_is_held=bool(held),
        second_address=asked_for(row),
    )


def _paper(
    row: AgreementRow, successor: str | None, followed_from: date | None, today: date
) -> IssuedPaper:
    term = Term(row.valid_from, row.valid_until, followed_from)
    is_out = row.state is AgreementState.PUBLISHED
    return IssuedPaper(
        kind=row.kind,
        number=row.number,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        published_at=row.published_at,
        file=agreement_file(row) if is_out else None,
        standing=term.standing(today),
        superseded_on=term.superseded_on,
        successor=successor or "",
    )
