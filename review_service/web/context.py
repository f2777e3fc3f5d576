"""What a view may reach: the parts of the service, from the application that serves it."""

from typing import Protocol, cast

from flask import current_app

from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.limits import UploadLimits
from review_service.ports import FileStore, JobQueue, TaxpayerRegistry
from review_service.settings import Settings

EXTENSION = "review_service"


class WebParts(Protocol):
    """The parts of ``bootstrap.Container`` that the web process uses."""

    @property
    def settings(self) -> Settings:
        """The installation."""

    @property
    def store(self) -> FileStore:
        """Where files rest."""

    @property
    def queue(self) -> JobQueue:
        """The bell."""

    @property
    def registry(self) -> TaxpayerRegistry:
        """What the SRI knows."""

    @property
    def limits(self) -> UploadLimits:
        """How large an upload may be."""

    def reading(self) -> UnitOfWork:
        """Give a fresh unit that only reads."""

    def writing(self) -> UnitOfWork:
        """Give a fresh unit that writes."""


def parts() -> WebParts:
    """Return the parts of the application that answers this request."""
    return cast("WebParts", current_app.extensions[EXTENSION])
