"""Passes the files of one form to the service one by one, as streams."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import request

from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import InvalidInputError
from review_service.services.applicant import receiving
from review_service.services.applicant.receiving import Received, Upload
from review_service.web import seeing
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.languages import gettext

KEY: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a form says about its files."""

    application_id: UUID
    kind: DocumentKind
    theme: Theme | None
    field: str
    """Name of the form's file field."""
    missing: str
    """What to say when no file was chosen."""
    replaces: UUID | None = None
    """The photo whose place the first file takes once it is checked."""


def receive_all(sent: Sent) -> list[Received]:
    """Pass every file of the form to the service, with a key made of form, index and theme.

    Sending the same form again, after a lost connection or a second click, adds nothing; another
    file or theme under the form's key is an upload of its own. Raises ``InvalidInputError`` and
    what ``receiving.receive`` raises.
    """
    form_key = request.form.get("upload_key", "")
    if not KEY.fullmatch(form_key):
        raise InvalidInputError(
            {sent.field: gettext("Vuelva a cargar la página y elija el archivo.")}
        )
    chosen = [file for file in request.files.getlist(sent.field) if file.filename]
    if not chosen:
        raise InvalidInputError({sent.field: sent.missing})
    container, theme = parts(), f"-{sent.theme}" if sent.theme else ""
    return [
        receiving.receive(
            container.writing,
            container.store,
            limits=container.limits,
            application_id=sent.application_id,
            ruc=applicant_ruc(),
            upload=Upload(
                kind=sent.kind,
                theme=sent.theme,
                upload_key=f"{form_key}-{place}{theme}",
                file_name=file.filename or "",
                stream=file.stream,  # spooled to disk by the server
                replaces=sent.replaces if place == 0 else None,
                # What a form adds beside the one that replaces another was made from the case.
                seen=seeing.seen() if place == 0 or sent.replaces is None else None,
            ),
        )
        for place, file in enumerate(chosen)
    ]
