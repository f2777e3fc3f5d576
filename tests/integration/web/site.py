"""A site for tests: the real application on a real database, and browsers that visit it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from review_service.bootstrap import Container, Role
from review_service.db import tasks
from review_service.db.models import OneUseLinkRow, TaskRow
from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.findings import Finding
from review_service.domain.numbering import link_code, link_token
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import Box, DocumentReport, PageReport, PhotoReport, ReadField
from review_service.domain.work import TaskKind
from review_service.services.findings import cancelling, checking
from review_service.settings import Settings
from review_service.web import account_turns, create_app, seeing
from tests.compiled_once import COMPILED_PAGES
from tests.factories import RUC, SECRET, Office

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
JSON = {"Accept": "application/json"}


class PageClient(FlaskClient):
    """A client whose forms carry the version that their page shows, unless a test gives another.

    One that gives only the number of the case gets the rest of the version too.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 -- as in Flask
        """Send a request."""
        path, data = args[0] if args else "", kwargs.get("data")
        has_other_body = "input_stream" in kwargs or "json" in kwargs
        is_form = isinstance(data, Mapping) or (data is None and not has_other_body)
        if kwargs.get("method") == "POST" and isinstance(path, str) and is_form:
            kwargs["data"] = self._with_version(path, data or {}) or None
        return super().open(*args, **kwargs)

    def _with_version(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        given = data.get(seeing.FIELD)
        if given is not None and not str(given).isdigit():
            return dict(data)
        app: Flask = self.application
        try:
            place = path.split("?", maxsplit=1)[0]
            endpoint, values = app.url_map.bind("localhost").match(place, "POST")
        except HTTPException:
            return dict(data)
        with app.app_context():
            fresh = seeing.fresh(endpoint, values, data)
        if not fresh:
            return dict(data)
        _, _, digest = fresh.partition(".")
        return {**data, seeing.FIELD: fresh if given is None else f"{given}.{digest}"}


@dataclass
class Visitor:
    """One browser. Forms carry the token of the page they stand on, as a person's would."""

    site: "Site"
    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:  # noqa: ANN401 -- options of the client
        """Open a page."""
        return self.client.get(path, buffered=True, **more)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        page: str = "/solicitudes/nueva/artesano",
        **more: Any,  # noqa: ANN401 -- options of the client
    ) -> TestResponse:
        """Send a form with the token that ``page`` gives."""
        fields = {"csrf_token": self.token(page), **(data or {})}
        answer = self.client.post(path, data=fields, buffered=True, **more)
        # The client itself spools large bodies to a file that nobody else closes.
        answer.request.environ["wsgi.input"].close()
        return answer

    def token(self, page: str = "/solicitudes/nueva/artesano") -> str:
        """Return the form token of a page."""
        shown = self.client.get(page, follow_redirects=True)
        found = TOKEN.search(shown.text)
        assert found is not None, shown.status
        return found.group(1)


@dataclass
class Site:
    """The application, the office behind it, and what was mailed."""

    office: Office
    app: Flask
    container: Container
    options: dict[str, str] = field(default_factory=dict)

    def visitor(self) -> Visitor:
        """Return a browser that is not signed in."""
        return Visitor(site=self, client=self.app.test_client())

    def applicant(self, ruc: str = RUC) -> Visitor:
        """Return a browser that signed in with the mailed code."""
        visitor = self.visitor()
        visitor.post("/ingresar", {"ruc": ruc}, page="/ingresar")
        answer = visitor.post("/ingresar/codigo", {"code": self.code()}, page="/ingresar/enviado")
        assert answer.status_code == 303, answer.text
        return visitor

    def code(self) -> str:
        """Return the code of the newest mail."""
        return link_code(SECRET, self._newest())

    def token(self) -> str:
        """Return the link token of the newest mail."""
        return link_token(SECRET, self._newest())

    def _newest(self) -> UUID:
        with self.office.reading() as uow:
            newest = sa.select(OneUseLinkRow.id).order_by(OneUseLinkRow.created_at.desc())
            return uow.session.execute(newest.limit(1)).scalar_one()


def make_site(office: Office, folder: Path, **environment: str) -> Site:
    """Return the application as ``create_app`` builds it, around the office's parts.

    A test client shows no pictures: who opened no page may approve, unless a test says otherwise.
    """
    settings = Settings.from_env(
        {
            "DATA_DIR": str(folder),
            "SECRET_KEY": SECRET,
            "VERIFICATION_KEY": SECRET,
            "PUBLIC_URL": "http://localhost",
            "DEMONSTRATION": "1",
            "UNSEEN_PAGES": "tell",
            **environment,
        }
    )
    container = Container(
        settings=settings,
        role=Role.WEB,
        database=office.database,
        queue=office.notices,
        store=office.store,
        registry=office.registry,
        papers=office.papers,
    )
    app = create_app(container)
    app.jinja_env.bytecode_cache = COMPILED_PAGES
    app.extensions[account_turns.EXTENSION].free_seconds = math.inf  # nobody waits in tests
    app.test_client_class = PageClient
    return Site(office=office, app=app, container=container)


@cache
def jpeg(red: int = 120) -> bytes:
    """Return a small real photo; another red makes another file."""
    out = BytesIO()
    Image.new("RGB", (64, 48), (red, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def pdf(note: str = "") -> bytes:
    """Return what begins as a PDF does; no test here opens it."""
    return b"%PDF-1.7\n% " + note.encode() + b"\n%%EOF\n"


def finish_checks(
    office: Office,
    *,
    findings: tuple[Finding, ...] = (),
    pages: int = 1,
    fields: tuple[ReadField, ...] = (),
    red: int = 0,
    reason: RefusalReason | None = None,
) -> None:
    """Stand in for the worker: every waiting document gets its pages, pictures and findings.

    Another ``red`` makes other pictures; a ``reason`` refuses them all.
    """
    with office.writing() as uow:
        ready = sa.select(TaskRow.id).where(TaskRow.kind == TaskKind.CHECK_DOCUMENT)
        leases = [
            tasks.take_lease(uow, task_id, owner=str(task_id), seconds=60, max_attempts=3)
            for task_id in uow.session.execute(ready).scalars()
        ]
        uow.commit()
    for lease in leases:
        if lease is None:
            continue
        document = checking.begin(office.writing(), lease.subject_id)
        if document is None:
            cancelling.end(office.writing(), lease)
            continue
        for number in range(1, pages + 1):
            _finish_page(office, lease.subject_id, number, findings, red=red)
        key = None if reason else f"originals/{lease.subject_id}"
        if key:
            office.store.copy(document.staging_key, key)
        report = DocumentReport(
            kind=document.kind,
            sha256=document.sha256,
            size_bytes=1,
            reason=reason,
            page_count=pages,
            fields=fields if document.kind is DocumentKind.AGREEMENT else (),
        )
        assert checking.finish(office.writing(), lease, report, storage_key=key)


def _finish_page(
    office: Office, document_id: UUID, number: int, findings: tuple[Finding, ...], *, red: int
) -> None:
    image, thumbnail = (
        office.store.put(f"pages/{document_id}/{number}/{size}", BytesIO(jpeg(number + red)))
        for size in ("image", "thumbnail")
    )
    page = PageReport(
        number=number,
        kind=PageKind.PHOTO,
        width_px=64,
        height_px=48,
        photos=(PhotoReport(sha256=f"{document_id}-{number}"[:64], width_px=64, height_px=48),),
        findings=tuple(finding for finding in findings if finding.page in (None, number)),
    )
    checking.record_page(office.writing(), document_id, page, image=image, thumbnail=thumbnail)


def read_field(name: str, value: str) -> ReadField:
    """Return a value as OCR gives it."""
    box = Box(left=0, top=0, width=10, height=10)
    return ReadField(name=name, value=value, confidence=95.0, page=1, box=box)
