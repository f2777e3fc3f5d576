"""Who may use which page, and in which state of the application.

The guard decides from this table (``guarding``), ``docs/access.md`` is written from it
(``access_document``), and ``tests/integration/web/test_access_table.py`` tries every route with
every role against it. A route that is not in it answers nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from review_service.domain.applications import ApplicationState
from review_service.domain.roles import Permission


class Audience(StrEnum):
    """Who a page is made for."""

    ANYBODY = "anybody"
    APPLICANT = "applicant"
    """Signed in with a RUC; what is another's is 404."""
    OFFICER = "officer"
    """Signed in with both factors, and with a known cédula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The conditions for using one route."""

    audience: Audience
    method: str
    permission: Permission | None = None
    """What an officer's role must grant; None: every role has it."""
    needs_cedula: bool = True
    """Whether an officer without a cédula is first asked for it."""
    own_case: bool = True
    """Whether an officer may use it on an application of the own RUC."""
    states: frozenset[ApplicationState] | None = None
    """States of the application in which it can be used; None: all that the audience sees."""
    otherwise: int = 0
    """Status of the answer in any other state."""


Rows = Iterator[tuple[str, Access]]

EDITABLE: Final = frozenset({ApplicationState.DRAFT, ApplicationState.CORRECTION_REQUESTED})
RECEIVED: Final = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.AWAITING_CONFIRMATION,
}
TO_REVIEW: Final = frozenset({ApplicationState.IN_REVIEW})
NUMBERED: Final = frozenset({ApplicationState.APPROVED, ApplicationState.ISSUED})


def _rows(access: Access, *endpoints: str) -> Rows:
    for endpoint in endpoints:
        yield endpoint, access


def _anybody() -> Rows:
    yield from _rows(
        Access(audience=Audience.ANYBODY, method="GET"),
        "static",
        "health.health",
        "public.home",
        "public.former_folder",
        "public.former_page",
        "public.which_track",
        "public.answered",
        "public.topic",
        "public.office_list",
        "public.directory",
        "public.directory_csv",
        "public.directory_json",
        "public.search",
        "public.sitemap",
        "public.robots",
        "public.help_page",
        "public.other_tracks",
        "public.personal_data",
        "public.personal_data_kind",
        "public.personal_data_whole",
        "letters.kinds",
        "letters.new_letter",
        "letters.sent",
        "letters.letter",
        "public.figures",
        "public.figures_of_year",
        "public.figures_of_month",
        "public.figures_csv",
        "public.figure_versions_csv",
        "public.figure_groups_csv",
        "public.figures_json",
        "public.figures_package",
        "public.figures_feed",
        "verify.ask",
        "verify.by_token",
        "access.sign_in",
        "access.link_sent",
        "access.show_link",
        "access.show_confirmation",
        "access.show_second_address",
        "access.confirmed",
        "officer_access.sign_in",
        "officer_access.second_factor",
        "officer_access.original_by_ticket",
        "demo.start",
        "demo.state",
        "demo.mails",
        "demo.mail",
        "demo.mail_attachment",
        "demo.sample",
        "demo.prove",
        "demo.act_mail",
    )
    yield from _rows(
        Access(audience=Audience.ANYBODY, method="POST"),
        "letters.send_letter",
        "letters.confirm_letter",
        "letters.send_photo",
        "verify.by_number",
        "verify.by_file",
        "access.ask_for_link",
        "access.sign_in_by_code",
        "access.sign_in_by_link",
        "access.confirm_by_link",
        "access.confirm_second_address",
        "access.sign_out",
        "officer_access.give_password",
        "officer_access.give_code",
        "officer_access.sign_out",
        "demo.begin_act",
    )


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
    yield from _rows(  # only after the legal term, which the service looks at
        Access(audience=Audience.APPLICANT, method="GET", states=frozenset(), otherwise=404),
        "applicant.date_statement",
    )
    yield from _rows(
        Access(
            audience=Audience.APPLICANT,
            method="GET",
            states=frozenset({ApplicationState.ISSUED}),
            otherwise=404,
        ),
        "applicant.agreement_pdf",
        "applicant.directory",
    )
    yield from _rows(
        Access(
            audience=Audience.APPLICANT,
            method="POST",
            states=frozenset({ApplicationState.ISSUED}),
            otherwise=404,
        ),
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
        "officer.letters",
        "officer.letter",
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
    yield from _rows(_posts(Permission.ANSWER_LETTERS), "officer.answer_letter")
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
        _reads(Permission.READ_FILES),
        "officer.image",
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
    yield from _rows(_reads(Permission.REVIEW), "officer.second_looks", "officer.second_look")
    yield from _rows(
        _posts(Permission.REVIEW), "officer.next_second_look", "officer.say_second_look"
    )
    yield from _rows(_posts(Permission.SUPERVISE), "officer.settle_second_look")
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
    yield from _rows(_acts("GET", Permission.DECIDE), "officer.approve", "officer.refuse")
    yield from _rows(
        _acts("POST", Permission.DECIDE), "officer.confirm_approval", "officer.send_refusal"
    )


def _reads(permission: Permission) -> Access:
    return Access(audience=Audience.OFFICER, method="GET", permission=permission)


def _posts(permission: Permission) -> Access:
    return Access(audience=Audience.OFFICER, method="POST", permission=permission)


def _acts(method: str, permission: Permission) -> Access:
    return Access(
        audience=Audience.OFFICER,
        method=method,
        permission=permission,
        own_case=False,
        states=TO_REVIEW,
        otherwise=409,
    )


def _table() -> Mapping[str, Access]:
    table: dict[str, Access] = {}
    for rows in (_anybody(), _applicant(), _officer()):
        for endpoint, access in rows:
            if endpoint in table:
                raise ValueError(f"{endpoint} is in the table twice")
            table[endpoint] = access
    return MappingProxyType(table)


TABLE: Final = _table()
"""The conditions of each endpoint."""
