"""The prior agreement as read and as registered, and earlier cases of the same RUC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import (
    IS_PUBLISHED_ACUERDO,
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    PriorAgreementRow,
)
from review_service.db.prior_proofs import (
    KnownAgreement,
    KnownBy,
    KnownCertificate,
    Proof,
    later_number,
    proof_of,
    recognise,
)
from review_service.db.queries.officer.pages import Material, PageView
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import DocumentKind
from review_service.domain.prior_comparison import asked_number, judge, key_of
from review_service.domain.reports import RENEWED_NUMBER, AgreementField, Box, FieldOutcome
from review_service.domain.snapshots import told
from review_service.domain.terms import ecuador_day

HISTORY_SIZE = 20
"""Most rows shown of each kind; officers find the rest by searching for the RUC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAgreement:
    """An agreement of this RUC in our register, issued here or imported."""

    number: str
    holder: str
    ruc: str
    issued_on: date
    valid_until: date
    source: str
    """Empty for one issued by this service."""
    agreement_id: UUID | None
    """Set when its PDF can be opened here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One value of the prior agreement: read on the paper, in the register, in the application."""

    name: str
    label: str
    value: date | str
    registered: date | str
    applied: str
    applied_differs: bool
    """The application differs from the paper, and the paper was read with confidence."""
    confidence: float
    outcome: FieldOutcome
    position: int | None
    document_id: UUID | None
    page_number: int
    box: Box | None
    label_read: str | None = None
    """The label beside which it stands on the paper, as read; empty without one, None where nobody
    knows."""
    candidates: tuple[date | str, ...] = ()
    """What the paper may say instead of a value in doubt."""

    @property
    def can_be_compared(self) -> bool:
        """Whether there is an expected value."""
        return bool(self.registered or self.applied)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorPaper:
    """The received prior agreement: what it proves, its entry in our register, the values read."""

    is_running: bool = False
    proof: Proof | None = None
    code_positions: tuple[int | None, ...] = ()
    """For each code of the proof, its page on the desk."""
    number_read: str = ""
    number_asked: str = ""
    """A question with the numbers that the paper may have, when none was read surely."""
    is_number_unconfirmed: bool = False
    """The number read is one of the register's, but not certain, and nothing else agrees."""
    renewed_number: str = ""
    """The number of the older Acuerdo that the paper says to renew."""
    known: KnownAgreement | None = None
    certificate: KnownCertificate | None = None
    """Set when the paper is a certificate of ours, and no agreement."""
    known_by: KnownBy | None = None
    later: str | None = None
    """Number of a later agreement of the same RUC."""
    values: tuple[ReadValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierApplication:
    """Another application of the same RUC."""

    id: UUID
    reference: str
    kind: ApplicationKind
    state: ApplicationState
    created_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Earlier applications and agreements of the same RUC."""

    applications: tuple[EarlierApplication, ...]
    agreements: tuple[RegisteredAgreement, ...]


def before_of(session: Session, application: ApplicationRow) -> Before:
    """Return earlier applications and agreements of the same RUC, newest first."""
    rows = session.execute(
        sa.select(
            ApplicationRow.id, ApplicationRow.reference, ApplicationRow.kind, ApplicationRow.state,
            ApplicationRow.created_at,
        )
        .where(
            ApplicationRow.ruc == application.ruc,
            ApplicationRow.id != application.id,
            ApplicationRow.confirmed_at.is_not(None),
        )
        .order_by(ApplicationRow.created_at.desc())
        .limit(HISTORY_SIZE)
    )  # fmt: skip
    return Before(
        applications=tuple(
            EarlierApplication(
                id=row.id,
                reference=row.reference,
                kind=row.kind,
                state=row.state,
                created_on=row.created_at.date(),
            )
            for row in rows
        ),
        agreements=_registered(session, application),
    )


def prior_paper(
    session: Session, application: ApplicationRow, material: Material, before: Before
) -> PriorPaper | None:
    """Return the newest prior agreement that was sent; None when none was."""
    view = next(
        (one for one in reversed(material.documents) if one.kind is DocumentKind.AGREEMENT), None
    )
    document = session.get(DocumentRow, view.id) if view else None
    if view is None or document is None:
        return None
    if view.is_running:
        return PriorPaper(is_running=True)
    rows = {
        row.name: row
        for row in session.scalars(sa.select(FieldRow).where(FieldRow.document_id == document.id))
    }
    number = rows.get(AgreementField.NUMBER)
    proof = proof_of(session, document)
    key = key_of(number.value, number.confidence) if number else ""
    found = recognise(session, proof, rows, ruc=application.ruc)
    renewed = rows.get(RENEWED_NUMBER)
    known = found.agreement
    newest = next(iter(before.agreements), None)
    return PriorPaper(
        proof=proof,
        code_positions=tuple(
            _place(material, view.id, code.page) for code in (proof.codes if proof else ())
        ),
        number_read=number.value if number else "",
        number_asked=asked_number(number.value, number.candidates) if number and not key else "",
        is_number_unconfirmed=found.is_unconfirmed,
        renewed_number=renewed.value if renewed else "",
        known=known,
        certificate=found.certificate,
        known_by=found.by,
        later=later_number(session, known) if known else None,
        values=tuple(_values(rows, material, application, known, newest)),
    )


def _values(
    rows: dict[str, FieldRow],
    material: Material,
    application: ApplicationRow,
    known: KnownAgreement | None,
    newest: RegisteredAgreement | None,
) -> Iterator[ReadValue]:
    """Yield the values in their printed order.

    Where the register does not know the paper, its newest agreement of the same RUC stands beside.
    """
    trade = DataSheet.from_json(application.sheet).trade
    applied = {
        AgreementField.HOLDER: application.holder,
        AgreementField.RUC: application.ruc,
        AgreementField.ACTIVITY: trade,
    }
    for name in AgreementField:
        beside = known.expected(name)[0] if known else str(getattr(newest, name, ""))
        yield _value(name, rows.get(name), material, beside, applied.get(name, ""))


def _value(
    name: AgreementField, row: FieldRow | None, material: Material, registered: str, applied: str
) -> ReadValue:
    differs = row is not None and name is not AgreementField.ACTIVITY
    if differs and row is not None:
        differs = judge(name, row.value, row.confidence, applied) is FieldOutcome.DIFFERS
    return ReadValue(
        name=name.value,
        label=name.label,
        value=day_or_text(row.value) if row else "",
        registered=day_or_text(registered),
        applied=applied,
        applied_differs=differs,
        confidence=row.confidence if row else 0.0,
        outcome=FieldOutcome(row.outcome) if row else FieldOutcome.UNREADABLE,
        position=_place(material, row.document_id, row.page) if row else None,
        document_id=row.document_id if row else None,
        page_number=row.page if row else 0,
        box=Box(**row.box) if row and row.box else None,
        label_read=row.label if row else None,
        candidates=tuple(map(day_or_text, row.candidates)) if row else (),
    )


def read_value(field: FieldRow, *, label: str, material: Material) -> ReadValue:
    """Return a value of another paper beside what is expected of it, where anything is.

    Of a page whose pictures were deleted there is none to show.
    """
    page = _page(material, field.document_id, field.page)
    is_gone = page is not None and page.is_deleted
    return ReadValue(
        name=field.name,
        label=label,
        value=day_or_text(field.value),
        registered=field.expected,
        applied="",
        applied_differs=False,
        confidence=field.confidence,
        outcome=FieldOutcome(field.outcome),
        position=page.position if page else None,
        document_id=field.document_id,
        page_number=field.page,
        box=Box(**field.box) if field.box and not is_gone else None,
        label_read=field.label,
        candidates=tuple(map(day_or_text, field.candidates)),
    )


def _place(material: Material, document_id: UUID, number: int) -> int | None:
    """Return where a page of a document stands on the desk."""
    page = _page(material, document_id, number)
    return page.position if page else None


def _page(material: Material, document_id: UUID, number: int) -> PageView | None:
    place = (document_id, number)
    return next((p for p in material.pages if (p.document_id, p.number) == place), None)


def day_or_text(value: date | str) -> date | str:
    """Return a day for ISO text, so that the screen can say it in words."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _registered(session: Session, application: ApplicationRow) -> tuple[RegisteredAgreement, ...]:
    issued = session.scalars(
        sa.select(AgreementRow)
        .where(
            AgreementRow.ruc == application.ruc,
            AgreementRow.application_id != application.id,
            IS_PUBLISHED_ACUERDO,
        )
        .order_by(AgreementRow.numbered_at.desc())
        .limit(HISTORY_SIZE)
    )
    imported = session.scalars(
        sa.select(PriorAgreementRow)
        .where(PriorAgreementRow.ruc == application.ruc)
        .order_by(PriorAgreementRow.issued_on.desc())
        .limit(HISTORY_SIZE)
    )
    ours = [
        RegisteredAgreement(
            number=row.number,
            holder=told(row.snapshot, "holder"),
            ruc=row.ruc,
            issued_on=ecuador_day(row.numbered_at),
            valid_until=row.valid_until,
            source="",
            agreement_id=row.id,
        )
        for row in issued
    ]
    older = [
        RegisteredAgreement(
            number=row.number,
            holder=row.holder,
            ruc=row.ruc,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            source=row.source,
            agreement_id=None,
        )
        for row in imported
    ]
    return tuple(sorted(ours + older, key=lambda one: one.issued_on, reverse=True))
