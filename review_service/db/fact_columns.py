"""Which tables hold facts, in which columns, and which columns hold none and why.

A digest names the edition of its table's columns, so that one made before a column was added can
still be compared. An edition is never changed: a new column comes in a new one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from review_service.db.base import Base
from review_service.db.models import (
    AgreementRow,
    AppealRow,
    ApplicationRow,
    ConsultationRow,
    ContactAttemptRow,
    CorrectionExtensionRow,
    CorrectionRow,
    DirectoryConsentRow,
    DocumentRow,
    InternalNoteRow,
    LaterControlRow,
    LegalHoldRow,
    LetterPhotoRow,
    LetterRow,
    OfficerRow,
    PendingDecisionRow,
    ReviewItemRow,
    WithdrawalResolutionRow,
)

EDITIONS: Final[Mapping[type[Base], tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        ApplicationRow: (
            (
                "id", "reference", "ruc", "holder", "kind", "state", "version", "sheet",
                "sheet_saved_at", "registry_facts", "open_key", "created_at", "changed_at",
                "sent_at", "confirmed_at", "confirm_by", "due_at", "correct_by", "decided_by",
                "decided_at", "decision_reasons",
            ),
            (
                "id", "reference", "ruc", "holder", "kind", "state", "version", "sheet",
                "sheet_saved_at", "registry_facts", "open_key", "created_at", "changed_at",
                "sent_at", "confirmed_at", "confirm_by", "due_at", "correct_by", "decided_by",
                "decided_at", "decision_reasons", "track", "decided_rule",
            ),
            (
                "id", "reference", "ruc", "holder", "kind", "state", "version", "sheet",
                "sheet_saved_at", "registry_facts", "open_key", "created_at", "changed_at",
                "sent_at", "confirmed_at", "confirm_by", "due_at", "correct_by", "decided_by",
                "decided_at", "decision_reasons", "track", "decided_rule", "referral",
            ),
            (
                "id", "reference", "ruc", "holder", "kind", "state", "version", "sheet",
                "sheet_saved_at", "registry_facts", "open_key", "created_at", "changed_at",
                "sent_at", "confirmed_at", "confirm_by", "due_at", "correct_by", "decided_by",
                "decided_at", "decision_reasons", "track", "decided_rule", "referral",
                "not_applicable",
            ),
            (
                "id", "reference", "ruc", "holder", "kind", "state", "version", "sheet",
                "sheet_saved_at", "registry_facts", "open_key", "created_at", "changed_at",
                "sent_at", "confirmed_at", "confirm_by", "due_at", "correct_by", "decided_by",
                "decided_at", "decision_reasons", "track", "decided_rule", "referral",
                "not_applicable", "returned_at",
            ),
        ),
        ReviewItemRow: (
            (
                "application_id", "item", "verdict", "judged_by", "judged_at", "seen",
                "reopened_at",
            ),
        ),
        CorrectionRow: (
            (
                "id", "application_id", "round", "item", "reason", "instruction", "asked_by",
                "asked_at", "answered_at", "answer",
            ),
            (
                "id", "application_id", "round", "item", "reason", "instruction", "asked_by",
                "asked_at", "answered_at", "answer", "reason_code", "legal_basis",
            ),
            (
                "id", "application_id", "round", "item", "reason", "instruction", "asked_by",
                "asked_at", "answered_at", "answer", "reason_code", "legal_basis",
                "notified_again_at", "settled_at",
            ),
        ),
        CorrectionExtensionRow: (
            (
                "id", "application_id", "round", "reason", "asked_at", "days", "answer",
                "decided_by", "decided_at",
            ),
        ),
        ContactAttemptRow: (
            (
                "id", "application_id", "round", "channel", "result", "made_on", "note",
                "logged_by", "logged_at",
            ),
        ),
        WithdrawalResolutionRow: (
            (
                "application_id", "facts", "signed_by", "signed_at",
            ),
        ),
        DocumentRow: (
            (
                "id", "application_id", "kind", "state", "theme", "upload_key", "file_name",
                "size_bytes", "sha256", "staging_key", "storage_key", "refusal", "recognised_as",
                "virus_checked_at", "page_count", "comment", "created_at", "checked_at",
                "removed_at", "round", "assembled", "replaces", "released_at",
            ),
            (
                "id", "application_id", "kind", "state", "theme", "upload_key", "file_name",
                "size_bytes", "sha256", "staging_key", "storage_key", "refusal", "recognised_as",
                "virus_checked_at", "page_count", "comment", "created_at", "checked_at",
                "removed_at", "round", "assembled", "replaces", "released_at", "page_photos",
                "page_photos_key", "page_photos_sha256",
            ),
        ),
        AgreementRow: (
            (
                "id", "application_id", "year", "serial", "number", "ruc", "state", "snapshot",
                "valid_from", "valid_until", "token_hash", "code_hash", "file_identifier",
                "sha256", "size_bytes", "storage_key", "numbered_at", "published_at",
            ),
            (
                "id", "application_id", "year", "serial", "number", "ruc", "state", "snapshot",
                "valid_from", "valid_until", "token_hash", "code_hash", "file_identifier",
                "sha256", "size_bytes", "storage_key", "numbered_at", "published_at", "kind",
            ),
            (
                "id", "application_id", "year", "serial", "number", "ruc", "state", "snapshot",
                "valid_from", "valid_until", "token_hash", "code_hash", "file_identifier",
                "sha256", "size_bytes", "storage_key", "numbered_at", "published_at", "kind",
                "successor_id", "latest_key",
            ),
        ),
        LaterControlRow: (
            (
                "application_id", "chosen_at", "officer_id", "looked_at", "outcome", "note",
            ),
        ),
        LetterRow: (
            (
                "id", "kind", "request", "state", "number", "year", "serial", "ruc", "name",
                "email", "application_id", "about", "body", "token_hash", "written_at",
                "confirm_by", "received_at", "due_on", "term_days", "term_norm", "answer",
                "answered_by", "answered_at", "answer_mail_id",
            ),
        ),
        AppealRow: (
            (
                "letter_id", "application_id", "act", "act_at", "act_by", "act_reasons",
                "appeal_until", "entered_on", "is_late", "recorded_by", "outcome", "reasons",
                "review_order", "basis", "remains", "decided_by", "decided_at",
            ),
        ),
        LetterPhotoRow: (
            (
                "letter_id", "state", "sent_at", "size_bytes", "sha256", "staging_key",
                "image_key", "image_sha256", "refusal", "checked_at", "released_at",
            ),
        ),
        InternalNoteRow: (
            (
                "id", "application_id", "body", "written_by", "written_at", "corrects",
            ),
        ),
        PendingDecisionRow: (
            (
                "application_id", "outcome", "reasons", "category", "late_reason",
                "recommended_by", "recommended_at", "decided_by", "decided_at",
                "takes_effect_at",
            ),
        ),
        ConsultationRow: (
            (
                "id", "application_id", "asked_by", "asked_of", "question", "needed_by",
                "asked_at", "reminded_at", "answer", "answered_at", "withdrawn_at",
            ),
        ),
        LegalHoldRow: (
            (
                "id", "application_id", "reason", "placed_by", "placed_at", "lifted_by",
                "lifted_at", "lifted_reason",
            ),
        ),
        DirectoryConsentRow: (
            (
                "id", "application_id", "text_version", "shows_name", "shows_phone", "trade",
                "canton", "province", "words", "given_at", "ended_at",
            ),
        ),
        OfficerRow: (
            (
                "id", "user_name", "full_name", "unit", "password_hash", "totp_secret",
                "totp_last_step", "active", "created_at", "role", "cedula", "represented_rucs",
            ),
        ),
    }
)  # fmt: skip
"""The columns that hold facts, by table; the last edition is the one that is written."""
NO_FACT: Final[Mapping[type[Base], Mapping[str, str]]] = MappingProxyType(
    {
        ApplicationRow: {
            **dict.fromkeys(
                ("claimed_by", "claimed_at", "claimed_until"),
                "who works on a case just now; it is renewed every minute, decides nothing, and "
                "what must be known of it later has an event of its own",
            ),
            **dict.fromkeys(
                ("moved_zone", "assigned_to"),
                "whose work a case is; it decides nothing, and each move has an event of its own",
            ),
        },
        OfficerRow: dict.fromkeys(
            (
                "digest_address",
                "digest_question",
                "digest_asked_at",
                "digest_confirmed_address",
                "digested_on",
            ),
            "where a reminder goes and when the last one was written; it decides nothing, and that "
            "the officer changed the address is an event",
        ),
        DocumentRow: {
            "pages_checked": "how far a check has come; it is written after each page and says "
            "nothing once `page_count` is known"
        },
    }
)
"""The columns that hold no fact, each with the reason."""
SUBJECTS: Final[Mapping[type[Base], str]] = MappingProxyType(
    {
        ApplicationRow: "id",
        ReviewItemRow: "application_id",
        CorrectionRow: "application_id",
        CorrectionExtensionRow: "application_id",
        ContactAttemptRow: "application_id",
        WithdrawalResolutionRow: "application_id",
        DocumentRow: "application_id",
        AgreementRow: "application_id",
        LaterControlRow: "application_id",
        AppealRow: "application_id",
        LetterPhotoRow: "letter_id",
        LetterRow: "id",
        InternalNoteRow: "application_id",
        ConsultationRow: "application_id",
        LegalHoldRow: "application_id",
        PendingDecisionRow: "application_id",
        DirectoryConsentRow: "application_id",
        OfficerRow: "id",
    }
)
"""The column that names the subject of a row's events: its application, officer or letter."""
ROOTS: Final = (ApplicationRow, OfficerRow, LetterRow)
"""The tables whose rows are subjects themselves; the others' rows go when these go."""


def written_columns(table: type[Base]) -> tuple[str, ...]:
    """Return the columns of which digests are made today."""
    return EDITIONS[table][-1]
