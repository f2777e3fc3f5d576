"""Every table, one file per aggregate."""

from review_service.db.models.access import (
    AttemptRow,
    LinkPurpose,
    OfficerRow,
    OneUseLinkRow,
    SessionKind,
    SessionRow,
    standing_in,
)
from review_service.db.models.agreements import (
    IS_PUBLISHED_ACUERDO,
    AgreementRow,
    CounterRow,
    PaperProofRow,
    PriorAgreementRow,
)
from review_service.db.models.appeals import AppealRow
from review_service.db.models.applications import ApplicationRow, CorrectionRow, ReviewItemRow
from review_service.db.models.consultations import ConsultationRow
from review_service.db.models.correction_loop import (
    ContactAttemptRow,
    CorrectionExtensionRow,
    WithdrawalResolutionRow,
)
from review_service.db.models.directory import DirectoryConsentRow
from review_service.db.models.documents import (
    AgreementProofRow,
    CopyDenialRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PageRow,
    PageTextRow,
    PhotoRow,
    ResemblanceRow,
)
from review_service.db.models.events import ChainHeadRow, EventRow
from review_service.db.models.figures import MonthlyFigureRow
from review_service.db.models.imports import ImportedFileRow
from review_service.db.models.internal_notes import InternalNoteRow
from review_service.db.models.kept import KeptFormRow
from review_service.db.models.later_controls import LaterControlRow
from review_service.db.models.legal_holds import LegalHoldRow
from review_service.db.models.letters import LetterPhotoRow, LetterRow
from review_service.db.models.pending_decisions import PendingDecisionRow
from review_service.db.models.pulses import ClockRow, PulseRow
from review_service.db.models.receipts import ReceiptRow
from review_service.db.models.row_facts import FactSaltRow
from review_service.db.models.saved_views import SavedViewRow
from review_service.db.models.second_addresses import SecondAddressRow
from review_service.db.models.second_reviews import SecondReviewRow
from review_service.db.models.stored_files import FileIncidentRow
from review_service.db.models.taxpayers import (
    EstablishmentRow,
    InstitutionPaperRow,
    RegisteredEmailRow,
    RegistryImportRow,
    TaxpayerRow,
)
from review_service.db.models.work import HolidayRow, MailRow, TaskRow, WorkerRow

__all__ = [
    "IS_PUBLISHED_ACUERDO",
    "AgreementProofRow",
    "AgreementRow",
    "AppealRow",
    "ApplicationRow",
    "AttemptRow",
    "ChainHeadRow",
    "ClockRow",
    "ConsultationRow",
    "ContactAttemptRow",
    "CopyDenialRow",
    "CorrectionExtensionRow",
    "CorrectionRow",
    "CounterRow",
    "DirectoryConsentRow",
    "DocumentRow",
    "EstablishmentRow",
    "EventRow",
    "FactSaltRow",
    "FieldRow",
    "FileIncidentRow",
    "FindingRow",
    "HolidayRow",
    "ImportedFileRow",
    "InstitutionPaperRow",
    "InternalNoteRow",
    "KeptFormRow",
    "LaterControlRow",
    "LegalHoldRow",
    "LetterPhotoRow",
    "LetterRow",
    "LinkPurpose",
    "MailRow",
    "MonthlyFigureRow",
    "OfficerRow",
    "OneUseLinkRow",
    "PageRow",
    "PageTextRow",
    "PaperProofRow",
    "PendingDecisionRow",
    "PhotoRow",
    "PriorAgreementRow",
    "PulseRow",
    "ReceiptRow",
    "RegisteredEmailRow",
    "RegistryImportRow",
    "ResemblanceRow",
    "ReviewItemRow",
    "SavedViewRow",
    "SecondAddressRow",
    "SecondReviewRow",
    "SessionKind",
    "SessionRow",
    "TaskRow",
    "TaxpayerRow",
    "WithdrawalResolutionRow",
    "WorkerRow",
    "standing_in",
]
