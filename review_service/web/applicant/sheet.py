"""The page of the data sheet: the SRI's data are filled in, the rest is asked for."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.applications import OwnApplication
from review_service.domain import associations, trade_words
from review_service.domain.applications import ApplicationKind, ReviewItem
from review_service.domain.associations import Organisation
from review_service.domain.categories import Category, limits_on
from review_service.domain.data_sheet import (
    BUSINESS,
    MAX_TEXT,
    all_problems,
    as_asked,
    typed_values,
)
from review_service.domain.errors import InvalidInputError
from review_service.domain.persons import OrganisationKind
from review_service.domain.provinces import canton_named, cantons_of, province_named, provinces
from review_service.domain.terms import ecuador_today
from review_service.domain.wording import gettext_noop, in_sentence_case
from review_service.services.applicant import applying
from review_service.web import forms, seeing
from review_service.web.applicant import blueprint
from review_service.web.applicant.applications import bring_own_agreement
from review_service.web.applicant.register_facts import renew_facts
from review_service.web.applicant.second_address import ask_again, ask_if_new
from review_service.web.applicant.work import Work, work_on
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.forms import Form, text
from review_service.web.languages import gettext

LONGEST_WORKSHOPS: Final = 12_000
"""More than fifty lines of two hundred letters; the domain says what is wrong with them."""
SMALL_WORDS: Final = frozenset({"de", "del", "el", "la", "las", "los", "y"})


class SheetForm(Form):
    """The form; every field is text, which the domain parses and validates."""

    kind = text(gettext_noop("Tipo de solicitud"))
    trade = forms.text(trade_words.QUESTION, longest=MAX_TEXT)
    ciiu = text(gettext_noop("Actividad de su RUC"), longest=MAX_TEXT)
    employees = text(gettext_noop("¿A cuántas personas emplea?"))
    started_this_year = text(gettext_noop("Empecé este año"))
    sales = text(gettext_noop("Ventas brutas del año, en dólares"))
    province = text(gettext_noop("Provincia"), longest=MAX_TEXT)
    canton = text(gettext_noop("Cantón"), longest=MAX_TEXT)
    address = text(gettext_noop("Dirección del taller"), longest=MAX_TEXT)
    workers = text(gettext_noop("Operarios"))
    apprentices = text(gettext_noop("Aprendices"))
    phone = text(gettext_noop("Su teléfono"), longest=MAX_TEXT)
    notice_email = text(gettext_noop("Otro correo para avisos"), longest=MAX_TEXT)
    organisation = text(gettext_noop("¿Qué organización es?"))
    members = text(gettext_noop("¿Cuántos socios tiene?"))
    workshops = text(gettext_noop("Otros talleres"), longest=LONGEST_WORKSHOPS)
    shared_with = text(gettext_noop("RUC de quienes lo comparten"))


@blueprint.get("/<uuid:application_id>/datos")
def edit_sheet(application_id: UUID) -> str:
    """Show the sheet as last saved."""
    renew_facts(application_id)
    work = work_on(application_id, items=(ReviewItem.DATA_SHEET,))
    form = SheetForm(formdata=None, data=_typed(work.application))
    return _page(work, form, version=work.application.sheet_stamp)


@blueprint.post("/<uuid:application_id>/datos")
def save_sheet(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Save what was typed; continue to the next step only when nothing is missing."""
    work = work_on(application_id, items=(ReviewItem.DATA_SHEET,))
    form = SheetForm()
    asked = work.application.track.questions
    to_go_on = not request.form.keys() & {"later", "ask"}
    values = {name: form[name].data or "" for name in (*asked.fields, "kind")}
    try:
        _require_valid(form)
        applying.save_sheet(
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            values=values,
            kind=_kind(values["kind"], work),
            seen=seeing.seen(),
            asked_year=request.form.get("asked_year", ""),
        )
    except InvalidInputError as error:
        form.add(error.problems)
        others = all_problems(values, asked, to_send=to_go_on)
        form.add({name: said for name, said in others.items() if name not in error.problems})
        return _page(work, form, version=seeing.seen()), 422  # nothing was compared yet
    bring_own_agreement(application_id)
    if "again" in request.form:
        ask_again(application_id, seen=None)  # what this form just saved
        return redirect(url_for("applicant.edit_sheet", application_id=application_id), code=303)
    ask_if_new(application_id)
    if "ask" in request.form:
        renew_facts(application_id, at_once=True)
        return redirect(url_for("applicant.edit_sheet", application_id=application_id), code=303)
    if "later" in request.form:
        flash(gettext("Guardamos lo que escribió. Puede seguir cuando quiera."), "good")
        return redirect(url_for("applicant.applications"), code=303)
    saved = work_on(application_id)
    missing = {**all_problems(values, asked), **_unsaid(saved)}
    if missing:
        form.add(missing)
        return _page(saved, form, version=saved.application.sheet_stamp, saved=True), 422
    # The kind may just have changed, and with it what comes next.
    return redirect(saved.after(saved.sheet_step), code=303)


def in_title_case(words: str) -> str:
    """Return a name of the registry, which is in capitals there, in title case."""
    if not words.isupper():
        return words
    return " ".join(
        word if place and word in SMALL_WORDS else word.capitalize()
        for place, word in enumerate(words.lower().split())
    )


def province_choice(words: str) -> str:
    """Return the province in our list for the registry's spelling, or the text unchanged."""
    return province_named(words) or words


def _require_valid(form: SheetForm) -> None:
    if not form.validate():
        raise InvalidInputError({})


def _kind(value: str, work: Work) -> ApplicationKind:
    kinds = {kind.value: kind for kind in ApplicationKind}
    return kinds.get(value, work.application.kind)


def _typed(application: OwnApplication) -> dict[str, str]:
    plain = typed_values(as_asked(application.sheet, ecuador_today()))
    return {
        **plain,
        "province": province_choice(plain["province"]),
        "canton": canton_named(plain["canton"], province=plain["province"])
        or in_title_case(plain["canton"]),
        "kind": application.kind.value,
    }


def _activities(application: OwnApplication) -> Sequence[tuple[str, str]]:
    return tuple(
        {
            place.ciiu: f"{in_sentence_case(place.activity)} ({place.ciiu})"
            for place in application.places
        }.items()
    )


def _limits(work: Work) -> Sequence[tuple[Category, str, str]]:
    """Return the table of categories where it is shown."""
    if work.application.track.questions is not BUSINESS:
        return ()
    return limits_on(ecuador_today(), parts().rulebook)


def _unsaid(work: Work) -> dict[str, str]:
    """Return what an organisation has not said of itself, by field; empty for others."""
    own = work.application
    if "organisation" not in own.track.questions.fields:
        return {}
    return associations.problems_of(
        own.sheet,
        ruc=own.ruc,
        holder=own.holder,
        taxpayer_type=own.taxpayer_type,
        on=ecuador_today(),
        document=parts().rulebook,
    )


def _organisation(work: Work) -> Organisation | None:
    """Return what a legal person that asks for an Acuerdo is; None for all others."""
    own = work.application
    if "organisation" not in own.track.questions.fields:
        return None
    return associations.organisation(
        ruc=own.ruc,
        holder=own.holder,
        taxpayer_type=own.taxpayer_type,
        said=own.sheet.organisation,
        on=ecuador_today(),
        document=parts().rulebook,
    )


def _page(work: Work, form: SheetForm, *, version: str, saved: bool = False) -> str:
    return render_template(
        "applicant/sheet.html",
        work=work,
        form=form,
        version=version,
        saved=saved,
        step=work.sheet_step,
        year=ecuador_today().year,
        limits=_limits(work),
        provinces=[(name, name) for name in provinces()],
        cantons=[(canton, name) for name in provinces() for canton in cantons_of(name)],
        activities=_activities(work.application),
        organisation=_organisation(work),
        organisations=[(kind.value, kind.label, "") for kind in OrganisationKind],
        asks_members=associations.asks_members(on=ecuador_today(), document=parts().rulebook),
        kinds=[
            (
                ApplicationKind.NEW.value,
                gettext("Es mi primer Acuerdo"),
                gettext("No ha tenido uno antes."),
            ),
            (
                ApplicationKind.RENEWAL.value,
                gettext("Quiero renovarlo"),
                gettext(
                    "Ya tuvo un Acuerdo. Si lo emitimos aquí, ya lo tenemos; si no, "
                    "se lo pediremos."
                ),
            ),
        ],
    )
