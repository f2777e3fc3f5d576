"""What every page keeps to: headers, cookies, form tokens, body sizes, errors, health."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from review_service import bootstrap
from review_service.adapters.rq_queue import RqJobQueue
from review_service.db.database import Database
from review_service.db.models import WorkerRow
from review_service.domain.errors import QueueError, StoreError
from review_service.domain.limits import UploadLimits
from review_service.domain.protection import AntivirusMode
from review_service.domain.tracks import TRACKS
from review_service.web import create_app
from review_service.web.access_table import Access, Audience
from review_service.web.guarding import CONFIGURED
from tests.factories import Office, attend, confirmed_rulebook, open_draft
from tests.integration.services import steps
from tests.integration.web.site import JSON, Site, Visitor, make_site

PUBLIC = ["/", "/ayuda", "/otros-tramites", "/datos-personales"]
DESCRIPTION = re.compile(r'<script type="application/ld\+json">.*?</script>', re.DOTALL)
"""What tells search engines of the service: data, which no browser runs or fetches."""
NO_PORT = "redis://127.0.0.1:1/0"


class DownStore:
    """A ``FileStore`` whose server is gone."""

    def ping(self) -> None:
        """Fail as the real ones do."""
        raise StoreError("no answer", retryable=True)


@pytest.mark.parametrize(
    "path", [*PUBLIC, "/ingresar", "/salud", "/nada", "/static/css/tokens.css"]
)
def test_every_answer_carries_the_headers_of_a_closed_page(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", [*PUBLIC, "/ingresar", "/solicitudes/nueva"])
def test_no_page_holds_script_or_style_of_its_own(applicant: Visitor, path: str) -> None:
    shown = DESCRIPTION.sub("", applicant.get(path).text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", shown)
    assert "http://" not in shown.replace("http://www.w3.org", "")
    assert "https://" not in shown


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_set_no_cookie_and_need_no_database(
    office: Office, tmp_path: Path, path: str
) -> None:
    site = make_site(office, tmp_path)
    gone = replace(
        site.container, database=Database("sqlite:////nowhere/at/all.db", office.notices)
    )
    answer = create_app(gone).test_client().get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_private_pages_are_kept_nowhere(applicant: Visitor) -> None:
    assert applicant.get("/solicitudes").headers["Cache-Control"] == "no-store"


def test_over_https_cookies_are_bound_to_the_host_and_the_browser_stays_there(
    office: Office, tmp_path: Path
) -> None:
    visitor = make_site(office, tmp_path, PUBLIC_URL="https://rum.example").visitor()
    answer = visitor.get("/ingresar", base_url="https://rum.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-formulario=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_a_form_without_its_token_is_refused_and_says_how_to_go_on(applicant: Visitor) -> None:
    answer = applicant.client.post("/solicitudes/nueva", data={"kind": "new"})
    assert answer.status_code == 400
    assert "vuelva a cargarla" in answer.text
    assert "Todavía no tiene solicitudes" in applicant.get("/solicitudes").text


@pytest.mark.parametrize("site_word", ["cross-site", "same-site"])
def test_a_form_from_elsewhere_is_refused_even_with_a_token(
    applicant: Visitor, site_word: str
) -> None:
    headers = {"Sec-Fetch-Site": site_word}
    answer = applicant.post("/solicitudes/nueva", {"kind": "new"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("site_word", ["same-origin", "none"])
def test_a_form_of_our_own_page_is_taken(applicant: Visitor, site_word: str) -> None:
    headers = {"Sec-Fetch-Site": site_word}
    answer = applicant.post("/solicitudes/nueva", {"kind": "new"}, headers=headers)
    assert answer.status_code == 303


def test_a_body_over_one_mebibyte_is_refused_where_no_file_belongs(visitor: Visitor) -> None:
    answer = visitor.post("/ingresar", {"ruc": "1" * (1024 * 1024 + 1)}, page="/ingresar")
    assert answer.status_code == 413


def test_a_field_over_its_memory_limit_is_refused(visitor: Visitor) -> None:
    data = {"ruc": "1" * (300 * 1024), "file": (BytesIO(b"x"), "x.txt")}
    answer = visitor.post("/ingresar", data, page="/ingresar")
    assert answer.status_code == 413


def test_a_form_of_many_parts_is_refused(visitor: Visitor) -> None:
    data = {f"part-{number}": "x" for number in range(80)}
    answer = visitor.post("/ingresar", data, page="/ingresar", content_type="multipart/form-data")
    assert answer.status_code == 413


def test_static_files_are_kept_for_good_under_their_hash_only(visitor: Visitor) -> None:
    shown = visitor.get("/").text
    found = re.search(r'href="(/static/css/tokens\.css\?v=[0-9a-f]{12})"', shown)
    assert found is not None
    assert "immutable" in visitor.get(found.group(1)).headers["Cache-Control"]
    assert visitor.get("/static/css/tokens.css?v=other").headers["Cache-Control"] == "no-cache"
    assert visitor.get("/static/css/tokens.css").headers["Cache-Control"] == "no-cache"
    assert visitor.get("/static/../settings.py").status_code == 404


def test_an_unknown_page_says_what_to_do(visitor: Visitor) -> None:
    answer = visitor.get("/nada")
    assert answer.status_code == 404
    assert "No encontramos esa página" in answer.text


def test_a_wrong_method_names_the_right_ones(visitor: Visitor) -> None:
    answer = visitor.get("/salir")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_address_of_a_form_that_was_sent_leads_to_the_page_above_it(
    site: Site, applicant: Visitor
) -> None:
    """Whoever opens again what a browser keeps of a form with a problem finds its page."""
    application_id = open_draft(site.office)
    own = f"/solicitudes/{application_id}"
    for sent, page in (
        (f"{own}/fotos/people/no-aplica", f"{own}/fotos"),
        (f"{own}/enviar", own),
        (f"{own}/acuerdo-anterior/subir?x=1", f"{own}/acuerdo-anterior"),
    ):
        answer = applicant.get(sent)
        assert (answer.status_code, answer.headers.get("Location")) == (303, page)
    assert applicant.get(f"{own}/enviar", headers=JSON).status_code == 405


def test_scripts_get_errors_as_json(visitor: Visitor) -> None:
    answer = visitor.get("/nada", headers=JSON)
    assert answer.status_code == 404
    assert answer.get_json()["code"] == "not_found"
    assert answer.get_json()["message"].endswith(".")


def test_a_script_of_somebody_signed_out_gets_401_and_no_page(visitor: Visitor) -> None:
    answer = visitor.get("/solicitudes", headers=JSON)
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "signed_out"


def test_a_database_that_is_down_is_said_with_a_reference(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path)
    gone = replace(
        site.container, database=Database("sqlite:////nowhere/at/all.db", office.notices)
    )
    client = create_app(gone).test_client()
    client.set_cookie("solicitante", "any")
    answer = client.get("/solicitudes")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "La base de datos no responde" in answer.text
    assert 'href="/solicitudes">Intentar otra vez' in answer.text
    assert re.search(r"<code>[0-9A-Z]{4}-[0-9A-Z]{4}</code>", answer.text)


def test_what_nobody_foresaw_is_an_honest_page_without_a_traceback(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("a secret detail")

    site.app.add_url_rule("/falla", view_func=fail)
    site.app.config[CONFIGURED]["fail"] = Access(audience=Audience.ANYBODY, method="GET")
    answer = site.visitor().get("/falla")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    reference = re.search(r"<code>(.{9})</code>", answer.text)
    assert reference is not None
    assert reference.group(1) in [getattr(record, "reference", "") for record in caplog.records]


def test_forwarded_addresses_count_only_behind_a_trusted_proxy(
    office: Office, tmp_path: Path
) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    for trusted, expected in (("0", "http"), ("1", "https")):
        app = make_site(office, tmp_path, TRUSTED_PROXIES=trusted).app
        app.add_url_rule("/esquema", view_func=_scheme)
        app.config[CONFIGURED]["_scheme"] = Access(audience=Audience.ANYBODY, method="GET")
        assert app.test_client().get("/esquema", headers=headers).text == expected


def _scheme() -> str:
    from flask import request  # noqa: PLC0415 -- only here

    return request.scheme


def test_health_is_ok_when_every_part_answers(site: Site, visitor: Visitor) -> None:
    attend(site.office)
    answer = visitor.get("/salud")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok",
        "database": "ok",
        "store": "ok",
        "queue": "ok",
        "workers": 1,
        "sandbox": "whole",
        "antivirus": "off",
        "rules": "unconfirmed",
        "signing": "ok",
        "papers": "ok",
        "damaged_files": 0,
        "undelivered_notices": 0,
        "scheduler": "ok",
        "clock": "ok",
    }


@pytest.mark.parametrize(
    ("demonstration", "confirmed", "word", "status"),
    [
        ("1", False, "unconfirmed", "ok"),
        ("0", False, "unconfirmed", "degraded"),
        ("0", True, "confirmed", "ok"),
    ],
)
def test_unconfirmed_rules_degrade_a_real_service(
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    demonstration: str,
    confirmed: bool,  # noqa: FBT001 -- a row of the table
    word: str,
    status: str,
) -> None:
    if confirmed:
        monkeypatch.setattr(bootstrap, "read_rulebook", lambda _file: confirmed_rulebook())
    attend(office)
    site = make_site(office, tmp_path, DEMONSTRATION=demonstration)
    answer = site.visitor().get("/salud")
    told = answer.get_json()
    assert (answer.status_code, told["rules"], told["status"]) == (200, word, status)


def test_without_a_worker_files_wait_and_health_says_so(visitor: Visitor) -> None:
    answer = visitor.get("/salud")
    assert answer.status_code == 200
    told = answer.get_json()
    assert (told["status"], told["workers"]) == ("degraded", 0)
    assert (told["sandbox"], told["antivirus"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("silent_seconds", "workers", "status"), [(45, 1, "ok"), (55, 0, "degraded")]
)
def test_a_worker_that_was_silent_for_most_of_a_minute_is_not_counted(
    site: Site, visitor: Visitor, silent_seconds: int, workers: int, status: str
) -> None:
    attend(site.office)
    row = steps.rows(site.office, WorkerRow)[0]
    steps.make_older(site.office, row, "seen_at", by=timedelta(seconds=silent_seconds))
    told = visitor.get("/salud").get_json()
    assert (told["workers"], told["status"]) == (workers, status)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"missing": ("landlock",)}, {"sandbox": "partial"}),
        ({"escaped": ("network",)}, {"sandbox": "partial"}),
        ({"antivirus": AntivirusMode.REQUIRED}, {"antivirus": "down"}),
    ],
    ids=str,
)
def test_one_worker_that_is_not_whole_speaks_for_all(
    site: Site, visitor: Visitor, told: dict[str, Any], word: dict[str, str]
) -> None:
    attend(site.office, antivirus=AntivirusMode.REQUIRED, antivirus_answer="ClamAV 1.4.6")
    attend(site.office, **{"antivirus_answer": "", **told})
    answer = visitor.get("/salud").get_json()
    assert answer["status"] == "degraded"
    assert word.items() <= answer.items()


def test_an_antivirus_that_answers_everywhere_is_ok(site: Site, visitor: Visitor) -> None:
    attend(site.office, antivirus=AntivirusMode.REQUIRED, antivirus_answer="ClamAV 1.4.6")
    told = visitor.get("/salud").get_json()
    assert (told["status"], told["antivirus"]) == ("ok", "ok")
    assert "1.4.6" not in visitor.get("/salud").text, "strangers need no version"


def test_without_the_queue_the_service_is_degraded_and_still_serves(
    office: Office, tmp_path: Path
) -> None:
    queue = RqJobQueue(NO_PORT)
    with pytest.raises(QueueError):
        queue.ping()
    site = make_site(office, tmp_path)
    answer = create_app(replace(site.container, queue=queue)).test_client().get("/salud")
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "degraded"
    assert answer.get_json()["queue"] == "down"


def test_without_the_store_health_answers_503(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path)
    down = replace(site.container, store=DownStore())  # type: ignore[arg-type]  # only pinged
    answer = create_app(down).test_client().get("/salud")
    assert answer.status_code == 503
    assert answer.get_json()["store"] == "down"


def test_without_the_database_health_answers_503(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path)
    gone = replace(
        site.container, database=Database("sqlite:////nowhere/at/all.db", office.notices)
    )
    answer = create_app(gone).test_client().get("/salud")
    assert answer.status_code == 503
    assert answer.get_json()["database"] == "down"


def test_help_names_the_limits_as_they_are_set(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path, PHOTO_MAX_BYTES=str(7 * 1024 * 1024))
    shown = site.visitor().get("/ayuda").text
    assert "7 MB" in shown
    assert f"{UploadLimits().evidence_pages} páginas" in shown


def test_help_tells_the_steps_of_every_track(office: Office, tmp_path: Path) -> None:
    shown = make_site(office, tmp_path).visitor().get("/ayuda").text
    headings = [f"de {track.label}</h3>".lower() for track in TRACKS.values()]
    assert [heading for heading in headings if heading not in shown.lower()] == []


def test_help_tells_an_artisan_what_to_do_without_machines_or_alone(
    office: Office, tmp_path: Path
) -> None:
    shown = " ".join(make_site(office, tmp_path).visitor().get("/ayuda").text.split())
    assert "<summary>Trabajo solo, o sin máquinas</summary>" in shown
    assert "«No aplica a mi trabajo»" in shown
    assert "escríbalo en la página donde puso su RUC" in shown


def test_a_demonstration_says_so_on_every_page(office: Office, tmp_path: Path) -> None:
    shown = make_site(office, tmp_path, DEMONSTRATION="1").visitor().get("/").text
    assert "no tienen validez legal" in shown
    assert (
        "no tienen validez legal"
        not in make_site(office, tmp_path, DEMONSTRATION="0").visitor().get("/").text
    )
