"""The monthly figures: a page of all, of each year and month, and the same as files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask import Response, make_response, render_template, url_for

from review_service.db.queries.figures import (
    every_month,
    every_version,
    newest_versions,
    versions_of,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.figures import CURRENT, DEFINITIONS, MonthFigures, by_year
from review_service.domain.months import month_named
from review_service.domain.open_data import DataLicence, data_licence
from review_service.domain.spreadsheets import as_csv
from review_service.domain.terms import ecuador_today
from review_service.web import concurrency
from review_service.web.context import parts
from review_service.web.public import blueprint, figure_files
from review_service.web.unchanged import unchanged

FEED_ENTRIES: Final = 60
"""Versions that the feed tells, newest first."""
EPOCH: Final = datetime(2019, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed."""


@blueprint.get("/cifras")
def figures() -> Response:
    """Show every month that is known, by year, with the definitions and the files."""
    with parts().reading() as uow:
        months = every_month(uow)
    return _page(
        "all",
        years=by_year(months),
        most=_most(months),
        definition=DEFINITIONS[CURRENT],
        structured=_dataset(months),
    )


@blueprint.get("/cifras/<string(length=4):year>")
def figures_of_year(year: str) -> Response:
    """Show the months of one year. Raises ``NotFoundError`` for a year of which none is told."""
    with parts().reading() as uow:
        years = {f"{each.year:04d}": each for each in by_year(every_month(uow))}
    if year not in years:
        raise NotFoundError("no month of that year")
    told = years[year]
    known = {each.year for each in years.values()}
    return _page(
        "year",
        told=told,
        most=_most(told.months),
        before=told.year - 1 if told.year - 1 in known else None,
        after=told.year + 1 if told.year + 1 in known else None,
    )


@blueprint.get("/cifras/<string(length=4):year>/<string(length=2):month>")
def figures_of_month(year: str, month: str) -> Response:
    """Show one month with its breakdowns and versions. Raises ``NotFoundError``."""
    asked = month_named(f"{year}-{month}")
    if asked is None:
        raise NotFoundError("no such month")
    with parts().reading() as uow:
        found = {each.month: each for each in every_month(uow)}
        versions = versions_of(uow, asked)
    if asked not in found:
        raise NotFoundError("nothing is told of that month")
    told = newest_versions(versions).get(asked) or found[asked]
    return _page(
        "month",
        told=told,
        versions=versions,
        definition=DEFINITIONS.get(told.definition or 0),
        before=found.get(asked.plus(-1)),
        after=found.get(asked.next),
    )


@blueprint.get("/cifras/meses.csv")
def figures_csv() -> Response:
    """Give the months as CSV, unknown numbers empty."""
    with parts().reading() as uow:
        rows = list(figure_files.month_rows(every_month(uow)))
    return _csv(figure_files.MONTHS, rows)


@blueprint.get("/cifras/versiones.csv")
def figure_versions_csv() -> Response:
    """Give every version of every frozen month as CSV."""
    with parts().reading() as uow:
        rows = list(figure_files.version_rows(every_version(uow)))
    return _csv(figure_files.VERSIONS, rows)


@blueprint.get("/cifras/desgloses.csv")
def figure_groups_csv() -> Response:
    """Give the breakdowns as CSV, as they are published."""
    concurrency.step_aside()
    with parts().reading() as uow:
        rows = list(figure_files.group_rows(every_month(uow, with_groups=True)))
    return _csv(figure_files.GROUPS, rows)


@blueprint.get("/cifras/cifras.json")
def figures_json() -> Response:
    """Give everything as JSON."""
    concurrency.step_aside()
    with parts().reading() as uow:
        told = figure_files.everything(
            every_month(uow, with_groups=True), every_version(uow), _licence()
        )
    return _file(json.dumps(told, ensure_ascii=False, indent=1), "application/json")


@blueprint.get("/cifras/datapackage.json")
def figures_package() -> Response:
    """Describe the CSV files as a data package."""
    with parts().reading() as uow:
        versions = every_version(uow)
    told = figure_files.data_package(
        _licence(),
        publisher=parts().institution().name,
        home=_address("public.figures"),
        created=_changed_at(versions) if versions else None,
    )
    return _file(json.dumps(told, ensure_ascii=False, indent=1), "application/json")


@blueprint.get("/cifras/novedades.atom")
def figures_feed() -> Response:
    """Tell each month that was closed or corrected, newest first, as an Atom feed."""
    with parts().reading() as uow:
        versions = every_version(uow)
    newest = sorted(versions, key=lambda each: (_at(each), each.month), reverse=True)
    text = render_template(
        "public/figures/feed.xml",
        entries=[_Entry(told=each) for each in newest[:FEED_ENTRIES]],
        changed_at=_changed_at(versions),
        title=figure_files.TITLE,
        home=_address("public.figures"),
        this=_address("public.figures_feed"),
        publisher=parts().institution().name,
        licence=_licence(),
    )
    return _file(text, "application/atom+xml")


def years_told(uow: UnitOfWork) -> list[int]:
    """Return the years of which months are told, newest first."""
    return [each.year for each in by_year(every_month(uow))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One version as the feed tells it."""

    told: MonthFigures

    @property
    def href(self) -> str:
        month = self.told.month
        return _address("public.figures_of_month", year=month.year, month=f"{month.number:02d}")

    @property
    def identifier(self) -> str:
        return f"{self.href}#version-{self.told.version}"

    @property
    def at(self) -> datetime:
        return _at(self.told)


def _page(name: str, **values: Any) -> Response:  # noqa: ANN401 -- what the template takes
    text = render_template(f"public/figures/{name}.html", licence=_licence(), **values)
    return unchanged(make_response(text))


def _csv(fields: figure_files.Fields, rows: Sequence[figure_files.Row]) -> Response:
    return _file(as_csv(fields, rows), "text/csv")


def _file(text: str, kind: str) -> Response:
    """Return a file of open data, which pages of other sites may read too."""
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return unchanged(response)


def _licence() -> DataLicence:
    return data_licence(parts().rulebook, on=ecuador_today())


def _address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 -- as of ``url_for``
    return parts().settings.public_url.rstrip("/") + url_for(endpoint, **values)


def _most(months: Sequence[MonthFigures]) -> int:
    return max((each.attentions or 0 for each in months), default=0) or 1


def _at(each: MonthFigures) -> datetime:
    return each.recorded_at or EPOCH


def _changed_at(versions: Sequence[MonthFigures]) -> datetime:
    return max((_at(each) for each in versions), default=EPOCH)


def _dataset(months: Sequence[MonthFigures]) -> dict[str, object]:
    """Describe the figures in schema.org's words."""
    files = (
        ("text/csv", "public.figures_csv"),
        ("application/json", "public.figures_json"),
        ("application/atom+xml", "public.figures_feed"),
    )
    covered = f"{months[-1].month.name}/{months[0].month.name}" if months else ""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": figure_files.TITLE,
        "description": figure_files.SUMMARY,
        "url": _address("public.figures"),
        "license": _licence().url,
        "isAccessibleForFree": True,
        "inLanguage": "es-EC",
        "spatialCoverage": {"@type": "Country", "name": "Ecuador"},
        **({"temporalCoverage": covered} if covered else {}),
        "creator": {"@type": "GovernmentOrganization", "name": parts().institution().name},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": _address(endpoint),
            }
            for kind, endpoint in files
        ],
    }
