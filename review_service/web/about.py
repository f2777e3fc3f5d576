"""Template values on the institution, this installation, and its terms and limits."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Flask

from review_service.bootstrap import Container
from review_service.domain import trade_words
from review_service.domain.certificates import certificate_number, certificate_years
from review_service.domain.errors import NotFoundError
from review_service.domain.not_applicable import MAX_WORDS
from review_service.domain.papers_at_hand import PaperAtHand, papers_at_hand
from review_service.domain.terms import CORRECTION_DAYS, REVIEW_PROMISE_DAYS, ecuador_today
from review_service.domain.tracks import track_named
from review_service.domain.validity import usual_years
from review_service.domain.wording import years
from review_service.services.applicant.applying import MAX_COMMENT_CHARACTERS
from review_service.services.applicant.registering import LINK_MINUTES
from review_service.services.notices import CODE_MINUTES
from review_service.services.review.correcting import MAX_TEXT_CHARACTERS
from review_service.web.languages import gettext

EXAMPLE: Final = 482
"""Serial of the numbers that forms show as examples."""


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
    excuse_characters: int = MAX_WORDS
    """Most characters of why a theme of the photos does not apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidFor:
    """For how long a document is valid, in words of the page's language."""

    certificate: str
    agreement: str
    """Of an Acuerdo: usually, and where it is of food."""


def install(app: Flask, container: Container) -> None:
    """Give the templates ``institution()``, words for trades, and whether it is a demonstration."""
    app.add_template_global(container.institution, "institution")
    app.add_template_global(lambda: container.institution().support.told(gettext), "where_to_ask")
    app.add_template_global(lambda: _number_examples(container), "number_examples")
    app.add_template_global(lambda: _valid_for(container), "valid_for")
    app.add_template_global(partial(_papers_at_hand, container), "papers_at_hand")
    app.jinja_env.globals.update(
        is_demonstration=container.settings.demonstration,
        has_demo_page=container.settings.demo_page,
        terms=Terms(),
        trade_words=trade_words,
    )


def _papers_at_hand(container: Container, slug: str) -> tuple[PaperAtHand, ...]:
    """Return the papers that people of a track bring today, by the rules."""
    track = track_named(slug)
    if track is None:
        raise NotFoundError(f"no track {slug}")
    return papers_at_hand(container.rulebook, track.key, on=ecuador_today())


def _valid_for(container: Container) -> ValidFor:
    """Return for how long documents of today are valid, by the rules."""
    today, rulebook = ecuador_today(), container.rulebook
    usual, of_food = usual_years(today, rulebook)
    agreement = years(usual, gettext)
    if of_food != usual:
        agreement = gettext(
            "%(usual)s; alimentos y bebidas, %(food)s",
            usual=agreement,
            food=years(of_food, gettext),
        )
    certificate = years(certificate_years(rulebook, day=today), gettext)
    return ValidFor(certificate=certificate, agreement=agreement)


def _number_examples(container: Container) -> str:
    """Return a number of each series, as the rules of today print them."""
    today, institution = ecuador_today(), container.institution()
    agreement = institution.number(year=today.year, sequence=EXAMPLE)
    certificate = certificate_number(
        container.rulebook,
        acronym=institution.ministries[0].acronym,
        sequence=EXAMPLE,
        day=today,
    )
    return gettext("%(first)s o %(second)s", first=agreement, second=certificate)
