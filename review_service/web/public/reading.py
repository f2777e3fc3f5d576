"""Pages to read: help, topics that people look for, offices, personal data."""

from flask import render_template

from review_service.domain.categories import limits_on
from review_service.domain.errors import NotFoundError
from review_service.domain.needed_papers import looked_up_kinds
from review_service.domain.offices import offices
from review_service.domain.personal_data import data_uses
from review_service.domain.terms import ecuador_today
from review_service.web.context import parts
from review_service.web.public import blueprint
from review_service.web.public.topics import TOPICS


@blueprint.get("/ayuda")
def help_page() -> str:
    """Show the most frequent questions with their answers."""
    return render_template("public/help.html", limits=parts().limits)


@blueprint.get("/informacion/<topic>")
def topic(topic: str) -> str:
    """Show one topic that people look for. Raises ``NotFoundError`` for none of ours."""
    found = TOPICS.get(topic)
    if found is None:
        raise NotFoundError("no such topic")
    return render_template(
        f"public/topics/{found.template}.html",
        topic=found,
        limits=parts().limits,
        categories=limits_on(ecuador_today(), parts().rulebook),
        host=parts().settings.public_host,
    )


@blueprint.get("/oficinas")
def office_list() -> str:
    """Say where people are helped in person, and how to write or call."""
    return render_template(
        "public/offices.html", offices=offices(parts().rulebook, on=ecuador_today())
    )


@blueprint.get("/otros-tramites")
def other_tracks() -> str:
    """Say what an emprendedor needs at hand, and where to begin."""
    return render_template("public/other_tracks.html")


@blueprint.get("/datos-personales")
def personal_data() -> str:
    """Say in short what is kept, why and who sees it, and list the kinds of data."""
    rulebook, today = parts().rulebook, ecuador_today()
    return render_template(
        "public/personal_data.html",
        uses=data_uses(rulebook, on=today),
        looked_up=[kind.short_label for kind in looked_up_kinds(rulebook, on=today)],
    )


@blueprint.get("/datos-personales/registro")
def personal_data_whole() -> str:
    """Show the whole register of personal data on one page."""
    today = ecuador_today()
    return render_template(
        "public/personal_data_whole.html", uses=data_uses(parts().rulebook, on=today), today=today
    )


@blueprint.get("/datos-personales/<data_use>")
def personal_data_kind(data_use: str) -> str:
    """Show one kind of data: what is kept, why, how long, and where to turn.

    Raises ``NotFoundError`` for none of ours.
    """
    today = ecuador_today()
    uses = data_uses(parts().rulebook, on=today)
    place = next((place for place, use in enumerate(uses) if use.slug == data_use), None)
    if place is None:
        raise NotFoundError("no such kind of data")
    return render_template(
        "public/personal_data_kind.html",
        use=uses[place],
        before=uses[place - 1] if place else None,
        after=uses[place + 1] if place + 1 < len(uses) else None,
        today=today,
    )
