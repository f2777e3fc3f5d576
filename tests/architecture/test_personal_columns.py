"""Every column of the database is told in the register of personal data, or is known to hold none.

A new column fails here until somebody has thought of it: name it in ``holds`` of
``rules/personal_data.toml``, or in ``IMPERSONAL``. What is told stands in the holder's archive too,
or in ``LEFT_OUT`` with the reason.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from review_service.db import models
from review_service.db.base import Base
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.personal_data import data_uses
from review_service.services.applicant.export_scope import EXPORTED, LEFT_OUT, columns_of

IMPERSONAL: Final[Mapping[str, str]] = {
    "agreement_proofs": "document_id signature",
    "agreements": (
        "id application_id kind year serial state valid_from valid_until size_bytes "
        "numbered_at published_at successor_id"
    ),
    "applications": (
        "id reference track kind state version sheet_saved_at created_at changed_at sent_at "
        "confirmed_at confirm_by due_at correct_by decided_by decided_rule decided_at "
        "claimed_by claimed_at claimed_until moved_zone assigned_to returned_at"
    ),
    "appeals": (
        "letter_id application_id act act_at act_by appeal_until entered_on is_late recorded_by "
        "outcome decided_by decided_at"
    ),
    "attempts": "window_start count",
    "chain_head": "id sequence hash",
    "clock": "id noted_at held_since",
    "contact_attempts": "id application_id round channel result made_on logged_by logged_at",
    "correction_extensions": "id application_id round asked_at days decided_by decided_at",
    "corrections": (
        "id application_id round item reason_code legal_basis asked_by asked_at answered_at "
        "notified_again_at settled_at"
    ),
    "copy_denials": "id application_id other_application_id denied_by denied_at",
    "counters": "name year value",
    "directory_consents": "id application_id text_version province given_at ended_at",
    "documents": (
        "id application_id kind state theme size_bytes refusal recognised_as virus_checked_at "
        "page_count pages_checked created_at checked_at removed_at released_at round "
        "assembled replaces"
    ),
    "establishments": "number imported_at",
    "consultations": (
        "id application_id asked_by asked_of needed_by asked_at reminded_at answered_at "
        "withdrawn_at"
    ),
    "events": "sequence at action subject_id previous_hash hash",
    "fact_salts": "subject_id",
    "file_incidents": "key kind problem application_id owner_id page seen_at mended_at",
    "findings": "id application_id document_id page item check_name code severity compared",
    "former_establishments": "number imported_at",
    "former_institution_papers": "kind institution source imported_at",
    "former_prior_agreements": "source imported_at",
    "former_registered_emails": "source imported_at",
    "former_taxpayers": "source imported_at",
    "holidays": "day canton name source",
    "imported_files": "id kind sha256 file_name lines_read lines_refused imported_at undone_at",
    "institution_papers": "kind institution source imported_at",
    "internal_notes": "id application_id written_by written_at corrects",
    "kept_forms": "id was_sent kept_at shown_at",
    "later_controls": "application_id chosen_at officer_id looked_at",
    "letter_photos": "letter_id state sent_at size_bytes refusal checked_at released_at",
    "letters": (
        "id kind state number year serial application_id written_at confirm_by received_at due_on "
        "term_days term_norm answered_by answered_at answer_mail_id"
    ),
    "monthly_figures": (
        "year month version complaints attentions source definition origin breakdowns recorded_at"
    ),
    "officers": "id totp_last_step created_at digested_on digest_question digest_asked_at",
    "legal_holds": "id application_id placed_by placed_at lifted_by lifted_at",
    "one_use_links": (
        "id purpose application_id token_hash link_expires_at code_expires_at code_attempts"
    ),
    "outgoing_mails": "id application_id event is_copy created_at failed_at",
    "page_texts": "position page_id",
    "pages": (
        "id document_id number kind theme sorted_at width_px height_px sharpness exposure "
        "words_from photo_layout suggested_theme"
    ),
    "paper_proofs": "agreement_id record_sha256 file_sha256 checked_at signatures mac",
    "pending_decisions": (
        "application_id outcome recommended_by recommended_at decided_by decided_at takes_effect_at"
    ),
    "photos": "page_id position pdq_quality index_position",
    "prior_agreements": "source imported_at",
    "pulses": "id host version seen_at late",
    "read_fields": "document_id name confidence page outcome",
    "receipts": "application_id digest made_at",
    "registered_emails": "source imported_at",
    "registry_imports": "sha256 file_name lines_done lines_refused started_at finished_at",
    "resemblances": "distance turned agreeing agreement",
    "review_items": "application_id item verdict judged_by judged_at reopened_at",
    "saved_views": "id made_at",
    "second_reviews": (
        "id application_id drawn_at officer_id taken_at opinion said_at settled_by settled_at"
    ),
    "second_addresses": "id application_id token_hash expires_at",
    "sessions": "id kind token_hash expires_at second_factor_at ended_at",
    "tasks": (
        "id kind lane subject_id turn idempotency_key state attempts outages lease_owner "
        "leased_until run_after last_error created_at finished_at"
    ),
    "taxpayers": "source imported_at",
    "withdrawal_resolutions": "application_id signed_by signed_at",
    "workers_seen": (
        "id host lanes version started_at proven_at seen_at jail_required missing escaped "
        "landlock ocr_engine antivirus antivirus_answer antivirus_since signing"
    ),
}
"""By table: the columns that hold no personal data by themselves.

Ids, which only lead to another row of the same case, states, times and counts of a case, and what
concerns the service alone.
"""


def told() -> set[str]:
    uses = data_uses(read_rulebook(None), on=date(2026, 11, 28))
    return {
        f"{table}.{column}" for use in uses for table, some in use.holds.items() for column in some
    }


def impersonal() -> set[str]:
    return {f"{table}.{column}" for table, some in IMPERSONAL.items() for column in some.split()}


def every_column() -> set[str]:
    assert models.__all__
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }


def test_every_column_is_told_or_holds_no_personal_data() -> None:
    assert every_column() - told() - impersonal() == set()


def test_no_column_is_both() -> None:
    assert told() & impersonal() == set()


def test_no_column_is_named_that_does_not_exist() -> None:
    assert (told() | impersonal()) - every_column() == set()


def given_out() -> dict[str, list[str]]:
    """Return by column how «Mis datos» treats it: as exported, or each reason to leave it out."""
    treated: dict[str, list[str]] = {column: ["exported"] for column in columns_of(EXPORTED)}
    for each in LEFT_OUT:
        for column in columns_of(each.columns):
            treated.setdefault(column, []).append(each.what)
    return treated


def test_the_holders_archive_tells_each_column_or_says_why_not() -> None:
    assert set(given_out()) == told()


def test_the_holders_archive_says_one_thing_of_each_column() -> None:
    assert {column: said for column, said in given_out().items() if len(said) > 1} == {}
