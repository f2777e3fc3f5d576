"""A RUC of which something is kept in every column that its archive tells."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.base import Base
from review_service.db.models import (
    AppealRow,
    ApplicationRow,
    ConsultationRow,
    ContactAttemptRow,
    CorrectionExtensionRow,
    CorrectionRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    InstitutionPaperRow,
    InternalNoteRow,
    OfficerRow,
    PageRow,
    PriorAgreementRow,
    SecondAddressRow,
    WithdrawalResolutionRow,
)
from review_service.domain.appeals import AppealedAct, AppealOutcome
from review_service.domain.applications import ReviewItem
from review_service.domain.correction_loop import ContactChannel, ContactResult
from review_service.domain.documents import SupportKind
from review_service.domain.findings import Severity
from review_service.domain.letters import DataRequest, LetterKind
from review_service.domain.roles import OfficerRole
from review_service.services.agreements import issuing, listing
from review_service.services.applicant.export_scope import EXPORTED
from tests.factories import RUC, Office, add_officer
from tests.integration.services import letter_cases
from tests.integration.services.test_issuing import approved, make_press, only_lease


def let_much_be_kept(office: Office) -> UUID:
    """Return the application of ``RUC`` beside which much is kept."""
    application_id = approved(office)
    issuing.issue(office.writing, make_press(office), only_lease(office))
    listing.consent(
        office.writing(), application_id=application_id, ruc=RUC, shows_name=True, shows_phone=True
    )
    officer = add_officer(office, "zinterna", role=OfficerRole.SUPERVISOR)
    letter = letter_cases.write_signed_in(
        office,
        LetterKind.PERSONAL_DATA,
        request=DataRequest.RECTIFICATION,
        about="Mi solicitud del año pasado",
    )
    letter_cases.answer(office, letter, officer)
    warning = letter_cases.write_signed_in(office, LetterKind.FALSE_DOCUMENT)
    letter_cases.send_photo(office, warning)
    letter_cases.check_photo(office)
    with office.writing() as uow:
        _write_rows(uow.session, application_id, officer, uow.now)
        uow.session.add(
            AppealRow(
                letter_id=letter,
                application_id=application_id,
                act=AppealedAct.REFUSAL,
                act_at=uow.now,
                act_reasons="No se veía el taller.",
                entered_on=date(2020, 2, 3),
                is_late=False,
                outcome=AppealOutcome.ACCEPTED,
                reasons="La segunda foto muestra el taller.",
                review_order="Mirar otra vez la segunda foto.",
                basis="Artículos 219 y 224.",
                remains="Puede acudir al juez.",
                decided_by=officer,
                decided_at=uow.now,
            )
        )
        uow.commit()
    return application_id


def _write_rows(session: Any, application_id: UUID, officer: UUID, now: Any) -> None:  # noqa: ANN401 -- a session and its time
    colleague = session.scalars(sa.select(OfficerRow.id).where(OfficerRow.id != officer)).first()
    application = session.get_one(ApplicationRow, application_id)
    application.referral = "Una persona mira lo que la regla no decide."
    application.decision_reasons = "Se ve el taller y quién trabaja en él."
    application.not_applicable = {"people": "Trabajo sola, sin operarios."}
    [document, *_] = session.scalars(
        sa.select(DocumentRow)
        .where(DocumentRow.application_id == application_id, DocumentRow.assembled.is_(False))
        .order_by(DocumentRow.created_at, DocumentRow.id)
    ).all()
    document.file_name, document.comment = "mi taller «nuevo».jpg", "Así estaba la luz ese día."
    document.page_photos = [["hoja primera.jpg", 20]]
    page = session.scalars(
        sa.select(PageRow).where(PageRow.document_id == document.id).limit(1)
    ).one()
    page.comment, page.suggested_from = "Es la máquina de mi madre.", "TALLER DE COSTURA"
    mails = Base.metadata.tables["outgoing_mails"]
    session.execute(sa.update(mails).values(sent_at=now))
    places = Base.metadata.tables["establishments"]
    session.execute(sa.update(places).values(trade_name="Telares de la Loma"))
    links = Base.metadata.tables["one_use_links"]
    session.execute(sa.update(links).values(used_at=now))
    day = date(2020, 2, 3)
    session.add_all(
        (
            CorrectionRow(
                application_id=application_id,
                round=1,
                item=ReviewItem.WORKSHOP,
                reason="La foto está oscura.",
                instruction="Tome otra de día.",
                asked_by=officer,
                asked_at=now,
                answer="Ya la tomé, con la puerta abierta.",
            ),
            CorrectionExtensionRow(
                application_id=application_id,
                round=1,
                reason="Estoy de viaje hasta el martes.",
                asked_at=now,
                days=0,
                answer="El pedido era de una sola foto.",
                decided_by=officer,
                decided_at=now,
            ),
            ContactAttemptRow(
                application_id=application_id,
                round=1,
                channel=ContactChannel.PHONE,
                result=ContactResult.NOT_REACHED,
                made_on=day,
                note="Nota de quien revisa.",
                logged_by=officer,
                logged_at=now,
            ),
            WithdrawalResolutionRow(
                application_id=application_id,
                facts={"words": ["Se esperó una semana más de lo debido."], "seen_on": ""},
                signed_by=officer,
                signed_at=now,
            ),
            SecondAddressRow(
                application_id=application_id,
                address="sobrina@correo.example",
                token_hash="5" * 64,
                asked_at=now,
                expires_at=now,
                confirmed_at=now,
            ),
            InternalNoteRow(
                application_id=application_id,
                body="Nota de quien revisa.",
                written_by=officer,
                written_at=now,
            ),
            ConsultationRow(
                application_id=application_id,
                asked_by=officer,
                asked_of=colleague,
                question="¿Es un telar de pedal? Solo para quien revisa.",
                needed_by=day,
                asked_at=now,
            ),
            FindingRow(
                application_id=application_id,
                document_id=document.id,
                check_name="sharpness",
                code="blurred",
                severity=Severity.DOUBT,
                message="Solo para quien revisa.",
                advice="Acérquese un poco más.",
            ),
            FieldRow(
                document_id=document.id,
                name="number",
                value="MIPRO-77",
                confidence=90,
                page=1,
                box={},
                expected="MIPRO-78",
            ),
            PriorAgreementRow(
                number="MIPRO-1999-7",
                ruc=RUC,
                holder="MAIGUA, M.",
                activity="Tejidos de lana",
                issued_on=day,
                valid_until=date(2023, 2, 3),
                revoked_on=date(2021, 5, 6),
                source="prueba",
                imported_at=now,
            ),
            InstitutionPaperRow(
                ruc=RUC,
                kind=SupportKind.PAYROLL,
                holder="MAIGUA MARIA",
                owes=True,
                issued_on=date(2026, 9, 8),
                valid_until=date(2027, 9, 8),
                workers=417,
                institution="IESS",
                reference="IESS-2026-91",
                source="prueba",
                imported_at=now,
            ),
        )
    )


def stored_values(office: Office) -> Iterator[tuple[str, str]]:
    """Yield each stored value of an exported column of ``RUC`` as JSON writes it, by column."""
    with office.reading() as uow:
        for table, names in EXPORTED.items():
            for name in names.split():
                rows = Base.metadata.tables[table]
                asked = sa.select(rows.c[name]).where(_is_told(rows))
                for value in uow.session.execute(asked).scalars():
                    for leaf in _leaves(value):
                        yield f"{table}.{name}", leaf


def _is_told(rows: sa.Table) -> sa.ColumnElement[bool]:
    if "ruc" in rows.c:
        return rows.c.ruc == RUC
    if rows.name == "outgoing_mails":
        return rows.c.application_id.is_not(None)
    if rows.name == "documents":
        return rows.c.assembled.is_(False)
    return rows.c.compared.is_(False) if rows.name == "findings" else sa.true()


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401 -- any value of a row
    if isinstance(value, Mapping):
        for name, each in value.items():
            if not name.endswith("_id"):
                yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            if not isinstance(each, int):
                yield from _leaves(each)
    elif value is not None:
        yield _in_json(value)


def _in_json(value: Any) -> str:  # noqa: ANN401 -- any value of a row
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
