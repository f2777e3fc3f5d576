"""What people call their files: any name may come in, and every one goes out again."""

from io import BytesIO
from urllib.parse import unquote
from uuid import uuid4

import pytest
import sqlalchemy as sa

from review_service.db.models import DocumentRow
from tests.integration.web.applicant.story import draft
from tests.integration.web.site import Site, Visitor, finish_checks, jpeg

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
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_given_back_whatever_it_is_called(
    site: Site, applicant: Visitor, name: str
) -> None:
    application_id = draft(site)
    applicant.post(
        f"/solicitudes/{application_id}/fotos/subir",
        {
            "theme": "workshop",
            "upload_key": uuid4().hex,
            "photos": [(BytesIO(jpeg()), name)],
        },
    )
    finish_checks(site.office)
    with site.office.reading() as uow:
        photo = uow.session.execute(sa.select(DocumentRow)).scalar_one()
        kept = photo.file_name
    answer = applicant.get(f"/solicitudes/{application_id}/documentos/{photo.id}/original")
    assert answer.data == jpeg()
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.isascii()
    assert disposition.isprintable()
    _, _, meant = disposition.partition("filename*=UTF-8''")
    assert (unquote(meant) == kept) if meant else (kept in disposition)
    assert name.startswith(kept[:100])
