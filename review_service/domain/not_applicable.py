"""A theme of the photos that an applicant says does not apply, and why; an officer judges it.

Which themes may be said so, and the reasons offered, is a dated rule. What was said stays with the
application as it was said, whatever the rule becomes. Source: ADR 40.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Self

from review_service.domain.dated_rules import in_force, packaged_rules
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.paper_signs import composed, undrawn_problem
from review_service.domain.wording import gettext_noop, letters_in, visible, worded

FILE: Final = "photo_themes"
SECTION: Final = "not_applicable_themes"
FACT: Final = "not_applicable"
"""Names what was said among the facts of an item's evidence."""
OTHER: Final = "otra"
"""The choice of a form for a reason in own words."""
OTHER_WORDS: Final = gettext_noop("Otra razón")
_RECEIVED: Final = "received"
MIN_WORDS: Final = 10
MAX_WORDS: Final = 300
MAX_REASON: Final = 120
"""Characters of a reason that a rule offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """What an applicant says of one theme."""

    theme: Theme
    reason: str
    """The chosen sentence of the rule; empty for own words alone."""
    words: str
    """Own words; may be empty beside a chosen reason."""
    is_said: bool = True
    """False once it was taken back: its words stand in the form again, and count for nothing."""

    @property
    def sentence(self) -> str:
        """Why it does not apply, in one line."""
        return " ".join(part for part in (self.reason, self.words) if part)

    def taken_back(self) -> Self:
        """Return the same, as it is kept when it counts no more."""
        return replace(self, is_said=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; the theme is their key."""
        return {"reason": self.reason, "words": self.words, "is_said": self.is_said}


def kept_in(plain: Mapping[str, Any] | None) -> Mapping[Theme, NotApplicable]:
    """Return what a row keeps, taken back or not; a theme that we do not know is left out."""
    return MappingProxyType(
        {
            Theme(name): NotApplicable(
                theme=Theme(name),
                reason=str(each.get("reason", "")),
                words=str(each.get("words", "")),
                is_said=each.get("is_said") is True,
            )
            for name, each in (plain or {}).items()
            if name in set(Theme)
        }
    )


def said_in(plain: Mapping[str, Any] | None) -> Mapping[Theme, NotApplicable]:
    """Return what a row says now, in the order of the themes."""
    kept = kept_in(plain)
    return MappingProxyType(
        {theme: kept[theme] for theme in Theme if theme in kept and kept[theme].is_said}
    )


def with_said(plain: Mapping[str, Any] | None, said: NotApplicable) -> dict[str, Any]:
    """Return what a row keeps once that was said or taken back."""
    kept = plain or {}
    former = kept.get(said.theme.value, {})
    received = {name: former[name] for name in (_RECEIVED,) if name in former}
    return {**kept, said.theme.value: {**said.to_json(), **received}}


def with_received(plain: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what a row keeps once it is received: the receipt tells that, whatever comes later."""
    if not plain:
        return None
    said = {theme.value: each.sentence for theme, each in said_in(plain).items()}
    return {name: {**each, _RECEIVED: said.get(name, "")} for name, each in plain.items()}


def received_in(plain: Mapping[str, Any] | None) -> tuple[tuple[Theme, str], ...]:
    """Return theme and sentence of what was said when the application was received."""
    kept = plain or {}
    said = ((theme, str(kept.get(theme.value, {}).get(_RECEIVED, ""))) for theme in Theme)
    return tuple((theme, sentence) for theme, sentence in said if sentence)


def offered(
    *, on: date, document: Mapping[str, Any] | None = None
) -> Mapping[Theme, tuple[str, ...]]:
    """Return the themes that may be said not to apply on a day, each with the reasons offered.

    Empty where no entry holds. Raises ``SettingsError`` for an entry that cannot be used.
    """
    rules = packaged_rules(FILE) if document is None else document
    try:
        entries = in_force(rules, SECTION, day=on)
    except SettingsError:  # none holds: each theme must be shown
        return {}
    return dict(map(theme_and_reasons, entries))


def theme_and_reasons(entry: Mapping[str, Any]) -> tuple[Theme, tuple[str, ...]]:
    """Return what an entry of the rule says. Raises ``SettingsError`` when it cannot be used."""
    theme, reasons = entry.get("theme"), entry.get("reasons")
    if theme not in set(Theme):
        names = ", ".join(Theme)
        raise SettingsError(
            f"En las reglas, [[{SECTION}]] dice theme = {theme!r}; debe ser uno de: {names}."
        )
    if not isinstance(reasons, list) or not reasons or not all(map(_is_reason, reasons)):
        raise SettingsError(
            f"En las reglas, [[{SECTION}]] de {theme} necesita reasons, una lista de frases de 1 a "
            f"{MAX_REASON} letras."
        )
    return Theme(theme), tuple(reasons)


def read(theme: Theme, *, choice: str, words: str, reasons: tuple[str, ...]) -> NotApplicable:
    """Return what a form says; ``choice`` is one of the reasons, ``OTHER``, or nothing.

    Raises ``InvalidInputError`` with the fields ``reason`` and ``words``.
    """
    own = composed(" ".join(visible(words).split()))
    if choice not in {*reasons, OTHER} and not own:
        raise InvalidInputError({"reason": gettext_noop("Elija por qué no aplica, o escríbalo.")})
    reason = choice if choice in reasons else ""
    if not reason and letters_in(own) < MIN_WORDS:
        raise InvalidInputError(
            {
                "words": worded(
                    "Explique por qué no aplica, en %(least)s letras o más.",
                    least=MIN_WORDS,
                )
            }
        )
    if len(own) > MAX_WORDS:
        raise InvalidInputError(
            {
                "words": worded(
                    "Su explicación puede tener %(most)s letras como máximo.",
                    most=MAX_WORDS,
                )
            }
        )
    if problem := undrawn_problem(own, field=gettext_noop("Su explicación")):
        raise InvalidInputError({"words": problem})
    return NotApplicable(theme=theme, reason=reason, words=own)


def _is_reason(text: object) -> bool:
    return isinstance(text, str) and text == text.strip() and 0 < len(text) <= MAX_REASON
