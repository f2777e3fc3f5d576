"""The supervisors' panel: load, days left, time in each state, what was sent back and why."""

from typing import Final

from flask import render_template, request, url_for

from review_service.db.queries.officer import panel as officer_panel
from review_service.db.queries.officer.panel import MOST_DECIDED, MOST_OPEN, Panel
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.domain.correction_reasons import reason_labels
from review_service.domain.proportions import FEW
from review_service.domain.supervision import told_time
from review_service.domain.tracks import TRACKS, Track, track_named
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.appeal_terms import rules_today
from review_service.web.officer.charts import Bar, Chart, counted, told_share
from review_service.web.remembering import remembered

COUNTED_SECONDS: Final = 60.0
"""So long a process shows the same panel again where there are many cases."""
FEW_CASES: Final = 200
"""Up to so many are counted at every look."""
PERIODS: Final = (30, 90, 365)
"""Days that may be looked back; the second unless another is asked for."""


@blueprint.get("/panel")
def panel() -> str:
    """Show the panel of one period, of one track or of all."""
    days, track = asked_period(), asked_track()
    key = track.key if track else None

    def counted_now() -> Panel:
        with parts().reading() as uow:
            return officer_panel.panel(
                uow,
                days=days,
                track=key,
                seat=parts().institution().place,
                labels=reason_labels(parts().rulebook),
                near_days=rules_today().near_days,
            )

    found = remembered(
        f"panel {days} {key}",
        counted_now,
        seconds=COUNTED_SECONDS,
        unless=lambda each: each.open.total + each.by_officers <= FEW_CASES,
    )
    return render_template(
        "officer/panel.html",
        found=found,
        days=days,
        track=track,
        periods=PERIODS,
        tracks=tuple(TRACKS.values()),
        promise=_promise(found, track),
        legal=_legal(found, track),
        times=_times(found),
        items=_items(found),
        returned=told_share(found.returned),
        most_open=MOST_OPEN,
        most_decided=MOST_DECIDED,
    )


def asked_period() -> int:
    """Return the days to look back that the address names; the usual ones for any other."""
    known = {str(each): each for each in PERIODS}
    return known.get(request.args.get("dias", ""), PERIODS[1])


def asked_track() -> Track | None:
    """Return the track that the address names; None: all."""
    return track_named(request.args.get("via", ""))


def _queue(view: QueueFilter, track: Track | None) -> str:
    """Return the address of the same cases in the queue, which names a track by its key."""
    return url_for("officer.queue", vista=view.value, via=track.key if track else None)


def _promise(found: Panel, track: Track | None) -> Chart:
    late = _queue(QueueFilter.DUE_TODAY, track)
    return counted(
        "Días que quedan de lo prometido",
        f"{found.open.total} casos en revisión, por los días hábiles que quedan.",
        [
            Bar(
                label=band.label,
                value=count,
                told=str(count),
                is_late=band.is_late,
                address=late if band.holds(0) or band.is_late else "",
            )
            for band, count in found.open.promise
        ],
        of="Quedan",
    )


def _legal(found: Panel, track: Track | None) -> Chart:
    alarm = _queue(QueueFilter.LEGAL_TERM, track)
    return counted(
        "Días que quedan del plazo legal",
        "Casos en revisión, por los días hábiles que quedan para decidir según la ley.",
        [
            Bar(
                label=band.label,
                value=count,
                told=str(count),
                is_late=band.is_late,
                address=alarm if band.is_late else "",
            )
            for band, count in found.open.legal
        ],
        of="Quedan",
    )


def _times(found: Panel) -> Chart:
    return counted(
        "Tiempo en cada estado",
        "La mitad de los casos tardó lo que dice la barra o menos; nueve de cada diez, hasta el "
        "final de la línea.",
        [
            Bar(
                label=each.stage.label,
                value=each.median,
                high=each.p90,
                low=each.median,
                told=f"{told_time(each.median)}; nueve de cada diez, hasta {told_time(each.p90)} "
                f"({each.cases} {'caso' if each.cases == 1 else 'casos'}"
                f"{', pocos' if each.cases < FEW else ''})",
            )
            if each.median is not None and each.p90 is not None
            else Bar(label=each.stage.label, value=0, told="sin casos")
            for each in found.times
        ],
        of="Estado",
        counts="Mediana",
    )


def _items(found: Panel) -> Chart:
    return counted(
        "Qué se pidió corregir",
        "Pedidos de corrección por cada punto que se revisa.",
        [Bar(label=item.label, value=times, told=str(times)) for item, times in found.items],
        of="Punto",
        counts="Pedidos",
    )
