"""The demo's start page: everything one needs to try the service, and nothing of it elsewhere."""

import json
import re
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pyotp
import pytest

from review_service.web.demo.start_page import FILE_NAME
from tests.factories import RUC, Office
from tests.integration.demo.conftest import TOTP_SECRET
from tests.integration.web.site import Site, make_site

NAME = "01795221642388703637-1.eml"
PAGES = (
    "/demo",
    "/demo/estado",
    "/demo/correos",
    f"/demo/correos/{NAME}",
    f"/demo/correos/{NAME}/adjuntos/0",
    "/demo/archivos/taller.jpg",
)


def keep_mail(folder: Path, *, text: str, name: str = NAME, subject: str = "Su enlace") -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "no-responder@demostracion.example"
    message["To"] = "maria@correo.example"
    message["Subject"] = subject
    message.set_content(text)
    message.add_alternative("<p>HTML <script>alert(1)</script></p>", subtype="html")
    message.add_attachment(
        b"%PDF-1.7 paper", maintype="application", subtype="pdf", filename="Acuerdo.pdf"
    )
    (folder / "mail" / name).write_bytes(message.as_bytes())


def test_it_shows_who_to_sign_in_as_and_the_code_of_now(demo_site: Site) -> None:
    page = demo_site.visitor().get("/demo")
    assert page.status_code == 200
    assert RUC in page.text
    assert "colibri-nube-tambor-7" in page.text
    assert pyotp.TOTP(TOTP_SECRET).now() in page.text
    assert TOTP_SECRET not in page.text
    assert "taller.jpg" in page.text


def test_it_groups_the_people_by_what_they_are_for(demo_site: Site) -> None:
    page = demo_site.visitor().get("/demo").text
    headings = re.findall(r"<h3 id=[^>]*>([^<]*)</h3>", page)
    assert headings == ["Como MIPYME", "Como emprendedor", "Como artesano", "No puede ingresar"]
    assert page.index("Como artesano</h3>") < page.index(RUC) < page.index("No puede ingresar</h3>")
    for address in re.findall(r'<li><a href="#([^"]*)">', page):
        assert f'id="{address}"' in page
    assert "Verificar un documento" in page


def test_a_page_that_an_earlier_version_wrote_is_shown(demo_site: Site, demo_folder: Path) -> None:
    place = demo_folder / FILE_NAME
    plain = json.loads(place.read_text("utf-8"))
    place.write_text(json.dumps({**plain, "artisans": plain.pop("people")}), "utf-8")
    assert demo_site.visitor().get("/demo").status_code == 200


def test_its_button_asks_for_the_link_of_that_ruc(demo_site: Site) -> None:
    answer = demo_site.visitor().post("/ingresar", {"ruc": RUC}, page="/demo")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/ingresar/enviado"


def test_the_state_gives_fresh_codes_and_the_newest_mail(
    demo_site: Site, demo_folder: Path
) -> None:
    keep_mail(demo_folder, text="hola")
    state = demo_site.visitor().get("/demo/estado").get_json()
    assert state["codes"] == {"randrade": pyotp.TOTP(TOTP_SECRET).now()}
    assert 0 < state["seconds_left"] <= 30
    assert NAME in state["mails"]


def test_a_mail_is_shown_as_text_and_only_our_links_lead_somewhere(
    demo_site: Site, demo_folder: Path
) -> None:
    keep_mail(
        demo_folder,
        text="Abra http://localhost/ingresar/enlace/abc o http://example.com/x <b>gordo</b>",
    )
    page = demo_site.visitor().get(f"/demo/correos/{NAME}").text
    assert '<a href="/ingresar/enlace/abc">http://localhost/ingresar/enlace/abc</a>' in page
    assert 'href="http://example.com/x"' not in page
    assert "&lt;b&gt;gordo&lt;/b&gt;" in page
    assert "alert(1)" not in page


def test_an_address_that_only_begins_like_ours_is_no_link(
    demo_site: Site, demo_folder: Path
) -> None:
    keep_mail(demo_folder, text="http://localhost.evil.example/ingresar/enlace/abc")
    assert 'href="http' not in _main(demo_site.visitor().get(f"/demo/correos/{NAME}").text)


def test_a_subject_cannot_bring_markup_into_the_list(demo_site: Site, demo_folder: Path) -> None:
    keep_mail(demo_folder, text="x", subject="<img src=x onerror=alert(2)>")
    for path in ("/demo", "/demo/correos", f"/demo/correos/{NAME}"):
        assert "<img src=x" not in demo_site.visitor().get(path).text


def test_an_attachment_comes_as_a_download(demo_site: Site, demo_folder: Path) -> None:
    keep_mail(demo_folder, text="x")
    answer = demo_site.visitor().get(f"/demo/correos/{NAME}/adjuntos/0")
    assert answer.data == b"%PDF-1.7 paper"
    assert answer.headers["Content-Disposition"] == "attachment; filename=Acuerdo.pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_ready_file_comes_as_a_download(demo_site: Site) -> None:
    answer = demo_site.visitor().get("/demo/archivos/taller.jpg")
    assert answer.data == b"\xff\xd8\xff a photo"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "/demo/archivos/unlisted.txt",
        "/demo/archivos/..%2fstart-page.json",
        "/demo/correos/..%2fstart-page.json",
        "/demo/correos/start-page.json",
        "/demo/correos/01795221642388703637-2.eml",
        "/demo/correos/01795221642388703637-2.eml/adjuntos/0",
        f"/demo/correos/{NAME}/adjuntos/1",
        f"/demo/correos/{NAME}/adjuntos/-1",
    ],
)
def test_nothing_else_of_the_folder_is_given(demo_site: Site, demo_folder: Path, path: str) -> None:
    keep_mail(demo_folder, text="x")
    assert demo_site.visitor().get(path).status_code == 404


def test_the_page_stands_before_anything_was_prepared(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path, DEMO_PAGE="1", DEMONSTRATION="1")
    page = site.visitor().get("/demo")
    assert page.status_code == 200
    assert "se están preparando" in page.text


@pytest.mark.parametrize("environment", [{}, {"DEMO_PAGE": "0"}, {"DEMONSTRATION": "1"}])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_it_exists_without_its_setting(
    office: Office, demo_folder: Path, path: str, environment: dict[str, str]
) -> None:
    keep_mail(demo_folder, text="x")
    site = make_site(office, demo_folder, **environment)
    assert site.visitor().get(path).status_code == 404
    assert "demo" not in site.app.blueprints
    assert "/demo" not in site.visitor().get("/").text


def test_every_page_of_the_demo_leads_to_it(demo_site: Site) -> None:
    assert 'href="/demo"' in demo_site.visitor().get("/").text


def _main(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]
