"""Saves the list that an officer looks at under a name; the page where views are kept in order."""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.saved_views import saved_views
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.queue_filters import CaseFilter
from review_service.domain.saved_views import query_arguments, query_text
from review_service.services.review import saved_views as saving
from review_service.web import kept
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.queue import list_arguments, searched_in, view_named

GONE: Final = "Esa vista ya no está entre las suyas ni las del equipo."


@blueprint.get("/vistas")
def views() -> str:
    """List the team's views and the own ones, to rename and to remove."""
    with parts().reading() as uow:
        found = saved_views(uow, officer_id=officer_id())
    return render_template("officer/saved_views.html", views=found)


@blueprint.post("/vistas")
def save_view() -> BaseResponse:
    """Save the list of the form's address; go back to it."""
    asked = query_arguments(request.form.get("lista", ""))
    text, chosen = searched_in(asked), view_named(asked.get("vista", ""))
    arguments: dict[str, Any] = {**list_arguments(text, chosen, CaseFilter.from_address(asked))}
    try:
        saving.save(
            parts().writing(),
            officer_id=officer_id(),
            name=request.form.get("nombre", ""),
            query=query_text(arguments),
            for_team=request.form.get("para") == "equipo",
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), "bad")
    else:
        flash("Guardamos la vista. Está en «Vistas guardadas».", "good")
    return redirect(url_for("officer.queue", **arguments), code=303)


@blueprint.post("/vistas/<uuid:view_id>/nombre")
def rename_view(view_id: UUID) -> BaseResponse:
    """Give a view another name."""
    try:
        saving.rename(
            parts().writing(),
            officer_id=officer_id(),
            view_id=view_id,
            name=request.form.get("nombre", ""),
            seen=request.form.get("visto", ""),
        )
    except InvalidInputError as error:
        flash(" ".join(error.problems.values()), "bad")
    except NotFoundError:
        flash(GONE, "doubt")
    except StaleStateError:
        flash(
            "Otra persona le cambió el nombre mientras tanto: revise cómo se llama ahora.", "doubt"
        )
    else:
        flash("La vista tiene su nombre nuevo.", "good")
    return redirect(url_for("officer.views"), code=303)


@blueprint.post("/vistas/<uuid:view_id>/quitar")
def remove_view(view_id: UUID) -> BaseResponse:
    """Remove a view."""
    try:
        saving.remove(parts().writing(), officer_id=officer_id(), view_id=view_id)
    except NotFoundError:
        flash(GONE, "doubt")
    else:
        flash("Quitamos la vista. Las solicitudes siguen donde estaban.", "good")
    return redirect(url_for("officer.views"), code=303)
