"""The versions that the forms of an open application carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.db.sightings import draft_stamp, file_stamps, place_stamps, theme_stamps
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """What each form was made from; see ``domain/sightings.py``."""

    draft: str
    """All that is sent."""
    files: Mapping[UUID, str]
    places: Mapping[DocumentKind, str]
    """Of the one PDF of a kind."""
    themes: Mapping[Theme, str]
    """Of what is said of a theme in place of photos."""


def stamps_of(uow: UnitOfWork, application_id: UUID) -> Stamps:
    """Return the present versions. Read them before what the page shows, never after."""
    application = uow.session.get_one(ApplicationRow, application_id)
    return Stamps(
        draft=draft_stamp(uow.session, application),
        files=file_stamps(uow.session, application),
        places=place_stamps(uow.session, application),
        themes=theme_stamps(application),
    )
