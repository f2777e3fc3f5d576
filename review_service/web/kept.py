"""Keeps the words of a form that is turned away, and gives them back to the same person.

One mechanism for every form of applicants and officers. Each form carries, beside its token, the
keyed name of who it was made for (``kept_for``): it outlives the session and the token. A form that
meets an ended session, a stale token or a half sign-in is kept under that name; whoever signs in as
that person is led to the form's page, where its words stand again, with the version that they were
typed over. While somebody types, a script keeps the same words by the same means.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, current_app, g, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from review_service.db.models import SessionKind
from review_service.domain.documents import SupportKind
from review_service.domain.errors import DatabaseDownError, InvalidInputError
from review_service.domain.tracks import ARTISAN, track_named
from review_service.domain.wording import gettext_noop
from review_service.services import keeping, sessions
from review_service.services.keeping import KeptForm
from review_service.services.sessions import CurrentSession, Signed
from review_service.web import auth, bodies, seeing
from review_service.web.access_table import TABLE, Audience
from review_service.web.auth import SESSION_KINDS, asker, kind_of_page, wants_json
from review_service.web.context import parts
from review_service.web.filling import Filled, fill
from review_service.web.seeing import Typed

FIELD: Final = "kept_for"
SECRETS: Final = frozenset({FIELD, "csrf_token", "upload_key", "code", "password", "kept_path"})
"""Fields that are never kept."""
PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "applicant.open_application": "applicant.new_on_track",
        "applicant.download_data": "applicant.own_data",
        "applicant.save_sheet": "applicant.edit_sheet",
        "applicant.save_themes": "applicant.evidence",
        "applicant.upload_evidence": "applicant.evidence",
        "applicant.upload_prior_agreement": "applicant.prior_agreement",
        "applicant.upload_page_photos": "applicant.prior_agreement",
        "applicant.change_page_photo": "applicant.prior_agreement",
        "applicant.upload_paper": "applicant.paper",
        "applicant.upload_paper_photos": "applicant.paper",
        "applicant.move_paper": "applicant.papers",
        "applicant.employs_nobody": "applicant.papers",
        "applicant.upload_photos": "applicant.photos",
        "applicant.say_not_applicable": "applicant.photos",
        "applicant.take_not_applicable_back": "applicant.photos",
        "applicant.move_photo": "applicant.photos",
        "applicant.comment_photo": "applicant.photos",
        "applicant.comment_page": "applicant.evidence",
        "applicant.remove_document": "applicant.photos",
        "applicant.send": "applicant.review",
        "applicant.confirm_by_code": "applicant.confirm",
        "applicant.send_confirmation_again": "applicant.confirm",
        "applicant.ask_second_address": "applicant.application",
        "applicant.send_correction": "applicant.correct",
        "applicant.ask_extension": "applicant.correct",
        "applicant.take_back": "applicant.confirm",
        "applicant.withdraw": "applicant.ask_to_withdraw",
        "applicant.join_directory": "applicant.directory",
        "applicant.leave_directory": "applicant.directory",
        "officer.give_cedula": "officer.account",
        "officer.set_digest": "officer.account",
        "officer.say_second_review": "officer.second_review",
        "officer.settle_second_review": "officer.second_figures",
        "officer.judge": "officer.case",
        "officer.take_case": "officer.case",
        "officer.end_later_control": "officer.case",
        "officer.answer_letter": "officer.letter",
        "officer.decide_appeal": "officer.appeal",
        "officer.record_appeal": "officer.paper_appeal",
        "officer.correct_entry_day": "officer.appeal",
        "officer.correct_figures": "officer.figures_of_month",
        "officer.write_note": "officer.case",
        "officer.judge_copy": "officer.compare_photos",
        "officer.ask_original": "officer.case",
        "officer.place_hold": "officer.case",
        "officer.lift_hold": "officer.case",
        "officer.confirm_approval": "officer.approve",
        "officer.answer_recommendation": "officer.recommendation",
        "officer.move_case": "officer.move",
        "officer.move_cases": "officer.choose_move",
        "officer.ask_colleague": "officer.consult",
        "officer.answer_colleague": "officer.case",
        "officer.remind_colleague": "officer.case",
        "officer.withdraw_question": "officer.case",
        "officer.save_view": "officer.queue",
        "officer.rename_view": "officer.views",
        "officer.remove_view": "officer.views",
        "officer.send_correction": "officer.correction",
        "officer.send_refusal": "officer.refuse",
        "officer.decide_extension": "officer.case",
        "officer.log_attempt": "officer.case",
        "officer.write_second_address": "officer.case",
        "officer.sign_withdrawal": "officer.withdrawal",
        "officer.restart_notice": "officer.withdrawal",
    }
)
"""The page that each form stands on; ``page`` of a form on one file says another."""
FILE_PAGES: Final = MappingProxyType(
    {"pdf": "applicant.evidence", "acuerdo": "applicant.prior_agreement"}
)
OF_PAPER: Final = "documento-"
OF_ONE_FILE: Final = frozenset(
    {
        "applicant.change_page_photo",
        "applicant.comment_page",
        "applicant.comment_photo",
        "applicant.remove_document",
    }
)
"""Forms whose field ``page`` says which page they stand on."""
TOLD_ON: Final = frozenset({*PAGES.values(), "applicant.application"})
WAITS: Final = gettext_noop(
    "Lo que escribió está guardado: al ingresar otra vez, sigue en su formulario."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """One form's words as the page tells of them."""

    kept: KeptForm
    rest: tuple[Typed, ...]
    """Words that no field of the page can take."""
    had_file: bool


def install(app: Flask) -> None:
    """Give words back on the pages of forms, and forget those of forms that were taken."""
    app.after_request(_after)
    app.add_template_global(kept_for)
    app.add_template_global(keep_address)


def kept_for() -> str:
    """Return the keyed name of the signed-in person for the forms of this page, or nothing."""
    owner = _present_owner()
    return f"{owner}.{_keyed('name', owner)}" if owner else ""


def keep_address() -> str:
    """Return where a script keeps what is typed on this page, or nothing."""
    if not _present_owner():
        return ""
    is_officers = TABLE[request.endpoint or ""].audience is Audience.OFFICER
    return url_for("officer.keep_words" if is_officers else "applicant.keep_words")


def owner_of(current: CurrentSession) -> str:
    """Return the name under which the words of a signed-in person are kept."""
    who = current.ruc if current.kind is SessionKind.APPLICANT else current.officer_id
    return current.kind.value[0] + _keyed("owner", f"{current.kind.value}:{who}")


def keep_turned_away(page: str = "") -> str | None:
    """Keep the form of this request; return its page's address, None when nothing could be.

    ``page`` says where its words are to be told, if not where the form stands.
    """
    endpoint = request.endpoint or ""
    if request.method != "POST" or endpoint not in PAGES or wants_json():
        return None
    if asker() is None and not bodies.admit_words():
        return None
    owner = _claimed_owner(TABLE[endpoint].audience)
    if not owner or not _is_from_here():
        return None
    page = page or page_of(endpoint, request.view_args or {}, request.form)
    try:
        keeping.keep(
            parts().writing(),
            owner=owner,
            path=request.path,
            page=page,
            fields=_words(),
            was_sent=True,
        )
    except (InvalidInputError, DatabaseDownError):
        return None
    g.words_kept = True
    return page


def keep_typed(current: CurrentSession, audience: Audience) -> KeptForm:
    """Keep what a script sends while somebody types.

    Raises ``InvalidInputError`` for an address that no form is sent to.
    """
    path = request.form.get("kept_path", "")
    endpoint, values = form_at(path)
    if endpoint not in PAGES or TABLE[endpoint].audience is not audience:
        raise InvalidInputError({"kept_path": gettext_noop("No conocemos ese formulario.")})
    page = page_of(endpoint, values, request.form)
    fields = _words()
    kept_at = keeping.keep(
        parts().writing(),
        owner=owner_of(current),
        path=path,
        page=page,
        fields=fields,
        was_sent=False,
    )
    return KeptForm(path=path, page=page, fields=fields, was_sent=False, kept_at=kept_at)


def drop(current: CurrentSession, path: str) -> str:
    """Delete what is kept of a form; return its page's address, or nothing."""
    endpoint, values = form_at(path)
    keeping.forget(parts().writing(), owner=owner_of(current), path=path)
    return page_of(endpoint, values, request.form) if endpoint in PAGES else ""


def form_at(path: str) -> tuple[str, Mapping[str, Any]]:
    """Return the endpoint and values of a form's address; an empty name when there is none."""
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, "POST")
    except HTTPException:
        return "", {}
    return endpoint, values


def page_of(endpoint: str, values: Mapping[str, Any], form: Mapping[str, str]) -> str:
    """Return the address of the page that a form stands on."""
    page = PAGES[endpoint]
    if endpoint in OF_ONE_FILE:
        return page_of_file(values["application_id"], form.get("page", ""), default=page)
    if endpoint == "applicant.open_application":
        return url_for(page, via=(track_named(form.get("via", "")) or ARTISAN).slug)
    named = ("application_id", "letter_id", "review_id", "paper", "year", "month")
    known = {name: values[name] for name in named if name in values}
    if page == "officer.compare_photos":
        known |= {name: values[name] for name in ("document_id", "number")}
    if page == "applicant.papers":
        known.pop("paper", None)
    if page == "officer.second_figures":
        known.pop("review_id", None)
    return url_for(page, **known)


def page_of_file(
    application_id: UUID, told: str, *, default: str, anchor: str | None = None
) -> str:
    """Return the address of the page that a form on one file stood on, by its field ``page``."""
    slug = told.removeprefix(OF_PAPER)
    if slug != told and slug in {kind.slug for kind in SupportKind}:
        return url_for("applicant.paper", application_id=application_id, paper=slug)
    page = FILE_PAGES.get(told, default)
    return url_for(page, application_id=application_id, _anchor=anchor)


def way_back(signed: Signed, default: str) -> str:
    """Return where to lead somebody who just signed in: to a form that was turned away, if any."""
    current = sessions.seen(parts().reading, parts().writing, token=signed.token)
    if current is None:
        return auth.way_back(default)
    page = keeping.page_to_return_to(parts().reading(), owner=owner_of(current))
    wanted = auth.way_back(default)
    return page or wanted


def _words() -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in request.form.items(multi=True) if pair[0] not in SECRETS)


def _is_from_here() -> bool:
    """Whether the browser says that a page of ours sent the form; older ones say the origin."""
    if request.headers.get("Sec-Fetch-Site") is not None:
        return True  # others were refused before (``security``)
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def _claimed_owner(audience: Audience) -> str:
    owner, _, mark = request.form.get(FIELD, "").partition(".")
    is_ours = hmac.compare_digest(mark.encode(), _keyed("name", owner).encode())
    kind = SESSION_KINDS.get(audience)
    return owner if is_ours and kind is not None and owner.startswith(kind.value[0]) else ""


def _present_owner() -> str:
    kind = kind_of_page()
    known: Mapping[SessionKind, CurrentSession | None] = g.get("sessions", {})
    current = known.get(kind) if kind is not None else None
    if current is None or (kind is SessionKind.OFFICER and not current.second_factor):
        return ""
    return owner_of(current)


def _keyed(purpose: str, text: str) -> str:
    key = parts().settings.secret_key.encode()
    told = f"kept forms {purpose}\n{text}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:40]


def _after(response: Response) -> Response:
    endpoint = request.endpoint or ""
    if request.method == "POST" and endpoint in PAGES:
        _forget_taken(response)
    elif request.method == "GET" and endpoint in TOLD_ON:
        _give_back(response)
    return response


def _forget_taken(response: Response) -> None:
    owner = _present_owner()
    was_taken = response.status_code in {302, 303} and not g.get("words_kept", False)
    if not owner or not (was_taken or (wants_json() and response.status_code < 300)):  # noqa: PLR2004 -- success
        return
    page = page_of(request.endpoint or "", request.view_args or {}, request.form)
    kept = keeping.kept_on(parts().reading(), owner=owner, page=page)
    if any(each.path == request.path and _is_done(each) for each in kept):
        keeping.forget(parts().writing(), owner=owner, path=request.path)


def _is_done(kept: KeptForm) -> bool:
    """Whether the form just taken holds the kept words, not another window that never saw them."""
    words = _words()
    version = dict(words).get(seeing.FIELD)
    is_same_window = not kept.was_sent and dict(kept.fields).get(seeing.FIELD) == version
    return kept.was_shown or is_same_window or set(kept.fields) == set(words)


def _give_back(response: Response) -> None:
    owner = _present_owner()
    if not owner or response.status_code != 200 or response.mimetype != "text/html":  # noqa: PLR2004 -- a page
        return
    kept = keeping.kept_on(parts().reading(), owner=owner, page=request.path)
    if not kept:
        return
    filled = fill(
        response.get_data(as_text=True),
        {each.path: each.fields for each in kept},
        here=request.path,
    )
    told = [_given_back(each, filled) for each in kept if _is_worth_telling(each, filled)]
    note = render_template("kept.html", given=told) if told else ""
    before, main, after = filled.page.partition('id="contenido"')
    head, end, rest = after.partition(">")
    response.set_data(f"{before}{main}{head}{end}{note}{rest}")
    _note_shown(owner, kept, filled)


def _is_worth_telling(kept: KeptForm, filled: Filled) -> bool:
    return kept.was_sent or kept.path in filled.changed or kept.path not in filled.placed


def _given_back(kept: KeptForm, filled: Filled) -> GivenBack:
    placed = filled.placed.get(kept.path, set())
    endpoint, _ = form_at(kept.path)
    return GivenBack(
        kept=kept,
        rest=tuple(
            Typed(label=seeing.label_of(name), text=seeing.text_of(name, text))
            for name, text in kept.fields
            if name not in placed and name not in seeing.UNTYPED | SECRETS and text.strip()
        ),
        had_file=endpoint.startswith("applicant.upload_"),
    )


def _note_shown(owner: str, kept: tuple[KeptForm, ...], filled: Filled) -> None:
    """Words that stand in a form stay until it is sent; what can only be told is told once."""
    for each in kept:
        if each.path in filled.placed and each.path not in filled.changed:
            keeping.forget(parts().writing(), owner=owner, path=each.path)
    if any(each.was_sent for each in kept):
        keeping.note_shown(parts().writing(), owner=owner, page=request.path)
