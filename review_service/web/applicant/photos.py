"""Pages for single photos under the four themes, each photo with the result of its checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.files import OwnDocument, OwnFiles, files_of
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.limits import PHOTOS_AT_ONCE, UploadLimits
from review_service.domain.wording import gettext_noop
from review_service.services.applicant import applying
from review_service.web import kept, seeing
from review_service.web.applicant import blueprint, verdicts
from review_service.web.applicant.theme_forms import Tried, theme_forms
from review_service.web.applicant.uploading import Sent, receive_all
from review_service.web.applicant.verdicts import Summary
from review_service.web.applicant.work import PHOTOS, Work, work_in
from review_service.web.auth import applicant_ruc, wants_json
from review_service.web.bodies import takes_files
from review_service.web.context import parts
from review_service.web.dates import size
from review_service.web.forms import Problem
from review_service.web.languages import gettext

PHOTO_ITEMS = tuple(ReviewItem(theme.value) for theme in Theme)
COMMENT_KEPT = gettext_noop("Guardamos su comentario. Lo leerá quien revise; puede enviarla así.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One photo on the page, with the number shown for it."""

    photo: OwnDocument
    number: int
    former: OwnDocument | None = None
    """The photo that stands until this one is accepted, or since it was refused."""

    @property
    def is_doubtful(self) -> bool:
        """Whether another try may give a better photo."""
        return verdicts.is_doubtful(self.photo)

    @property
    def mark(self) -> str:
        """A hash of what the card shows: it changes when the card must be drawn again."""
        return verdicts.mark_of(self.photo)

    @property
    def is_missing(self) -> bool:
        """Whether it was refused and no other photo stands in its place."""
        return self.photo.refusal is not None and self.former is None


def _at_once(limits: UploadLimits) -> int:
    return PHOTOS_AT_ONCE * limits.photo_bytes


def _too_large(limits: UploadLimits) -> str:
    return gettext(
        "Cada foto puede pesar hasta %(each)s, y las que envía de una vez hasta %(together)s.",
        each=size(limits.photo_bytes),
        together=size(_at_once(limits)),
    )


@blueprint.get("/<uuid:application_id>/fotos")
def photos(application_id: UUID) -> str:
    """Show the themes with their photos."""
    return photos_page(application_id)


@blueprint.post("/<uuid:application_id>/fotos/subir")
@takes_files(_at_once, too_large=_too_large)
def upload_photos(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Receive photos for one theme; a replacement takes effect once it is checked."""
    former = request.form.get("replaces", "")
    if former and not _is_uuid(former):
        raise NotFoundError("no photo to replace")
    sent = _sent(application_id, replaces=UUID(former) if former else None)
    try:
        received = receive_all(sent)
    except InvalidInputError as error:
        if wants_json():
            raise
        place = f"fotos-{sent.theme}"
        problems = tuple(Problem(place=place, sentence=text) for text in error.problems.values())
        return photos_page(application_id, problems), 422
    if wants_json():
        return _cards_answer(application_id, {entry.document_id: "" for entry in received})
    theme = sent.theme.value if sent.theme else ""
    if page := request.form.get("instead_of", "")[:4]:
        flash(
            gettext(
                "Agregamos su foto. La página %(page)s sigue en su PDF; quien revise verá las dos.",
                page=page,
            ),
            "good",
        )
    return redirect(
        url_for("applicant.photos", application_id=application_id, _anchor=theme), code=303
    )


@blueprint.get("/<uuid:application_id>/fotos/estado")
def photos_state(application_id: UUID) -> Response:
    """Return as JSON the cards that changed since the script's last request."""
    held = verdicts.marks_held("ids")
    wanted = {UUID(text): mark for text, mark in held.items() if _is_uuid(text)}
    return _cards_answer(application_id, wanted)


@blueprint.post("/<uuid:application_id>/documentos/<uuid:document_id>/mover")
def move_photo(application_id: UUID, document_id: UUID) -> BaseResponse:
    """Move a photo to another theme."""
    theme = _theme(request.form.get("theme", ""))
    applying.move_photo(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        document_id=document_id,
        seen=seeing.seen(),
        theme=theme,
    )
    flash(gettext("La foto está ahora en «%(heading)s».", heading=gettext(theme.heading)), "good")
    return _back_to(application_id, theme)


@blueprint.post("/<uuid:application_id>/documentos/<uuid:document_id>/comentar")
def comment_photo(application_id: UUID, document_id: UUID) -> BaseResponse:
    """Save the applicant's reason for keeping a photo that has a finding."""
    applying.comment(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        document_id=document_id,
        seen=seeing.seen(),
        text=request.form.get("comment", ""),
    )
    flash(gettext(COMMENT_KEPT), "good")
    return redirect(_page_of(application_id, anchor=f"foto-{document_id}"), code=303)


@blueprint.post(
    "/<uuid:application_id>/documentos/<uuid:document_id>/paginas/<int:number>/comentar"
)
def comment_page(application_id: UUID, document_id: UUID, number: int) -> BaseResponse:
    """Save the applicant's reason for keeping a page that has a finding."""
    applying.comment(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        document_id=document_id,
        seen=seeing.seen(),
        text=request.form.get("comment", ""),
        page=number,
    )
    flash(gettext(COMMENT_KEPT), "good")
    return redirect(_page_of(application_id, anchor=f"pagina-{number}"), code=303)


@blueprint.post("/<uuid:application_id>/documentos/<uuid:document_id>/quitar")
def remove_document(application_id: UUID, document_id: UUID) -> BaseResponse:
    """Remove a file and return to the page that the form was on."""
    _remove(application_id, document_id)
    flash(gettext("Quitamos el archivo."), "good")
    return redirect(_page_of(application_id), code=303)


def _page_of(application_id: UUID, *, anchor: str | None = None) -> str:
    """Return the address of the page that the form was on."""
    told = request.form.get("page", "")
    return kept.page_of_file(application_id, told, default="applicant.photos", anchor=anchor)


def _sent(application_id: UUID, *, replaces: UUID | None) -> Sent:
    theme = _theme(request.form.get("theme", ""))
    return Sent(
        application_id=application_id,
        kind=DocumentKind.PHOTO,
        theme=theme,
        field="photos",
        missing=gettext("Elija al menos una foto."),
        replaces=replaces,
    )


def _theme(text: str) -> Theme:
    themes = {theme.value: theme for theme in Theme}
    if text not in themes:
        raise InvalidInputError({"theme": gettext("Diga qué muestra la foto.")})
    return themes[text]


def _remove(application_id: UUID, document_id: UUID) -> None:
    applying.remove_document(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        document_id=document_id,
        seen=seeing.seen(),
    )


def _back_to(application_id: UUID, theme: Theme) -> BaseResponse:
    return redirect(
        url_for("applicant.photos", application_id=application_id, _anchor=theme.value), code=303
    )


def cards_of(files: OwnFiles, themes: tuple[Theme, ...]) -> dict[Theme, list[Card]]:
    """Return the photos by theme, numbered in the order of the page."""
    cards: dict[Theme, list[Card]] = {theme: [] for theme in themes}
    number = 0
    for theme in Theme:
        for photo in files.under(theme):
            number += 1
            if theme in cards:
                card = Card(photo=photo, number=number, former=files.former_of(photo))
                cards[theme].append(card)
    return cards


def photos_page(
    application_id: UUID, problems: tuple[Problem, ...] = (), tried: Tried | None = None
) -> str:
    """Return the page of photos, with what was wrong in a form on it."""
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=PHOTO_ITEMS)
        files = files_of(uow, application_id)
    cards = cards_of(files, work.themes)
    return render_template(
        "applicant/photos.html",
        work=work,
        step=PHOTOS,
        cards=_worth_showing(cards),
        theme_forms=theme_forms(work, files, tried),
        summary=_summary(cards),
        only_to_redo=verdicts.only_to_redo(),
        evidence=files.evidence,
        problems=problems,
        limits=parts().limits,
    )


def _worth_showing(cards: dict[Theme, list[Card]]) -> dict[Theme, list[Card]]:
    """Return only the photos with a finding, when the URL asks for that."""
    if not verdicts.only_to_redo():
        return cards
    return {
        theme: [card for card in group if card.is_doubtful or card.photo.refusal]
        for theme, group in cards.items()
    }


def _summary(cards: dict[Theme, list[Card]]) -> Summary:
    listed = [card for group in cards.values() for card in group]
    return verdicts.of_photos(
        [(card.number, card.photo) for card in listed],
        missing={card.photo.id for card in listed if card.is_missing},
    )


def _cards_answer(application_id: UUID, held: dict[UUID, str]) -> Response:
    work, cards = _work_and_cards(application_id)
    listed = [card for group in cards.values() for card in group]
    shown = {card.photo.id: card for card in listed}
    return verdicts.answer(
        cards=[
            {
                "id": str(card.photo.id),
                "waits": not card.photo.state.is_final,
                "refused": card.photo.refusal is not None,
                "html": _card_html(work, card),
                "former": _former(work, card, shown),
            }
            for card in listed
            if card.photo.id in held and card.mark != held[card.photo.id]
        ],
        numbers={str(card.photo.id): card.number for card in listed},
        summary=render_template(
            "applicant/summary.html", summary=_summary(cards), work=work, only_to_redo=False
        ),
    )


def _former(work: Work, card: Card, shown: Mapping[UUID, Card]) -> dict[str, str] | None:
    """Return the photo whose place was wanted, with its card when it stands after all."""
    if card.photo.replaces is None or not card.photo.state.is_final:
        return None
    former = shown.get(card.photo.replaces)
    html = _card_html(work, former) if former else ""
    return {"id": str(card.photo.replaces), "html": html}


def _work_and_cards(application_id: UUID) -> tuple[Work, dict[Theme, list[Card]]]:
    with parts().reading() as uow:
        work = work_in(uow, application_id, items=PHOTO_ITEMS)
        files = files_of(uow, application_id)
    return work, cards_of(files, work.themes)


def _card_html(work: Work, card: Card) -> str:
    return render_template("applicant/photo_card.html", work=work, card=card)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
