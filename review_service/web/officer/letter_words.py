"""A letter as it will be sent, for the preview of whoever signs it."""

from collections.abc import Mapping
from typing import Final

from flask import render_template
from markupsafe import Markup

from review_service.adapters.mail_templates import worded
from review_service.services.review.letters import mark_of

PREVIEWED: Final = "carta"
"""Field with the mark of the letter that the officer read."""


def letter_of(event: str, facts: Mapping[str, object]) -> dict[str, str]:
    """Return subject, body and mark of the letter of an event, by the facts of its mail."""
    words = worded(facts)
    return {
        "previewed": mark_of(facts),
        "subject": render_template(f"email/{event}/subject.txt", **words).strip(),
        "letter": Markup(render_template(f"email/letters/{event}.html", **words)),  # noqa: S704 -- our own escaped template
    }
