"""The bar on the pages of an act: what to press, what was done, and which act comes next."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import g, request, url_for

from review_service.domain.applications import ApplicationState
from review_service.domain.errors import DatabaseDownError
from review_service.web.context import parts
from review_service.web.demo import progress, tour
from review_service.web.demo.acts import APPLICANTS, FIGURES_PATH, Act
from review_service.web.demo.tour import Paper
from review_service.web.languages import gettext

REVIEW: Final = frozenset({"applicant.review", "applicant.send"})
APPROVE: Final = frozenset({"officer.approve", "officer.confirm_approval"})
CONFIRM: Final = frozenset({"access.show_confirmation", "access.confirm_by_link"})
READY: Final = "Todo está listo. Un solo botón declara que es verdad y envía la solicitud."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the bar says and offers."""

    act: Act
    number: int
    """Of the act on the start page."""
    says: str
    was_played: bool = False
    sends: bool = False
    """Whether it has the button that declares and sends the form of the page."""
    compares: Paper | None = None
    """Whose changed copy its button compares."""
    leads_to: str = ""
    leads_words: str = ""
    page_has_button: bool = False
    """Whether what is to be pressed stands on the page; the bar's link is only another way."""
    next_act: Act | None = None
    """The next one that was not played and is ready; only once this one was played."""


def tour_bar() -> Bar | None:
    """Return the bar of this page; None where no act of this browser takes place."""
    if "tour_bar" not in g:
        try:
            g.tour_bar = _bar()
        except DatabaseDownError:  # the page of that very error has no bar
            g.tour_bar = None
    bar: Bar | None = g.tour_bar
    return bar


def _bar() -> Bar | None:
    act = _act_here()
    if act is None:
        return None
    number = next((card.number for card in progress.cards() if card.act is act), 0)
    if act in APPLICANTS or act is Act.OFFICER:
        return _of_application(act, number)
    if act is Act.PASSERBY:
        return _of_paper(number)
    return _played(act, number)


def _act_here() -> Act | None:
    """Return the act that takes place on this page."""
    begun, endpoint = progress.begun(), request.endpoint or ""
    newest = next(reversed(tuple(begun)), None)
    application_id = (request.view_args or {}).get("application_id")
    if application_id is not None:
        audience = endpoint.partition(".")[0]
        acts = {"applicant": APPLICANTS, "officer": frozenset({Act.OFFICER})}.get(audience, ())
        return next((act for act in acts if begun.get(act) == str(application_id)), None)
    if endpoint in CONFIRM:
        return newest if newest in APPLICANTS else None
    if endpoint.startswith("verify."):
        return newest if newest is Act.PASSERBY else None
    is_of_figures = f"{request.path}/".startswith(f"{FIGURES_PATH}/")
    return newest if newest is Act.JOURNALIST and is_of_figures else None


def _of_application(act: Act, number: int) -> Bar | None:
    application_id = progress.as_id(progress.begun()[act])
    if application_id is None:
        return None
    state = progress.states_of([application_id]).get(application_id)
    if state is None or state is ApplicationState.WITHDRAWN:
        return None
    if act.was_played(state):
        return _played(act, number)
    if act is Act.OFFICER:
        return _to_approve(number, application_id)
    return _to_send(act, number, application_id, state)


def _to_send(act: Act, number: int, application_id: UUID, state: ApplicationState) -> Bar:
    endpoint = request.endpoint or ""
    if state is ApplicationState.DRAFT and endpoint in REVIEW:
        return Bar(act=act, number=number, says=READY, sends=True)
    if state is ApplicationState.DRAFT:
        return Bar(
            act=act,
            number=number,
            says="El borrador está listo para enviarse.",
            leads_to=url_for("applicant.review", application_id=application_id),
            leads_words="Ir a «Revisar»",
        )
    if endpoint in CONFIRM:
        return Bar(
            act=act, number=number, says="Este es el enlace del correo. Solo falta el botón."
        )
    return Bar(
        act=act,
        number=number,
        says="Llegó un correo a su buzón de prueba. Ábralo para confirmar.",
        leads_to=url_for("demo.act_mail", act=act.value),
        leads_words="Abrir el enlace del correo",
    )


def _to_approve(number: int, application_id: UUID) -> Bar:
    if request.endpoint in APPROVE:
        return Bar(
            act=Act.OFFICER,
            number=number,
            says="Los puntos están aceptados. Lea lo que se imprimirá y pulse «Aprobar y emitir».",
            leads_to=url_for("officer.case", application_id=application_id),
            leads_words="Ver antes el caso",
            page_has_button=True,
        )
    return Bar(
        act=Act.OFFICER,
        number=number,
        says="Mire las fotos y los puntos del caso; después, apruebe.",
        leads_to=url_for("officer.approve", application_id=application_id),
        leads_words="Ir a aprobar",
    )


def _of_paper(number: int) -> Bar | None:
    paper = tour.read(parts().settings.data_dir).paper
    if paper is None:
        return None
    if request.form.get("sha256") == paper.changed_sha256:
        g.tour_seen = Act.PASSERBY
        return _played(Act.PASSERBY, number)
    return Bar(
        act=Act.PASSERBY,
        number=number,
        says=gettext(
            "Así responde el QR del papel. Pruebe ahora una copia con un cambio que no se ve."
        ),
        compares=paper,
    )


def _played(act: Act, number: int) -> Bar:
    cards = progress.cards()
    later = [card for card in cards if card.number > number] + list(cards)
    ahead = (card.act for card in later if card.is_ready and not card.was_played)
    return Bar(
        act=act,
        number=number,
        says=gettext(act.words.played),
        was_played=True,
        next_act=next((other for other in ahead if other is not act), None),
    )


def note_seen() -> Act | None:
    """Return the act that this answer brought to its end, if it has no application."""
    seen: Act | None = g.get("tour_seen")
    return seen
