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
    """Show the register of personal data: what is kept, why, how long, and where to turn."""
    rulebook, today = parts().rulebook, ecuador_today()
    return render_template(
        "public/personal_data.html",
        uses=data_uses(rulebook, on=today),
        today=today,
        looked_up=[kind.short_label for kind in looked_up_kinds(rulebook, on=today)],
    )
