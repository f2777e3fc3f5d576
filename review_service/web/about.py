"""Template values on the institution, this installation, and its terms and limits."""

from dataclasses import dataclass

from flask import Flask

from review_service.bootstrap import Container
from review_service.domain.terms import CORRECTION_DAYS, REVIEW_PROMISE_DAYS, ecuador_today
from review_service.services.applicant.applying import MAX_COMMENT_CHARACTERS
from review_service.services.applicant.registering import LINK_MINUTES
from review_service.services.notices import CODE_MINUTES
from review_service.services.review.correcting import MAX_TEXT_CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The figures that pages name, taken from the constants that enforce them."""

    review_days: int = REVIEW_PROMISE_DAYS
    """Business days."""
    correction_days: int = CORRECTION_DAYS
    """Business days."""
    link_minutes: int = LINK_MINUTES
    code_minutes: int = CODE_MINUTES
    answer_characters: int = MAX_TEXT_CHARACTERS
    """Most characters of an answer to one item of a correction."""
    comment_characters: int = MAX_COMMENT_CHARACTERS
    """Most characters of a comment on one photo."""


def install(app: Flask, container: Container) -> None:
    """Give the templates ``institution()`` and whether this is a demonstration."""
    app.add_template_global(container.institution, "institution")
    app.add_template_global(
        lambda: container.institution().number(year=ecuador_today().year, sequence=482),
        "number_example",
    )
    app.jinja_env.globals.update(
        is_demonstration=container.settings.demonstration,
        has_demo_page=container.settings.demo_page,
        terms=Terms(),
    )
