"""Each machine check against the officers' verdicts: all of them, and one with its cases."""

from typing import Final

from flask import render_template, url_for

from review_service.db.queries.officer import checks as officer_checks
from review_service.db.queries.officer.checks import MOST_CASES, JudgedChecks
from review_service.domain.check_precision import CheckVerdict, label_of, precision_by
from review_service.domain.errors import NotFoundError
from review_service.domain.finding_codes import FindingCode
from review_service.domain.proportions import Proportion
from review_service.domain.tracks import TRACKS, Track
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.charts import Chart, share_bar, shared, told_share
from review_service.web.officer.panel import PERIODS, asked_period, asked_track

MOST_LISTED: Final = 100
"""Verdicts with their cases on the page of one check, newest first."""
CODES: Final = frozenset(code.value for code in FindingCode)


@blueprint.get("/panel/controles")
def checks() -> str:
    """Show how often each check was right, as officers saw it."""
    days, track = asked_period(), asked_track()
    found = _judged(days, track)
    by_code = precision_by(found.verdicts, lambda each: each.code)
    by_track = precision_by(found.verdicts, lambda each: (each.code, each.track))
    codes = sorted(by_code, key=lambda code: (-by_code[code].of, code))
    return render_template(
        "officer/checks.html",
        found=found,
        days=days,
        track=track,
        periods=PERIODS,
        tracks=tuple(TRACKS.values()),
        chart=_by_check(codes, by_code, days, track),
        rows=[
            (label_of(code), [_told(by_track.get((code, key))) for key in TRACKS]) for code in codes
        ],
        most_cases=MOST_CASES,
    )


@blueprint.get("/panel/controles/<string(maxlength=60):finding>")
def check(finding: str) -> str:
    """Show one check by month and by track, with the cases. Raises ``NotFoundError``."""
    if finding not in CODES:
        raise NotFoundError(f"no check finds {finding}")
    days, track = asked_period(), asked_track()
    found = _judged(days, track)
    verdicts = [each for each in found.verdicts if each.code == finding]
    return render_template(
        "officer/check.html",
        found=found,
        code=finding,
        label=label_of(finding),
        days=days,
        track=track,
        periods=PERIODS,
        tracks=tuple(TRACKS.values()),
        whole=_told(precision_by(verdicts, lambda each: each.code).get(finding)),
        months=_by_month(verdicts),
        by_track=_by_track(verdicts),
        verdicts=verdicts[:MOST_LISTED],
        count=len(verdicts),
        most_cases=MOST_CASES,
    )


def _judged(days: int, track: Track | None) -> JudgedChecks:
    with parts().reading() as uow:
        return officer_checks.judged_checks(uow, days=days, track=track.key if track else None)


def _by_check(
    codes: list[str], found: dict[str, Proportion], days: int, track: Track | None
) -> Chart:
    return shared(
        "Cuántas veces se observó lo que el control avisó",
        "Por cada control, la parte de sus avisos en que quien revisaba observó ese punto, con su "
        "intervalo de 95 %.",
        [
            share_bar(
                label_of(code),
                found[code],
                address=_address(code, days, track) if code in CODES else "",
            )
            for code in codes
        ],
        of="Control",
        counts="Observado",
    )


def _address(code: str, days: int, track: Track | None) -> str:
    return url_for("officer.check", finding=code, dias=days, via=track.slug if track else None)


def _by_month(verdicts: list[CheckVerdict]) -> Chart:
    by_month = precision_by(verdicts, lambda each: each.month)
    return shared(
        "Por mes",
        "La parte de los avisos en que se observó el punto, por el mes de la decisión.",
        [share_bar(month.label, by_month[month]) for month in sorted(by_month)],
        of="Mes",
        counts="Observado",
    )


def _by_track(verdicts: list[CheckVerdict]) -> Chart:
    by_track = precision_by(verdicts, lambda each: each.track)
    return shared(
        "Por trámite",
        "La parte de los avisos en que se observó el punto, por trámite.",
        [share_bar(each.label, by_track[key]) for key, each in TRACKS.items() if key in by_track],
        of="Vía",
        counts="Observado",
    )


def _told(share: Proportion | None) -> str:
    return "sin casos" if share is None else told_share(share)
