"""The first page, and the addresses at which it stood before."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.db.queries.applicant.applications import (
    OwnApplication,
    applications_of,
    papers_that_stand,
)
from review_service.domain.renewals import Standing
from review_service.web.auth import current_session
from review_service.web.context import parts
from review_service.web.public import blueprint
from review_service.web.public.topics import TOPICS


@blueprint.get("/")
def home() -> str:
    """Show what applicants get, the cost, the time it takes, and where to begin.

    Who is signed in and holds a document in force sees that first.
    """
    return render_template(
        "public/home.html",
        in_force=_in_force(),
        topics=TOPICS.values(),
        structured=_for_search_engines(),
    )


@blueprint.get("/rum/")
def former_folder() -> BaseResponse:
    """Lead on from the address that guides of the procedure name."""
    return redirect(url_for("public.home"), code=301)


@blueprint.get("/site_rum/rum.html")
def former_page() -> BaseResponse:
    """Lead on from the address that the procedure's page in gob.ec names."""
    return redirect(url_for("public.home"), code=301)


def _for_search_engines() -> dict[str, object]:
    """Describe the service in schema.org's words."""
    institution = parts().institution()
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": "Registro Único de MIPYMES (RUM)",
        "url": parts().settings.public_url,
        "inLanguage": "es-EC",
        "isAccessibleForFree": True,
        "areaServed": {"@type": "Country", "name": "Ecuador"},
        "provider": {"@type": "GovernmentOrganization", "name": institution.name},
        "hoursAvailable": "Mo-Su 00:00-24:00",
    }


def _in_force() -> list[OwnApplication]:
    who = current_session(SessionKind.APPLICANT)
    if who is None or not who.ruc:
        return []
    with parts().reading() as uow:
        return list(papers_that_stand(applications_of(uow, who.ruc), Standing.IN_FORCE))
