"""What the page of photos says and asks of each theme beside its photos: whether it applies."""

from collections.abc import Mapping
from dataclasses import dataclass

from review_service.db.queries.applicant.files import OwnFiles
from review_service.domain import not_applicable
from review_service.domain.documents import Theme
from review_service.domain.not_applicable import OTHER, OTHER_WORDS, NotApplicable
from review_service.domain.terms import ecuador_today
from review_service.web.applicant.work import Work
from review_service.web.context import parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeForm:
    """One theme: what was said of it in place of photos, and the form to say it."""

    said: NotApplicable | None
    reasons: tuple[str, ...]
    """Offered by the rule of the day; empty where the theme must be shown."""
    choice: str
    words: str
    pictures: int
    """Photos and pages that show the theme all the same."""
    stamp: str
    problems: Mapping[str, str]
    """By field, ``reason`` or ``words``."""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Value and words of each choice."""
        return (*((reason, reason) for reason in self.reasons), (OTHER, OTHER_WORDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A form that was not taken, as it was typed."""

    theme: Theme
    choice: str
    words: str
    problems: Mapping[str, str]


def theme_forms(work: Work, files: OwnFiles, tried: Tried | None = None) -> dict[Theme, ThemeForm]:
    """Return the form of each theme that may be changed now."""
    offered = not_applicable.offered(on=ecuador_today(), document=parts().rulebook)
    return {
        theme: _form(work, files, theme, offered.get(theme, ()), tried) for theme in work.themes
    }


def _form(
    work: Work, files: OwnFiles, theme: Theme, reasons: tuple[str, ...], tried: Tried | None
) -> ThemeForm:
    kept = work.application.themes_kept.get(theme)
    choice, words = "", ""
    if kept is not None:
        choice, words = kept.reason or OTHER, kept.words
    problems: Mapping[str, str] = {}
    if tried is not None and tried.theme is theme:
        choice, words, problems = tried.choice, tried.words, tried.problems
    pages = files.evidence.pages if files.evidence and not files.evidence.refusal else ()
    return ThemeForm(
        said=kept if kept is not None and kept.is_said else None,
        reasons=reasons,
        choice=choice,
        words=words,
        pictures=sum(photo.refusal is None for photo in files.under(theme))
        + sum(page.theme is theme for page in pages),
        stamp=work.stamps.themes[theme],
        problems=problems,
    )
