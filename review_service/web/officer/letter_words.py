"""A letter as it will be sent, for the preview of whoever signs it."""

from collections.abc import Mapping
from typing import Final

from flask import render_template
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from review_service.adapters.mail_templates import worded
from review_service.domain.withdrawal_resolutions import fact_lines
from review_service.services.review.letters import mark_of
from review_service.web.officer import blueprint

PREVIEWED: Final = "carta"
"""Field with the mark of the letter that the officer read."""


@blueprint.app_template_global("withdrawal_facts")
@pass_context
def withdrawal_facts(context: Context) -> tuple[str, ...]:
    """Return the facts of the resolution whose letter is shown, as its mail tells them."""
    return fact_lines(context.get_all())


def letter_of(event: str, facts: Mapping[str, object]) -> dict[str, str]:
    """Return subject, body and mark of the letter of an event, by the facts of its mail."""
    words = worded(facts)
    return {
        "previewed": mark_of(facts),
        "subject": render_template(f"email/{event}/subject.txt", **words).strip(),
        "letter": Markup(render_template(f"email/letters/{event}.html", **words)),  # noqa: S704 -- our own escaped template
    }
