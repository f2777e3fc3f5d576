"""What people call their files: any name may come in, and none of them goes out again."""

import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

import review_service
from review_service.db.models import ApplicationRow, DocumentRow
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind
from tests.factories import upload
from tests.integration.web.applicant.story import draft
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    ask_original,
    sign_in,
)
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg, pdf

NAMES = [
    "foto taller.jpg",
    "Telar de doña Ñusta.jpg",
    "Captura de pantalla 2026–11–20 a la(s)\u202f9.41.jpg",
    "telar 😀😀.jpg",
    "織機.jpg",
    "x" * 3000 + ".jpg",
    "<script>alert(1)<script>.jpg",
    "{{7*7}}.jpg",
    "=1+1.jpg",
    "certificado.html",
    "orden.pdf.exe",
    "foto.jpg\u202egnp.exe",
    "../../etc/passwd",
    ".htaccess",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_is_given_back_under_a_name_of_ours(
    site: Site, applicant: Visitor, name: str
) -> None:
    application_id = draft(site)
    answer = applicant.post(
        f"/solicitudes/{application_id}/fotos/subir",
        {
            "theme": "workshop",
            "upload_key": uuid4().hex,
            "photos": [(BytesIO(jpeg()), name)],
        },
    )
    assert answer.status_code == 303
    finish_checks(site.office)
    with site.office.reading() as uow:
        photo = uow.session.execute(sa.select(DocumentRow)).scalar_one()
        reference = uow.session.get_one(ApplicationRow, application_id).reference
    answer = applicant.get(f"/solicitudes/{application_id}/documentos/{photo.id}/original")
    assert answer.data == jpeg()
    given = answer.headers["Content-Disposition"]
    assert given == f"attachment; filename=foto-{reference}-1.jpg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/octet-stream"


SENT = {
    "foto": (DocumentKind.PHOTO, jpeg(), "jpg"),
    "foto png": (DocumentKind.PHOTO, b"\x89PNG\r\n\x1a\n" + b"x" * 20, "png"),
    "fotos": (DocumentKind.EVIDENCE, pdf("e"), "pdf"),
    "acuerdo-anterior": (DocumentKind.AGREEMENT, pdf("a"), "pdf"),
    "fotos html": (DocumentKind.EVIDENCE, b"<script>alert(1)</script>" + pdf("h"), "pdf"),
}


@pytest.mark.parametrize("what", SENT)
def test_an_officer_s_disk_gets_the_kind_the_number_and_the_true_ending(
    site: Site, what: str
) -> None:
    office = site.office
    kind, content, ending = SENT[what]
    application_id = draft(site, ApplicationKind.RENEWAL)
    upload(office, application_id, content=jpeg(5), file_name="primera.jpg")
    sent = upload(office, application_id, content=content, kind=kind, file_name="certificado.html")
    finish_checks(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.state, row.confirmed_at, row.open_key = ApplicationState.IN_REVIEW, uow.now, None
        reference = row.reference
        uow.commit()
    web = WebOffice(office=office, app=site.app)
    site.app.config["WTF_CSRF_ENABLED"] = False
    add_reviewer(web)
    browser = sign_in(web)
    answer = browser.get(ask_original(browser, application_id, sent.document_id).location)
    assert answer.data == content
    word = what.split(maxsplit=1)[0]
    given = answer.headers["Content-Disposition"]
    assert given == f"attachment; filename={word}-{reference}-2.{ending}"


NAMING = re.compile(
    r'"Content-Disposition", *"attachment"|download_name=|attachment=\(|add_attachment\('
)


def test_every_name_given_out_is_made_in_one_place() -> None:
    """Whoever writes a Content-Disposition or attaches a file takes the name from there."""
    package = Path(review_service.__file__).parent
    texts = {
        str(file.relative_to(package)): file.read_text("utf-8") for file in package.rglob("*.py")
    }
    naming = {
        name
        for name, text in texts.items()
        if NAMING.search(" ".join(text.split()).replace("( ", "("))
    }
    assert {name for name in naming if "given_name" not in texts[name]} == PASSING_ON
    assert len(naming) > len(PASSING_ON)


PASSING_ON = {
    "adapters/mail_templates.py",  # attaches what services/agreements/issuing.py named
    "web/spooling.py",  # names of web/public/directory.py and web/officer/exporting.py
    "web/demo/views.py",  # names of web/demo/caught_mail.py, and of the demo's own samples
}
