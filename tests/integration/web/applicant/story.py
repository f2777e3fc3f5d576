"""Steps of the applicant's story that several tests begin with."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from werkzeug.test import TestResponse

from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import Theme
from tests.factories import RUC, open_draft
from tests.integration.web.site import JSON, Site, Visitor, finish_checks, jpeg, pdf


def draft(site: Site, kind: ApplicationKind = ApplicationKind.NEW, ruc: str = RUC) -> UUID:
    """Return a draft with a complete data sheet."""
    return open_draft(site.office, ruc=ruc, kind=kind)


def send_photos(
    visitor: Visitor,
    application_id: UUID,
    *contents: bytes,
    theme: str = "workshop",
    key: str | None = None,
    as_script: bool = False,
    replaces: UUID | None = None,
    version: str | None = None,
) -> TestResponse:
    """Send photos of one theme as the page's form does."""
    data: dict[str, Any] = {
        "theme": theme,
        "upload_key": key or uuid4().hex,
        "replaces": str(replaces or ""),
        "photos": [
            (BytesIO(content), f"foto {place}.jpg") for place, content in enumerate(contents, 1)
        ],
    }
    if version is not None:
        data["version"] = version
    return visitor.post(
        f"/solicitudes/{application_id}/fotos/subir", data, headers=JSON if as_script else {}
    )


def send_pdf(
    visitor: Visitor,
    application_id: UUID,
    page: str,
    content: bytes | None = None,
    *,
    name: str = "papel.pdf",
    version: str | None = None,
) -> TestResponse:
    """Send one PDF as the page's form does; ``page`` is ``pdf`` or ``acuerdo-anterior``."""
    data: dict[str, Any] = {
        "upload_key": uuid4().hex,
        "pdf": (BytesIO(pdf() if content is None else content), name),
    }
    if version is not None:
        data["version"] = version
    return visitor.post(f"/solicitudes/{application_id}/{page}/subir", data)


def complete(site: Site, visitor: Visitor, kind: ApplicationKind = ApplicationKind.NEW) -> UUID:
    """Return a draft that may be sent: a photo of each theme, checked."""
    application_id = draft(site, kind)
    for place, theme in enumerate(Theme):
        send_photos(visitor, application_id, jpeg(10 * place), theme=theme.value)
    if kind is ApplicationKind.RENEWAL:
        send_pdf(visitor, application_id, "acuerdo-anterior")
    finish_checks(site.office)
    return application_id


def confirmed(site: Site, visitor: Visitor, kind: ApplicationKind = ApplicationKind.NEW) -> UUID:
    """Return an application in review."""
    application_id = complete(site, visitor, kind)
    visitor.post(f"/solicitudes/{application_id}/enviar", {"declared": "y"})
    answer = visitor.post(f"/solicitudes/{application_id}/confirmar", {"code": site.code()})
    assert answer.status_code == 303, answer.text
    return application_id
