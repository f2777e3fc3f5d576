"""Who may use which page, and in which state of the application.

The guard decides from this table (``guarding``), ``docs/access.md`` is written from it
(``access_document``), and ``tests/integration/web/test_access_table.py`` tries every route with
every role against it. A route that is not in it answers nobody.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from review_service.domain.applications import AWAITING_DECISION, ApplicationState
from review_service.domain.roles import Permission
from review_service.web.access_rows import (
    EDITABLE,
    NUMBERED,
    RECEIVED,
    TO_APPEAL,
    Access,
    Audience,
    Rows,
)
from review_service.web.access_rows import acts as _acts
from review_service.web.access_rows import posts as _posts
from review_service.web.access_rows import reads as _reads
from review_service.web.access_rows import rows as _rows
from review_service.web.public_access import anybody

__all__ = ["TABLE", "Access", "Audience"]


def _applicant() -> Rows:
    reads = Access(audience=Audience.APPLICANT, method="GET")
    writes = Access(audience=Audience.APPLICANT, method="POST")
    edits = Access(audience=Audience.APPLICANT, method="POST", states=EDITABLE, otherwise=303)
    yield from _rows(
        reads,
        "applicant.applications",
        "applicant.new_application",
        "applicant.own_data",
        "applicant.new_on_track",
        "applicant.application",
        "applicant.ask_to_withdraw",
        "applicant.confirm",
        "applicant.correct",
        "applicant.document_state",
        "applicant.edit_sheet",
        "applicant.evidence",
        "applicant.original",
        "applicant.page_image",
        "applicant.thumbnail",
        "applicant.photos",
        "applicant.photos_state",
        "applicant.paper",
        "applicant.papers",
        "applicant.prior_agreement",
        "applicant.review",
    )
    yield from _rows(
        Access(audience=Audience.APPLICANT, method="GET", states=RECEIVED, otherwise=404),
        "applicant.receipt",
        "applicant.receipt_pdf",
    )
    yield from _rows(_once("GET", ApplicationState.REFUSED), "applicant.refusal_pdf")
    yield from _rows(_once("GET", ApplicationState.WITHDRAWN), "applicant.withdrawal_pdf")
    yield from _rows(  # only after the legal term, which the service looks at
        Access(audience=Audience.APPLICANT, method="GET", states=frozenset(), otherwise=404),
        "applicant.date_statement",
    )
    yield from _rows(
        _once("GET", ApplicationState.ISSUED), "applicant.agreement_pdf", "applicant.directory"
    )
    yield from _rows(
        _once("POST", ApplicationState.ISSUED),
        "applicant.join_directory",
        "applicant.leave_directory",
    )
    yield from _rows(
        writes,
        "applicant.download_data",
        "applicant.keep_words",
        "applicant.open_application",
        "applicant.confirm_by_code",
        "applicant.send_confirmation_again",
        "applicant.ask_second_address",
        "applicant.take_back",
        "applicant.send",
        "applicant.send_correction",
        "applicant.ask_extension",
        "applicant.withdraw",
    )
    yield from _rows(
        edits,
        "applicant.save_sheet",
        "applicant.save_themes",
        "applicant.upload_evidence",
        "applicant.upload_photos",
        "applicant.upload_prior_agreement",
        "applicant.upload_page_photos",
        "applicant.change_page_photo",
        "applicant.upload_paper",
        "applicant.upload_paper_photos",
        "applicant.move_paper",
        "applicant.employs_nobody",
        "applicant.say_not_applicable",
        "applicant.take_not_applicable_back",
        "applicant.move_photo",
        "applicant.comment_photo",
        "applicant.comment_page",
        "applicant.remove_document",
    )


def _officer() -> Rows:
    yield from _rows(
        Access(audience=Audience.OFFICER, method="GET", needs_cedula=False), "officer.account"
    )
    yield from _rows(Access(audience=Audience.OFFICER, method="GET"), "officer.home")
    yield from _rows(
        Access(audience=Audience.OFFICER, method="POST", needs_cedula=False),
        "officer.give_cedula",
        "officer.keep_words",
    )
    yield from _rows(_posts(Permission.REVIEW), "officer.set_digest")
    yield from _rows(_reads(Permission.SEE_HEALTH), "officer.health")
    yield from _rows(
        _reads(Permission.READ_CASES),
        "officer.queue",
        "officer.presence",
        "officer.agreements",
        "officer.case",
        "officer.undoable",
        "officer.letters",
        "officer.letter",
        "officer.appeals",
        "officer.appeal",
        "officer.views",
    )
    yield from _rows(  # those of the team are a supervisor's, which the service looks at
        _posts(Permission.READ_CASES),
        "officer.save_view",
        "officer.rename_view",
        "officer.remove_view",
    )
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="GET",
            permission=Permission.READ_CASES,
            own_case=False,
        ),
        "officer.timeline",
        "officer.ruc_life",
    )
    yield from _rows(
        _posts(Permission.ANSWER_LETTERS), "officer.answer_letter", "officer.correct_entry_day"
    )
    yield from _rows(_posts(Permission.DECIDE_APPEALS), "officer.decide_appeal")
    yield from _rows(_acts("GET", Permission.ANSWER_LETTERS, TO_APPEAL), "officer.paper_appeal")
    yield from _rows(_acts("POST", Permission.ANSWER_LETTERS, TO_APPEAL), "officer.record_appeal")
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="GET",
            permission=Permission.READ_CASES,
            states=NUMBERED,
            otherwise=404,
        ),
        "officer.issued",
    )
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="GET",
            permission=Permission.READ_CASES,
            states=frozenset({ApplicationState.WITHDRAWN}),
            otherwise=404,
        ),
        "officer.withdrawal_pdf",
    )
    yield from _rows(
        _reads(Permission.READ_FILES),
        "officer.image",
        "officer.preview",
        "officer.thumbnail",
        "officer.original",
        "officer.letter_photo",
        "officer.compare_photos",
        "officer.texts",
        "officer.agreement_pdf",
    )
    yield from _rows(_posts(Permission.REVIEW), "officer.next_case", "officer.keep_case")
    yield from _rows(_acts("POST", Permission.REVIEW), "officer.take_case")
    yield from _rows(_acts("GET", Permission.MOVE_WORK), "officer.move")
    yield from _rows(_acts("POST", Permission.MOVE_WORK), "officer.move_case")
    yield from _rows(_reads(Permission.MOVE_WORK), "officer.choose_move")
    yield from _rows(_posts(Permission.MOVE_WORK), "officer.move_cases")
    yield from _rows(_posts(Permission.EXPORT_LISTS), "officer.export_list")
    yield from _rows(_reads(Permission.REVIEW), "officer.consultations")
    yield from _rows(_acts("GET", Permission.REVIEW), "officer.consult")
    yield from _rows(_acts("POST", Permission.REVIEW), "officer.ask_colleague")
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="POST",
            permission=Permission.REVIEW,
            own_case=False,
            states=AWAITING_DECISION,
            otherwise=409,
        ),
        "officer.answer_colleague",
        "officer.remind_colleague",
        "officer.withdraw_question",
    )
    yield from _rows(_reads(Permission.REVIEW), "officer.second_reviews", "officer.second_review")
    yield from _rows(
        _posts(Permission.REVIEW), "officer.next_second_review", "officer.say_second_review"
    )
    yield from _rows(_posts(Permission.SUPERVISE), "officer.settle_second_review")
    yield from _rows(_acts("GET", Permission.REVIEW), "officer.correction")
    yield from _rows(_acts("POST", Permission.REVIEW), "officer.judge", "officer.send_correction")
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="POST",
            permission=Permission.REVIEW,
            own_case=False,
            states=NUMBERED,
            otherwise=409,
        ),
        "officer.end_later_control",
    )
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="POST",
            permission=Permission.REVIEW,
            own_case=False,
            states=RECEIVED,
            otherwise=404,
        ),
        "officer.write_note",
        "officer.judge_copy",
    )
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="POST",
            permission=Permission.READ_FILES,
            states=RECEIVED,
            otherwise=404,
        ),
        "officer.ask_original",
    )
    yield from _rows(
        Access(
            audience=Audience.OFFICER,
            method="POST",
            permission=Permission.HOLD,
            own_case=False,
            states=RECEIVED,
            otherwise=404,
        ),
        "officer.place_hold",
        "officer.lift_hold",
    )
    yield from _rows(
        _reads(Permission.CORRECT_FIGURES), "officer.figures", "officer.figures_of_month"
    )
    yield from _rows(_posts(Permission.CORRECT_FIGURES), "officer.correct_figures")
    yield from _rows(
        _reads(Permission.SUPERVISE),
        "officer.panel",
        "officer.checks",
        "officer.check",
        "officer.rule_trials",
        "officer.rule_trial",
        "officer.second_figures",
    )
    yield from _rows(
        _on_correction("POST", Permission.REVIEW),
        "officer.decide_extension",
        "officer.log_attempt",
        "officer.write_second_address",
    )
    yield from _rows(_on_correction("GET", Permission.DECIDE), "officer.withdrawal")
    yield from _rows(
        _on_correction("POST", Permission.DECIDE),
        "officer.sign_withdrawal",
        "officer.restart_notice",
    )
    yield from _rows(
        _acts("GET", Permission.DECIDE),
        "officer.approve",
        "officer.refuse",
        "officer.recommendation",
    )
    yield from _rows(
        _acts("POST", Permission.DECIDE),
        "officer.confirm_approval",
        "officer.send_refusal",
        "officer.answer_recommendation",
        "officer.undo_decision",
    )
    yield from _rows(_reads(Permission.DECIDE), "officer.ready_cases", "officer.confirm_issuing")
    yield from _rows(_posts(Permission.DECIDE), "officer.issue_cases")


def _once(method: str, state: ApplicationState) -> Access:
    """Return the conditions of what an applicant has once an application has come to a state."""
    return Access(
        audience=Audience.APPLICANT, method=method, states=frozenset({state}), otherwise=404
    )


def _on_correction(method: str, permission: Permission) -> Access:
    """Return the conditions of what is done while a correction is waited for."""
    return Access(
        audience=Audience.OFFICER,
        method=method,
        permission=permission,
        own_case=False,
        states=frozenset({ApplicationState.CORRECTION_REQUESTED}),
        otherwise=409,
    )


def _table() -> Mapping[str, Access]:
    table: dict[str, Access] = {}
    for rows in (anybody(), _applicant(), _officer()):
        for endpoint, access in rows:
            if endpoint in table:
                raise ValueError(f"{endpoint} is in the table twice")
            table[endpoint] = access
    return MappingProxyType(table)


TABLE: Final = _table()
"""The conditions of each endpoint."""
