"""Results of the checks so far, worst first, for the page's summary and for its script."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Response, jsonify, request

from review_service.db.queries.applicant.files import Advice, OwnDocument, OwnPage
from review_service.domain.findings import Severity
from review_service.domain.wording import gettext_noop
from review_service.web.applicant import blueprint
from review_service.web.applicant.words import advice_words
from review_service.web.languages import gettext, ngettext
from review_service.web.unchanged import unchanged

MARK_CHARACTERS: Final = 10
TO_REDO: Final = "repetir"
"""Value of the URL parameter ``ver`` that shows only what could be better."""
PHOTO: Final = gettext_noop("foto")
PAGE: Final = gettext_noop("página")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One photo or page that could be better."""

    number: int
    anchor: str
    words: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many photos or pages were checked, and which ones could be better."""

    noun: str
    """«foto» or «página»."""
    total: int | None
    """None while the number of pages is unknown."""
    checked: int
    doubts: tuple[Doubt, ...]
    """Worst first, then in the order of the page."""
    is_settled: bool
    """Whether all checks have ended."""
    refused: tuple[Doubt, ...] = ()
    """Those that must be changed or taken out before sending."""
    spared: tuple[Doubt, ...] = ()
    """Refused ones in whose place the former photo stands."""

    @property
    def is_of_photos(self) -> bool:
        """Whether single photos are told, not pages of a PDF."""
        return self.noun == PHOTO

    @property
    def progress(self) -> str:
        """Return «7 de 20 revisadas»."""
        checked = self.checked
        if not self.total:
            return ngettext(
                "%(checked)s revisada", "%(checked)s revisadas", checked, checked=checked
            )
        return ngettext(
            "%(checked)s de %(total)s revisada",
            "%(checked)s de %(total)s revisadas",
            self.total,
            checked=checked,
            total=self.total,
        )

    @property
    def verdict(self) -> str:
        """Return «3 de 20 fotos conviene repetirlas»."""
        count, total = len(self.doubts), self.total or self.checked
        if count == 1 and self.total == 1:
            if self.is_of_photos:
                return gettext("La foto conviene repetirla")
            return gettext("La página conviene repetirla")
        if self.is_of_photos:
            return ngettext(
                "%(count)s de %(total)s fotos conviene repetirla",
                "%(count)s de %(total)s fotos conviene repetirlas",
                count,
                count=count,
                total=total,
            )
        return ngettext(
            "%(count)s de %(total)s páginas conviene repetirla",
            "%(count)s de %(total)s páginas conviene repetirlas",
            count,
            count=count,
            total=total,
        )

    @property
    def praise(self) -> str:
        """Return the sentence for when all checks ended without a finding; else empty."""
        total = self.total
        if not self.is_settled or self.doubts or self.refused or self.spared or not total:
            return ""
        if self.is_of_photos:
            return ngettext(
                "La foto se ve bien.", "Las %(total)s fotos se ven bien.", total, total=total
            )
        return ngettext(
            "La página se ve bien.", "Las %(total)s páginas se ven bien.", total, total=total
        )


def of_photos(numbered: Sequence[tuple[int, OwnDocument]], *, missing: Collection[UUID]) -> Summary:
    """Summarise single photos; each comes with the number shown for it.

    ``missing`` are the refused ones in whose place no other stands.
    """
    doubts = [
        Doubt(
            number=number,
            anchor=f"foto-{photo.id}",
            words=advice_words(photo.advice),
            severity=photo.worst or Severity.NOTE,
        )
        for number, photo in numbered
        if is_doubtful(photo)
    ]
    refused = [
        (photo.id, Doubt(number=number, anchor=f"foto-{photo.id}", words="", severity=Severity.BAD))
        for number, photo in numbered
        if photo.refusal
    ]
    return Summary(
        noun=PHOTO,
        total=len(numbered),
        checked=sum(photo.state.is_final for _, photo in numbered),
        is_settled=all(photo.state.is_final for _, photo in numbered),
        doubts=_worst_first(doubts),
        refused=tuple(doubt for photo_id, doubt in refused if photo_id in missing),
        spared=tuple(doubt for photo_id, doubt in refused if photo_id not in missing),
    )


def of_pages(document: OwnDocument) -> Summary:
    """Summarise the pages of a PDF that were checked so far."""
    total = document.page_count
    doubts = [
        Doubt(
            number=page.number,
            anchor=f"pagina-{page.number}",
            words=advice_words(page.advice),
            severity=page.worst or Severity.NOTE,
        )
        for page in document.pages
        if is_doubtful(page)
    ]
    return Summary(
        noun=PAGE,
        total=total,
        checked=len(document.pages),
        is_settled=document.state.is_final,
        doubts=_worst_first(doubts),
    )


def is_doubtful(seen: OwnDocument | OwnPage) -> bool:
    """Whether a photo or page could be better; a note does not count."""
    if isinstance(seen, OwnDocument) and (seen.refusal or not seen.state.is_final):
        return False
    return seen.worst is not None and seen.worst is not Severity.NOTE


def pages_shown(document: OwnDocument) -> Sequence[OwnPage]:
    """Return all pages in order or, when asked for, only those with a finding, worst first."""
    if not only_to_redo():
        return document.pages
    order = {doubt.number: place for place, doubt in enumerate(of_pages(document).doubts)}
    doubtful = [page for page in document.pages if page.number in order]
    return sorted(doubtful, key=lambda page: order[page.number])


def only_to_redo() -> bool:
    """Whether the URL asks for only what could be better."""
    return request.args.get("ver") == TO_REDO


def general_advice(document: OwnDocument) -> tuple[Advice, ...]:
    """Return the advice on the whole file."""
    return tuple(advice for advice in document.advice if advice.page is None)


@blueprint.app_template_global("mark_of")
def mark_of(seen: OwnDocument | OwnPage) -> str:
    """Return a short hash of what a card shows; it changes when the card must be drawn again."""
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:MARK_CHARACTERS]


def marks_held(name: str) -> dict[str, str]:
    """Return the hashes that the script already has, from ``id.mark,id.mark``."""
    held = (entry.partition(".") for entry in request.args.get(name, "").split(","))
    return {identifier: mark for identifier, _, mark in held if identifier}


def answer(**values: object) -> Response:
    """Return JSON with an ETag; 304 without a body when the script has the same."""
    return unchanged(jsonify(values))


def _worst_first(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    return tuple(sorted(doubts, key=lambda doubt: (-doubt.severity.rank, doubt.number)))
